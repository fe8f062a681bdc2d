"""The words that compounds are split by: those of the thesaurus, and of the newest posts of the site."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import select

from forum.core.db import db
from forum.library.models import Post
from forum.library.policy import SHOWN
from forum.search.analysis import words_of
from forum.search.compounds import Splitter
from forum.search.engine import COMPOUNDING
from forum.search.passages import plain_text
from forum.vocabulary.queries import every_label

MOST_POSTS = 2000


@dataclass(slots=True)
class Kept:
    """What this process remembers: a splitter for each language."""

    splitters: dict[str, Splitter] = field(default_factory=dict)


_kept = Kept()


def splitter_for(language: str) -> Splitter | None:
    """What splits the compounds of a language; none for a language that makes no such words."""
    if language in COMPOUNDING and language not in _kept.splitters:
        _kept.splitters[language] = Splitter(language, _known_words(language))
    return _kept.splitters.get(language)


def forget_lexicon() -> None:
    """Learn the words anew when they are needed next: an index is built, or a site opened."""
    _kept.splitters.clear()


def _known_words(language: str) -> Iterator[str]:
    for _id, of_language, _kind, text in every_label():
        if of_language == language:
            yield from words_of(text)
    newest = select(Post.title, Post.summary, Post.body_html).where(Post.language == language, Post.status.in_(SHOWN))
    for row in db.session.execute(newest.order_by(Post.id.desc()).limit(MOST_POSTS)):
        yield from words_of(f"{row.title} {row.summary} {plain_text(row.body_html)}")
