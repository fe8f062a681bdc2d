"""The form of a report on a practice: what it begins with, what it sends, and what is kept while somebody types."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _

from forum.adoption.content import BLOCKS, FIELDS, FIGURES, Report, report_of
from forum.adoption.models import INTENTS, OUTCOMES, PERMISSIONS, Adoption
from forum.adoption.operations import edit_place
from forum.adoption.queries import sources_for
from forum.core.actor import Actor
from forum.core.text import CONTROL_CHARACTERS
from forum.library.fields import Type
from forum.library.models import Post
from forum.library.operations.form_drafts import form_draft_of, mark_of
from forum.web import adoption_words
from forum.web.form_fields import country_options, language_options
from forum.web.languages import interface_language
from forum.web.post_form import Values, number_in, text_in
from forum.web.wording import adoption as words

PLAIN = ("intent", "outcome", "permission", "country", "language")
LISTS = (BLOCKS, *(one.name for one in FIELDS if one.type is Type.CHOICES))
NOT_KEPT = ("csrf_token", "kept", "request_key", "revision")
Options = Sequence[tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class AdoptionForm:
    """A report as it is being written: what was typed by name, and what there is to choose from."""

    values: Values
    post: Post
    organisations: list[tuple[str, str]]
    sources: list[tuple[str, str]]
    revision: int = 0
    kept: str = ""
    request_key: str = field(default_factory=lambda: secrets.token_urlsafe(16))
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """The one value of a field."""
        return text_in(self.values, name)

    def chosen(self, name: str) -> list[str]:
        """The ticked values of a field."""
        return [one for one in self.values.get(name, ()) if one]

    def label(self, name: str) -> str:
        """What a field is called."""
        return adoption_words.field_label(name)

    def hint(self, name: str) -> str:
        """How to fill in a field."""
        return adoption_words.field_hint(name)

    @property
    def intents(self) -> Options:
        """How far one can be, each with what it means."""
        return [(one, *map(str, words.INTENTS[one])) for one in INTENTS]

    @property
    def outcomes(self) -> Options:
        """How it can have gone."""
        return [(one, *map(str, words.OUTCOMES[one])) for one in OUTCOMES]

    @property
    def permissions(self) -> Options:
        """Who may read it."""
        return [(one, *map(str, words.PERMISSIONS[one])) for one in PERMISSIONS]

    def ticks(self, name: str) -> Options:
        """The answers of a field that has a few."""
        return [(one, str(label)) for one, label in words.FIELDS[name].choices.items()]

    @property
    def blocks(self) -> Options:
        """The parts of the practice, as far as it names any, and those that the report names already."""
        rows = self.post.details.get(BLOCKS) or ()
        titles = dict.fromkeys([str(row["title"]) for row in rows if row.get("title")] + self.chosen(BLOCKS))
        return [(title, title) for title in titles]

    @property
    def countries(self) -> Options:
        """The countries of Europe, by name; the one that is chosen even if it lies elsewhere."""
        known = list(country_options(interface_language()))
        whole = list(country_options(interface_language(), whole_world=True))
        chosen = self.value("country")
        return known if not chosen or any(code == chosen for code, _name in known) else whole

    @property
    def languages(self) -> Options:
        """The languages to choose from; first of all, to have it recognised."""
        return [("", _("Recognise it from my words")), *language_options(interface_language())]

    @property
    def figures(self) -> tuple[str, ...]:
        """The names of the figures that practices share."""
        return FIGURES

    @property
    def has_figures(self) -> bool:
        """Whether any figure is filled in, or wrong."""
        return any(self.chosen(name) or name in self.errors for name in FIGURES)


def raw_in(values: Values) -> dict[str, Any]:
    """What a form sends, as the operations take it."""
    details: dict[str, Any] = {
        one.name: _listed(values, one.name) if one.name in LISTS else text_in(values, one.name) for one in FIELDS
    }
    details[BLOCKS] = _listed(values, BLOCKS)
    return {**{name: text_in(values, name) for name in PLAIN}, "details": details}


def _listed(values: Values, name: str) -> list[str]:
    return [one for one in values.get(name, ()) if one]


def values_of(report: Report, taken_from_id: int | None) -> dict[str, list[str]]:
    """What a report says, as its form sends it."""
    found = {name: [getattr(report, name)] for name in PLAIN}
    for name, value in report.details.items():
        found[name] = list(value) if isinstance(value, list) else [str(value)]
    return found | {"taken_from": [str(taken_from_id or "")]}


def source_in(values: Values) -> int | None:
    """The report that a form says it was taken over from."""
    return number_in(values, "taken_from")


def typed_in(values: Values) -> dict[str, list[str]]:
    """What somebody typed, without what belongs to the sending and without characters that no database keeps."""
    return {
        CONTROL_CHARACTERS.sub("", name): [CONTROL_CHARACTERS.sub("", text) for text in texts]
        for name, texts in values.items()
        if name not in NOT_KEPT
    }


def source_options(actor: Actor, post: Post, but: int | None = None) -> list[tuple[str, str]]:
    """From whom one may have a practice: those who shared it, or an organisation that reported."""
    owner = post.organisation.name if post.organisation else post.title
    return [("", owner), *((str(number), name) for number, name in sources_for(actor, post, but))]


def form_of(actor: Actor, adoption: Adoption, post: Post) -> AdoptionForm:
    """The form to change a report, with what was typed into it before, unless that is older than the report."""
    values, kept = values_of(report_of(adoption), adoption.taken_from_id), ""
    draft = form_draft_of(actor, edit_place(adoption.id))
    if draft is not None and draft.revision == adoption.revision:
        values, kept = draft.content, mark_of(draft)
    sources = source_options(actor, post, adoption.id)
    return AdoptionForm(values, post, [], sources, adoption.revision, kept)
