"""The automatic checks of a post, before anybody looks at it: one small function each, which counts what it found.

They advise. Only a likely breach of somebody's privacy keeps a text from being posted, until its author has looked
(`library.privacy`), and so does an empty text.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from itertools import pairwise

from forum.core.advice import advise
from forum.core.languages import guess_language
from forum.library.content import SHORTEST_BODY, Content
from forum.library.privacy import texts_of, traces_of

SHORTEST_TO_RECOGNISE = 200
INFO, ADVICE, MUST_FIX = WEIGHTS = ("info", "advice", "must_fix")
LONG_SENTENCES = 3

# Dates that come one after the other, by kind of post.
ORDERS = {
    "practice": (("started_on", "ended_on"),),
    "policy": (
        ("announced_on", "adopted_on", "published_on", "expires_on"),
        ("adopted_on", "in_force_on", "expires_on"),
        ("in_force_on", "applies_from"),
        ("announced_on", "comment_deadline"),
    ),
}


@dataclass(frozen=True)
class Subject:
    """What the checks read: a post's content, and what the database knows of it."""

    content: Content
    themes: int = 0
    files_without_words: int = 0
    dead_links: int = 0
    alike: tuple[int, ...] = ()
    same_title: tuple[int, ...] = field(default=())

    @cached_property
    def text(self) -> str:
        """All that people wrote in it."""
        return texts_of(self.content)


@dataclass(frozen=True, slots=True)
class Check:
    """A check: how much its finding weighs, and the function that counts what it finds."""

    name: str
    weight: str
    count: Callable[[Subject], int]


def _names(subject: Subject) -> int:
    return len(traces_of(subject.content))


def _empty_text(subject: Subject) -> int:
    return int(len(subject.content.body) < SHORTEST_BODY)


def _no_summary(subject: Subject) -> int:
    return int(not subject.content.summary)


def _no_theme(subject: Subject) -> int:
    return int(not subject.themes)


def _long_sentences(subject: Subject) -> int:
    """Three long sentences or more: one now and then harms nobody."""
    found = sum(one.kind == "long_sentence" for one in advise(subject.content.body))
    return found if found >= LONG_SENTENCES else 0


def _dates(subject: Subject) -> int:
    """How many dates stand before one that must come earlier."""
    wrong = 0
    for names in ORDERS.get(subject.content.kind, ()):
        given = [date.fromisoformat(day) for name in names if (day := subject.content.details.get(name))]
        wrong += sum(later < earlier for earlier, later in pairwise(given))
    return wrong


def _language(subject: Subject) -> int:
    """Whether a text of some length is in another language than it says; a guess that is not sure is no finding."""
    text = subject.content.body
    if sum(map(str.isalpha, text)) < SHORTEST_TO_RECOGNISE:
        return 0
    return int(guess_language(text) not in (None, subject.content.language))


CHECKS = (
    Check("names", MUST_FIX, _names),
    Check("empty_text", MUST_FIX, _empty_text),
    Check("dead_links", ADVICE, lambda subject: subject.dead_links),
    Check("same_text", ADVICE, lambda subject: len(subject.alike)),
    Check("same_title", INFO, lambda subject: len(subject.same_title)),
    Check("language", ADVICE, _language),
    Check("dates", ADVICE, _dates),
    Check("no_theme", ADVICE, _no_theme),
    Check("no_summary", ADVICE, _no_summary),
    Check("file_words", INFO, lambda subject: subject.files_without_words),
    Check("long_sentences", INFO, _long_sentences),
)
WEIGHT_OF = {check.name: check.weight for check in CHECKS}


def findings_in(subject: Subject) -> dict[str, int]:
    """What the checks find, in their order: name and number."""
    return {check.name: number for check in CHECKS if (number := check.count(subject))}
