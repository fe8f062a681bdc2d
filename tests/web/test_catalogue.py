"""The interface's sentences go through the catalogue, and are short enough to be understood at once."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir

ROOT = Path(__file__).resolve().parent.parent.parent
KEYWORDS = {
    "_": None,
    "gettext": None,
    "lazy_gettext": None,
    "ngettext": (1, 2),
    "message": None,
    "pgettext": ((1, "c"), 2),
    "lazy_pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
MAPPING = [("forum/**.py", "python"), ("templates/**", "jinja2")]
OPTIONS = {"templates/**": {"trimmed": "true", "silent": "false"}}
LONGEST_SENTENCE = 20

pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    """Every sentence of code and templates."""
    found = Catalog()
    for _file, _line, sentence, _comments, context in extract_from_dir(ROOT, MAPPING, OPTIONS, KEYWORDS):
        found.add(sentence, context=context)
    return found


def texts(catalogue: Catalog) -> list[str]:
    """Singular and plural sentences alike."""
    found: list[str] = []
    for entry in catalogue:
        if entry.id:
            found.extend(entry.id if isinstance(entry.id, tuple | list) else [entry.id])
    return found


def test_there_is_a_catalogue_of_hundreds_of_sentences(catalogue: Catalog) -> None:
    assert len(texts(catalogue)) > 500


def test_sentences_have_at_most_twenty_words(catalogue: Catalog) -> None:
    sentences = [part for text in texts(catalogue) for part in re.split(r"(?<=[.!?:])\s+", text)]
    assert [one for one in sentences if len(one.split()) > LONGEST_SENTENCE] == []


def test_templates_say_nothing_outside_the_catalogue() -> None:
    bare = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = re.sub(
            r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->", "", path.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        for words in re.findall(r">([^<>]+)<", text):
            if re.search(r"[A-Za-z]{3,}", words) and '="' not in words:
                bare.append(f"{path.relative_to(ROOT)}: {words.strip()[:60]}")
    assert bare == []


def test_templates_translate_what_is_heard_but_not_seen() -> None:
    pattern = re.compile(r"\b(?:aria-label|alt|title|placeholder)=\"(?!\{\{|\")[A-Za-z]")
    spoken = [
        str(path.relative_to(ROOT))
        for path in (ROOT / "templates").rglob("*.html")
        if pattern.search(path.read_text(encoding="utf-8"))
    ]
    assert spoken == []
