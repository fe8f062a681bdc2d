"""The design tokens as `static/css/tokens.css` declares them, and how their colours contrast; for the style page and a test."""

import re
from itertools import product

TEXT = ("ink", "ink-2", "brand", "ok", "warn", "bad")
GROUNDS = ("paper", "surface", "sunken", "wash")
TEXT_PAIRS = (
    *product(TEXT, GROUNDS),
    ("accent", "paper"),
    ("accent", "surface"),
    ("on-brand", "brand"),
    ("on-brand", "brand-strong"),
    ("brand-strong", "surface"),
    ("brand-strong", "wash"),
    ("ink", "highlight"),
)
LINE_PAIRS = (*(("line", ground) for ground in GROUNDS), ("focus-ring", "focus-ink"))
# The dark colours stand in the file twice: as the person chose, and as the device asks.
LIGHT, DARK, DARK_DEVICE = ':root, [data-scheme="light"]', '  [data-scheme="dark"]', ':root:not([data-scheme="light"])'


def colours(sheet: str, selector: str) -> dict[str, str]:
    """The colours (#rrggbb) that the first block after a selector declares, by name."""
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{6})\b", _block(sheet, selector)))


def schemes(sheet: str) -> dict[str, dict[str, str]]:
    """All colours of the light and of the dark scheme."""
    light = colours(sheet, LIGHT)
    return {"light": light, "dark": light | colours(sheet, DARK)}


def lengths(sheet: str, group: str) -> list[str]:
    """The names of the tokens of a group, such as `size` or `space`, in their order."""
    return re.findall(rf"--({group}-[\w-]+):", sheet)


def _block(sheet: str, selector: str) -> str:
    start = sheet.index(selector + " {")
    return sheet[start : sheet.index("}", start)]


def luminance(colour: str) -> float:
    """Relative luminance of #rrggbb, WCAG 2.2."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, from 1 to 21, WCAG 2.2."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
