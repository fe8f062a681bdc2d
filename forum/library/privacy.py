"""Before something is posted: does it name somebody whom its writers support? Whoever has looked may post it all the same."""

from typing import Any

from forum.core.errors import Invalid
from forum.core.privacy import Trace, traces_in
from forum.core.text import message as _
from forum.library.content import Content

MOST_SHOWN = 5
FIELD = "privacy_checked"


def texts_of(content: Content) -> str:
    """Everything that people wrote in a post, one text a paragraph."""
    answers = [text for value in content.details.values() for text in _texts_in(value)]
    return "\n".join(text for text in (content.title, content.summary, content.body, *answers) if text)


def _texts_in(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for one in value.values() for text in _texts_in(one)]
    return [text for one in value for text in _texts_in(one)] if isinstance(value, list) else []


def traces_of(content: Content) -> list[Trace]:
    """The words of a post by which somebody may be recognised."""
    return traces_in(texts_of(content))


def require_nobody_named(content: Content, *, is_checked: bool) -> dict[str, Any]:
    """What the event of posting is to keep: that somebody looked at words like a name, and how many; no words.

    Raises `Invalid` for such words that nobody has looked at.
    """
    found = traces_of(content)
    if found and not is_checked:
        words = ", ".join(dict.fromkeys(one.words for one in found[:MOST_SHOWN]))
        sentence = _(
            "Your text may show who somebody is: %(words)s. Change it, or tick that you have checked.", words=words
        )
        raise Invalid({FIELD: sentence})
    return {"privacy_checked": len(found)} if found else {}
