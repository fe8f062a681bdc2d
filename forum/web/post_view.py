"""A post as its page shows it: facts, texts, tables, files, and what the reader may do with it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from forum.core.actor import Actor
from forum.core.languages import country_name, language_name
from forum.library.fields import Field, Type
from forum.library.kinds import KINDS, Kind
from forum.library.models import SHOWN_STATUSES, Attachment, Post
from forum.library.operations.writing import UNPOSTED
from forum.library.policy import can_edit, can_moderate, can_restore
from forum.library.reading import Translation, WholePost, attachments_of, related_cards
from forum.web import labels
from forum.web.cards import Card, ConceptLink, concept_links, post_url, show_cards
from forum.web.languages import interface_language
from forum.web.templating import show_date, show_number

LONG = (Type.TEXT, Type.ROWS)
RESULTS = "results"
MEGABYTE = 1_000_000


@dataclass(frozen=True, slots=True)
class Fact:
    """A short answer. `written` is what a person typed (in the post's language), `url` a link."""

    name: str
    label: str
    values: tuple[str, ...]
    written: bool = False
    url: str = ""


@dataclass(frozen=True, slots=True)
class Passage:
    """A long answer under its heading: paragraphs, or rows of (label, text) pairs."""

    name: str
    label: str
    paragraphs: tuple[str, ...] = ()
    rows: tuple[tuple[tuple[str, str], ...], ...] = ()


@dataclass(frozen=True, slots=True)
class PostView:
    """Everything the template of a post's page asks for; `may` holds the names of what the reader may do."""

    post: Post
    kind: Kind
    url: str
    title: str
    language: str
    story_heading: str
    organisation_name: str
    organisation_url: str
    country_names: list[str]
    published_at: Any
    authors: list[tuple[str, str]]
    themes: list[ConceptLink]
    groups: list[tuple[str, list[ConceptLink]]]
    facts: list[Fact]
    passages: list[Passage]
    pictures: list[Attachment]
    files: list[Attachment]
    translations: list[tuple[str, str]]
    related: list[Card]
    version_count: int
    audience: str
    licence: str
    may: frozenset[str] = field(default_factory=frozenset)

    def fact(self, name: str) -> Fact | None:
        """A short answer by the name of its field."""
        return next((one for one in self.facts if one.name == name), None)

    def size_of(self, file: Attachment) -> str:
        """How large a file is, in words: "1.2 MB"."""
        if file.size < MEGABYTE / 10:
            return str(_("%(number)s kB", number=show_number(max(1, round(file.size / 1000)))))
        return str(_("%(number)s MB", number=show_number(round(file.size / MEGABYTE, 1))))

    def dates(self) -> list[tuple[date, str]]:
        """The dates that were given as (day, label), the earliest first."""
        days = [
            (date.fromisoformat(self.post.details[one.name]), one.label) for one in self.facts if self._is_date(one)
        ]
        return sorted(days, key=lambda pair: pair[0])

    def facts_without_dates(self) -> list[Fact]:
        """The short answers for a page that shows the dates apart."""
        return [one for one in self.facts if not self._is_date(one)]

    def _is_date(self, fact: Fact) -> bool:
        return self.kind.by_name[fact.name].section == "dates"


def view_of(actor: Actor, whole: WholePost) -> PostView:
    """Gather what a post's page shows to this reader, in three more statements (files, related posts, and the vocabulary)."""
    post, language = whole.post, interface_language()
    kind = KINDS[post.kind]
    answers = list(facts_of(kind, post.details, language))
    figures = [fact for fact, one in answers if is_figure(kind, one)]
    attached = attachments_of(post.id)
    organisation = post.organisation
    return PostView(
        post=post,
        kind=kind,
        url=post_url(post.id, post.slug),
        title=post.title or str(labels.kind_label(post.kind)),
        language=post.language,
        story_heading=labels.field_label(post.kind, "body"),
        organisation_name=organisation.name if organisation else "",
        organisation_url=url_for("organisations.show_organisation", slug=organisation.slug) if organisation else "",
        country_names=[country_name(code, language) for code in _places(whole)],
        published_at=post.published_at,
        authors=_authors(post),
        themes=concept_links(whole.concept_ids, "theme", language),
        groups=_groups(whole, language),
        facts=[fact for fact, one in answers if not is_figure(kind, one)],
        passages=list(passages_of(kind, post.details, figures)),
        pictures=[one for one in attached if is_shown_picture(one)],
        files=[one for one in attached if not is_shown_picture(one)],
        translations=[_translated(one) for one in whole.translations],
        related=show_cards(related_cards(actor, whole)),
        version_count=whole.version_count,
        audience=audience_sentence(post, organisation.name if organisation else ""),
        licence=labels.licence_label(post.licence),
        may=possibilities(actor, post),
    )


def audience_sentence(post: Post, organisation: str) -> str:
    """Who can see a post now, and who will once a draft is posted."""
    consequence = labels.visibility_consequence(post.visibility, organisation)
    if post.status == "draft":
        return str(_("Only its authors, for now. Once it is posted: %(audience)s", audience=consequence))
    return consequence if post.status in SHOWN_STATUSES else str(_("Its author and the moderators."))


def is_shown_picture(attachment: Attachment) -> bool:
    """Whether a file is shown as a picture: one that is described, or said to be decoration."""
    return bool(attachment.width) and bool(attachment.alt or attachment.is_decorative)


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


def facts_of(kind: Kind, details: dict[str, Any], language: str) -> Iterator[tuple[Fact, Field]]:
    """The short answers that were given, in the kind's order, each with its field."""
    for one in kind.fields:
        if one.type not in LONG and one.name in details:
            yield _fact(kind, one, details[one.name], language), one


def is_figure(kind: Kind, one: Field) -> bool:
    """Whether an answer is one of the results that are shown as a table."""
    return one.section == RESULTS and not labels.choices_of(kind.name, one)


def _fact(kind: Kind, one: Field, value: Any, language: str) -> Fact:
    label = labels.field_label(kind.name, one.name)
    if one.type is Type.URL:
        return Fact(one.name, label, (str(value),), url=str(value))
    if one.type is Type.LINE:
        return Fact(one.name, label, (str(value),), written=True)
    return Fact(one.name, label, tuple(show_answer(kind.name, one, value, language)))


def show_answer(kind: str, one: Field, value: Any, language: str) -> list[str]:
    """A clean value in the reader's words."""
    if one.type is Type.COUNTRIES:
        return [country_name(code, language) for code in value]
    if one.type is Type.LANGUAGES:
        return [language_name(code, language) for code in value]
    if one.type is Type.DATE:
        return [show_date(date.fromisoformat(value))]
    if one.type in (Type.CHOICES, Type.CHOICE, Type.YES_NO) or labels.choices_of(kind, one):
        return [
            labels.choice_label(kind, one.name, answer) for answer in (value if isinstance(value, list) else [value])
        ]
    if one.name == "year":
        return [str(value)]
    return [show_number(value) if isinstance(value, int | float) else str(value)]


def passages_of(kind: Kind, details: dict[str, Any], figures: list[Fact]) -> Iterator[Passage]:
    """The long answers that were given, in the kind's order; the figures end the section of results."""
    for section, fields in groupby(kind.fields, key=lambda one: one.section):
        for one in fields:
            value, label = details.get(one.name), labels.field_label(kind.name, one.name)
            if value and one.type is Type.TEXT:
                yield Passage(one.name, label, paragraphs=tuple(part for part in value.split("\n\n") if part.strip()))
            elif value and one.type is Type.ROWS:
                yield Passage(one.name, label, rows=tuple(_row(kind.name, one, row) for row in value))
        if section == RESULTS and figures:
            yield _figures(figures)
            figures = []


def _figures(figures: list[Fact]) -> Passage:
    heads = str(_("What was counted")), str(_("Result"))
    rows = tuple(((heads[0], one.label), (heads[1], ", ".join(one.values))) for one in figures)
    return Passage("figures", str(_("Results in figures")), rows=rows)


def _row(kind: str, one: Field, row: dict[str, str]) -> tuple[tuple[str, str], ...]:
    names = [column.name for column in one.columns]
    return tuple((labels.column_label(kind, one.name, name), row.get(name, "")) for name in names)


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


def _groups(whole: WholePost, language: str) -> list[tuple[str, list[ConceptLink]]]:
    """The concepts that are not themes, by the label of their scheme."""
    groups = [
        (labels.field_label(whole.post.kind, name), concept_links(whole.concept_ids, scheme, language))
        for name, scheme in labels.SCHEMES.items()
        if scheme != "theme"
    ]
    return [(label, links) for label, links in groups if links]


def _translated(one: Translation) -> tuple[str, str]:
    return one.language, post_url(one.id, one.slug)
