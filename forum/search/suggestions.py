"""Completing what somebody types into the search box: themes, organisations, posts, and whole queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from forum.core.actor import VISITOR, Actor
from forum.core.text import fold, single_line
from forum.library.policy import listens_to
from forum.library.queries import cards_by_id
from forum.organisations.directory import complete_names
from forum.search.analysis import words_of
from forum.search.engine import Engine, IndexUnusable, Query
from forum.search.finding import DEFAULT_STATUS, just_withdrawn_from, languages_of
from forum.search.grammar import MOST_CHARACTERS, understand
from forum.search.learning import asked_before
from forum.vocabulary.queries import vocabulary

SHORTEST = 2
SHORTEST_FOR_POSTS = 3
MOST = 8
MOST_ASKED = 4
MOST_OF_EACH = {"query": 3, "theme": 2, "organisation": 2, "post": 3}

Kind = Literal["query", "theme", "organisation", "post"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A completion. `key` leads to it: the concept's key, the organisation's slug, or the post's number and slug."""

    text: str
    type: Kind
    key: str = ""
    post_id: int = 0
    language: str = ""


def suggestions(engine: Engine, actor: Actor, text: str, language: str, limit: int = MOST) -> list[Suggestion]:
    """What somebody may be about to type, from what the actor may see. Nothing for less than two letters."""
    typed = single_line(text[:MOST_CHARACTERS])
    if len(typed) < SHORTEST:
        return []
    without = just_withdrawn_from(actor, DEFAULT_STATUS)
    try:
        queries = [*_asked_before(engine, typed, language), *_queries(engine, actor, typed, without)]
        from_index = [*_distinct(queries)[: MOST_OF_EACH["query"] + 1], *_posts(engine, actor, typed, without)]
    except IndexUnusable:
        from_index = []
    found = [*_themes(typed, language), *_organisations(typed), *from_index]
    order = sorted(found, key=lambda one: list(MOST_OF_EACH).index(one.type))
    return order[:limit]


def _asked_before(engine: Engine, typed: str, language: str) -> Iterable[Suggestion]:
    """What others asked that begins so, if any visitor may find all its words: nobody learns of what is not for all."""
    candidates = asked_before(typed, language, MOST_ASKED) if len(typed) >= SHORTEST_FOR_POSTS else []
    languages, hidden = (
        languages_of(engine),
        just_withdrawn_from(VISITOR, DEFAULT_STATUS) if candidates else frozenset(),
    )
    for text in candidates:
        asked = understand(text, languages)
        query = Query(
            audience=listens_to(VISITOR),
            wanted=asked.wanted,
            unwanted=asked.unwanted,
            filters={**asked.filters, "status": DEFAULT_STATUS},
            limit=0,
            without=hidden,
        )
        if asked.wanted and fold(text) != fold(typed) and engine.search(query).total:
            yield Suggestion(text, "query")


def _distinct(queries: Iterable[Suggestion]) -> list[Suggestion]:
    return list({fold(one.text): one for one in reversed(list(queries))}.values())[::-1]


def _queries(engine: Engine, actor: Actor, typed: str, without: frozenset[int]) -> Iterable[Suggestion]:
    """The query with its last word completed."""
    *before, last = typed.split(" ")
    words = words_of(last)
    letters = fold(words[0]) if len(words) == 1 else ""
    if len(letters) < SHORTEST:
        return
    for word in engine.suggest(letters, listens_to(actor), without, MOST_OF_EACH["query"] + 1):
        if fold(word) != letters:
            yield Suggestion(" ".join((*before, word)), "query")


def _posts(engine: Engine, actor: Actor, typed: str, without: frozenset[int]) -> Iterable[Suggestion]:
    """Posts that have the words, the last of them perhaps unfinished."""
    if len(typed) < SHORTEST_FOR_POSTS:
        return []
    asked = understand(f"{typed}*", languages_of(engine))
    if not asked.wanted:
        return []
    query = Query(
        audience=listens_to(actor),
        wanted=asked.wanted,
        filters={"status": DEFAULT_STATUS},
        limit=MOST_OF_EACH["post"],
        without=without,
    )
    cards = cards_by_id(actor, engine.search(query).ids, DEFAULT_STATUS, bare=True)
    return [Suggestion(card.title, "post", card.slug, card.id, card.language) for card in cards]


def _themes(typed: str, language: str) -> list[Suggestion]:
    known, start = vocabulary(), f" {fold(typed)}"
    labels = ((known.label(entry.id, language), entry.key) for entry in known.of_scheme("theme"))
    found = sorted((len(label), label, key) for label, key in labels if start in f" {fold(label)}")
    return [Suggestion(label, "theme", key) for _length, label, key in found[: MOST_OF_EACH["theme"]]]


def _organisations(typed: str) -> list[Suggestion]:
    found = complete_names(typed, MOST_OF_EACH["organisation"])
    return [Suggestion(one.name, "organisation", one.slug, language=one.language) for one in found]
