"""What can happen to a comment. The subject is the comment; `data["post"]` is its post's id."""

from forum.core.events import event_kind
from forum.core.text import message as _

POSTED = event_kind("comment.posted", "Somebody commented on a post.")
EDITED = event_kind("comment.edited", "A comment got a new version.")
DELETED = event_kind("comment.deleted", "A comment's author took it away; its number stays.")
BROUGHT_BACK = event_kind("comment.brought_back", "A comment's author brought back what they had deleted.")
HIDDEN = event_kind(
    "comment.hidden", "A moderator hid a comment.", log=_("%(actor)s hid a comment on %(subject)s"), is_public=True
)
RESTORED = event_kind(
    "comment.restored",
    "A hidden comment is back.",
    log=_("%(actor)s restored a comment on %(subject)s"),
    is_public=True,
)
ANSWER_ACCEPTED = event_kind("answer.accepted", "The asker accepted a comment as the answer, or took that back.")
MARKED_USEFUL = event_kind("comment.marked_useful", "Somebody found a comment or post useful, or took that back.")

CHANGES_TEXT = (POSTED, EDITED, DELETED, BROUGHT_BACK, HIDDEN, RESTORED)
