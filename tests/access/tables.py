"""The tables of the access matrix: who may read what, and the words by which it is known. Nothing here asks the product."""

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatch
from pathlib import Path

from forum.accounts.models import Person
from tests.conftest import Cast

FOLDER = Path(__file__).parent
COMMON = "quittenbrot"
PARTS = (
    *("title", "summary", "body", "details", "comment", "file", "caption", "content", "report", "note", "former"),
    *("entry", "reason"),
)


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table beside this module."""
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


OBJECTS = table("objects.csv")
ROLES = [name for name in OBJECTS[0] if name not in ("object", "status", "visibility")]
POSTS = [row for row in OBJECTS if row["status"]]
THINGS = [row for row in OBJECTS if not row["status"]]


# Posts that differ in status, kind or readers: asking for each of the others by its number would tell nothing new.
UNLIKE = list(
    {(row["object"].partition(" ")[0], *map(row.get, ROLES)): row["object"] for row in reversed(POSTS)}.values()
)


def word(thing: str, part: str = "word") -> str:
    """The word that only this part of this thing holds: made of syllables, so that search takes it for one, unlike any other."""
    digest = hashlib.sha256(f"{thing}/{part}".encode()).digest()
    return "z" + "".join("bdfgklmnprtv"[byte % 12] + "aeiou"[byte // 12 % 5] for byte in digest[:6]) + "b"


def readers(row: dict[str, str], part: str) -> frozenset[str]:
    """Who may come across a part of a thing: of a withdrawn post, title and reason are left for those who could read it."""
    cells = {"r", "t"} if part in ("title", "reason") else {"r"}
    return frozenset(role for role in ROLES if row[role] in cells)


def words() -> dict[str, tuple[str, frozenset[str]]]:
    """What each word names, and who may come across it."""
    found = {}
    for row in OBJECTS:
        for part in PARTS if row["status"] else ("word",):
            found[word(row["object"], part)] = (f"{row['object']}: {part}", readers(row, part))
    return found


def matching(patterns: str) -> list[dict[str, str]]:
    """The things that a channel carries: names of things, or patterns of names of posts with a space between them."""
    if any(row["object"] == patterns for row in OBJECTS):
        return [row for row in OBJECTS if row["object"] == patterns]
    several = patterns.split()
    return [row for row in OBJECTS if any(fnmatch(row["object"], pattern) for pattern in several)]


@dataclass
class Site:
    """The numbers of what is there, by the names that addresses have for it."""

    cast: Cast
    people: dict[str, Person | None]
    numbers: dict[str, dict[str, str]] = field(default_factory=dict)
    everywhere: dict[str, str] = field(default_factory=dict)

    def addresses(self, template: str) -> Iterator[tuple[str, str]]:
        """(thing, address) of a template for every sort of post, or ("", address) when it names none."""
        fixed = template
        for name, value in self.everywhere.items():
            fixed = fixed.replace("{" + name + "}", value)
        if "{" not in fixed:
            yield "", fixed
            return
        for name in UNLIKE:
            yield name, fixed.format(**self.numbers[name])
