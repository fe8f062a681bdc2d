"""What automatic checks found, in words: for the author as what would help, for moderators as a short list."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from forum.core.actor import Actor
from forum.curation.checks.keeping import check_content, known
from forum.curation.checks.registry import WEIGHT_OF
from forum.library.content import Content
from forum.library.models import Post


@dataclass(frozen=True, slots=True)
class Found:
    """One finding as a sentence; `weight` is info, advice or must_fix."""

    name: str
    weight: str
    sentence: str


def sentence_of(name: str, number: int) -> str:
    """What a check found, in a sentence that says what would help."""
    sentences = {
        "names": ngettext(
            "%(num)s place may show who somebody is. Check that nobody can be recognised.",
            "%(num)s places may show who somebody is. Check that nobody can be recognised.",
            number,
        ),
        "empty_text": _("The text is very short. Write a few sentences."),
        "dead_links": ngettext(
            "%(num)s link does not work any more. Change it or take it out.",
            "%(num)s links do not work any more. Change them or take them out.",
            number,
        ),
        "same_text": _("Another post says nearly the same. Perhaps add to that one."),
        "same_title": _("Another post has the same title. A title of its own is found more easily."),
        "language": _("The text seems to be in another language than it says."),
        "dates": _("The dates are in the wrong order. Look at them again."),
        "no_theme": _("It has no theme. Readers find posts by their themes."),
        "no_summary": _("It has no summary. Two sentences help readers to choose."),
        "file_words": ngettext(
            "%(num)s file has no text that can be read. Search cannot find its words.",
            "%(num)s files have no text that can be read. Search cannot find their words.",
            number,
        ),
        "long_sentences": ngettext(
            "%(num)s sentence is very long. Shorter ones read more easily.",
            "%(num)s sentences are very long. Shorter ones read more easily.",
            number,
        ),
    }
    return str(sentences[name])


def in_words(findings: Mapping[str, int]) -> list[Found]:
    """Findings as sentences."""
    return [Found(name, WEIGHT_OF[name], sentence_of(name, number)) for name, number in findings.items()]


def checks_of(post: Post) -> list[Found]:
    """What was found in a post when it was last changed."""
    return in_words(known(post.findings))


def checks_in(actor: Actor, content: Content, post_id: int | None = None) -> list[Found]:
    """What the checks find in a text that is being written."""
    return in_words(check_content(actor, content, post_id))
