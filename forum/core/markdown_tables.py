"""Tables of people's texts: none that a browser chokes on, each in a frame that scrolls and has a name."""

from collections.abc import Iterator, Sequence
from itertools import takewhile

from markdown_it.rules_block import StateBlock, table
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

MAX_COLUMNS = 40
MAX_CELLS = 10_000
LABEL_LENGTH = 80


def modest_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Read a table unless it is too wide, or this text has had its share of cells."""
    if state.env["cells"] > MAX_CELLS or not table(state, start, end, True):
        return False
    columns = state.src[state.bMarks[start + 1] : state.eMarks[start + 1]].strip().strip("|").count("|") + 1
    if silent or columns > MAX_COLUMNS:
        return columns <= MAX_COLUMNS
    last = next((line for line in range(start, end) if state.isEmpty(line)), end)
    state.env["cells"] += columns * (last - start)
    return state.env["cells"] <= MAX_CELLS and table(state, start, end, False)


def frame_tables(state: StateCore) -> None:
    """Put each table in a region that scrolls and that the keyboard reaches, named by its column heads."""
    arranged: list[Token] = []
    named: dict[str, int] = {}
    for place, token in enumerate(state.tokens):
        if token.type == "table_open":
            arranged.append(Token("region_open", "div", 1, attrs=_region(state.tokens[place:], named), block=True))
        _align(token)
        arranged.append(token)
        if token.type == "table_close":
            arranged.append(Token("region_close", "div", -1, block=True))
    state.tokens = arranged


def _region(tokens: Sequence[Token], named: dict[str, int]) -> dict[str, str | int | float]:
    """Give the attributes of a table's frame; a name that a text has already used gets a number."""
    heads = _column_heads(tokens)
    label = ", ".join(filter(None, heads))[:LABEL_LENGTH] or "…"
    named[label] = named.get(label, 0) + 1
    numbered = label if named[label] == 1 else f"{label} ({named[label]})"
    return {"role": "region", "tabindex": "0", "aria-label": numbered}


def _column_heads(tokens: Sequence[Token]) -> Iterator[str]:
    """Give the words of each cell of a table's first row."""
    head = takewhile(lambda token: token.type != "thead_close", tokens)
    return (words_of(token.children or []) for token in head if token.type == "inline")


def _align(cell: Token) -> None:
    """Say a cell's alignment by an attribute of ours, which the style sheet knows: HTML has none left for it."""
    if cell.type in ("th_open", "td_open") and "style" in cell.attrs:
        cell.attrs = {"data-align": str(cell.attrs["style"]).removeprefix("text-align:")}


def words_of(tokens: Sequence[Token]) -> str:
    """Give the words of a paragraph; line breaks become spaces, pictures their description."""
    return "".join(" " if token.type.endswith("break") else token.content for token in tokens).strip()
