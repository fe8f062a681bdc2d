"""A post as its page shows it: facts, texts, tables, files, and what the reader may do with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.images import THUMBNAIL_SIDE
from forum.core.languages import country_name
from forum.library.fields import Type
from forum.library.kinds import KINDS, Kind
from forum.library.models import SHOWN_STATUSES, Attachment, Post
from forum.library.operations.writing import UNPOSTED
from forum.library.policy import can_edit, can_moderate, can_restore
from forum.library.reading import Translation, WholePost, attachments_of, related_cards
from forum.web import labels
from forum.web.answers import Fact, facts_of, is_figure, passages_of
from forum.web.cards import Card, ConceptLink, concept_links, post_url, show_cards
from forum.web.chapters import AFFECTED, BODY, Chapter, chapters_of, in_the_box, place_of
from forum.web.evidence import EvidenceShown, evidence_shown
from forum.web.freshness import Freshness, freshness_of
from forum.web.insights_dates import Moment, timeline
from forum.web.languages import interface_language
from forum.web.templating import show_number

MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class PostView:
    """Everything the template of a post's page asks for; `may` holds the names of what the reader may do."""

    post: Post
    kind: Kind
    url: str
    title: str
    language: str
    html: str
    organisation_name: str
    organisation_url: str
    country_names: list[str]
    published_at: Any
    authors: list[tuple[str, str]]
    themes: list[ConceptLink]
    groups: dict[str, tuple[str, list[ConceptLink]]]
    facts: list[Fact]
    chapters: list[Chapter]
    pictures: list[Attachment]
    files: list[Attachment]
    translations: list[tuple[str, str]]
    related: list[Card]
    version_count: int
    audience: str
    licence: str
    evidence: EvidenceShown | None
    may: frozenset[str] = field(default_factory=frozenset)

    def fact(self, name: str) -> Fact | None:
        """A short answer by the name of its field."""
        return next((one for one in self.facts if one.name == name), None)

    def picture_size(self, file: Attachment) -> tuple[int, int]:
        """Width and height of a picture's small version."""
        return small_size(file)

    def size_of(self, file: Attachment) -> str:
        """How large a file is, in words: "1.2 MB"."""
        if file.size < MEGABYTE / 10:
            return str(_("%(number)s kB", number=show_number(max(1, round(file.size / 1000)))))
        return str(_("%(number)s MB", number=show_number(round(file.size / MEGABYTE, 1))))

    def timeline(self) -> list[Moment]:
        """The dates that were given, the earliest first, with today marked among them."""
        answers = [one for one in self.facts if self._is_date(one)]
        days = [(date.fromisoformat(self.post.details[one.name]), one.name, one.label) for one in answers]
        return timeline(days, now().date())

    def facts_at(self, place: str = "") -> list[Fact]:
        """The short answers that stand in a place of the page, such as `contact`; without one, those in the box of facts."""
        return (
            [one for one in self.facts if place_of(self.kind, one) == place]
            if place
            else in_the_box(self.kind, self.facts)
        )

    def concepts(self, *names: str) -> list[tuple[str, list[ConceptLink]]]:
        """The concepts of these groups, such as `target_groups`, under their labels; groups without any are left out."""
        return [self.groups[name] for name in names if name in self.groups]

    @property
    def freshness(self) -> Freshness | None:
        """How long ago somebody looked at the post."""
        return freshness_of(self.post)

    @property
    def today(self) -> date:
        """The day on which the page is read: a printed sheet bears it."""
        return now().date()

    def _is_date(self, fact: Fact) -> bool:
        return self.kind.by_name[fact.name].type is Type.DATE


def view_of(actor: Actor, whole: WholePost) -> PostView:
    """Gather what a post's page shows to this reader, in three more statements (files, related posts, and the vocabulary)."""
    post, language = whole.post, interface_language()
    kind = KINDS[post.kind]
    answers = list(facts_of(kind, post.details, language))
    figures = [fact for fact, one in answers if is_figure(kind, one)]
    facts = [fact for fact, one in answers if not is_figure(kind, one)]
    groups = _groups(whole, language)
    attached = attachments_of(post.id)
    organisation = post.organisation
    return PostView(
        post=post,
        kind=kind,
        url=post_url(post.id, post.slug),
        title=post.title or str(labels.kind_label(post.kind)),
        language=post.language,
        html=post.body_html,
        organisation_name=organisation.name if organisation else "",
        organisation_url=url_for("organisations.show_organisation", slug=organisation.slug) if organisation else "",
        country_names=[country_name(code, language) for code in _places(whole)],
        published_at=post.published_at,
        authors=_authors(post),
        themes=concept_links(whole.concept_ids, "theme", language),
        groups=groups,
        facts=facts,
        chapters=list(
            chapters_of(kind, list(passages_of(kind, post.details, figures)), facts, also=_own_chapters(post, groups))
        ),
        pictures=[one for one in attached if is_shown_picture(one) and not is_in_text(one, post)],
        files=[one for one in attached if not is_shown_picture(one)],
        translations=[_translated(one) for one in whole.translations],
        related=show_cards(related_cards(actor, whole)),
        version_count=whole.version_count,
        audience=audience_sentence(post, organisation.name if organisation else ""),
        licence=labels.licence_label(post.licence),
        evidence=evidence_shown(actor, post),
        may=possibilities(actor, post),
    )


def audience_sentence(post: Post, organisation: str) -> str:
    """Who can see a post now, and who will once a draft is posted."""
    consequence = labels.visibility_consequence(post.visibility, organisation)
    if post.status == "draft":
        return str(_("Only its authors, for now. Once it is posted: %(audience)s", audience=consequence))
    return consequence if post.status in SHOWN_STATUSES else str(_("Its author and the moderators."))


def small_size(file: Attachment) -> tuple[int, int]:
    """The sides of a picture's small version, so that a page does not jump when it arrives."""
    scale = min(1.0, THUMBNAIL_SIDE / max(file.width or 1, file.height or 1))
    return max(1, round((file.width or 1) * scale)), max(1, round((file.height or 1) * scale))


def is_shown_picture(attachment: Attachment) -> bool:
    """Whether a file is shown as a picture: one that is described, or said to be decoration."""
    return bool(attachment.width) and bool(attachment.alt or attachment.is_decorative)


def is_in_text(attachment: Attachment, post: Post) -> bool:
    """Whether the text shows a picture itself, so that the page need not show it again."""
    return f"](/attachments/{attachment.id}/" in post.body


def possibilities(actor: Actor, post: Post) -> frozenset[str]:
    """What the actor may do with a post: edit, attach, post, discard, archive, withdraw, restore, moderate."""
    shown = post.status in SHOWN_STATUSES
    edits = can_edit(actor, post)
    tests = {
        "edit": edits,
        "attach": edits,
        "post": edits and post.status in UNPOSTED,
        "discard": post.status == "draft" and edits and post.author_id == actor.person_id,
        "archive": edits and post.status == "published",
        "withdraw": edits and shown,
        "restore": post.status == "archived" and can_restore(actor, post),
        "moderate": can_moderate(actor, post),
    }
    return frozenset(name for name, possible in tests.items() if possible)


def _places(whole: WholePost) -> tuple[str, ...]:
    """The post's countries, or that of its organisation."""
    organisation = whole.post.organisation
    return whole.countries or ((organisation.country,) if organisation and organisation.country else ())


def _authors(post: Post) -> list[tuple[str, str]]:
    """The people who wrote it as (name, address), those who closed their account left out."""
    people = [post.author, *(one.person for one in post.coauthors)]
    return [
        (one.name, url_for("people.show_person", person_id=one.id)) for one in people if one and one.erased_at is None
    ]


def _groups(whole: WholePost, language: str) -> dict[str, tuple[str, list[ConceptLink]]]:
    """The concepts that are not themes, by the name of their field, each with its label."""
    groups = {
        name: (labels.field_label(whole.post.kind, name), concept_links(whole.concept_ids, scheme, language))
        for name, scheme in labels.SCHEMES.items()
        if scheme != "theme"
    }
    return {name: group for name, group in groups.items() if group[1]}


def _own_chapters(post: Post, groups: Mapping[str, object]) -> tuple[str, ...]:
    """The chapters that a page fills from elsewhere than the kind's own answers."""
    affects = {"target_groups", "forms"} & set(groups)
    return (*([BODY] if post.body_html else []), *([AFFECTED] if affects else []))


def _translated(one: Translation) -> tuple[str, str]:
    return one.language, post_url(one.id, one.slug)
