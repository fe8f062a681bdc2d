"""Catalogues: sentences in the languages of the interface, and in the pseudo-language that shows what was forgotten."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from forum.core import catalogues

pytestmark = pytest.mark.one_database

SMALL_CATALOGUE = """
msgid ""
msgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "Search"
msgstr "Zoeken"

msgid "%(num)s post"
msgid_plural "%(num)s posts"
msgstr[0] "%(num)s bijdrage"
msgstr[1] "%(num)s bijdragen"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of catalogues with one language."""
    file = tmp_path / "nl" / "LC_MESSAGES" / "messages.po"
    file.parent.mkdir(parents=True)
    file.write_text(SMALL_CATALOGUE, encoding="utf-8")
    monkeypatch.setattr(catalogues, "FOLDER", tmp_path)
    catalogues.catalogue.cache_clear()
    yield tmp_path
    catalogues.catalogue.cache_clear()


def test_a_file_of_sentences_is_all_that_a_language_needs(folder: Path) -> None:
    assert catalogues.languages_with_catalogue() == ["nl"]
    dutch = catalogues.catalogue("nl")
    assert dutch.ugettext("Search") == "Zoeken"
    assert dutch.ungettext("%(num)s post", "%(num)s posts", 1) == "%(num)s bijdrage"
    assert dutch.ungettext("%(num)s post", "%(num)s posts", 3) == "%(num)s bijdragen"


def test_english_stands_in_for_what_is_missing(folder: Path) -> None:
    assert catalogues.catalogue("nl").ugettext("Nobody translated this.") == "Nobody translated this."
    assert catalogues.catalogue("pt").ugettext("Search") == "Search"


def test_the_pseudo_language_is_longer_and_keeps_what_machines_read() -> None:
    pseudo = catalogues.catalogue(catalogues.PSEUDO_LANGUAGE)
    said = pseudo.ugettext("%(name)s posted this on %(site)s.")
    assert said.startswith("[%(name)s")
    assert "%(site)s" in said
    assert len(pseudo.ugettext("Organisations")) >= len("Organisations") * 1.4
    assert " " not in pseudo.ugettext("Organisations")  # as long words are
    assert pseudo.ungettext("%(num)s post", "%(num)s posts", 2).startswith("[%(num)s")
