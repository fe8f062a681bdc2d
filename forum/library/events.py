"""What can happen to a post. `data` holds references and numbers, never text."""

from forum.core.events import event_kind
from forum.core.text import message as _

PUBLISHED = event_kind("post.published", "A post can be read by its audience from now on.")
EDITED = event_kind("post.edited", "A published post got a new version.")
VISIBILITY_CHANGED = event_kind("post.visibility_changed", "The audience of a post changed.")
MOVED = event_kind(
    "post.moved",
    "A post belongs to another organisation.",
    log=_("%(actor)s moved %(subject)s to another organisation"),
    is_public=True,
)
ARCHIVED = event_kind(
    "post.archived", "A post left the default search.", log=_("%(actor)s archived %(subject)s"), is_public=True
)
WITHDRAWN = event_kind(
    "post.withdrawn", "Only title and reason of a post remain.", log=_("%(actor)s withdrew %(subject)s"), is_public=True
)
HIDDEN = event_kind("post.hidden", "A moderator hid a post.", log=_("%(actor)s hid %(subject)s"), is_public=True)
DECLINED = event_kind("post.declined", "A moderator declined a post.", log=_("%(actor)s declined %(subject)s"))
RESTORED = event_kind(
    "post.restored",
    "A hidden, declined, withdrawn or archived post is back.",
    log=_("%(actor)s restored %(subject)s"),
    is_public=True,
)
REVIEWED = event_kind(
    "post.reviewed",
    "The review mark of a post changed.",
    log=_("%(actor)s changed the review mark of %(subject)s"),
    is_public=True,
)
THEMES_MOVED = event_kind(
    "post.themes_moved",
    "A moderator changed the themes of a post.",
    log=_("%(actor)s changed the themes of %(subject)s"),
    is_public=True,
)
LOCKED = event_kind(
    "post.locked", "A post takes no more comments.", log=_("%(actor)s locked %(subject)s"), is_public=True
)
UNLOCKED = event_kind(
    "post.unlocked", "A post takes comments again.", log=_("%(actor)s unlocked %(subject)s"), is_public=True
)
FEATURED = event_kind(
    "post.featured", "A post stands on the home page.", log=_("%(actor)s featured %(subject)s"), is_public=True
)
UNFEATURED = event_kind(
    "post.unfeatured",
    "A post no longer stands on the home page.",
    log=_("%(actor)s stopped featuring %(subject)s"),
    is_public=True,
)
ATTACHED = event_kind("attachment.added", "A file or picture was added to a post.")
TRANSCRIBED = event_kind("attachment.read", "The words of a document were read, for the search.")
DETACHED = event_kind("attachment.removed", "A file or picture was taken off a post.")

CHANGES_PAGE = (
    PUBLISHED,
    EDITED,
    VISIBILITY_CHANGED,
    MOVED,
    ARCHIVED,
    WITHDRAWN,
    HIDDEN,
    DECLINED,
    RESTORED,
    REVIEWED,
    THEMES_MOVED,
    LOCKED,
    UNLOCKED,
    FEATURED,
    UNFEATURED,
    ATTACHED,
    TRANSCRIBED,
    DETACHED,
)
