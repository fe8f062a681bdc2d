"""Which addresses a post links to: in its text, its answers and its documents."""

import html
import re
from collections.abc import Iterable

from sqlalchemy import delete, func, select

from forum.core.clock import now
from forum.core.db import db
from forum.curation.links.models import URL_LENGTH, Link, LinkPlace
from forum.library.content import content_of
from forum.library.models import Attachment, AttachmentText, Post
from forum.library.privacy import texts_of

MOST_LINKS = 100
HREF = re.compile(r'href="(https?://[^"]+)"')
BARE = re.compile(r"https?://[^\s<>()\[\]{}\"“”„«»|\\^`]+", re.IGNORECASE)


def urls_in(texts: Iterable[str], rendered: str = "") -> list[str]:
    """The addresses in a rendered text and in plain ones, without their fragments, each once; at most a hundred."""
    found = [html.unescape(address) for address in HREF.findall(rendered)]
    found += [address.rstrip(".,;:!?'’…*_") for text in texts for address in BARE.findall(text)]
    whole = dict.fromkeys(address.partition("#")[0] for address in found)
    return [address for address in whole if len(address) <= URL_LENGTH and address.count("/") > 1][:MOST_LINKS]


def keep_links(post: Post) -> None:
    """Write down what a shown post links to, inside an operation; links that stand nowhere any more are forgotten later."""
    words = select(AttachmentText.text).join(Attachment, Attachment.sha256 == AttachmentText.sha256)
    documents = db.session.scalars(words.where(Attachment.post_id == post.id, Attachment.removed_at.is_(None)))
    wanted = urls_in([texts_of(content_of(post)), *documents], post.body_html)
    rows = db.session.execute(select(Link.url, Link.id).where(Link.url.in_(wanted))) if wanted else ()
    known = {row[0]: row[1] for row in rows}
    for url in wanted:
        if url not in known:
            link = Link(url=url, seen_at=now())
            db.session.add(link)
            db.session.flush()
            known[url] = link.id
    leave_links(post.id)
    db.session.add_all(LinkPlace(link_id=known[url], post_id=post.id) for url in wanted)


def leave_links(post_id: int) -> None:
    """Forget what a post links to, inside an operation."""
    db.session.execute(delete(LinkPlace).where(LinkPlace.post_id == post_id))


def dead_links_in(post_id: int) -> int:
    """How many links of a post are dead."""
    dead = select(func.count()).select_from(LinkPlace).join(Link, Link.id == LinkPlace.link_id)
    return db.session.scalar(dead.where(LinkPlace.post_id == post_id, Link.died_at.is_not(None))) or 0
