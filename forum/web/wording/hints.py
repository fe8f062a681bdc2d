"""The hints that pages give once, by key."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import lazy_gettext as _


@dataclass(frozen=True, slots=True)
class Hint:
    """What a page tells somebody who is new to it, and the part of help that goes on."""

    sentence: Any
    topic: str
    part: str


HINTS: Mapping[str, Hint] = {
    "first-post": Hint(
        _("Is this your first post? Two or three sentences are enough, and only you see them until you post."),
        "posting",
        "form",
    ),
    "search": Hint(
        _("Filters act when you press their button. The address of this page keeps your search: save it, or send it."),
        "searching",
        "filters",
    ),
    "first-comment": Hint(
        _("A short comment is welcome, in the language you like. Say what you tried, or what you would like to know."),
        "commenting",
        "comment",
    ),
    "desk": Hint(
        _("Begin with the post that waits longest. Read it as a colleague would; small things can be mended later."),
        "reviewing",
        "desk",
    ),
    "interests": Hint(
        _("Tell us what interests you. New posts about it then come first on your home page."),
        "joining",
        "profile",
    ),
}
