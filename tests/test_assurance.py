"""docs/assurance.md is true in what a machine can tell: its tests exist, its requirements are all there, once, with an answer."""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

DOCS = Path("docs")
PAGE = DOCS / "assurance.md"
PARTS = sorted((DOCS / "assurance-parts").glob("*.md"))
STATES = {"tested", "by design", "operator", "partly", "not met", "no such part"}
# The requirements of levels 1 and 2 in each section of ASVS 5.0.0: each range leaves out level 3, which ends a section.
LEVEL_1_AND_2 = """
1.1:1-2 1.2:1-9 1.3:1-11 1.4:1-3 1.5:1-2
2.1:1-3 2.2:1-3 2.3:1-4 2.4:1-1
3.2:1-2 3.3:1-4 3.4:1-6 3.5:1-5 3.7:1-2
4.1:1-3 4.2:1-1 4.3:1-2 4.4:1-4
5.1:1-1 5.2:1-3 5.3:1-2 5.4:1-3
6.1:1-3 6.2:1-12 6.3:1-4 6.4:1-4 6.5:1-5 6.6:1-3 6.8:1-4
7.1:1-3 7.2:1-4 7.3:1-2 7.4:1-5 7.5:1-2 7.6:1-2
8.1:1-2 8.2:1-3 8.3:1-1 8.4:1-1
9.1:1-3 9.2:1-4
10.1:1-2 10.2:1-2 10.3:1-4 10.4:1-11 10.5:1-5 10.6:1-2 10.7:1-3
11.1:1-2 11.2:1-3 11.3:1-3 11.4:1-4 11.5:1-1 11.6:1-1
12.1:1-3 12.2:1-2 12.3:1-4
13.1:1-1 13.2:1-5 13.3:1-2 13.4:1-5
14.1:1-2 14.2:1-4 14.3:1-3
15.1:1-3 15.2:1-3 15.3:1-7
16.1:1-1 16.2:1-5 16.3:1-4 16.4:1-3 16.5:1-3
17.1:1-1 17.2:1-4 17.3:1-2
"""


def numbers(section: str, first: str, last: str) -> list[str]:
    """The requirements of a section from one number to another."""
    return [f"{section}.{number}" for number in range(int(first), int(last) + 1)]


def required() -> list[str]:
    """Every requirement of levels 1 and 2."""
    return [one for found in re.findall(r"(\d+\.\d+):(\d+)-(\d+)", LEVEL_1_AND_2) for one in numbers(*found)]


def rows(path: Path) -> Iterator[tuple[str, list[str]]]:
    """Every row of every table of a page, with the table's first head."""
    head, is_table = "", False
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.startswith("|"):
            is_table = False
            continue
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        if not is_table:
            head, is_table = cells[0], True
        elif set(line) - set("|-: "):
            yield head, cells


@cache
def names_in(path: str) -> frozenset[str]:
    """The names of the tests in a file; none when there is no such file."""
    file = Path(path)
    return frozenset(re.findall(r"def (test_\w+)", file.read_text(encoding="utf-8"))) if file.is_file() else frozenset()


def every_test() -> set[str]:
    """The names of all tests."""
    return {name for file in Path("tests").rglob("test_*.py") for name in names_in(str(file))}


def answered() -> list[list[str]]:
    """The rows that have a state: of what trust asks and of the standard."""
    return [cells for head, cells in rows(PAGE) if head in ("requirement", "ASVS")]


def test_every_requirement_of_the_standard_stands_there_once() -> None:
    there: list[str] = []
    for head, cells in rows(PAGE):
        if head == "ASVS":
            found = re.fullmatch(r"(\d+\.\d+)\.(\d+)(?: to \1\.(\d+))?", cells[0])
            assert found, cells[0]
            there += numbers(found[1], found[2], found[3] or found[2])
    assert len(required()) == 253
    assert Counter(there) == Counter(required())


def test_no_cell_is_empty_and_every_state_is_a_known_one() -> None:
    for page in (PAGE, *PARTS):
        for _head, cells in rows(page):
            assert all(cells[:2]), (page, cells)
    for cells in answered():
        assert cells[-2] in STATES, cells
        assert len(cells[-1]) > 8, cells


def test_what_is_said_to_be_tested_names_a_test() -> None:
    for cells in answered():
        named = re.findall(r"`[\w/]+\.py::test_\w+`|docs/assurance-parts/\w+\.md", cells[-1])
        assert cells[-2] != "tested" or named, cells


def test_every_test_that_the_page_names_exists() -> None:
    named = re.findall(r"`([\w/]+\.py)::(test_\w+)`", PAGE.read_text(encoding="utf-8"))
    assert len(named) > 200
    assert [(file, name) for file, name in named if name not in names_in(f"tests/{file}")] == []


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.stem)
def test_every_test_that_a_part_names_exists(part: Path) -> None:
    text = part.read_text(encoding="utf-8")
    for path in re.findall(r"`(tests/[\w/]+\.py)`", text):
        assert Path(path).is_file(), path
    sentences = re.findall(r"`(?:test_)?([a-z]\w*_\w+_\w+_\w+_\w+)(?:\.\.\.|…)?`", text)
    known = {name.removeprefix("test_") for name in every_test()}
    for sentence in sentences:
        assert any(name.startswith(sentence) for name in known), sentence


def test_every_document_that_is_named_exists() -> None:
    text = PAGE.read_text(encoding="utf-8")
    named = set(re.findall(r"\bdocs/[\w/-]+\.md|\b[A-Z]+\.md|\bforum/[\w/]+\.py", text))
    assert sorted(path for path in named if not Path(path).is_file()) == []
    assert set(re.findall(r"\(assurance-parts/([\w-]+\.md)\)", text)) <= {part.name for part in PARTS}


def test_every_promise_has_a_figure_to_reach_and_a_command() -> None:
    promises = [cells for head, cells in rows(PAGE) if head == "promise"]
    assert len(promises) >= 10
    for cells in promises:
        assert len(cells) == 4
        assert all(cells), cells
