"""What is new for one reader: in the themes they chose, or in those their organisation writes about."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_, select

from forum.core.actor import Actor
from forum.core.db import db
from forum.library.models import Post, PostConcept
from forum.library.policy import listed
from forum.library.queries import PostCard, about_concepts, bare_cards, card_query, cards_from
from forum.vocabulary.queries import vocabulary
from forum.vocabulary.tree import Entry

MOST_GUESSED = 3
WINDOW = 12


@dataclass(frozen=True, slots=True)
class Interests:
    """The themes of a reader. They are a guess until the reader chose some."""

    themes: tuple[Entry, ...] = ()
    is_guess: bool = True

    @property
    def concept_ids(self) -> frozenset[int]:
        """The ids that posts about these themes may carry."""
        return frozenset().union(*(vocabulary().covering(theme.id) for theme in self.themes))


def interests_of(actor: Actor) -> Interests:
    """The themes that somebody chose (no statement), or those that their organisations post about most (one)."""
    known = vocabulary()
    chosen = [entry.id for key in actor.interests if (entry := known.by_key(key))]
    if themes := known.entries(chosen, "theme"):
        return Interests(tuple(themes), is_guess=False)
    return Interests(tuple(_themes_of_own_posts(actor)) if actor.organisation_ids else ())


def _themes_of_own_posts(actor: Actor) -> list[Entry]:
    """The top themes that the actor's organisations post about, the most frequent first."""
    known = vocabulary()
    query = (
        select(PostConcept.concept_id, func.count())
        .join(Post, Post.id == PostConcept.post_id)
        .where(listed(actor), Post.organisation_id.in_(sorted(actor.organisation_ids)))
        .group_by(PostConcept.concept_id)
    )
    posts: Counter[int] = Counter()
    for concept_id, number in db.session.execute(query):
        for entry in known.entries([concept_id], "theme"):
            posts[(entry.id, *entry.ancestors)[-1]] += number
    ranked = sorted(posts, key=lambda top: (-posts[top], top))
    return known.entries(ranked[:MOST_GUESSED])


def new_for(actor: Actor, interests: Interests, limit: int) -> list[PostCard]:
    """The newest posts of others in these themes, those in languages the actor reads first: two statements."""
    newest = (
        select(Post.id)
        .where(listed(actor), about_concepts(interests.concept_ids), _by_others(actor))
        .order_by(Post.published_at.desc(), Post.id.desc())
        .limit(WINDOW)
        .subquery()
    )
    query = card_query(Post.id.in_(select(newest.c.id)))
    return cards_from(query.order_by(*_readable_first(actor)).limit(limit))


def questions_for(actor: Actor, limit: int) -> list[PostCard]:
    """Questions without an accepted answer, those in languages the actor reads first; bare cards in one statement."""
    query = card_query(listed(actor), Post.kind == "question", Post.accepted_comment_id.is_(None))
    return bare_cards(query.order_by(*_readable_first(actor)).limit(limit))


def _by_others(actor: Actor) -> ColumnElement[bool]:
    return or_(Post.author_id.is_(None), Post.author_id != actor.person_id)


def _readable_first(actor: Actor) -> tuple[ColumnElement[Any], ...]:
    """The order of lists for one reader: their languages, then the newest; for a visitor only the newest."""
    own = case((Post.language.in_(actor.languages if actor else ()), 0), else_=1)
    return own, Post.published_at.desc(), Post.id.desc()
