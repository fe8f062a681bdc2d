"""Mentions in files: `@[An Peeters](person:REF)` calls by ref, where the site's own texts call by id.

Import turns refs into ids, export ids into refs; a mention of nobody known stays as plain text, `@An Peeters`. What stands
in code is left alone. In a ref, the characters that would end a mention or begin code are written like `%29`.
"""

import re
from collections.abc import Callable, Iterator
from urllib.parse import unquote

from forum.discussion.mentions import CODE

WRITTEN = re.compile(r"@\[((?:\\[\[\]\\]|[^\[\]\\\n]){1,200})\]\((person|organisation):([^()\s`]{1,800})\)")
UNSAFE = re.compile(r"[()%`~\s]")
ID = re.compile(r"[1-9][0-9]{0,17}")


def refs_in(text: str) -> Iterator[tuple[str, str]]:
    """Type and ref of everybody whom a text from a file mentions."""
    if "@[" in text:
        for found in WRITTEN.finditer(text):
            yield found[2], unquote(found[3])


def with_ids(text: str, id_of: Callable[[str, str], int | None]) -> str:
    """A text from a file as the site keeps it; `id_of` gives the id for a type and a ref."""
    return _retold(text, lambda type_name, target: id_of(type_name, unquote(target)))


def with_refs(text: str, ref_of: Callable[[str, int], str | None]) -> str:
    """A text of the site as files keep it; `ref_of` gives the ref for a type and an id."""

    def told(type_name: str, target: str) -> str | None:
        ref = ref_of(type_name, int(target)) if ID.fullmatch(target) else None
        return UNSAFE.sub(_written_out, ref) if ref else None

    return _retold(text, told)


def _written_out(unsafe: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in unsafe[0].encode())


def _retold(text: str, told: Callable[[str, str], object]) -> str:
    """The text with each mention's target told anew; a mention whose target is unknown becomes its name."""
    if "@[" not in text:
        return text

    def rewritten(found: re.Match[str]) -> str:
        target = told(found[2], found[3])
        return f"@{found[1]}" if target is None else f"@[{found[1]}]({found[2]}:{target})"

    return "".join(part if CODE.fullmatch(part) else WRITTEN.sub(rewritten, part) for part in CODE.split(text))
