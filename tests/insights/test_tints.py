"""The tints of maps and gap tables: numbers on them stay readable in both schemes."""

import re
from pathlib import Path

import pytest

from forum.insights.steps import STEPS
from tests.web.test_tokens import SCHEMES, contrast

pytestmark = pytest.mark.one_database

MAP = (Path(__file__).parents[2] / "static" / "css" / "map.css").read_text(encoding="utf-8")
SHARES = {int(number): int(share) for number, share in re.findall(r"\.tint-(\d) \{ --share: (\d+)%", MAP)}


def mixed(one: str, other: str, share: int) -> str:
    """`color-mix(in srgb, one share%, other)`."""
    pairs = [(int(one[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round((first * share + second * (100 - share)) / 100):02x}" for first, second in pairs)


def test_every_step_has_its_tint() -> None:
    assert sorted(SHARES) == list(range(1, STEPS))
    assert f".tint-{STEPS} {{ background: var(--brand); color: var(--on-brand); }}" in MAP


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("share", SHARES.values())
def test_numbers_on_a_tint_reach_seven_to_one(scheme: dict[str, str], share: int) -> None:
    assert contrast(scheme["ink"], mixed(scheme["brand"], scheme["surface"], share)) >= 7
