"""Takes single values out of a line's object, and notes which fields were asked for."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from forum.accounts.queries import normal_email
from forum.core.languages import is_country, is_language
from forum.core.text import message as _
from forum.interop.lines import Found, Rejected, about, clean_ref
from forum.library.fields import Field, Refused, Type, clean_text, clean_value

T = TypeVar("T")
MOST_NAMES = 200


class Reader:
    """One line's object. Every method raises `Rejected`, naming the field, for a value it cannot take."""

    def __init__(self, found: Found):
        self.found = found
        self.asked: dict[str, None] = {}

    def value(self, name: str) -> Any:
        """What the line says; None for nothing."""
        self.asked[name] = None
        value = self.found.get(name)
        return None if value == "" else value

    def text(self, name: str, maximum: int, *, required: bool = False, one_line: bool = True) -> str:
        """A text; empty when it is missing and not required."""
        value = self.value(name)
        text = self._checked(name, lambda: clean_text("" if value is None else value, maximum, one_line=one_line))
        if required and not text:
            raise Rejected(_("%(name)s is missing.", name=name))
        return text

    def ref(self, name: str, *, required: bool = False) -> str | None:
        """The name of another object, or None."""
        self.asked[name] = None
        return clean_ref(self.found, name, required=required) or None

    def refs(self, name: str) -> list[str]:
        """A list of names, each once."""
        value = self.value(name) or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise Rejected(_("%(name)s must be a list of names.", name=name))
        if len(value) > MOST_NAMES:
            raise Rejected(_("%(name)s has more than %(most)s names.", name=name, most=MOST_NAMES))
        return list(dict.fromkeys(value))

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        """One of a few words."""
        value = self.value(name)
        if value is None:
            return default
        if value not in choices:
            raise Rejected(_("%(name)s must be one of %(choices)s.", name=name, choices=", ".join(choices)))
        return str(value)

    def flag(self, name: str) -> bool:
        """Yes or no; no when it is missing."""
        value = self.value(name)
        if value not in (None, True, False):
            raise Rejected(_("%(name)s must be true or false.", name=name))
        return bool(value)

    def language(self, name: str = "language", default: str = "en") -> str:
        """A language code."""
        value = self.value(name)
        if value is None:
            return default
        if not isinstance(value, str) or not is_language(value):
            raise Rejected(_("%(name)s must be a language code, like nl.", name=name))
        return value

    def country(self, name: str = "country") -> str:
        """A country code, or nothing."""
        value = self.value(name)
        if value is None:
            return ""
        if not isinstance(value, str) or not is_country(value):
            raise Rejected(_("%(name)s must be a country code, like BE.", name=name))
        return value

    def moment(self, name: str) -> datetime | None:
        """A moment in ISO 8601; without a zone it is taken as UTC."""
        value = self.value(name)
        if value is None:
            return None
        try:
            found = datetime.fromisoformat(str(value))
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError):
            raise Rejected(_("%(name)s must be a moment like 2026-03-01T09:00:00Z.", name=name)) from None

    def day(self, name: str) -> date | None:
        """A day in ISO 8601, or None."""
        value = self.value(name)
        found = self._checked(name, lambda: clean_value(Field(name, Type.DATE), value))
        return date.fromisoformat(found) if found else None

    def url(self, name: str) -> str:
        """The whole address of a page, or nothing."""
        value = self.value(name)
        return self._checked(name, lambda: clean_value(Field(name, Type.URL), value)) or ""

    def email(self, name: str = "email") -> str | None:
        """An address as accounts keep it, or None. Nothing is asked of the network."""
        written = self.text(name, 1000)
        address = normal_email(written) if written else None
        if written and address is None:
            raise Rejected(_("%(name)s is not a valid e-mail address.", name=name))
        return address

    def _checked(self, name: str, clean: Callable[[], T]) -> T:
        try:
            return clean()
        except Refused as refusal:
            raise Rejected(about(name, refusal.sentence)) from None
