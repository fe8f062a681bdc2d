"""Texts that people type into forms: clean as they are kept, or a problem under the name of the field."""

from typing import Any

from forum.core.errors import Invalid
from forum.core.text import Message
from forum.library.fields import Refused, clean_text


def noted_text(
    problems: dict[str, Message],
    name: str,
    raw: Any,
    longest: int,
    missing: Message | None = None,
    *,
    one_line: bool = False,
) -> str:
    """A text as it is kept, for a form that tells all its problems together.

    What cannot be kept is noted under the name, and so is a text of nothing when `missing` says that one is needed; the
    text is empty then.
    """
    try:
        text = clean_text(raw, longest, one_line=one_line)
    except Refused as refusal:
        problems[name] = refusal.sentence
        return ""
    if missing and not text:
        problems[name] = missing
    return text


def form_text(name: str, raw: Any, longest: int, missing: Message | None = None, *, one_line: bool = False) -> str:
    """The same for a single text. Raises `Invalid` under the name."""
    problems: dict[str, Message] = {}
    text = noted_text(problems, name, raw, longest, missing, one_line=one_line)
    if problems:
        raise Invalid(problems)
    return text
