"""The glossary: the words of the site, terms of the field as the thesaurus names them, and abbreviations, from A to Z."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import g

from forum.core.text import AFTER_ITS_LETTER, fold, sorting_key
from forum.vocabulary.queries import vocabulary
from forum.web.cards import concept_url
from forum.web.wording.glossary import ABBREVIATIONS, SITE, TERMS


@dataclass(frozen=True, slots=True)
class Word:
    """One entry: `id` is its anchor, `term_language` the language of the term, `url` a page with more about it."""

    id: str
    term: str
    meaning: str
    term_language: str
    url: str = ""
    elsewhere: str = ""
    is_abbreviation: bool = False


def words_by_letter(language: str, other: str = "") -> list[tuple[str, list[Word]]]:
    """Every entry under its letter, in the order of a language; terms of the field also in an `other` language."""
    words = sorted(_words(language, other), key=lambda word: (sorting_key(word.term, language), word.id))
    return [(letter, list(under)) for letter, under in groupby(words, key=lambda word: letter_of(word.term, language))]


def letter_of(term: str, language: str) -> str:
    """The letter under which a term stands."""
    first = term[:1].casefold()
    return (first if first in AFTER_ITS_LETTER.get(language, {}) else fold(first)).upper()


def _words(language: str, other: str) -> Iterator[Word]:
    for key, (term, meaning) in SITE.items():
        yield Word(f"word-{key}", str(term), str(meaning), language)
    for key, one in ABBREVIATIONS.items():
        yield Word(f"abbr-{key}", str(one.short), str(one.long), language, is_abbreviation=True)
    yield from _terms(language, other)


def _terms(language: str, other: str) -> Iterator[Word]:
    """Terms of the field under the names they have now; one that was taken out of the thesaurus is left out."""
    known = vocabulary()
    for key, meaning in TERMS.items():
        entry = known.by_key(key)
        if entry is None or entry.key != key:
            continue
        yield Word(
            key,
            known.heading(entry.id, language),
            str(meaning),
            known.label_language(entry.id, language),
            concept_url(entry),
            entry.labels.get(other, ""),
        )


def explain(key: str) -> dict[str, Any]:
    """An abbreviation for the macro `abbr`, and whether this is the first time that the page uses it."""
    used: set[str] = g.setdefault("explained", set())
    is_first = key not in used
    used.add(key)
    one = ABBREVIATIONS[key]
    return {"short": one.short, "long": one.long, "is_first": is_first}
