"""What a search finds, for those who watch it over time (feeds, saved searches): the newest first, and only what truly matches.

A reader at the search page is helped along with near words, and with posts that have some of the words; a watcher must not
be, or would be told of things that have little to do with what was asked.
"""

from dataclasses import replace

from forum.core.actor import Actor
from forum.search.engine import Engine
from forum.search.finding import ANY_WORDS, Found, Wish, find_posts

AT_ONCE = 20


def newest_matches(engine: Engine, actor: Actor, wish: Wish, page: int = 1) -> Found:
    """The newest posts that match and that the actor may see, twenty a page."""
    strict = replace(wish, sort="newest", page=page, per_page=AT_ONCE, facets=(), as_written=True)
    found = find_posts(engine, actor, strict)
    return replace(found, cards=[], total=0) if ANY_WORDS in found.notes else found
