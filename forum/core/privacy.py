"""Words by which a person whom somebody supports may be recognised: looked for before a text is posted, in six languages.

Careful rather than clever: a name alone is no finding, since authors, ministers and partners have names too. It takes a title
with a single initial, or a first name with an age and a hard situation beside it, or a number that identifies one person and
passes its own check. Nothing of what is found is kept.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Literal

from forum.core.privacy_words import NOT_NAMES, SITUATIONS
from forum.core.text import fold, single_line

Kind = Literal["initial", "case", "phone", "number"]

MOST_FOUND = 20
SENTENCE_END = re.compile(r"(?<=[.!?…])[\"'»”’)]*\s+(?=[^\s\W\d_])|\n+")
# Titles that come before a name, as they are written within a sentence.
TITLES = (
    r"[Mm]evrouw|[Mm]evr\.|[Mm]w\.|[Mm]eneer|[Mm]ijnheer|[Dd]hr\.|[Mm]adame|Mme|[Mm]onsieur|Mlle|M\.|[Ff]rau|[Hh]errn?|Hr\.|Fr\.|"
    r"Mrs\.?|Mr\.?|Ms\.?|Miss|[Ss]eñora|[Ss]eñor|[Ss]ra\.|[Ss]r\.|[Dd]oña|[Dd]on|[Ss]ignora|[Ss]ignor|[Ss]ig\.ra|[Ss]ig\."
)
PARTICLES = r"(?:van|von|de|del|della|di|da|du|le|la|ten|ter|den|der|el|al)\b"
TITLE_AND_INITIAL = re.compile(
    rf"(?<!\w)(?:{TITLES})\s+[A-ZÀ-Ý]\.(?!\s*-?[A-ZÀ-Ý](?:\.|\w))(?!\s+{PARTICLES})", re.UNICODE
)
TITLE_AND_NAME = re.compile(rf"(?<!\w)(?:{TITLES})\s+[A-ZÀ-Ý][a-zà-ÿ]+")
YEARS = r"(?:jaar(?:\s+oud)?|ans|Jahre(?:\s+alt)?|years?(?:\s+old)?|years?-old|años|anni)"
NAME_AND_AGE = re.compile(
    rf"(?<![\w’'])([A-ZÀ-Ý][a-zà-ÿ]{{2,20}})(?:,\s*|\s+\(|\s+is\s+|\s+est\s+âgée?\s+de\s+|\s+a\s+|\s+ha\s+|\s+tiene\s+|\s+ist\s+)"
    rf"(?:ein(?:e)?\s+|een\s+)?(1[4-9]|[2-7]\d)(?:\s*{YEARS}|\))",
)
SITUATION = re.compile(r"(?<!\w)(?:" + "|".join(sorted(map(re.escape, SITUATIONS), key=len, reverse=True)) + ")")
# People in office have a title and a name too.
OFFICES = re.compile(
    r"(?<!\w)(?:minister|ministre|ministra|ministro|commissi|commissaire|kommissar|comisari|kanzler|president|presidente|prasident|"
    r"director|directeur|directrice|direttor|directora|direktor|geschaftsfuhrer|burgemeester|maire|burgermeister|alcalde|alcaldesa|sindaco|"
    r"mayor|professor|prof\.|dr\.|schepen|depute|senat|kamerlid|voorzitter|coordinat|koordinat|manager|secretar|sekretar|ceo)"
)
MOBILE = re.compile(
    r"(?<![\w+/.-])(?:(?:\+|00)(?:32|31|33|49|34|39|44|353)[ ./-]?(?:\(0\)[ ]?)?|0)"
    r"(?:4[5-9]\d|6|7|15\d|16\d|17\d|3\d\d|8[35679])[ ./-]?(?:\d[ ./-]?){6,9}(?![\w])"
)
# Between a name and a situation: words that say it of that person ("was", "a des", "hat", "heeft", "tiene", "è").
SAYS_OF = re.compile(
    r"^(?:\s+[A-ZÀ-Ý][\w-]+)?,?\s+(?:\([^)]{1,40}\)\s+)?(?:is|was|has|had|lived|heeft|had|werd|woont|woonde|est|était|a|avait|vit|ist|war|hat|hatte|"
    r"lebt|lebte|es|era|estaba|está|tiene|tenía|vive|vivía|è|ha|aveva|viveva)\s+(?P<rest>.{1,60})",
    re.DOTALL,
)
PERSON_BESIDE = re.compile(rf"(?<!\w)(?:{TITLES})\s+[A-ZÀ-Ý]|{NAME_AND_AGE.pattern}")


@dataclass(frozen=True, slots=True)
class Trace:
    """Words by which somebody may be recognised, and why they were found."""

    kind: Kind
    words: str


def traces_in(text: str) -> list[Trace]:
    """What in a text may show who somebody is whom its writers support; at most twenty findings, in the order of the text."""
    found: dict[Trace, None] = {}
    for sentence in SENTENCE_END.split(_without_breaking_titles(text)):
        found |= dict.fromkeys(_in_sentence(sentence.replace("\x00", " ")))
        if len(found) >= MOST_FOUND:
            break
    return list(found)[:MOST_FOUND]


def _without_breaking_titles(text: str) -> str:
    """The text with a mark for the space after a title or an initial, whose full stop ends no sentence."""
    return re.sub(
        r"(?<!\w)((?:[A-Z]|Mr|Mrs|Ms|Hr|Fr|[Mm]evr|[Mm]w|[Dd]hr|[Ss]ra?|[Ss]ig|ra)\.) (?=[A-Zà-ÿÀ-Ýa-z])",
        "\\1\x00",
        text,
    )


def _in_sentence(sentence: str) -> Iterator[Trace]:
    for found in TITLE_AND_INITIAL.finditer(sentence):
        yield Trace("initial", single_line(found[0]))
    yield from _numbers(sentence)
    if not SITUATION.search(fold(sentence)):
        return
    for found in NAME_AND_AGE.finditer(sentence):
        if fold(found[1]) not in NOT_NAMES:
            yield Trace("case", single_line(found[0]))
    for found in TITLE_AND_NAME.finditer(sentence):
        if not OFFICES.search(fold(sentence)) and _is_case(sentence[found.end() :]):
            yield Trace("case", single_line(found[0]))
    if PERSON_BESIDE.search(sentence):
        for found in MOBILE.finditer(sentence):
            yield Trace("phone", single_line(found[0]).strip(" ./-"))


def _is_case(after: str) -> bool:
    """Whether what follows a name says at once that this person is in a hard situation."""
    said = SAYS_OF.match(after)
    return bool(said and SITUATION.search(fold(said["rest"])))


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text)


def _belgian(text: str) -> bool:
    number = _digits(text)
    body, check = int(number[:9]), int(number[9:])
    return check in (97 - body % 97, 97 - int(f"2{number[:9]}") % 97)


def _french(text: str) -> bool:
    number = re.sub(r"[\s.]", "", text).upper().replace("2A", "19").replace("2B", "18")
    return int(number[13:]) == 97 - int(number[:13]) % 97


def _dutch(text: str) -> bool:
    number = _digits(text)
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return len(number) == 9 and sum(int(one) * weight for one, weight in zip(number, weights, strict=True)) % 11 == 0


def _spanish(text: str) -> bool:
    number = re.sub(r"[\s.-]", "", text).upper()
    body = number[:-1].translate(str.maketrans("XYZ", "012"))
    return "TRWAGMYFPDXBNJZSQVHLCKE"[int(body) % 23] == number[-1]


_ODD_LETTERS = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
ODD = dict(
    zip("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", (*_ODD_LETTERS[:10], *_ODD_LETTERS), strict=True)
)  # of a codice fiscale


def _italian(text: str) -> bool:
    code = text.upper()
    total = sum(ODD[one] for one in code[:15:2]) + sum(
        int(one, 36) - (10 if one.isalpha() else 0) for one in code[1:15:2]
    )
    return chr(ord("A") + total % 26) == code[15]


def _always(_text: str) -> bool:
    return True


# Numbers that belong to one person each, with what tells them from other numbers.
NUMBERS: tuple[tuple[re.Pattern[str], Callable[[str], bool]], ...] = (
    (re.compile(r"(?<![\w.])\d{2}\.(?:0\d|1[0-2]|[24]\d|[35][0-2])\.[0-3]\d-\d{3}\.\d{2}(?![\w.])"), _belgian),
    (
        re.compile(
            r"(?<!\w)[12]\s?\d{2}\s?(?:0[1-9]|1[0-2])\s?(?:\d{2}|2[AB])\s?\d{3}\s?\d{3}\s?\d{2}(?!\w)", re.IGNORECASE
        ),
        _french,
    ),
    (re.compile(r"(?<=BSN)[:\s]{1,3}(?:nummer[:\s]{1,3})?\d{4}[.\s]?\d{2}[.\s]?\d{3}(?!\w)"), _dutch),
    (re.compile(r"(?<!\w)(?:\d{8}|[XYZ]-?\d{7})[ -]?[A-HJ-NP-TV-Z](?!\w)"), _spanish),
    (re.compile(r"(?<!\w)[A-Z]{6}\d{2}[A-EHLMPR-T]\d{2}[A-Z]\d{3}[A-Z](?!\w)"), _italian),
    (re.compile(r"(?<!\w)[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D](?!\w)"), _always),
    (re.compile(r"(?<=Steuer-ID)[:\s]{1,3}\d{2}\s?\d{3}\s?\d{3}\s?\d{3}(?!\w)"), _always),
)


def _numbers(sentence: str) -> Iterator[Trace]:
    for pattern, is_one in NUMBERS:
        for found in pattern.finditer(sentence):
            if is_one(found[0]):
                yield Trace("number", single_line(found[0]).strip(" :"))
