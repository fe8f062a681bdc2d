"""The conversation below a post, and how far its reader gets in it.

For the post's page: `render_template(..., comments=conversation(actor(), post))`; its template includes
`discussion/_news.html` near the top ("3 new since your last visit") and `discussion/_on_post.html` at the end. That costs
four statements, for one comment as for a thousand. `?page=` is the page of the conversation.
"""

from dataclasses import dataclass

import structlog
from flask import Response, after_this_request, current_app, request, url_for
from sqlalchemy.exc import SQLAlchemyError

from forum.core.actor import SYSTEM, Actor
from forum.core.errors import ForumError
from forum.discussion.policy import can_accept, can_comment, refusal
from forum.discussion.queries.conversation import CommentsPage, CommentView, comments_page
from forum.discussion.queries.unread import Unread, read_up_to, unread_on
from forum.discussion.reading import Reading, keep_readings, notes
from forum.library.models import SHOWN_STATUSES, Post
from forum.library.policy import can_moderate
from forum.web.cards import post_url
from forum.web.comment_forms import CommentForm, new_form, number_from
from forum.web.languages import say
from forum.web.later import Later

PAUSE = 0.5
log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Conversation:
    """Everything that the templates of a conversation ask for; `may` holds what the reader may do: comment, accept, moderate."""

    post: Post
    page: CommentsPage
    unread: Unread
    refusal: str
    form: CommentForm | None
    may: frozenset[str]

    @property
    def comments(self) -> list[CommentView]:
        """The comments of this page, in the order of the threads."""
        return self.page.comments

    @property
    def is_open(self) -> bool:
        """Whether the post is one that people talk about: not a draft, nor one that was taken away."""
        return self.post.status in SHOWN_STATUSES or bool(self.page.comments)

    @property
    def new_url(self) -> str:
        """The address of the first comment that the reader has not seen."""
        first = self.unread.first
        if first is None:
            return ""
        here = any(view.is_first_new for view in self.comments)
        return f"#comment-{first.number}" if here else url_for("comments.show_comment", comment_id=first.id)

    @property
    def answer_url(self) -> str:
        """The address of the comment that answers the question, if one was accepted."""
        number = self.post.accepted_comment_id
        return url_for("comments.show_comment", comment_id=number) if number else ""

    @property
    def accepted(self) -> CommentView | None:
        """The accepted answer, when it stands on this page of the conversation and the reader may read it."""
        return next((view for view in self.comments if view.is_accepted and not view.is_gone), None)

    def page_url(self, page: int) -> str:
        """The address of another page of this conversation."""
        return conversation_url(self.post.id, self.post.slug, page, "comments")


def conversation(actor: Actor, post: Post) -> Conversation:
    """The asked-for page of the conversation on a post; once it is shown, the reader has read it."""
    page = comments_page(actor, post, number_from(request.args.get("page")) or 1)
    unread = unread_on(actor, post)
    mark_new(page.comments, unread)
    note_reading(actor, post, page, unread)
    reason = refusal(actor, post)
    return Conversation(
        post=post,
        page=page,
        unread=unread,
        refusal=say(reason) if reason else "",
        form=None if reason else new_form(actor, post, None),
        may=possibilities(actor, post),
    )


def possibilities(actor: Actor, post: Post) -> frozenset[str]:
    """What the actor may do in the conversation on a post."""
    tests = {"comment": can_comment, "accept": can_accept, "moderate": can_moderate}
    return frozenset(name for name, test in tests.items() if test(actor, post))


def mark_new(views: list[CommentView], unread: Unread) -> None:
    """Mark what the reader has not seen, and the first of it."""
    new = {one.id for one in unread.comments}
    for view in views:
        view.is_new = view.id in new
        view.is_first_new = unread.first is not None and view.id == unread.first.id


def conversation_url(post_id: int, slug: str, page: int, anchor: str) -> str:
    """The address of a place in a conversation."""
    query = f"?page={page}" if page > 1 else ""
    return f"{post_url(post_id, slug)}{query}#{anchor}"


def note_reading(actor: Actor, post: Post, page: CommentsPage, unread: Unread) -> None:
    """Note, once the page has been shown to a person, how far they have read; what browsers fetch ahead does not count."""
    ahead = request.headers.get("Sec-Purpose") or request.headers.get("Purpose") or ""
    asked_for = request.environ["REQUEST_METHOD"]  # the request's own word: views are told GET for HEAD too
    if actor.person_id is None or asked_for != "GET" or "prefetch" in ahead:
        return
    seen = read_up_to(unread.read_to, (view.number for view in page.comments))
    reading = Reading(actor.person_id, post.id, seen, post.version)

    @after_this_request
    def note(response: Response) -> Response:
        if response.status_code == 200:
            notes.add(reading)
            writing.plan(current_app._get_current_object())  # type: ignore[attr-defined]  # Flask's own recipe for threads
        return response


def write_readings() -> None:
    """Write down how far people have read. What cannot be written now waits for the next reading."""
    taken = notes.take()
    try:
        keep_readings(SYSTEM, taken)
    except (SQLAlchemyError, ForumError) as problem:
        log.warning("readings cannot be written", error=type(problem).__name__)
        for reading in taken:
            notes.add(reading)


writing = Later(PAUSE, write_readings)
