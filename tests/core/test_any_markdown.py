"""Whatever is written, the one pipeline gives HTML that is well formed, allow-listed, cleaned for good, and soon ready."""

import re
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from forum.core.errors import Invalid
from forum.core.markdown import CLEANER, CLEANER_RULES, render
from tests.core.test_markdown import assert_harmless
from tests.journeys.payloads import payloads

pytestmark = pytest.mark.one_database

VOID = {"br", "hr", "img"}
SIGNS = (
    *(
        "\n",
        "\n\n",
        "  \n",
        "    ",
        "\t",
        "\\",
        "`",
        "```\n",
        "~~~\n",
        "*",
        "**",
        "_",
        "~~",
        "#",
        "# ",
        "> ",
        "- ",
        "1. ",
        "+ ",
    ),
    *(
        "[",
        "]",
        "](",
        ")",
        "![",
        "@[",
        "](person:1)",
        "|",
        "|-|\n",
        "a|b\n-|-\n",
        "---\n",
        "===\n",
        "<",
        ">",
        "</",
        "<!--",
        "&",
        "&#",
    ),
    *(
        "http://",
        "https://a.example",
        "www.a.example",
        "mailto:",
        "a@b.example",
        "[a]: /b\n",
        "[a]",
        "'",
        '"',
        "\u202e",
        "\U0001f41d",
    ),
)
written = st.one_of(
    st.lists(st.sampled_from(SIGNS) | st.sampled_from(payloads()) | st.text(max_size=6), max_size=40).map("".join),
    st.text(max_size=400),
    st.tuples(st.sampled_from(SIGNS), st.integers(1, 400)).map(lambda pair: pair[0] * pair[1]),
)


class Tree(HTMLParser):
    """Reads HTML and holds that every element ends where it should."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in CLEANER_RULES["tags"]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")

    def handle_decl(self, decl: str) -> None:
        raise AssertionError(f"a declaration: {decl}")


@settings(max_examples=300, deadline=None)
@given(source=written)
@example(source="".join(payloads()))
@example(source="\n\n".join(payloads()))
@example(source="> " * 60 + "a")
@example(source="![" * 200 + "a" + "](b)" * 200)
def test_whatever_is_written_becomes_html_that_is_whole_and_harmless(source: str) -> None:
    rendered = render(source)
    assert_harmless(rendered.html)
    assert Tree(rendered.html).open == []
    assert CLEANER.clean(rendered.html) == rendered.html
    rendered.html.encode()
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", rendered.html + rendered.plain)
    assert len(rendered.html) <= 40 * len(source) + 400


@given(source=written, base=st.integers(2, 6))
@settings(max_examples=60, deadline=None)
def test_headings_begin_where_the_page_wants_them(source: str, base: int) -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)>", render(source, base).html)]
    assert all(base <= level <= 6 for level in levels)


def steps_of(work: Callable[[], Any]) -> int:
    """How many functions of Python a piece of work calls: the same number on every machine, however busy."""
    found = 0

    def count(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal found
        found += event == "call"

    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found


PATHOLOGICAL = (
    *(
        "> ",
        "- ",
        "1. ",
        "*a ",
        "**a",
        "_a*",
        "`",
        "[",
        "![",
        "](",
        "@[",
        "[a](",
        "<",
        "<!--",
        "&amp;",
        "\\",
        "|",
        "a|b\n-|-\n",
    ),
    *(
        "~~a",
        "www.a.b ",
        "a@b.example ",
        "https://a.example/(",
        "# ",
        "a\n",
        "[a]: b\n",
        "[a][b]",
        "```\n",
        '"',
        "((",
        "\n> - ",
    ),
)


@pytest.mark.parametrize("piece", PATHOLOGICAL)
def test_twice_as_much_text_takes_about_twice_the_work(piece: str) -> None:
    if sys.getprofile() is not None:
        pytest.skip("somebody else counts calls")
    work = {}
    for size in (2_000, 4_000, 8_000):
        source = (piece * size)[:size]
        source = source if source.count("[") <= 2_500 * size // 8_000 else (piece * size)[: size // 4]
        render(source)  # the tables of the parser are made once
        work[size] = steps_of(lambda source=source: render(source))
    assert work[8_000] - work[4_000] <= 3 * (work[4_000] - work[2_000]) + 5_000, work


@pytest.mark.parametrize("size", [100_001, 1_000_000])
def test_what_is_too_long_is_refused_before_it_is_read(size: int) -> None:
    with pytest.raises(Invalid):
        render("a" * size)
