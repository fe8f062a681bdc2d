"""Posts with a title like one that is being typed, so that nobody writes what is there already."""

import re

from sqlalchemy import or_

from forum.core.actor import Actor
from forum.core.text import fold, single_line
from forum.library.models import SHOWN_STATUSES, TITLE_LENGTH, Post
from forum.library.policy import listed
from forum.library.queries import PostCard, bare_cards, card_query

SHORTEST_WORD = 4
SHORTEST_QUERY = 2
MOST_WORDS = 8
CANDIDATES = 200
ALIKE = 0.4


def similar_titles(actor: Actor, title: str, limit: int = 3, but: int | None = None) -> list[PostCard]:
    """The posts whose titles share most words with this one, the likest first; those with little in common left out."""
    words = words_of(title[:TITLE_LENGTH])
    if not words:
        return []
    longest = sorted(words, key=lambda word: (-len(word), word))[:MOST_WORDS]
    alike = or_(*(Post.title.icontains(word, autoescape=True) for word in longest))
    query = card_query(listed(actor, SHOWN_STATUSES), alike, Post.id != (but or 0))
    found = bare_cards(query.order_by(Post.published_at.desc(), Post.id.desc()).limit(CANDIDATES))
    ranked = sorted(found, key=lambda card: (-likeness(words, words_of(card.title)), -card.id))
    return [card for card in ranked[:limit] if likeness(words, words_of(card.title)) >= ALIKE]


def titles_with(actor: Actor, words: str, limit: int) -> list[PostCard]:
    """Posts with all of these words, or beginnings of them, in the title; the newest first. One statement."""
    typed = single_line(words[:TITLE_LENGTH]).split()[:MOST_WORDS]
    if len("".join(typed)) < SHORTEST_QUERY:
        return []
    every = (Post.title.icontains(word, autoescape=True) for word in typed)
    query = card_query(listed(actor, SHOWN_STATUSES), *every)
    return bare_cards(query.order_by(Post.published_at.desc(), Post.id.desc()).limit(limit))


def words_of(title: str) -> frozenset[str]:
    """The words of a title that say something: four letters or more."""
    return frozenset(word for word in re.findall(r"\w+", title.casefold()) if len(word) >= SHORTEST_WORD)


def likeness(words: frozenset[str], others: frozenset[str]) -> float:
    """How much of the smaller of two sets of words is in the other, accents aside."""
    one, two = {fold(word) for word in words}, {fold(word) for word in others}
    return len(one & two) / max(1, min(len(one), len(two)))
