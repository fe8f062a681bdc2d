"""What talk about a post changes of the post itself: counters, the accepted answer, the version of its page.

The discussion room calls these from inside its own operations, with a post from `find_post`; permissions are its business.
"""

from datetime import datetime

from forum.core.db import operation
from forum.library.models import Post


@operation
def number_comment(post: Post, moment: datetime) -> int:
    """Count one more comment, written at this moment, and give its number."""
    post.last_comment_number += 1
    post.comment_count += 1
    post.last_activity_at = max(post.last_activity_at or moment, moment)
    post.version += 1
    return post.last_comment_number


@operation
def recount_comments(post: Post, shown: int, latest: datetime | None) -> None:
    """Set how many comments are shown and when the latest of them was written, after one came or went."""
    post.comment_count = shown
    post.last_activity_at = max(filter(None, (post.published_at, latest)), default=None)
    post.version += 1


@operation
def accept_comment(post: Post, comment_id: int | None) -> None:
    """Set the comment that answers the question; None when there is none any more."""
    post.accepted_comment_id = comment_id
    post.version += 1


@operation
def recount_adoptions(post: Post, number: int) -> None:
    """Set how many reports tell of trying a practice, whoever may read them; a page of one without any need not ask."""
    post.adoption_count = number
    post.version += 1


@operation
def touch_post(post: Post) -> None:
    """Note that something on the post's page changed, so that no stored page is shown any longer."""
    post.version += 1
