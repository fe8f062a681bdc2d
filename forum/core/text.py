"""Sentences for people, before they have a language; and plain string shapes.

Domains raise errors and name things without knowing who reads them. `message()` keeps the English sentence and its values
together; the edge (web, command line) turns it into the reader's language. Babel extracts the sentences by the name `_`.
"""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

SLUG_LENGTH = 80
AFTER_ITS_LETTER = {"es": {"ñ": "n\uffff"}}  # letters that a language files as letters of their own
CONTROL_CHARACTERS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Message:
    """An English sentence with %(named)s values, translated only when somebody reads it."""

    sentence: str
    values: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        """The sentence in English."""
        return self.told(lambda sentence: sentence)

    def told(self, gettext: Callable[[str], str]) -> str:
        """The sentence as the catalogue gives it, values filled in."""
        found = gettext(self.sentence)
        return found % {name: told(value, gettext) for name, value in self.values.items()} if self.values else found


def told(value: Any, gettext: Callable[[str], str]) -> Any:
    """A value of a sentence: a message within a message is translated too."""
    return value.told(gettext) if isinstance(value, Message) else value


def message(sentence: str, /, **values: Any) -> Message:
    """A sentence to be said later, in the reader's language."""
    return Message(sentence, values)


def fold(text: str) -> str:
    """Lower case without accents, for comparing and sorting names: "Élan" -> "elan"."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(character for character in decomposed if not unicodedata.combining(character))


def sorting_key(text: str, language: str) -> str:
    """Where a dictionary of the language has a text: accents and case do not count, letters of the language's own do.

    Good for the languages of the interface. Letters that are no letter with an accent (ø, ł, þ) come after z in any language.
    """
    own = AFTER_ITS_LETTER.get(language, {})
    return "".join(own.get(character) or fold(character) for character in unicodedata.normalize("NFC", text).casefold())


def slugify(text: str) -> str:
    """A short ASCII name for an address; never empty, at most 80 characters."""
    words = re.findall(r"[a-z0-9]+", fold(text))
    slug = "-".join(words)
    if len(slug) > SLUG_LENGTH:
        slug = slug[: SLUG_LENGTH + 1].rsplit("-", 1)[0][:SLUG_LENGTH]
    return slug or "-"


def single_line(text: str) -> str:
    """The text on one line: runs of white space and control characters become one space; spaces that do not break stay."""
    return re.sub(r"(?:[^\S\xa0\u202f]|[\x00-\x1f\x7f-\x9f])+", " ", text).strip()
