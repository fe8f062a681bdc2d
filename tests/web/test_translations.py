"""Every language of the interface is whole: each sentence translated, nothing broken on the way, one form of address."""

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from forum.core.catalogues import catalogue_file
from forum.core.languages import INTERFACE_LANGUAGES
from tests.web.test_catalogue import catalogue as sentences  # a fixture: every sentence of code and templates

__all__ = ["sentences"]

pytestmark = pytest.mark.one_database

LANGUAGES = [code for code in INTERFACE_LANGUAGES if code != "en"]
LONGEST_SENTENCE = 26  # words; what takes English twenty takes French a few more
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}|</?\w+[^>]*>")
# The other form of address: docs/languages.md says which one each language uses, and why.
WRONG_ADDRESS = {
    "nl": r"\b(?:u|uw|uzelf)\b",
    "fr": r"\b(?:tu|toi|ton|ta|tes)\b",
    "de": r"\b(?:du|dich|dir|dein\w*|euch|euer\w*)\b",
    "es": r"\b(?:usted|ustedes|vosotros|vosotras|vuestr\w+)\b",
    "it": r"\b(?:voi|vostr\w+)\b|(?<![.!?:] )(?<!^)\b(?:Lei|Suo|Sua|Suoi|Sue)\b",
}


@pytest.fixture(scope="module", params=LANGUAGES)
def translated(request: pytest.FixtureRequest) -> Catalog:
    """The catalogue of each language in turn."""
    with catalogue_file(request.param).open("rb") as file:
        return read_po(file, locale=request.param)


def entries(catalogue: Catalog) -> list[Message]:
    """The sentences of a catalogue, without its head."""
    return [entry for entry in catalogue if entry.id]


def forms(entry: Message) -> list[tuple[str, str]]:
    """(English, translation) of a sentence; of its singular and its plural where it depends on a number."""
    if isinstance(entry.id, str):
        return [(entry.id, entry.string)]
    return list(zip(entry.id, entry.string, strict=True))


def all_forms(catalogue: Catalog) -> Iterator[tuple[str, str]]:
    """Every sentence with its translation."""
    return (pair for entry in entries(catalogue) for pair in forms(entry))


def test_every_sentence_is_translated(sentences: Catalog, translated: Catalog) -> None:
    missing = []
    for entry in entries(sentences):
        found = translated.get(entry.id, entry.context)
        if found is None or found.fuzzy or not all(text.strip() for _english, text in forms(found)):
            missing.append(entry.id)
    assert missing == [], "run make catalogues, and translate what is new"


def test_nothing_is_kept_that_nobody_says_any_more(sentences: Catalog, translated: Catalog) -> None:
    assert [one.id for one in entries(translated) if sentences.get(one.id, one.context) is None] == []
    assert list(translated.obsolete) == []


def test_values_and_markup_are_where_they_belong(translated: Catalog) -> None:
    broken = []
    for english, text in all_forms(translated):
        left_out = {"%(num)s"} & set(PLACEHOLDER.findall(english))  # a language may write "one" for 1
        wanted, found = set(PLACEHOLDER.findall(english)), set(PLACEHOLDER.findall(text))
        if not wanted - left_out <= found <= wanted:
            broken.append((english, text))
        if (english[:1].isspace(), english[-1:].isspace()) != (text[:1].isspace(), text[-1:].isspace()):
            broken.append((english, text))
    assert broken == []
    assert [(message.id, errors) for message, errors in translated.check()] == []


def test_sentences_stay_short(translated: Catalog) -> None:
    parts = [part for _english, text in all_forms(translated) for part in re.split(r"(?<=[.!?:])\s+", text)]
    assert [part for part in parts if len(part.split()) > LONGEST_SENTENCE] == []


def test_people_are_addressed_in_one_way(translated: Catalog) -> None:
    wrong = re.compile(WRONG_ADDRESS[str(translated.locale)])
    assert [text for _english, text in all_forms(translated) if wrong.search(text)] == []
