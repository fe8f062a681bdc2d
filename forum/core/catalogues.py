"""The catalogues: every sentence of the interface in each of its languages.

A language is one file, `forum/translations/<code>/LC_MESSAGES/messages.po`. It is compiled when it is first read, in a few
hundredths of a second, so nothing has to be built and nothing can be out of step. English is in the code itself.
"""

import io
import re
from functools import cache, lru_cache
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from forum.core.resources import PACKAGE

FOLDER = PACKAGE / "translations"
PSEUDO_LANGUAGE = "en-XA"  # CLDR's name for accented English that is longer than English
PLACEHOLDER = re.compile(r"(%\(\w+\)[sd]|%%|\{\w+\}|<[^>]*>|https?://\S+)")
ACCENTS = str.maketrans("aeiouyAEIOUYncszNCSZ", "áéíóúýÁÉÍÓÚÝñçšžÑÇŠŽ")
VOWEL = re.compile("[aeiouyAEIOUY]")  # doubled, words grow by about two fifths, as German ones do


def catalogue_file(language: str) -> Path:
    """Where the catalogue of a language is, or would be."""
    return FOLDER / language / "LC_MESSAGES" / "messages.po"


def languages_with_catalogue() -> list[str]:
    """The codes of the languages that somebody wrote a catalogue for."""
    return sorted(path.parent.parent.name for path in FOLDER.glob("*/LC_MESSAGES/messages.po"))


@cache
def catalogue(language: str) -> NullTranslations:
    """The sentences in a language; English stands in for a language without a catalogue, and for a missing sentence."""
    if language == PSEUDO_LANGUAGE:
        return PseudoTranslations()
    path = catalogue_file(language)
    if not path.is_file():
        return NullTranslations()
    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=language))
    compiled.seek(0)
    return Translations(compiled)


class PseudoTranslations(NullTranslations):
    """English with accents, in brackets, longer by two fifths: what stays plain or is cut off has been forgotten."""

    def ugettext(self, message: str) -> str:
        """One sentence."""
        return pseudo(message)

    def ungettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """A sentence that depends on a number."""
        return pseudo(msgid1 if n == 1 else msgid2)

    def upgettext(self, context: str, message: str) -> str:
        """One sentence, with the context that tells it from its homonyms."""
        return pseudo(message)

    def unpgettext(self, context: str, singular: str, plural: str, num: int) -> str:
        """The same with a number."""
        return pseudo(singular if num == 1 else plural)


@lru_cache(maxsize=4096)
def pseudo(sentence: str) -> str:
    """A sentence in the pseudo-language; placeholders, markup and addresses stay as they are."""
    parts = PLACEHOLDER.split(sentence)
    parts[::2] = [VOWEL.sub(r"\g<0>\g<0>", part).translate(ACCENTS) for part in parts[::2]]
    return f"[{''.join(parts)}]"
