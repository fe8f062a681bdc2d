"""Advice about a text in the reader's language, for the page that shows it and for the script that asks while somebody types."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask_babel import gettext as _

from forum.core.advice import Advice, advise
from forum.core.text import message
from forum.library.reading import decorative_among
from forum.web.languages import say

LONGEST_EXCERPT = 70
ATTACHMENT = re.compile(r"/attachments/([0-9]{1,9})/")

SENTENCES = {
    "link_text": message("This link does not say where it leads. Name what people find there."),
    "bare_address": message("A bare address says little. Make it a link that names what people find there."),
    "picture_text": message("This picture has no description. Say what it shows."),
    "capitals": message("Capital letters are hard to read. Write this heading in small letters."),
}


@dataclass(frozen=True, slots=True)
class Hint:
    """A sentence of advice, the words it is about, and where they stand, counted as a browser counts."""

    sentence: str
    words: str
    start: int
    end: int


def hints_for(source: str) -> list[Hint]:
    """Advice about a text as a form sends it; a picture that is only decoration needs no description."""
    text = source.replace("\r\n", "\n")
    found = advise(text)
    decorative = decorative_among(_pictures(found))
    return [_hint(text, one) for one in found if _picture_of(one) not in decorative]


def _pictures(found: Iterable[Advice]) -> set[int]:
    return {number for one in found if (number := _picture_of(one))}


def _picture_of(one: Advice) -> int:
    """The attachment that lacks a description; nought for any other advice."""
    found = ATTACHMENT.search(one.words) if one.kind == "picture_text" else None
    return int(found[1]) if found else 0


def _hint(text: str, one: Advice) -> Hint:
    words = one.words if len(one.words) <= LONGEST_EXCERPT else one.words[:LONGEST_EXCERPT].rsplit(" ", 1)[0] + " …"
    return Hint(_sentence(one), words, _in_browser(text, one.start), _in_browser(text, one.end))


def _sentence(one: Advice) -> str:
    if one.kind == "long_sentence":
        return str(_("This sentence has %(number)s words. Two sentences read more easily.", number=one.number))
    return say(SENTENCES[one.kind])


def _in_browser(text: str, place: int) -> int:
    """A place in a text, counted in UTF-16 as scripts do."""
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2
