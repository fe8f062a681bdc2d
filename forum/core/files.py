"""What an uploaded file is, by what it holds. Its name is never believed, only mended."""

import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import puremagic

from forum.core.errors import Invalid
from forum.core.storage import MAX_FILE_BYTES
from forum.core.text import Message, single_line
from forum.core.text import message as _

MAX_NAME_BYTES = 120
MAX_UNPACKED_BYTES = 300_000_000
MAX_PARTS = 10_000
MAX_MANIFEST_BYTES = 1_000_000
PDF_TAIL_BYTES = 2_048
SURE_ENOUGH = 0.3  # puremagic says 0.3 for three matching bytes, as JPEG has


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of file that people may upload: its ending without the dot, its media type."""

    ending: str
    mime: str

    @property
    def is_image(self) -> bool:
        """Whether it is a picture, which is to be re-encoded."""
        return self.mime.startswith("image/")


OPEN_XML = "application/vnd.openxmlformats-officedocument."
OPEN_DOCUMENT = "application/vnd.oasis.opendocument."

KINDS = {
    ending: FileKind(ending, mime)
    for ending, mime in {
        "pdf": "application/pdf",
        "docx": OPEN_XML + "wordprocessingml.document",
        "odt": OPEN_DOCUMENT + "text",
        "xlsx": OPEN_XML + "spreadsheetml.sheet",
        "ods": OPEN_DOCUMENT + "spreadsheet",
        "pptx": OPEN_XML + "presentationml.presentation",
        "odp": OPEN_DOCUMENT + "presentation",
        "jpg": "image/jpeg",
        "png": "image/png",
        "webp": "image/webp",
    }.items()
}
BY_MIME = {kind.mime: kind for kind in KINDS.values()}
SIMPLE_ENDINGS = ("pdf", "jpg", "png", "webp")

ADVICE = {
    "doc": _(
        "This is an old Office file, or one with a password. Save it as docx, xlsx, pptx or pdf without a password."
    ),
    "heif": _("This picture is in a format that many browsers cannot show. Save it as JPEG."),
    "heic": _("This picture is in a format that many browsers cannot show. Save it as JPEG."),
}


def inspect_file(path: Path, filename: str) -> FileKind:
    """Tell the kind of an uploaded file from its content.

    Raises Invalid with a sentence for one that is empty, over 10 MB, damaged, of another kind, or that carries macros.
    """
    _check_size(path)
    if _begins_with(path, b"PK\x03\x04"):
        return _kind_of_package(path)
    endings = _likely_endings(path)
    kind = next((KINDS[ending] for ending in SIMPLE_ENDINGS if ending in endings), None)
    if kind is None:
        raise _refusal(next((ADVICE[ending] for ending in ADVICE if ending in endings), _unknown(filename)))
    if kind.ending == "pdf" and not _is_whole_pdf(path):
        raise _damaged()
    return kind


def clean_filename(filename: str, kind: FileKind) -> str:
    """Make a name safe to show and to save: no path, no control or invisible characters, the ending of its kind.

    At most 120 bytes in UTF-8. "/tmp/Report.PDF.exe" that holds a pdf becomes "Report.PDF.exe.pdf".
    """
    name = unicodedata.normalize("NFC", re.split(r"[/\\]", filename)[-1])
    visible = "".join(
        character for character in name if unicodedata.category(character) not in ("Cf", "Cs", "Co", "Cn")
    )
    stem = re.sub(r'[<>:"|?*]', "-", single_line(visible))
    stem = re.sub(rf"\.(?:{'|'.join(KINDS)}|jpeg)$", "", stem, flags=re.IGNORECASE)
    short = stem.encode()[: MAX_NAME_BYTES - len(kind.ending) - 1].decode(errors="ignore").strip(" .")
    return f"{short or 'file'}.{kind.ending}"


def _refusal(sentence: Message) -> Invalid:
    """Say of the upload field why a file cannot be taken."""
    return Invalid({"file": sentence})


def _damaged() -> Invalid:
    """Say that a file is damaged."""
    return _refusal(_("This file is damaged or incomplete. Save it again and try once more."))


def _unknown(filename: str) -> Message:
    """Say that a file is of none of the kinds."""
    name, endings = single_line(filename)[:80], ", ".join(KINDS)
    return _("“%(name)s” cannot be taken. Possible are: %(endings)s.", name=name, endings=endings)


def _check_size(path: Path) -> None:
    """Refuse an empty file and one over the limit."""
    size = path.stat().st_size
    if size == 0:
        raise _refusal(_("This file is empty."))
    if size > MAX_FILE_BYTES:
        raise _refusal(_("This file is too large: at most %(limit)s MB.", limit=MAX_FILE_BYTES // 1_000_000))


def _begins_with(path: Path, mark: bytes) -> bool:
    """Tell whether a file begins with these bytes."""
    with path.open("rb") as file:
        return file.read(len(mark)) == mark


def _likely_endings(path: Path) -> set[str]:
    """Give the endings that fit the first and last bytes of a file."""
    matches = puremagic.magic_file(path)
    return {match.extension.lstrip(".") for match in matches if match.confidence >= SURE_ENOUGH}


def _is_whole_pdf(path: Path) -> bool:
    """Tell whether a PDF begins at the first byte and has its end mark near the last (ISO 32000-1, 7.5)."""
    with path.open("rb") as file:
        file.seek(max(0, path.stat().st_size - PDF_TAIL_BYTES))
        return _begins_with(path, b"%PDF-") and b"%%EOF" in file.read()


def _kind_of_package(path: Path) -> FileKind:
    """Tell the kind of a ZIP from its manifest: Office Open XML or OpenDocument, nothing else."""
    try:
        with zipfile.ZipFile(path) as package:
            _check_parts(package)
            kind = _kind_of_open_xml(package) or _kind_of_open_document(package)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, ValueError, EOFError, OSError):
        # each of these is what zipfile makes of some damage
        raise _damaged() from None
    if kind is None:
        raise _refusal(_("This is not a document. Possible are: %(endings)s.", endings=", ".join(KINDS)))
    return kind


def _check_parts(package: zipfile.ZipFile) -> None:
    """Refuse a package that would not fit when unpacked, that names a part twice, or that carries macros."""
    parts = package.infolist()
    names = [part.filename.lower() for part in parts]
    if len(parts) > MAX_PARTS or sum(part.file_size for part in parts) > MAX_UNPACKED_BYTES:
        raise _refusal(_("This file is too large when unpacked."))
    if len(set(names)) < len(names):
        raise _damaged()
    if any(name.endswith("vbaproject.bin") or name.startswith(("basic/", "scripts/")) for name in names):
        raise _macros()


def _macros() -> Invalid:
    """Say that a file carries macros."""
    return _refusal(_("This file contains macros. Save it without them (as docx, xlsx, pptx, odt, ods, odp or pdf)."))


def _kind_of_open_xml(package: zipfile.ZipFile) -> FileKind | None:
    """Tell the kind of an Office Open XML file by the type of its main part (ECMA-376 part 2)."""
    types = _part(package, "[Content_Types].xml").decode("utf-8", "replace")
    if re.search(r"macro|vbaproject", types, re.IGNORECASE):
        raise _macros()
    main = re.search(rf"{re.escape(OPEN_XML)}[a-z]+\.(?:document|sheet|presentation)(?=\.main\+xml)", types)
    return BY_MIME.get(main[0]) if main else None


def _kind_of_open_document(package: zipfile.ZipFile) -> FileKind | None:
    """Tell the kind of an OpenDocument file by its first part (OpenDocument 1.3 part 2, 3.3)."""
    first = package.infolist()[0].filename if package.infolist() else ""
    mime = _part(package, "mimetype").decode("ascii", "replace").strip()
    kind = BY_MIME.get(mime) if first == "mimetype" else None
    return kind if kind and mime.startswith(OPEN_DOCUMENT) else None


def _part(package: zipfile.ZipFile, name: str) -> bytes:
    """Read one part of a package, or nothing when it is not there."""
    if name not in package.namelist():
        return b""
    with package.open(name) as part:
        return part.read(MAX_MANIFEST_BYTES)
