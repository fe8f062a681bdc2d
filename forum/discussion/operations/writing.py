"""Writing comments: posting, editing with history, taking one's own away and bringing it back."""

import hashlib
import re
from datetime import datetime

from sqlalchemy import func, select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid, Missing
from forum.core.events import record
from forum.core.languages import guess_language, is_language
from forum.core.markdown import Mention, mention_source, render
from forum.core.text import message as _
from forum.discussion import events
from forum.discussion.mentions import keep_mentions, settle
from forum.discussion.models import BODY_LENGTH, Comment, CommentVersion
from forum.discussion.policy import NO_COMMENT, require_author, require_comment, require_text, shown
from forum.library.form_texts import form_text
from forum.library.models import Post
from forum.library.operations.form_drafts import discard
from forum.library.operations.talking import accept_comment, number_comment, recount_comments, touch_post
from forum.library.operations.writing import REPEATED_WITHIN, find_post
from forum.library.policy import require_read

INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
QUOTED_LINES = re.compile(r"^ {0,3}>.*$", re.MULTILINE)
DEEPEST = 2


@operation
def post_comment(
    actor: Actor,
    post_id: int,
    body: str,
    *,
    parent_id: int | None = None,
    language: str | None = None,
    request_key: str | None = None,
) -> Comment:
    """Add a comment to a post, or a reply to one of its comments. The language is guessed unless given.

    The same request key with the same text gives the first comment again, and so does the same text within ten minutes: who
    goes back in the browser gets the form with its text, and another key. Raises `Invalid` for an empty or too long text,
    `Denied` where the actor may not comment, and `Missing` for a post they may not know of.
    """
    post = require_comment(actor, find_post(post_id))
    key = _keyed(request_key, body)
    existing = _by_request_key(actor, key)
    if existing:
        return existing
    parent, text = _place(actor, post, parent_id, clean_body(body))
    discard(actor, draft_place(post_id, parent_id))
    settled = settle(text)
    if key and (existing := _said_lately(actor, post, parent, settled)):
        return existing
    comment = Comment(
        author_id=actor.person_id,
        organisation_id=organisation_of(actor),
        language=clean_language(language, text, actor.language),
        request_key=key,
    )
    add_comment(actor, post, comment, parent, settled, now())
    return comment


def draft_place(post_id: int, parent_id: int | None = None) -> str:
    """Where the form drafts of a comment, or of a reply, are kept until it is posted."""
    return f"posts/{post_id}/comment" if parent_id is None else f"comments/{parent_id}/reply"


def edit_place(comment_id: int) -> str:
    """Where the form draft of a change to a comment is kept until it is saved."""
    return f"comments/{comment_id}/edit"


def _keyed(request_key: str | None, body: str) -> str | None:
    """The key as it is kept: bound to the text, so that going back and writing something else is not taken for a repetition."""
    return hashlib.sha256(f"{request_key}\n{body}".encode()).hexdigest() if request_key else None


def _by_request_key(actor: Actor, key: str | None) -> Comment | None:
    if key is None:
        return None
    return db.session.scalar(select(Comment).where(Comment.author_id == actor.person_id, Comment.request_key == key))


def _said_lately(actor: Actor, post: Post, parent: Comment | None, text: str) -> Comment | None:
    """What the actor said in the same place with the same words a moment ago."""
    mine = select(Comment).where(Comment.author_id == actor.person_id, Comment.post_id == post.id, Comment.body == text)
    here = Comment.parent_id == parent.id if parent else Comment.parent_id.is_(None)
    return db.session.scalar(
        mine.where(here, Comment.deleted_at.is_(None), Comment.created_at > now() - REPEATED_WITHIN)
    )


def clean_body(raw: str) -> str:
    """The text as it is kept. Raises `Invalid` when there is nothing to read in it, or too much."""
    text = form_text("body", raw, BODY_LENGTH)
    rendered = render(text)
    if not rendered.plain.strip(INVISIBLE + " \n\t") and "<img" not in rendered.html:
        raise Invalid({"body": _("Write your comment first.")})
    return text


def clean_language(given: str | None, text: str, otherwise: str) -> str:
    """The language of a comment: as given, else as the words that are not quoted look, else `otherwise`."""
    if given:
        if not is_language(given):
            raise Invalid({"language": _("Choose a language from the list.")})
        return given
    return guess_language(render(QUOTED_LINES.sub("", text)).plain) or otherwise


def organisation_of(actor: Actor) -> int | None:
    """The organisation an actor speaks for: the first they are an editor of, else the first they belong to."""
    return min(actor.editor_ids or actor.organisation_ids, default=None)


def _place(actor: Actor, post: Post, parent_id: int | None, text: str) -> tuple[Comment | None, str]:
    """Where a reply goes: under the comment it answers or, that being two levels deep, beside it, calling its author."""
    if parent_id is None:
        return None, text
    parent = db.session.get(Comment, parent_id)
    if parent is None or parent.post_id != post.id:
        raise Missing(_("The comment you reply to is no longer here."))
    require_text(actor, parent, post)
    if depth_of(parent) < DEEPEST:
        return parent, text
    return db.session.get_one(Comment, parent.parent_id), _calling(actor, parent, text)


def depth_of(comment: Comment) -> int:
    """How deep a comment stands: 0 for one on the post itself, at most 2."""
    if comment.parent_id is None:
        return 0
    return 1 + depth_of(db.session.get_one(Comment, comment.parent_id))


def _calling(actor: Actor, answered: Comment, text: str) -> str:
    author = answered.author
    if author is None or author.erased_at or author.id == actor.person_id or f"(person:{author.id})" in text:
        return text
    call = mention_source(Mention("person", author.id, author.name))
    return f"{call} {text}" if text[0].isalpha() else f"{call}\n\n{text}"


def add_comment(
    actor: Actor, post: Post, comment: Comment, parent: Comment | None, body: str, moment: datetime, **data: bool
) -> None:
    """Number a new comment, render and keep it; called inside an operation that holds the post."""
    rendered = render(body)
    comment.post_id, comment.parent_id = post.id, parent.id if parent else None
    comment.body, comment.body_html, comment.created_at = body, rendered.html, moment
    comment.number = number_comment(post, moment)
    db.session.add(comment)
    db.session.flush()
    keep_mentions(comment, rendered.mentions)
    record(actor, events.POSTED, "comment", comment.id, {"post": post.id, "number": comment.number, **data})


def find_comment(actor: Actor, comment_id: int) -> tuple[Comment, Post]:
    """A comment and its post, both kept for this transaction; `Missing` when the actor may not know of them."""
    post_id = db.session.scalar(select(Comment.post_id).where(Comment.id == comment_id))
    post = require_read(actor, find_post(post_id or 0), NO_COMMENT)
    comment = db.session.get_one(Comment, comment_id, populate_existing=True)
    return comment, post


@operation
def edit_comment(actor: Actor, comment_id: int, body: str, revision: int, language: str | None = None) -> Comment:
    """Give the actor's own comment a new text; the former is kept in its history. Nothing happens when nothing changed.

    Raises `Conflict` when `revision` is no longer the present one: it was edited in between, in another window perhaps.
    """
    comment, post = find_comment(actor, comment_id)
    require_text(actor, comment, post)
    require_author(actor, comment)
    if comment.revision != revision:
        raise Conflict(_("This comment was changed in the meantime. Compare both texts, then save again."))
    text = settle(clean_body(body))
    spoken = clean_language(language, text, comment.language)
    discard(actor, edit_place(comment_id))
    if (text, spoken) != (comment.body, comment.language):
        rewrite(actor, post, comment, text, spoken)
    return comment


def rewrite(actor: Actor, post: Post, comment: Comment, body: str, language: str, **data: bool) -> None:
    """Change what a comment says and keep what it said; called inside an operation that holds the post."""
    if body != comment.body:
        _keep_version(actor, comment)
        rendered = render(body)
        comment.body, comment.body_html, comment.edited_at = body, rendered.html, now()
        keep_mentions(comment, rendered.mentions)
    comment.language = language
    comment.revision += 1
    touch_post(post)
    record(actor, events.EDITED, "comment", comment.id, {"post": post.id, "revision": comment.revision, **data})


def _keep_version(actor: Actor, comment: Comment) -> None:
    last = db.session.scalar(select(func.max(CommentVersion.number)).where(CommentVersion.comment_id == comment.id))
    version = CommentVersion(
        comment_id=comment.id,
        number=(last or 0) + 1,
        body=comment.body,
        editor_id=actor.person_id,
        created_at=comment.edited_at or comment.created_at,
    )
    db.session.add(version)


@operation
def delete_comment(actor: Actor, comment_id: int) -> Comment:
    """Take the actor's own comment away: number and date stay, the text goes from pages, search and API at once."""
    comment, post = find_comment(actor, comment_id)
    require_author(actor, comment)
    if comment.deleted_at is None:
        comment.deleted_at, comment.deleted_by_id = now(), actor.person_id
        keep_mentions(comment, ())
        settle_count(post, comment)
        record(actor, events.DELETED, "comment", comment.id, {"post": post.id})
    return comment


@operation
def bring_back_comment(actor: Actor, comment_id: int) -> Comment:
    """Undo `delete_comment`, as long as the text is kept (30 days)."""
    comment, post = find_comment(actor, comment_id)
    require_author(actor, comment)
    if comment.deleted_at is None:
        return comment
    if not comment.body:
        raise Conflict(_("This comment was deleted too long ago. Its text is gone."))
    comment.deleted_at = comment.deleted_by_id = None
    keep_mentions(comment, render(comment.body).mentions)
    settle_count(post, comment)
    record(actor, events.BROUGHT_BACK, "comment", comment.id, {"post": post.id})
    return comment


def settle_count(post: Post, comment: Comment) -> None:
    """Bring the post's counters and accepted answer in step, after a comment came or went."""
    db.session.flush()
    row = select(func.count(), func.max(Comment.created_at)).where(Comment.post_id == post.id, shown())
    number, latest = db.session.execute(row).one()
    recount_comments(post, number, latest)
    if post.accepted_comment_id == comment.id and (comment.deleted_at or comment.hidden_at):
        accept_comment(post, None)
