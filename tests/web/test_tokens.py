"""The look keeps its promises: contrast of every pair of colours, no foreign addresses, little weight."""

import re
from pathlib import Path

import pytest

from forum.web.style_tokens import DARK, DARK_DEVICE, GROUNDS, LIGHT, LINE_PAIRS, TEXT_PAIRS, colours, contrast, schemes

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"
CSS = Path(__file__).parents[2] / "static" / "css"
TOKENS = (CSS / "tokens.css").read_text(encoding="utf-8")

TOGETHER = {"tokens.css", "frame.css", "site.css", "print.css"}  # every page has them
SCHEMES = [pytest.param(colours, id=name) for name, colours in schemes(TOKENS).items()]


def test_contrast_is_computed_as_in_the_standard() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("text", "ground"), TEXT_PAIRS)
def test_text_reaches_seven_to_one(scheme: dict[str, str], text: str, ground: str) -> None:
    assert contrast(scheme[text], scheme[ground]) >= 7


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize(("line", "ground"), LINE_PAIRS)
def test_edges_of_controls_reach_three_to_one(scheme: dict[str, str], line: str, ground: str) -> None:
    assert contrast(scheme[line], scheme[ground]) >= 3


@pytest.mark.parametrize("scheme", SCHEMES)
@pytest.mark.parametrize("ground", GROUNDS)
def test_focus_shows_on_every_ground(scheme: dict[str, str], ground: str) -> None:
    seen = max(contrast(scheme[part], scheme[ground]) for part in ("focus-ink", "focus-ring"))
    assert seen >= 3


def test_chosen_dark_equals_the_dark_of_the_device() -> None:
    assert colours(TOKENS, DARK) == colours(TOKENS, DARK_DEVICE)


def test_every_colour_of_the_dark_scheme_has_a_light_one() -> None:
    assert set(colours(TOKENS, DARK)) == set(colours(TOKENS, LIGHT))


def test_every_colour_has_a_pair_that_is_measured() -> None:
    decoration = {"hairline"}
    measured = {name for pair in (*TEXT_PAIRS, *LINE_PAIRS) for name in pair}
    assert set(colours(TOKENS, LIGHT)) == measured | decoration


def test_stylesheets_ask_nothing_of_other_hosts() -> None:
    for sheet in CSS.glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not re.search(r"@import|url\(\s*['\"]?\s*(https?:|//)", text), sheet.name


def test_every_stylesheet_stays_light() -> None:
    assert [sheet.name for sheet in CSS.glob("*.css") if sheet.stat().st_size > 30_000] == []


def test_no_page_loads_more_than_40_kb_of_stylesheets() -> None:
    base = sum((CSS / name).stat().st_size for name in TOGETHER)
    for template in TEMPLATES.rglob("*.html"):
        own = set(re.findall(r"asset\('css/([a-z]+\.css)'\)", template.read_text(encoding="utf-8"))) - TOGETHER
        assert base + sum((CSS / name).stat().st_size for name in own) <= 40_000, template.name


def test_every_token_in_use_is_declared() -> None:
    sheets = "".join(sheet.read_text(encoding="utf-8") for sheet in CSS.glob("*.css"))
    used = set(re.findall(r"var\(--([\w-]+)", sheets))
    declared = set(re.findall(r"--([\w-]+)\s*:", sheets))
    assert used <= declared


def test_colours_live_in_the_tokens_only() -> None:
    for sheet in set(CSS.glob("*.css")) - {CSS / "tokens.css"}:
        assert not re.search(r":[^;{}]*#[0-9a-fA-F]{3,8}\b", sheet.read_text(encoding="utf-8")), sheet.name
