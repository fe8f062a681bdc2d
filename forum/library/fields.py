"""Types of the fields that kinds of post are made of, and how a value given by a person or a file becomes a clean one."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

from forum.core.languages import is_country, is_language
from forum.core.text import CONTROL_CHARACTERS, Message, single_line
from forum.core.text import message as _

URL_LENGTH = 500
LIST_LENGTH = 60
LARGEST_WORD = 1e15
TRUE_WORDS = ("1", "true", "yes", "on")
FALSE_WORDS = ("0", "false", "no", "off")
BETWEEN_DIGITS = re.compile(r"[\s'\u2019\u00a0\u202f]")
GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
PLAIN_NUMBER = re.compile(r"[+-]?\d{1,15}(?:\.\d{1,15})?")


class Type(StrEnum):
    """What a field holds."""

    LINE = "line"
    TEXT = "text"
    CHOICE = "choice"
    CHOICES = "choices"
    INTEGER = "integer"
    NUMBER = "number"
    YES_NO = "yes_no"
    DATE = "date"
    URL = "url"
    COUNTRIES = "countries"
    LANGUAGES = "languages"
    ROWS = "rows"


class Weight(StrEnum):
    """How much a field is asked for: to post at all, afterwards as "what would help others", or never."""

    REQUIRED = "required"
    NUDGED = "nudged"
    OPTIONAL = "optional"


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a kind. `maximum` counts characters of texts, rows of rows, and bounds numbers."""

    name: str
    type: Type
    weight: Weight = Weight.OPTIONAL
    maximum: int = 5000
    minimum: int = 0
    choices: tuple[str, ...] = ()
    columns: tuple["Field", ...] = ()
    section: str = "story"


class Refused(ValueError):
    """A value that a field cannot take; `sentence` says why."""

    def __init__(self, sentence: Message):
        self.sentence = sentence
        super().__init__(str(sentence))


def clean_value(field: Field, raw: Any) -> Any:
    """The value as it is stored, or None when nothing was given. Raises `Refused` with a sentence."""
    if raw is None or raw == "" or raw == [] or raw == {}:
        return None
    return CLEANERS[field.type](field, raw)


def clean_text(raw: Any, maximum: int, *, one_line: bool = False) -> str:
    """Text without control characters, at most `maximum` characters."""
    if not isinstance(raw, str):
        raise Refused(_("Write this as text."))
    text = single_line(raw) if one_line else raw.replace("\r\n", "\n").replace("\r", "\n").strip()
    if CONTROL_CHARACTERS.search(text):
        raise Refused(_("There are characters in this text that cannot be shown. Please type it again."))
    if len(text) > maximum:
        raise Refused(
            _("This is %(length)s characters long. Please keep it to %(maximum)s.", length=len(text), maximum=maximum)
        )
    return text


def _line(field: Field, raw: Any) -> str | None:
    text = (
        str(raw) if _is_number(raw) and abs(raw) < LARGEST_WORD else raw
    )  # files may hold a number where a word fits too
    return clean_text(text, field.maximum, one_line=True) or None


def _text(field: Field, raw: Any) -> str | None:
    return clean_text(raw, field.maximum) or None


def _choice(field: Field, raw: Any) -> str:
    if raw not in field.choices:
        raise Refused(_("Choose one of the answers offered."))
    return str(raw)


def _choices(field: Field, raw: Any) -> list[str]:
    given = _as_list(raw)
    if any(value not in field.choices for value in given):
        raise Refused(_("Choose from the answers offered."))
    return [choice for choice in field.choices if choice in given]


def _number(field: Field, raw: Any) -> float | int:
    try:
        value = float(raw if _is_number(raw) else _decimal(field, str(raw)))
    except (ValueError, OverflowError):
        value = math.nan
    if math.isnan(value):
        raise Refused(_("Write a number, like 12 or 3.5."))
    if not field.minimum <= value <= field.maximum:
        raise Refused(
            _("Write a number between %(minimum)s and %(maximum)s.", minimum=field.minimum, maximum=field.maximum)
        )
    return int(value) if value == int(value) else round(value, 2)


def _is_number(raw: Any) -> bool:
    return isinstance(raw, int | float) and not isinstance(raw, bool)


def _decimal(field: Field, text: str) -> str:
    """A number as people of any country type it, in the way `float` reads it: "1 250", "1.250" (whole), "2,5"."""
    text = BETWEEN_DIGITS.sub("", text)
    if GROUPED.fullmatch(text):
        if field.type is not Type.INTEGER:
            raise Refused(_("Write the number without a sign between the thousands, like 1250."))
        text = re.sub("[.,]", "", text)
    text = text.replace(",", ".")
    return text if PLAIN_NUMBER.fullmatch(text) else ""


def _integer(field: Field, raw: Any) -> int:
    value = _number(field, raw)
    if isinstance(value, float):
        raise Refused(_("Write a whole number, like 12."))
    return value


def _yes_no(_field: Field, raw: Any) -> bool:
    word = str(raw).strip().lower()
    if word not in (*TRUE_WORDS, *FALSE_WORDS):
        raise Refused(_("Answer yes or no."))
    return word in TRUE_WORDS


def _date(_field: Field, raw: Any) -> str:
    try:
        return date.fromisoformat(str(raw).strip()).isoformat()
    except ValueError:
        raise Refused(_("Write the date as year-month-day, like 2026-06-07.")) from None


def _url(_field: Field, raw: Any) -> str:
    text = clean_text(raw, URL_LENGTH, one_line=True)
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    if parts.scheme not in ("http", "https") or not parts.netloc or " " in text:
        raise Refused(_("Write the whole address of the page, beginning with https://."))
    return text


def _countries(_field: Field, raw: Any) -> list[str]:
    return clean_codes(raw, is_country, _("Choose countries from the list."))


def _languages(_field: Field, raw: Any) -> list[str]:
    return clean_codes(raw, is_language, _("Choose languages from the list."))


def clean_codes(raw: Any, is_known: Any, sentence: Message) -> list[str]:
    """Codes of countries or languages, each once, in the order given."""
    codes = list(dict.fromkeys(str(code).strip() for code in _as_list(raw) if str(code).strip()))
    if len(codes) > LIST_LENGTH or not all(is_known(code) for code in codes):
        raise Refused(sentence)
    return codes


def _rows(field: Field, raw: Any) -> list[dict[str, Any]] | None:
    if not isinstance(raw, Sequence) or isinstance(raw, str) or not all(isinstance(row, Mapping) for row in raw):
        raise Refused(_("Write this as a list of rows."))
    rows = [cleaned for row in raw if (cleaned := _row(field, row))]
    if len(rows) > field.maximum:
        raise Refused(_("At most %(maximum)s rows fit here.", maximum=field.maximum))
    return rows or None


def _row(field: Field, row: Mapping[str, Any]) -> dict[str, Any]:
    cleaned = {column.name: clean_value(column, row.get(column.name)) for column in field.columns}
    return {name: value for name, value in cleaned.items() if value is not None}


def _as_list(raw: Any) -> list[Any]:
    return list(raw) if isinstance(raw, list | tuple) else [raw]


CLEANERS = {
    Type.LINE: _line,
    Type.TEXT: _text,
    Type.CHOICE: _choice,
    Type.CHOICES: _choices,
    Type.INTEGER: _integer,
    Type.NUMBER: _number,
    Type.YES_NO: _yes_no,
    Type.DATE: _date,
    Type.URL: _url,
    Type.COUNTRIES: _countries,
    Type.LANGUAGES: _languages,
    Type.ROWS: _rows,
}
