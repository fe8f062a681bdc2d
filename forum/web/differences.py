"""How two states of a post differ, field by field, in words: for the history, and when two people edited at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from forum.core.diff import Change, compare
from forum.core.languages import country_name, language_name
from forum.library.content import Content
from forum.library.fields import Field, Type
from forum.library.kinds import KINDS
from forum.library.operations.versions import changed_fields
from forum.vocabulary.queries import vocabulary
from forum.web import labels
from forum.web.answers import show_answer
from forum.web.comparing import Fold, Piece, Row, folded, items_apart, side_by_side
from forum.web.languages import interface_language


@dataclass(frozen=True, slots=True)
class Difference:
    """What changed in one field. `written` tells words of the post from words of ours; of a list the changes are its items."""

    name: str
    label: str
    changes: list[Change]
    written: bool = True
    is_list: bool = False

    @property
    def pieces(self) -> list[Piece]:
        """The changes in one text, long unchanged passages folded."""
        return folded(self.changes)

    @property
    def rows(self) -> list[Row | Fold]:
        """The changes with the former and the present text side by side."""
        return side_by_side(self.changes)


Items = tuple[str, ...]
LISTS = (Type.CHOICES, Type.COUNTRIES, Type.LANGUAGES)
WRITTEN = ("title", "summary", "body")


def differences(before: Content, after: Content) -> list[Difference]:
    """What changed, in the order of the post's page."""
    return [
        _difference(name, label, old, new, written)
        for name, label, old, new, written in _texts(before, after)
        if old != new
    ]


def _difference(name: str, label: str, old: str | Items, new: str | Items, written: bool) -> Difference:
    if isinstance(old, tuple) and isinstance(new, tuple):
        return Difference(name, label, items_apart(old, new), written, is_list=True)
    return Difference(name, label, compare(str(old), str(new)), written)


def changed_labels(before: Content, after: Content) -> list[str]:
    """The names of the fields that changed."""
    return [label for _name, label, old, new, _written in _texts(before, after) if old != new]


def _texts(before: Content, after: Content) -> Iterator[tuple[str, str, str | Items, str | Items, bool]]:
    """(name, label, text or items before, and after, whether a person wrote it) of each field that changed."""
    for name in changed_fields(before, after):
        if name == "concept_ids":
            for part, scheme in labels.SCHEMES.items():
                label = labels.field_label(after.kind, part)
                yield part, label, _concepts(before, scheme), _concepts(after, scheme), False
        else:
            written = name in WRITTEN or _is_written(after.kind, name)
            yield name, labels.field_label(after.kind, name), _said(before, name), _said(after, name), written


def _said(content: Content, name: str) -> str | Items:
    """What a field says: the items of a list, else text."""
    own, language = KINDS[content.kind].by_name.get(name), interface_language()
    if name == "countries":
        return tuple(country_name(code, language) for code in content.countries)
    if own is not None and own.type in LISTS:
        value = content.details.get(name)
        return () if value is None else tuple(show_answer(content.kind, own, value, language))
    return field_text(content, name)


def field_text(content: Content, name: str) -> str:
    """What a field says, as text in the reader's words."""
    language = interface_language()
    own = KINDS[content.kind].by_name.get(name)
    if own is not None:
        return _own_text(content.kind, own, content.details.get(name), language)
    texts = {
        "language": lambda: language_name(content.language, language),
        "countries": lambda: ", ".join(country_name(code, language) for code in content.countries),
        "visibility": lambda: labels.visibility_label(content.visibility),
        "licence": lambda: labels.licence_label(content.licence),
    }
    return texts[name]() if name in texts else str(getattr(content, name, content.details.get(name, "")))


def _own_text(kind: str, own: Field, value: Any, language: str) -> str:
    if value is None:
        return ""
    if own.type is Type.ROWS:
        return "\n".join(_row_text(kind, own, row) for row in value)
    if own.type in (Type.TEXT, Type.LINE, Type.URL):
        return str(value)
    return ", ".join(show_answer(kind, own, value, language))


def _row_text(kind: str, own: Field, row: dict[str, str]) -> str:
    cells = ((labels.column_label(kind, own.name, column.name), row.get(column.name)) for column in own.columns)
    return "; ".join(f"{label}: {text}" for label, text in cells if text)


def _concepts(content: Content, scheme: str) -> Items:
    known, language = vocabulary(), interface_language()
    return tuple(known.label(entry.id, language) for entry in known.entries(content.concept_ids, scheme))


def _is_written(kind: str, name: str) -> bool:
    own = KINDS[kind].by_name.get(name)
    return own is not None and own.type in (Type.TEXT, Type.LINE)
