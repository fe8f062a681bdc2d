import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from forum.core.errors import Invalid
from forum.core.files import KINDS, MAX_NAME_BYTES, OPEN_DOCUMENT, OPEN_XML, clean_filename, inspect_file

MAIN_PARTS = {
    "docx": "wordprocessingml.document",
    "xlsx": "spreadsheetml.sheet",
    "pptx": "presentationml.presentation",
}
OPEN_DOCUMENTS = {"odt": "text", "ods": "spreadsheet", "odp": "presentation"}
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n"


def package(path: Path, parts: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return path


def content_types(main: str) -> str:
    return f'<Types><Override PartName="/main.xml" ContentType="{OPEN_XML}{main}.main+xml"/></Types>'


def open_xml(path: Path, ending: str, **parts: str) -> Path:
    return package(path, {"[Content_Types].xml": content_types(MAIN_PARTS[ending]), "main.xml": "<x/>"} | parts)


def open_document(path: Path, ending: str, **parts: str) -> Path:
    return package(path, {"mimetype": OPEN_DOCUMENT + OPEN_DOCUMENTS[ending], "content.xml": "<x/>"} | parts)


def sample(directory: Path, ending: str) -> Path:
    path = directory / "upload"
    if ending in MAIN_PARTS:
        return open_xml(path, ending)
    if ending in OPEN_DOCUMENTS:
        return open_document(path, ending)
    if ending == "pdf":
        path.write_bytes(PDF)
        return path
    Image.new("RGB", (8, 8)).save(path, {"jpg": "JPEG"}.get(ending, ending.upper()))
    return path


def refusal_of(path: Path, filename: str = "report.pdf") -> str:
    with pytest.raises(Invalid) as refusal:
        inspect_file(path, filename)
    assert set(refusal.value.fields) == {"file"}
    return str(refusal.value)


@pytest.mark.parametrize("ending", KINDS)
def test_every_kind_on_the_list_is_told_by_its_content(tmp_path: Path, ending: str) -> None:
    kind = inspect_file(sample(tmp_path, ending), "misnamed.exe")
    assert kind == KINDS[ending]
    assert kind.is_image == (ending in ("jpg", "png", "webp"))


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90\x00" + b"\0" * 200,
        b"\x7fELF" + b"\0" * 200,
        b"<html><script>alert(1)</script></html>",
        b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
        b"GIF89a" + b"\0" * 200,
        b"GIF89a/*" + PDF,
        b"#!/bin/sh\n",
        b"plain words",
        b"\n" + PDF,
        b"x",
        b"II*\0" + b"\0" * 200,
    ],
)
def test_any_other_kind_is_refused_with_the_list_of_what_is_possible(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "upload"
    path.write_bytes(content)
    assert "report.pdf" in refusal_of(path) or "damaged" in refusal_of(path)


def test_the_refusal_says_what_is_possible(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(b"plain words")
    assert refusal_of(path, "a\nb%s.txt") == (
        "“a b%s.txt” cannot be taken. Possible are: pdf, docx, odt, xlsx, ods, pptx, odp, jpg, png, webp."
    )


def test_an_empty_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(b"")
    assert refusal_of(path) == "This file is empty."


def test_a_file_over_ten_megabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(PDF.ljust(10_000_001))
    assert "at most 10 MB" in refusal_of(path)


def test_half_a_pdf_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(PDF[:40])
    assert "damaged" in refusal_of(path)


def test_old_office_files_and_phone_pictures_get_advice(tmp_path: Path) -> None:
    path = tmp_path / "upload"
    path.write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    assert "Save it as docx" in refusal_of(path)
    path.write_bytes(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + b"\0" * 100)
    assert "Save it as JPEG" in refusal_of(path)


@pytest.mark.parametrize(
    "name", ["word/vbaProject.bin", "xl/VBAPROJECT.BIN", "Basic/Standard/Module1.xml", "Scripts/a.py"]
)
@pytest.mark.parametrize("ending", ["docx", "odt"])
def test_a_document_with_macros_is_refused(tmp_path: Path, ending: str, name: str) -> None:
    make = open_xml if ending == "docx" else open_document
    assert "macros" in refusal_of(make(tmp_path / "upload", ending, **{name: "x"}))


@pytest.mark.parametrize(
    "declared",
    [
        "application/vnd.ms-word.document.macroEnabled.main+xml",
        "application/vnd.ms-office.vbaProject",
        "application/vnd.ms-excel.macrosheet+xml",
    ],
)
def test_a_document_that_declares_macros_is_refused(tmp_path: Path, declared: str) -> None:
    types = content_types(MAIN_PARTS["docx"]) + declared
    assert "macros" in refusal_of(package(tmp_path / "upload", {"[Content_Types].xml": types}))


@pytest.mark.parametrize(
    "parts",
    [
        {},
        {"a.txt": "hello"},
        {"META-INF/MANIFEST.MF": "Manifest-Version: 1.0"},
        {"[Content_Types].xml": "<Types/>"},
        {"[Content_Types].xml": content_types("drawingml.diagram")},
        {"mimetype": "application/epub+zip"},
        {"mimetype": "application/pdf"},
        {"mimetype": OPEN_DOCUMENT + "text-master"},
        {"a.txt": "hello", "mimetype": OPEN_DOCUMENT + "text"},
    ],
)
def test_a_zip_that_is_no_document_is_refused(tmp_path: Path, parts: dict[str, str]) -> None:
    if parts:
        assert "not a document" in refusal_of(package(tmp_path / "upload", parts))
    else:
        assert "cannot be taken" in refusal_of(package(tmp_path / "upload", parts))


def test_a_broken_package_is_refused(tmp_path: Path) -> None:
    path = open_xml(tmp_path / "upload", "docx")
    content = path.read_bytes()
    for damaged in (content[:60], content.replace(b"<Types>", b"<Tipes>"), content[:30] + b"\xff" * 30 + content[60:]):
        path.write_bytes(damaged)
        assert "damaged" in refusal_of(path)


def test_a_package_that_names_a_part_twice_is_refused(tmp_path: Path) -> None:
    path = open_xml(tmp_path / "upload", "docx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("MAIN.xml", "<y/>")
    assert "damaged" in refusal_of(path)


def test_a_package_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    path = open_xml(tmp_path / "upload", "docx")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("bomb.xml", "w") as part:
        for _ in range(301):
            part.write(b"\0" * 1_000_000)
    assert path.stat().st_size < 1_000_000
    assert "too large when unpacked" in refusal_of(path)


@pytest.mark.parametrize(
    ("given_name", "ending", "clean"),
    [
        ("report.pdf", "pdf", "report.pdf"),
        ("Report.PDF", "pdf", "Report.pdf"),
        ("photo.jpeg", "jpg", "photo.jpg"),
        ("photo.png", "webp", "photo.webp"),
        ("invoice.exe", "pdf", "invoice.exe.pdf"),
        ("version 1.2", "docx", "version 1.2.docx"),
        ("C:\\Users\\ann\\plan.docx", "docx", "plan.docx"),
        ("../../etc/passwd", "pdf", "passwd.pdf"),
        ("été à Gent.odt", "odt", "été à Gent.odt"),
        ("e\u0301te\u0301.odt", "odt", "été.odt"),
        ("a\r\nSet-Cookie: x.pdf", "pdf", "a Set-Cookie- x.pdf"),
        ("gpj.\u202efdp.exe", "pdf", "gpj.fdp.exe.pdf"),
        ('a"b<c>.pdf', "pdf", "a-b-c-.pdf"),
        ("", "pdf", "file.pdf"),
        (".pdf", "pdf", "file.pdf"),
        ("...", "pdf", "file.pdf"),
        ("\ud800.pdf", "pdf", "file.pdf"),
    ],
)
def test_a_name_is_mended(given_name: str, ending: str, clean: str) -> None:
    assert clean_filename(given_name, KINDS[ending]) == clean


@given(st.text(), st.sampled_from(sorted(KINDS)))
def test_any_name_becomes_a_safe_one(name: str, ending: str) -> None:
    clean = clean_filename(name, KINDS[ending])
    assert len(clean.encode()) <= MAX_NAME_BYTES
    assert clean.endswith(f".{ending}")
    assert not set('/\\\0\r\n"<>:') & set(clean)
    assert not clean.startswith(".")
    assert clean_filename(clean, KINDS[ending]) == clean
