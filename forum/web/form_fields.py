"""Forms about posts as templates show them: fields with their words, values and errors, grouped in sections."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cache

from forum.core.languages import COUNTRIES, EUROPE, INTERFACE_LANGUAGES, country_name, language_name
from forum.core.text import fold
from forum.library.content import LICENCES
from forum.library.fields import Field, Type, Weight
from forum.library.kinds import Kind
from forum.library.models import NOTE_LENGTH, SUMMARY_LENGTH, TITLE_LENGTH
from forum.vocabulary.queries import vocabulary
from forum.web import labels
from forum.web.languages import interface_language
from forum.web.post_form import Values, row_count, text_in

FORM_VISIBILITIES = ("members", "public", "organisation")
SCHEMES_OF = {
    "practice": ("target_groups", "principles"),
    "research": ("target_groups",),
    "policy": ("target_groups", "instruments", "forms"),
    "question": ("target_groups",),
    "news": ("target_groups", "principles"),
}
READING_LANGUAGES = (
    *INTERFACE_LANGUAGES,
    *("bg", "ca", "cs", "da", "el", "et", "eu", "fi", "ga", "hr", "hu", "is", "lt", "lv", "mk", "mt", "no", "pl"),
    *("pt", "ro", "sk", "sl", "sq", "sr", "sv", "tr", "uk"),
)
WIDGETS = {
    Type.LINE: "line",
    Type.TEXT: "text",
    Type.CHOICE: "select",
    Type.CHOICES: "checkboxes",
    Type.INTEGER: "number",
    Type.NUMBER: "number",
    Type.YES_NO: "radios",
    Type.DATE: "date",
    Type.URL: "url",
    Type.COUNTRIES: "checkboxes",
    Type.LANGUAGES: "checkboxes",
    Type.ROWS: "rows",
}
COUNTED = 1000
WORLD, ALL_THEMES, PART = "world", "themes", "part-"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field of a form. `widget` names the macro that shows it; `rows` are the fields of each row."""

    name: str
    widget: str
    label: str
    hint: str = ""
    values: tuple[str, ...] = ()
    options: tuple[tuple[str | int, ...], ...] = ()
    error: str = ""
    optional: bool = False
    maxlength: int | None = None
    suggested: tuple[str, ...] = ()
    rows: tuple[tuple["FormField", ...], ...] = ()

    @property
    def value(self) -> str:
        """The one value of a field that takes one."""
        return self.values[-1] if self.values else ""

    @property
    def is_filled(self) -> bool:
        """Whether there is anything in it."""
        return any(self.values) or any(cell.value for row in self.rows for cell in row)


@dataclass(frozen=True, slots=True)
class FormSection:
    """Fields that belong together. Only its heading is shown unless `is_open`."""

    name: str
    heading: str
    fields: tuple[FormField, ...]
    is_open: bool = False

    @property
    def filled(self) -> int:
        """How many of its fields hold something."""
        return sum(one.is_filled for one in self.fields)


@dataclass(frozen=True, slots=True)
class FieldMaker:
    """Makes the fields of one form: of a kind, with what was typed so far and what was wrong with it."""

    kind: Kind
    values: Values
    errors: Mapping[str, str] = field(default_factory=dict)
    organisation: str = ""
    suggested: tuple[str, ...] = ()
    add: str = ""
    sent: frozenset[str] = frozenset()

    def tiny(self) -> list[FormField]:
        """The few fields that posting asks for, in the kind's order."""
        return [self.make(name) for name in self.kind.tiny]

    def sections(self) -> Iterator[FormSection]:
        """Everything that the tiny form leaves out, by section; open are those asked for, those sent, and those with an error."""
        belonging = ("language", "countries", *SCHEMES_OF[self.kind.name], "licence")
        yield self._section("belonging", "", map(self.make, belonging))
        names = dict.fromkeys(one.section for one in self.kind.fields)
        for name in names:
            own = [one.name for one in self.kind.fields if one.section == name and one.name not in self.kind.tiny]
            if own:
                yield self._section(name, labels.section_label(name), map(self.make, own))

    def _section(self, name: str, heading: str, fields: Iterable[FormField]) -> FormSection:
        made = tuple(fields)
        asked = self.add in (PART + name, *(one.name for one in made))
        is_open = asked or any(one.error or one.name in self.sent for one in made)
        return FormSection(name, heading, made, is_open)

    def make(self, name: str) -> FormField:
        """One field by its name, with its words."""
        if name in self.kind.by_name:
            return self._own(self.kind.by_name[name])
        plain = FormField(
            name,
            "line",
            labels.field_label(self.kind.name, name),
            labels.field_hint(self.kind.name, name),
            tuple(self.values.get(name, ())),
            error=self.errors.get(name, ""),
        )
        return self._common(plain)

    def _common(self, plain: FormField) -> FormField:
        language = interface_language()
        if plain.name in labels.SCHEMES:
            return self._concepts(plain, language)
        changes: dict[str, dict[str, object]] = {
            "title": {"maxlength": TITLE_LENGTH},
            "summary": {"widget": "text", "maxlength": SUMMARY_LENGTH, "optional": True},
            "body": {"widget": "markdown"},
            "note": {"maxlength": NOTE_LENGTH, "optional": True},
            "language": {"widget": "select", "options": language_options(language)},
            "countries": {"widget": "countries", "options": country_options(language, whole_world=self.add == WORLD)},
            "visibility": {"widget": "radios", "options": self.visibilities()},
            "licence": {"widget": "radios", "options": tuple((one, labels.licence_label(one)) for one in LICENCES)},
        }
        return replace(plain, **changes[plain.name])  # type: ignore[arg-type]  # the table above holds the right types

    def _concepts(self, plain: FormField, language: str) -> FormField:
        options = vocabulary().options(labels.SCHEMES[plain.name], language)
        if plain.name == "themes":
            shown = {*self.suggested, *plain.values}
            everything = self.add == ALL_THEMES
            listed = (one for one in options if everything or not one.depth or one.value in shown)
            tree = tuple((one.value, one.name, one.depth) for one in listed)
            return replace(plain, widget="themes", options=tree, suggested=self.suggested)
        flat = tuple((one.value, one.name) for one in options)
        return replace(plain, widget="checkboxes", options=flat, optional=True)

    def visibilities(self) -> tuple[tuple[str, str, str], ...]:
        """The audiences, each with what it means."""
        return tuple(
            (one, labels.visibility_label(one), labels.visibility_consequence(one, self.organisation))
            for one in FORM_VISIBILITIES
        )

    def _own(self, one: Field) -> FormField:
        words = labels.words_for(self.kind.name, one.name)
        language = interface_language()
        options = tuple(labels.choices_of(self.kind.name, one))
        widget = "select" if options and one.type is Type.INTEGER else WIDGETS[one.type]
        if one.type is Type.COUNTRIES:
            options = country_options(language)
        if one.type is Type.LANGUAGES:
            options = language_options(language)
        return FormField(
            one.name,
            widget,
            str(words.label),
            str(words.hint),
            tuple(self.values.get(one.name, ())) if one.type is not Type.ROWS else (),
            options,
            self.errors.get(one.name, ""),
            one.weight is not Weight.REQUIRED,
            one.maximum if one.type is Type.LINE and one.maximum >= COUNTED else None,
            rows=tuple(self._rows(one)) if one.type is Type.ROWS else (),
        )

    def _rows(self, one: Field) -> Iterator[tuple[FormField, ...]]:
        count = max(1, row_count(one.name, self.values)) + (one.name == self.add)
        for row in range(min(count, one.maximum)):
            names = [f"{one.name}-{row}-{column.name}" for column in one.columns]
            yield tuple(
                FormField(
                    name,
                    "line",
                    labels.column_label(self.kind.name, one.name, column.name),
                    values=(text_in(self.values, name),),
                    optional=True,
                )
                for name, column in zip(names, one.columns, strict=True)
            )


@cache
def language_options(language: str) -> tuple[tuple[str, str], ...]:
    """The languages people write in here, by their names."""
    codes = _by_name(READING_LANGUAGES, language, language_name)
    return tuple((code, language_name(code, language)) for code in codes)


@cache
def country_options(language: str, *, whole_world: bool = False) -> tuple[tuple[str, str], ...]:
    """The countries of Europe by name; those of the rest of the world after them, for whoever asks."""
    elsewhere = tuple(set(COUNTRIES) - set(EUROPE)) if whole_world else ()
    parts = (_by_name(part, language, country_name) for part in (EUROPE, elsewhere))
    return tuple((code, country_name(code, language)) for part in parts for code in part)


def _by_name(codes: Iterable[str], language: str, name_of: Callable[[str, str], str]) -> list[str]:
    return sorted(codes, key=lambda code: fold(name_of(code, language)))
