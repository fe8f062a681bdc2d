"""Looking at the links of all posts, by a command and never by a visitor's request: gently, and dead only when gone for a day."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from sqlalchemy import ColumnElement, delete, exists, func, select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.curation.checks.keeping import check_post
from forum.curation.links.fetching import Fetcher, Outcome
from forum.curation.links.models import Link, LinkPlace
from forum.curation.policy import require_moderator
from forum.library.models import Post
from forum.library.policy import listed

DEAD_AFTER = timedelta(days=1)
AGAIN_AFTER = timedelta(hours=20)
BETWEEN = 1.0
PAGE = 20


@dataclass(slots=True)
class Visit:
    """One run: who asks, what robots may do on each host, and when each was last asked."""

    fetcher: Fetcher
    between: float = BETWEEN
    sleep: Callable[[float], None] = time.sleep
    rules: dict[str, RobotFileParser] = field(default_factory=dict)
    asked: dict[str, float] = field(default_factory=dict)

    def look(self, url: str) -> Outcome:
        """Ask one address, if its host lets robots."""
        parts = urlsplit(url)
        place = f"{parts.scheme}://{parts.netloc}"
        if place not in self.rules:
            self.rules[place] = self._rules_of(place)
        if not self.rules[place].can_fetch(self.fetcher.agent, url):
            return Outcome("refused")
        return self._ask(place, url)

    def _rules_of(self, place: str) -> RobotFileParser:
        rules = RobotFileParser()
        answer = self._ask(place, f"{place}/robots.txt", "GET")
        rules.parse(answer.body.decode("utf-8", "replace").splitlines() if answer.status == 200 else [])
        return rules

    def _ask(self, place: str, url: str, method: str = "HEAD") -> Outcome:
        """At most one request a second to one host."""
        wait = self.asked.get(place, float("-inf")) + self.between - time.monotonic()
        if wait > 0:
            self.sleep(wait)
        try:
            return self.fetcher.ask(url, method)
        finally:
            self.asked[place] = time.monotonic()


def links_due(limit: int) -> list[tuple[int, str]]:
    """The links in shown posts that nobody looked at today, the longest ago first."""
    due = select(Link.id, Link.url).where(
        exists().where(LinkPlace.link_id == Link.id),
        (Link.checked_at.is_(None)) | (Link.checked_at < now() - AGAIN_AFTER),
    )
    return [
        (row.id, row.url)
        for row in db.session.execute(due.order_by(Link.checked_at.nulls_first(), Link.id).limit(limit))
    ]


def check_links(visit: Visit, limit: int) -> Iterator[tuple[str, Outcome]]:
    """Look at what is due, one link after the other, and give each with what it answered."""
    due = links_due(limit)
    db.session.rollback()  # asking takes long; nobody should wait for our transaction
    for link_id, url in due:
        outcome = visit.look(url)
        for post_id in keep_outcome(link_id, outcome):
            check_post(post_id)
        yield url, outcome


@operation
def keep_outcome(link_id: int, outcome: Outcome) -> list[int]:
    """Keep what a link answered; give the posts it stands in when it died or came back to life."""
    link = db.session.get_one(Link, link_id)
    moment, was_dead = now(), link.died_at is not None
    link.checked_at, link.outcome, link.status = moment, outcome.kind, outcome.status
    if outcome.kind == "ok":
        link.failures, link.failing_since, link.died_at = 0, None, None
    elif outcome.kind == "gone":
        link.failures += 1
        link.failing_since = link.failing_since or moment
        if link.died_at is None and _is_dead(link, moment):
            link.died_at = moment
    if (link.died_at is not None) == was_dead:
        return []
    return list(db.session.scalars(select(LinkPlace.post_id).where(LinkPlace.link_id == link_id)))


def _is_dead(link: Link, moment: datetime) -> bool:
    return link.failing_since is not None and link.failures > 1 and moment - link.failing_since >= DEAD_AFTER


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A dead link with the posts that a moderator may read it in: (id, title, language)."""

    url: str
    status: int
    died_at: datetime
    posts: tuple[tuple[int, str, str], ...]


def dead_links(actor: Actor, page: int = 1) -> list[DeadLink]:
    """The dead links in posts that the moderator may read, the latest first. Two statements."""
    require_moderator(actor)
    links = db.session.scalars(
        select(Link)
        .where(*_dead_to(actor))
        .order_by(Link.died_at.desc(), Link.id)
        .offset((page - 1) * PAGE)
        .limit(PAGE)
    ).all()
    places = select(LinkPlace.link_id, Post.id, Post.title, Post.language).join(Post, Post.id == LinkPlace.post_id)
    rows = db.session.execute(
        places.where(LinkPlace.link_id.in_([one.id for one in links]), listed(actor)).order_by(Post.id)
    )
    posts: dict[int, list[tuple[int, str, str]]] = {}
    for link_id, post_id, title, language in rows:
        posts.setdefault(link_id, []).append((post_id, title, language))
    return [DeadLink(one.url, one.status, one.died_at or now(), tuple(posts.get(one.id, ()))) for one in links]


def count_dead_links(actor: Actor) -> int:
    """How many dead links stand in posts that the moderator may read."""
    require_moderator(actor)
    return db.session.scalar(select(func.count()).select_from(Link).where(*_dead_to(actor))) or 0


def _dead_to(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    here = select(LinkPlace.link_id).join(Post, Post.id == LinkPlace.post_id).where(listed(actor))
    return Link.died_at.is_not(None), Link.id.in_(here)


@operation
def forget_lost_links() -> None:
    """Delete links that stand in no post any more."""
    db.session.execute(delete(Link).where(~exists().where(LinkPlace.link_id == Link.id)))
