"""The words in a document: pdf, docx, odt. Read in a process of its own, which may neither grow nor go on for ever.

A file comes from anybody, and readers of such formats have had their holes; so whatever one does to the reader (a bomb of
nested parts, an endless loop) ends with that process, and the document simply has no words.
"""

import re
import resource
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from xml.etree.ElementTree import Element, iterparse

from pypdf import PdfReader

from forum.core.text import CONTROL_CHARACTERS

READABLE = ("pdf", "docx", "odt")
MOST_CHARACTERS = 500_000
MOST_BYTES_OF_PART = 50_000_000
SECONDS, MEMORY_BYTES = 20, 1_000_000_000
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PARTS = {"docx": "word/document.xml", "odt": "content.xml"}
PARAGRAPHS = frozenset({"p", "h"})  # by local name, in both formats


def text_of(path: Path, ending: str) -> str:
    """The words of a document, white space folded, at most 500,000 characters; empty when it has none or cannot be read."""
    command = [sys.executable, "-m", "forum.core.extraction", ending, str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=2 * SECONDS, check=False, preexec_fn=_confine)  # noqa: S603  # nosec B603  # limits of the child; our own command
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", "replace") if done.returncode == 0 else ""


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))


def words_in(path: Path, ending: str) -> str:
    """The same within this process; raises whatever a damaged file makes its reader raise."""
    pieces = _of_pdf(path) if ending == "pdf" else _of_package(path, PARTS[ending])
    found: list[str] = []
    length = 0
    for piece in pieces:
        found.append(CONTROL_CHARACTERS.sub("", piece))  # fonts of some documents give NULs, which PostgreSQL refuses
        length += len(piece)
        if length > MOST_CHARACTERS:
            break
    return re.sub(r"\s+", " ", "".join(found)).strip()[:MOST_CHARACTERS]


def _of_pdf(path: Path) -> Iterator[str]:
    for page in PdfReader(path).pages:
        yield page.extract_text()
        yield "\n"


def _of_package(path: Path, part: str) -> Iterator[str]:
    with zipfile.ZipFile(path) as package:
        if package.getinfo(part).file_size > MOST_BYTES_OF_PART:
            return
        with package.open(part) as xml:
            for _event, element in iterparse(xml):  # noqa: S314  # nosec B314  # confined; expat refuses entities that grow
                if _local_name(element) in PARAGRAPHS:
                    yield "".join(_words_of(element)) + "\n"
                    element.clear()


def _words_of(paragraph: Element) -> Iterator[str]:
    """The words of a paragraph: all its text, of docx only that of its runs (not of field codes and properties)."""
    runs = [element for element in paragraph.iter() if element.tag.startswith(WORD)]
    if not runs:
        yield from paragraph.itertext()
    for element in runs:
        yield (
            (element.text or "")
            if element.tag == f"{WORD}t"
            else " "
            if element.tag in (f"{WORD}tab", f"{WORD}br")
            else ""
        )


def _local_name(element: Element) -> str:
    return element.tag.rpartition("}")[2]


if __name__ == "__main__":
    sys.stdout.buffer.write(words_in(Path(sys.argv[2]), sys.argv[1]).encode("utf-8", "replace"))
