"""Where a post stands, for those who wrote it: one calm sentence, and the step that would help next."""

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _

from forum.core.actor import Actor
from forum.curation.improving.policy import is_owner
from forum.library.models import Post
from forum.web.wording import life


@dataclass(frozen=True, slots=True)
class Progress:
    """A sentence, and a link to what helps next."""

    sentence: str
    label: str
    url: str


def progress_of(actor: Actor, post: Post) -> Progress | None:
    """Where a posted post stands; None for those who did not write it, and where the page says so itself (hidden, archived)."""
    if post.status != "published" or not is_owner(actor, post):
        return None
    return standing_in_words(post)


def standing_in_words(post: Post) -> Progress:
    """The sentence and the next step for a posted post."""
    sentence = life.CHANGED if post.changed_at else life.STANDS[post.review]
    label, url = next_step(post)
    return Progress(str(sentence), label, url)


def next_step(post: Post) -> tuple[str, str]:
    """What helps next: to answer, to check, or one question more."""
    if post.review == "changes_suggested":
        return _("See the suggestions"), url_for("improving.show_request", post_id=post.id)
    if post.review == "needs_recheck":
        return _("Check and edit the post"), url_for("posts.edit_post", post_id=post.id)
    if post.review == "in_expert_review":
        return _("Write to the moderators"), url_for("improving.show_request", post_id=post.id)
    return _("What would help others next"), url_for("posts.ask_next", post_id=post.id)
