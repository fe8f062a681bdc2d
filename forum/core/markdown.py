"""The one pipeline from what people write to what a page shows.

Markdown without raw HTML -> tokens, arranged for our pages -> HTML -> an allow-list. What it returns is a plain `str`: the
template filter that shows it is the one place that marks it as safe.
"""

import re
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, cast

import nh3
from linkify_it import LinkifyIt
from linkify_it.main import Match
from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from forum.core.errors import Invalid
from forum.core.markdown_tables import frame_tables, modest_table, words_of
from forum.core.own_pictures import is_own_picture, small_version
from forum.core.text import message as _
from forum.core.text import single_line

MAX_BYTES = 100_000
MAX_BRACKETS = 5_000  # the parser looks for the end of each open bracket: 100,000 of them took it 1.6 s
MAX_NESTING = 40
DEEPEST_HEADING = 6
LONGEST_WORD = 40

MentionKind = Literal["person", "organisation"]
MENTION_PLACES = {"person": "/people/", "organisation": "/organisations/"}
MENTION = re.compile(r"@\[((?:\\[\[\]\\]|[^\[\]\\\n]){1,200})\]\((person|organisation):([1-9][0-9]{0,17})\)")

SITE_ADDRESS = re.compile(r"/(?![/\\])[^\\\s\x00-\x1f]*")
WEB_ADDRESS = re.compile(r"(?:https?://[^\s/]|mailto:[^\s])", re.IGNORECASE)

# Characters no XML feed can carry, and halves of surrogate pairs, which no encoding can.
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A person or an organisation that a text calls by name."""

    kind: MentionKind
    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Rendered:
    """A text as HTML, as plain words for the index and excerpts, and whom it mentions (each once)."""

    html: str
    plain: str
    mentions: tuple[Mention, ...]


def render(source: str, heading_base: int = 3) -> Rendered:
    """Turn Markdown into clean HTML whose first level of headings is `heading_base`.

    Raises Invalid for a body over 100 kB, or with more than 5,000 square brackets. Tables of more than 40 columns, and
    those beyond 10,000 cells in one text, stay text; what is nested deeper than 40 levels is left out.
    """
    _check_size(source)
    markdown = _parser()
    environment = {"heading_base": heading_base, "cells": 0}
    tokens = markdown.parse(UNPRINTABLE.sub("", source), environment)
    html = CLEANER.clean(markdown.renderer.render(tokens, markdown.options, environment))
    return Rendered(html, _plain(tokens), _mentions(tokens))


def excerpt(plain: str, words: int = 60) -> str:
    """Cut plain text to its first words, on one line, with an ellipsis where something is left out."""
    found = plain.split(maxsplit=words)
    start = " ".join(found[:words])
    cut = start[: words * LONGEST_WORD]
    return cut + " …" if len(found) > words else cut + "…" if len(cut) < len(start) else cut


def mention_source(mention: Mention) -> str:
    """Write a mention in the way `render` reads it."""
    name = re.sub(r"([\[\]\\])", r"\\\1", single_line(mention.name))
    return f"@[{name}]({mention.kind}:{mention.id})"


def link_source(words: str, address: str) -> str:
    """Write a link to an address of this site; the words may hold anything."""
    name = re.sub(r"([\[\]\\])", r"\\\1", single_line(words))
    return f"[{name}]({address})"


def _check_size(source: str) -> None:
    """Refuse a body that would keep the server busy."""
    if len(source.encode("utf-8", "replace")) > MAX_BYTES:
        raise Invalid({"body": _("This text is too long: at most %(limit)s kB.", limit=MAX_BYTES // 1000)})
    if source.count("[") > MAX_BRACKETS:
        raise Invalid(
            {"body": _("This text has too many links: at most %(limit)s square brackets.", limit=MAX_BRACKETS)}
        )


# Reading: a parser per thread, for linkify-it keeps what it found on itself.


class _Linkify(LinkifyIt):  # type: ignore[misc]  # linkify-it has no types
    """Finds addresses in running text, but not in "the end.The next": only with a scheme, an @ or www."""

    def match(self, text: str) -> list[Match] | None:
        """Find the addresses in a text."""
        found = super().match(text) or []
        return [each for each in found if each.schema or each.text.lower().startswith("www.")] or None


class _Markdown(MarkdownIt):
    """CommonMark with tables, strikethrough, bare links and mentions; without HTML."""

    def __init__(self) -> None:
        super().__init__("commonmark", {"html": False, "linkify": True, "maxNesting": MAX_NESTING})
        self.linkify = _Linkify()
        self.enable(["table", "strikethrough", "linkify"])
        self.block.ruler.at("table", modest_table, {"alt": ["paragraph", "reference"]})
        self.inline.ruler.push("mention", _mention)
        for arrange in (_shift_headings, _settle_pictures, frame_tables):
            self.core.ruler.push(arrange.__name__, arrange)

    def validateLink(self, url: str) -> bool:  # noqa: N802  # markdown-it's name for it
        """Tell whether a link may lead there; one that may not stays text."""
        return bool(SITE_ADDRESS.fullmatch(url) or WEB_ADDRESS.match(url))


_of_thread = threading.local()


def _parser() -> _Markdown:
    """Give the parser of the running thread."""
    if not hasattr(_of_thread, "parser"):
        _of_thread.parser = _Markdown()
    return cast(_Markdown, _of_thread.parser)


def _mention(state: StateInline, silent: bool) -> bool:
    """Read `@[Name](person:12)` as a link to that person; within another link as the name only."""
    found = MENTION.match(state.src, state.pos)
    if found is None:
        return False
    state.pos = found.end()
    if not silent:
        name = single_line(re.sub(r"\\(.)", r"\1", found[1]))
        _write_mention(state, Mention(cast(MentionKind, found[2]), int(found[3]), name))
    return True


def _write_mention(state: StateInline, mention: Mention) -> None:
    """Add the tokens of a mention to a paragraph."""
    if state.linkLevel:
        state.pending += f"@{mention.name}"
        return
    opening = state.push("link_open", "a", 1)
    opening.attrs = {"href": f"{MENTION_PLACES[mention.kind]}{mention.id}"}
    opening.meta = {"mention": mention}
    state.push("text", "", 0).content = f"@{mention.name}"
    state.push("link_close", "a", -1)


def _link(address: str, words: str, level: int) -> tuple[Token, Token, Token]:
    """Make the three tokens of a link."""
    return (
        Token("link_open", "a", 1, attrs={"href": address}, level=level),
        Token("text", "", 0, content=words, level=level + 1),
        Token("link_close", "a", -1, level=level),
    )


# Arranging the tokens for our pages.


def _shift_headings(state: StateCore) -> None:
    """Start the headings at the base level and let them go down one step at a time, to h6 at most."""
    above: list[int] = []
    for token in state.tokens:
        if token.type == "heading_open":
            written = int(token.tag[1:])
            above = [*(level for level in above if level < written), written]
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(state.env['heading_base'] + len(above) - 1, DEEPEST_HEADING)}"


def _settle_pictures(state: StateCore) -> None:
    """Show pictures of our own; a picture from elsewhere becomes a link, so that no page calls on a third party."""
    for token in state.tokens:
        if token.children:
            token.children = list(_pictures_settled(token.children))


def _pictures_settled(tokens: Sequence[Token]) -> Iterator[Token]:
    """Give the tokens of a paragraph with its pictures settled."""
    within_link = 0
    for token in tokens:
        within_link += token.nesting if token.type in ("link_open", "link_close") else 0
        if token.type == "image":
            yield from _picture(token, within_link > 0)
        else:
            yield token


def _picture(token: Token, within_link: bool) -> Sequence[Token]:
    """Give what stands for one picture: itself (a small version leads to the whole one), a link to it, or its description."""
    address, description = str(token.attrs["src"]), words_of(token.children or [])
    opening, words, closing = _link(address, description or address, token.level)
    if is_own_picture(address):
        small = small_version(address)
        attributes = token.attrs | {"alt": description} | (small or {})
        shown = Token("picture", "img", 0, attrs=attributes, content=description)
        return [opening, shown, closing] if small and description and not within_link else [shown]
    return [words] if within_link else [opening, words, closing]


# Reading the tokens.


def _plain(tokens: Sequence[Token]) -> str:
    """Give the words of a text, one line for each paragraph, heading, cell or piece of code."""
    lines = (words_of(token.children or []) if token.type == "inline" else token.content.strip() for token in tokens)
    return "\n".join(filter(None, lines))


def _mentions(tokens: Sequence[Token]) -> tuple[Mention, ...]:
    """Give whom a text mentions, in order, each once."""
    found: dict[tuple[str, int], Mention] = {}
    for token in (child for block in tokens for child in block.children or []):
        if mention := token.meta.get("mention"):
            found.setdefault((mention.kind, mention.id), mention)
    return tuple(found.values())


# The allow-list. Never svg, math, style, iframe, form, id or class: every known way round nh3 went through one of them.


def _site_address(address: str) -> str | None:
    """Keep an address without a scheme only if it stays on this site."""
    return address if SITE_ADDRESS.fullmatch(address) else None


def _own_pictures_only(tag: str, attribute: str, value: str) -> str | None:
    """Take away the address of a picture that is not ours."""
    return value if (tag, attribute) != ("img", "src") or is_own_picture(value) else None


ALIGNMENTS = {"data-align": {"left", "center", "right"}}
CLEANER_RULES: dict[str, Any] = {
    "tags": {
        *("p", "br", "hr", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "pre", "code"),
        *("a", "em", "strong", "s", "img", "div", "table", "thead", "tbody", "tr", "th", "td"),
    },
    "attributes": {
        "a": {"href", "title"},
        "img": {"src", "alt", "title", "width", "height"},
        "ol": {"start"},
        "div": {"aria-label"},
    },
    "tag_attribute_values": {"div": {"role": {"region"}, "tabindex": {"0"}}, "th": ALIGNMENTS, "td": ALIGNMENTS},
    "set_tag_attribute_values": {"img": {"loading": "lazy"}, "th": {"scope": "col"}},
    "attribute_filter": _own_pictures_only,
    "url_schemes": {"http", "https", "mailto"},
    "url_relative": _site_address,
    "link_rel": "nofollow noopener ugc",
}
CLEANER = nh3.Cleaner(**CLEANER_RULES)
