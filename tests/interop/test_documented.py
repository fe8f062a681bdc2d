"""docs/interchange.md says what the code does."""

import json
from pathlib import Path

import pytest

from forum.core.errors import Invalid
from forum.interop.checks import CHECKS
from forum.interop.lines import Rejected
from forum.interop.reader import Reader
from tests.interop.files import adoption, comment, concept, membership, organisation, person, post

TEXT = (Path(__file__).resolve().parents[2] / "docs" / "interchange.md").read_text(encoding="utf-8")
EXAMPLES = [organisation(), person(), membership(), concept("x"), post(), comment(), adoption(intent="planning")]


def example_lines():
    """The objects of the example, one of which stands on several lines."""
    block = TEXT.split("```json\n")[1].split("```")[0]
    return [json.loads("{" + part) for part in block.replace("\n{", "\n\0{").removeprefix("{").split("\0{")]


@pytest.mark.one_database
@pytest.mark.parametrize("found", EXAMPLES, ids=lambda found: found["type"])
def test_every_field_of_the_format_is_documented(found):
    reader = Reader(found)
    CHECKS[found["type"]](reader)
    assert [name for name in reader.asked if f"`{name}`" not in TEXT and f'"{name}"' not in TEXT] == []


@pytest.mark.one_database
@pytest.mark.parametrize("found", EXAMPLES, ids=lambda found: found["type"])
def test_what_is_said_to_be_needed_is_needed_and_nothing_else(found):
    (row,) = [line for line in TEXT.splitlines() if line.startswith(f"| `{found['type']}` |")]
    needed = {part.split("`")[1] for part in row.split("|")[2].split(", ")} - {"ref"}
    assert found["type"] == "membership" or "`ref`" in row
    for name in needed - {"labels"}:
        with pytest.raises((Rejected, Invalid)):
            CHECKS[found["type"]](Reader({key: value for key, value in found.items() if key != name}))
    CHECKS[found["type"]](Reader({name: found[name] for name in needed}))


def test_the_example_can_be_imported(take):
    report = take(*example_lines())
    assert report.counts == {"imported": 9, "rejected": 0}
    assert report.ignored == {}
