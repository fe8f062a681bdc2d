"""The words of the interface in its languages, read from the catalogues as translators keep them."""

from collections.abc import Callable
from functools import cache

from babel.messages.pofile import read_po

from forum.core.resources import PACKAGE

Words = Callable[[str], str]


@cache
def words_of(language: str) -> Words:
    """A function that says an English sentence of the interface in a language; it knows no other sentences."""
    path = PACKAGE / "translations" / language / "LC_MESSAGES" / "messages.po"
    if not path.exists():  # English, in which sentences are written
        return str
    with path.open("rb") as file:
        known = {message.id: str(message.string) for message in read_po(file, language) if isinstance(message.id, str)}
    return known.__getitem__
