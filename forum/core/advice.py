"""What would make a text easier to read: long sentences, links that do not say where they lead, and the like.

Advice, never a rule. The text is read line by line as Markdown; quotations, tables and code are left alone.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from forum.core.text import fold, single_line

LONGEST_SENTENCE = 25
MOST_ADVICE = 20
SHORTEST_CAPITALS = 8

Kind = Literal["long_sentence", "link_text", "bare_address", "picture_text", "capitals"]

FENCE = re.compile(r" {0,3}(```|~~~)")
NOT_MINE = re.compile(r" {0,3}[>|]")
HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(?=\S)")
ITEM = re.compile(r"[ \t]*(?:[-*+]|[0-9]{1,9}[.)])[ \t]+")
SENTENCE_END = re.compile(r"[.!?…]+[\"'»”’)\]*_]*\s+")
WORD = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
TARGET = re.compile(r"\]\([^()\n]*\)")
LINK = re.compile(r"(?<![@\\])(!?)\[((?:[^\[\]\\\n]|\\.)*)\]\([ ]*<?([^\s()<>]*)")
BARE = re.compile(r"(?<![(<\"\w/\[])(?:https?://|www\.)[^\s<>()\[\]]+")
ADDRESS = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+|[\w.-]+\.[a-z]{2,6}(?:/\S*)?", re.IGNORECASE)
FILE_NAME = re.compile(r"\S+\.(?:jpe?g|png|webp|gif|heic)", re.IGNORECASE)

# What links are called by people in a hurry, in the six languages of the interface; compared without accents.
EMPTY_WORDS = frozenset(
    fold(words)
    for line in (
        "here, click here, click, link, this link, the link, this, this page, more, read more, learn more, more information",
        "hier, klik hier, klik, deze link, de link, deze pagina, meer, lees meer, meer lezen, meer informatie, meer info",
        "ici, cliquez ici, cliquer ici, clique ici, lien, ce lien, le lien, cette page, plus, lire plus, lire la suite",
        "en savoir plus, voir plus, plus d'informations, plus d'infos",
        "hier klicken, klicken sie hier, klick hier, dieser link, der link, diese seite, mehr, mehr lesen, weiterlesen",
        "weitere informationen, mehr erfahren, mehr informationen",
        "aquí, haz clic aquí, haga clic aquí, clic aquí, pincha aquí, enlace, este enlace, el enlace, esta página, más",
        "leer más, seguir leyendo, más información, ver más",
        "qui, clicca qui, cliccare qui, clicca, questo link, il link, questa pagina, di più, leggi di più, leggi tutto",
        "per saperne di più, scopri di più, maggiori informazioni, continua a leggere",
    )
    for words in line.split(", ")
)


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice about the characters from `start` to `end`; `number` counts the words of a long sentence."""

    kind: Kind
    start: int
    end: int
    words: str
    number: int = 0


def advise(source: str) -> list[Advice]:
    """Advice about a text, in the order of the text, at most twenty pieces. Line ends must be single line feeds."""
    found: list[Advice] = []
    for start, block, is_heading in _blocks(source):
        found += _heading(start, block) if is_heading else _long_sentences(start, block)
        found += _links(start, block)
    return sorted(found, key=lambda one: (one.start, one.end))[:MOST_ADVICE]


def _blocks(source: str) -> Iterator[tuple[int, str, bool]]:
    """Headings, paragraphs and list items as (place, text, whether it is a heading)."""
    place, begun, is_code = 0, 0, False
    block: list[str] = []
    for line in source.split("\n"):
        fence = FENCE.match(line)
        is_code ^= bool(fence)
        heading, item = HEADING.match(line), ITEM.match(line)
        ends = is_code or fence or heading or item or NOT_MINE.match(line) or not line.strip()
        if ends and block:
            yield begun, "\n".join(block), False
            block = []
        if heading and not is_code:
            yield place + heading.end(), line[heading.end() :], True
        elif item and not is_code and not fence:
            begun, block = place + item.end(), [line[item.end() :]]
        elif not ends:
            begun, block = (begun, [*block, line]) if block else (place, [line])
        place += len(line) + 1
    if block:
        yield begun, "\n".join(block), False


def _heading(start: int, text: str) -> Iterator[Advice]:
    letters = [letter for letter in text if letter.isalpha()]
    if len(letters) >= SHORTEST_CAPITALS and text.isupper() and len(text.split()) > 1:
        yield Advice("capitals", start, start + len(text), single_line(text))


def _long_sentences(start: int, text: str) -> Iterator[Advice]:
    for begin, end in _sentences(text):
        words = len(WORD.findall(TARGET.sub("]", text[begin:end])))
        if words > LONGEST_SENTENCE:
            yield Advice("long_sentence", start + begin, start + end, single_line(text[begin:end]), words)


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    """Where each sentence begins and ends: at a full stop before a capital letter, a digit or an opening mark."""
    begin = 0
    for found in SENTENCE_END.finditer(text):
        following = text[found.end() : found.end() + 1]
        if following and not following.islower():
            yield begin, found.end() - 1
            begin = found.end()
    yield begin, len(text.rstrip())


def _links(start: int, text: str) -> Iterator[Advice]:
    for found in LINK.finditer(text):
        is_picture, words = bool(found[1]), single_line(found[2])
        place = start + found.start(), start + min(len(text), found.end() + 1)
        if is_picture and (not words or FILE_NAME.fullmatch(words)):
            yield Advice("picture_text", *place, found[3])
        elif not is_picture and _says_nothing(words):
            yield Advice("link_text", *place, words or found[3])
    for found in BARE.finditer(text):
        yield Advice("bare_address", start + found.start(), start + found.end(), found[0])


def _says_nothing(words: str) -> bool:
    bare = fold(words).strip(" .…:;,!?>»→-*_\"'")
    return not bare or bare in EMPTY_WORDS or bool(ADDRESS.fullmatch(bare))
