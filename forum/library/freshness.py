"""How long a post holds: near its day its owner is asked, past it readers are told."""

from datetime import date, timedelta

from forum.core.clock import now
from forum.library.models import Post

NOTICE = timedelta(days=14)


def near() -> date:
    """The last day that is near enough to ask about."""
    return now().date() + NOTICE


def is_near(post: Post) -> bool:
    """Whether the day by which a posted post should be looked at is near or past, and no moderator waits for its author."""
    is_due = post.check_by is not None and post.check_by <= near()
    return is_due and post.status == "published" and post.review != "changes_suggested"


def is_overdue(post: Post) -> bool:
    """Whether the day by which a posted post should have been looked at is past."""
    return post.check_by is not None and post.check_by < now().date() and post.status == "published"
