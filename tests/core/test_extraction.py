"""The words in documents that people attach, and what becomes of documents that mean harm."""

import resource
import runpy
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from forum.core import extraction
from forum.core.extraction import MOST_CHARACTERS, text_of, words_in

pytestmark = pytest.mark.one_database

DOCX = (
    '<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>'
    "<w:p><w:r><w:t>Een sorteertafel</w:t></w:r><w:r><w:tab/><w:t>op maat</w:t></w:r></w:p>"
    "<w:p><w:r><w:instrText>PAGE</w:instrText></w:r><w:r><w:t>Ändern &amp; lernen</w:t></w:r></w:p>"
    "</w:body></w:document>"
)
ODT = (
    '<?xml version="1.0"?><o:document-content xmlns:o="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><o:body><o:text><t:h>Titre</t:h>'
    "<t:p>Une <t:span>entreprise</t:span> d'insertion</t:p></o:text></o:body></o:document-content>"
)
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE d [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 12}">' for n in range(12))
    + "]><d><p>&m;</p></d>"
)


def package(path: Path, part: str, xml: str) -> Path:
    """A package with one part."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr(part, xml)
    return path


def pdf(path: Path, words: str) -> Path:
    """The smallest PDF that shows some words."""
    stream = f"BT /F1 12 Tf 72 720 Td ({words}) Tj ET".encode("latin-1")
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    content, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    start = len(content)
    content += b"xref\n0 6\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % place for place in places)
    content += b"trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % start
    path.write_bytes(content)
    return path


@pytest.fixture(params=["beside", "here"])
def read(request: pytest.FixtureRequest) -> Callable[[Path, str], str]:
    """Read in a process of its own, as the site does, and in this one, which is what that process does."""
    return {"beside": text_of, "here": words_in}[request.param]


def test_the_words_of_a_word_document(read: Callable[[Path, str], str], tmp_path: Path) -> None:
    path = package(tmp_path / "a", "word/document.xml", DOCX)
    assert read(path, "docx") == "Een sorteertafel op maat Ändern & lernen"


def test_the_words_of_an_open_document(read: Callable[[Path, str], str], tmp_path: Path) -> None:
    assert read(package(tmp_path / "a", "content.xml", ODT), "odt") == "Titre Une entreprise d'insertion"


def test_the_words_of_a_pdf(read: Callable[[Path, str], str], tmp_path: Path) -> None:
    assert read(pdf(tmp_path / "a", "Eine Waschmaschine f\xfcr alle"), "pdf") == "Eine Waschmaschine für alle"


def test_words_have_no_characters_that_no_database_keeps(read: Callable[[Path, str], str], tmp_path: Path) -> None:
    assert read(pdf(tmp_path / "a", r"Eine\000 Wasch\000\001maschine"), "pdf") == "Eine Waschmaschine"


def test_a_very_long_document_is_kept_in_part(read: Callable[[Path, str], str], tmp_path: Path) -> None:
    long = DOCX.replace("Een sorteertafel", "wasserij " * (MOST_CHARACTERS // 8))
    assert len(read(package(tmp_path / "a", "word/document.xml", long), "docx")) == MOST_CHARACTERS


def test_a_part_that_would_unfold_too_far_is_not_read(read: Callable[[Path, str], str], tmp_path: Path) -> None:
    assert read(package(tmp_path / "large", "word/document.xml", " " * 60_000_000), "docx") == ""


def test_a_document_that_cannot_be_read_has_no_words(tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.write_bytes(b"%PDF-1.4 and then nothing")
    assert text_of(broken, "pdf") == ""
    assert text_of(package(tmp_path / "other", "something.xml", "<a/>"), "docx") == ""
    assert text_of(tmp_path / "missing", "odt") == ""


def test_a_bomb_hurts_nobody(tmp_path: Path) -> None:
    assert text_of(package(tmp_path / "bomb", "content.xml", BOMB), "odt") == ""


def test_a_document_that_takes_too_long_has_no_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def take_for_ever(command: list[str], *, timeout: float, **_how: object) -> None:
        raise subprocess.TimeoutExpired(command, timeout)

    monkeypatch.setattr(subprocess, "run", take_for_ever)
    assert text_of(package(tmp_path / "a", "content.xml", ODT), "odt") == ""


def test_the_process_that_reads_may_use_little_and_write_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    limits: dict[int, tuple[int, int]] = {}
    monkeypatch.setattr(resource, "setrlimit", limits.__setitem__)
    extraction._confine()
    assert limits == {
        resource.RLIMIT_CPU: (20, 20),
        resource.RLIMIT_AS: (1_000_000_000, 1_000_000_000),
        resource.RLIMIT_FSIZE: (0, 0),
    }


def test_the_process_that_reads_writes_words_in_one_encoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    path = pdf(tmp_path / "a", "Eine W\xe4scherei")
    monkeypatch.setattr(sys, "argv", ["extraction", "pdf", str(path)])
    monkeypatch.delitem(sys.modules, "forum.core.extraction")
    runpy.run_module("forum.core.extraction", run_name="__main__")
    sys.stdout.buffer.flush()
    assert capfdbinary.readouterr().out.decode() == "Eine Wäscherei"
