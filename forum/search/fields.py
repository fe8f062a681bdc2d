"""What people may write before a colon: country:belgium, kind:practice, theme:finance, year:2024. In any of our languages.

A name or value that nobody knows is no error: it is searched as the words it is made of.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from functools import cache

from forum.core.catalogues import catalogue
from forum.core.languages import COUNTRIES, INTERFACE_LANGUAGES, country_name, is_country, is_language, language_name
from forum.core.text import fold
from forum.library.kinds import KINDS
from forum.organisations.directory import complete_names
from forum.vocabulary.matcher import concepts_in
from forum.vocabulary.queries import vocabulary

TITLE = "title"
# The names of fields as people of six languages would write them, folded.
NAMES: Mapping[str, tuple[str, ...]] = {
    TITLE: ("title", "titel", "titre", "titulo", "titolo"),
    "organisation": ("org", "organisation", "organization", "organisatie", "organizacion", "organizzazione"),
    "country": ("country", "land", "pays", "pais", "paese"),
    "language": ("lang", "language", "taal", "langue", "sprache", "idioma", "lengua", "lingua"),
    "kind": ("kind", "type", "soort", "art", "tipo", "genre"),
    "theme": ("theme", "thema", "tema"),
    "year": ("year", "jaar", "annee", "jahr", "ano", "anno"),
}
# How the site itself writes them, in the languages that have a word of their own; the first name above in the others.
OWN_NAMES: Mapping[str, Mapping[str, str]] = {
    TITLE: {"nl": "titel", "fr": "titre", "de": "titel", "es": "título", "it": "titolo"},
    "organisation": {"nl": "organisatie", "fr": "organisation", "de": "organisation", "es": "organización", "it": "organizzazione"},
    "country": {"nl": "land", "fr": "pays", "de": "land", "es": "país", "it": "paese"},
    "language": {"nl": "taal", "fr": "langue", "de": "sprache", "es": "idioma", "it": "lingua"},
    "kind": {"nl": "soort", "fr": "type", "de": "art", "es": "tipo", "it": "tipo"},
    "theme": {"nl": "thema", "fr": "theme", "de": "thema", "es": "tema", "it": "tema"},
    "year": {"nl": "jaar", "fr": "année", "de": "jahr", "es": "año", "it": "anno"},
}  # fmt: skip
# What a kind is called besides its code: the labels of the site, and the plain words.
KIND_LABELS = {
    "practice": ("Good practice", "Practice"),
    "research": ("Research", "Study"),
    "policy": ("Policy update", "Policy", "Law"),
    "question": ("Question",),
    "news": ("News",),
}
FIELD_OF = {name: field for field, names in NAMES.items() for name in names}
YEARS = re.compile(r"(\d{4})(?:\s*(?:-|–|\.\.)\s*(\d{4}))?")
MOST_YEARS, MOST_ORGANISATIONS = 30, 20
FIRST_YEAR = 1900


def name_in(field: str, language: str) -> str:
    """What people of a language write before the colon for a field."""
    return OWN_NAMES[field].get(language, NAMES[field][0])


def field_named(name: str) -> str | None:
    """The field that somebody means by a word before a colon."""
    return FIELD_OF.get(fold(name))


def values_of(field: str, text: str) -> tuple[str, ...]:
    """The codes that somebody means by a value of a field; none for what nobody knows."""
    return tuple(dict.fromkeys(_READERS[field](" ".join(text.split())))) if text.strip() else ()


def _countries(text: str) -> Iterator[str]:
    if is_country(text.upper()):
        yield text.upper()
    elif fold(text) in _country_codes():
        yield _country_codes()[fold(text)]


def _languages(text: str) -> Iterator[str]:
    if is_language(text.lower()):
        yield text.lower()
    elif fold(text) in _language_codes():
        yield _language_codes()[fold(text)]


def _kinds(text: str) -> Iterator[str]:
    word = fold(text)
    yield from (code for code in KINDS if word in (code, *_kind_words()[code]))


def _themes(text: str) -> Iterator[str]:
    known = vocabulary()
    entry = known.by_key(text.lower())
    entries = [entry] if entry else known.entries(concepts_in(text, None))
    yield from (one.key for one in entries if one.scheme == "theme")


def _organisations(text: str) -> Iterator[str]:
    yield from (str(one.id) for one in complete_names(text, MOST_ORGANISATIONS))


def _years(text: str) -> Iterator[str]:
    found = YEARS.fullmatch(text)
    if found:
        first, last = sorted((int(found[1]), int(found[2] or found[1])))
        first, last = max(first, FIRST_YEAR), min(last, date.today().year + 1)  # a year, not a moment
        yield from map(str, range(first, last + 1)[-MOST_YEARS:])


_READERS: Mapping[str, Callable[[str], Iterator[str]]] = {
    "organisation": _organisations,
    "country": _countries,
    "language": _languages,
    "kind": _kinds,
    "theme": _themes,
    "year": _years,
}


@cache
def _country_codes() -> Mapping[str, str]:
    return {fold(country_name(code, language)): code for code in COUNTRIES for language in INTERFACE_LANGUAGES}


@cache
def _language_codes() -> Mapping[str, str]:
    codes = [code for code in map(str, _two_letters()) if is_language(code)]
    return {fold(language_name(code, language)): code for code in codes for language in INTERFACE_LANGUAGES}


def _two_letters() -> Iterator[str]:
    letters = "abcdefghijklmnopqrstuvwxyz"
    return (first + second for first in letters for second in letters)


@cache
def _kind_words() -> Mapping[str, frozenset[str]]:
    """By code: every folded word for a kind, in every language of the interface."""
    return {
        code: frozenset(
            fold(catalogue(language).ugettext(label)) for label in labels for language in INTERFACE_LANGUAGES
        )
        for code, labels in KIND_LABELS.items()
    }
