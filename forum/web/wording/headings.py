"""Headings that help to begin a text: a few for each kind of post, inserted on request in the writer's language."""

from flask_babel import lazy_gettext as _

HEADINGS = {
    "practice": (
        _("What we do"),
        _("For whom"),
        _("What came of it"),
        _("What we would do differently"),
    ),
    "research": (
        _("What was studied"),
        _("What came out of it"),
        _("What it means for our work"),
        _("What we do not know yet"),
    ),
    "policy": (
        _("What changed"),
        _("For whom"),
        _("From when"),
        _("What you can do now"),
    ),
    "question": (
        _("What we want to know"),
        _("Our situation"),
        _("What we tried already"),
    ),
    "news": (
        _("What happens"),
        _("When and where"),
        _("For whom"),
        _("How to take part"),
    ),
}


def headings_of(kind: str) -> list[str]:
    """The headings of a kind as lines of Markdown."""
    return [f"## {words}" for words in HEADINGS[kind]]


def with_headings(body: str, kind: str) -> str:
    """A text with those headings of its kind that it does not have yet, at its end. Nothing written is touched."""
    there = {line.strip() for line in body.splitlines()}
    missing = [line for line in headings_of(kind) if line not in there]
    return "\n\n".join([*filter(None, [body.rstrip()]), *missing]) + "\n\n" if missing else body
