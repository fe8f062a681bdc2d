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
CHANGES_SUGGESTED = event_kind(
    "post.changes_suggested",
    "A moderator suggested changes to a post.",
    log=_("%(actor)s suggested changes to %(subject)s"),
    is_public=True,
)
RESUBMITTED = event_kind("post.resubmitted", "A post's author asks the moderators to look at it again.")
RETURNED = event_kind("post.returned", "Suggestions got no answer; the post waits for a moderator as before.")
REVIEWED = event_kind(
    "post.reviewed", "A moderator reviewed a post.", log=_("%(actor)s reviewed %(subject)s"), is_public=True
)
LOOKED_AGAIN = event_kind(
    "post.looked_again",
    "A moderator looked at what changed after the review.",
    log=_("%(actor)s looked at the changes to %(subject)s"),
    is_public=True,
)
MARK_TAKEN_BACK = event_kind(
    "post.mark_taken_back",
    "A moderator took the review mark of a post back.",
    log=_("%(actor)s took the review mark of %(subject)s back"),
    is_public=True,
)
EXPERT_REVIEW_STARTED = event_kind(
    "post.expert_review_started",
    "Experts are asked about a post.",
    log=_("%(actor)s asked experts about %(subject)s"),
    is_public=True,
)
EXPERT_REVIEW_ENDED = event_kind(
    "post.expert_review_ended",
    "Experts are no longer asked about a post; it stays reviewed.",
    log=_("%(actor)s ended the expert review of %(subject)s"),
    is_public=True,
)
RECOMMENDED = event_kind(
    "post.recommended", "A moderator recommended a post.", log=_("%(actor)s recommended %(subject)s"), is_public=True
)
NOT_RECOMMENDED = event_kind(
    "post.not_recommended",
    "A post is no longer recommended; it stays reviewed.",
    log=_("%(actor)s stopped recommending %(subject)s"),
    is_public=True,
)
RECHECK_ASKED = event_kind(
    "post.recheck_asked",
    "A post should be looked at again: its date passed, or something in it no longer holds.",
    log=_("%(actor)s asked for a new check of %(subject)s"),
    is_public=True,
)
CONFIRMED = event_kind("post.confirmed", "What a post says is still true: its owner, or a moderator, said so.")
APPEAL_GRANTED = event_kind(
    "post.appeal_granted",
    "A second moderator granted an appeal; the post is back.",
    log=_("%(actor)s granted the appeal about %(subject)s"),
    is_public=True,
)
PUBLIC_AGREED = event_kind("post.public_agreed", "An author said whether a post may be public once it is reviewed.")
CHANGED_AFTER_REVIEW = event_kind(
    "post.changed_after_review", "Results or method of a reviewed post changed; a moderator looks again."
)
STEP_UNDONE = event_kind(
    "post.step_undone",
    "A moderator undid a step of their own; the post stands as before.",
    log=_("%(actor)s undid a step of their own with %(subject)s"),
    is_public=True,
)
EVIDENCE_SET = event_kind(
    "post.evidence_set",
    "A moderator set the level of evidence of a post, or took it back.",
    log=_("%(actor)s judged the evidence of %(subject)s"),
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
NAME_REMOVED = event_kind(
    "post.name_removed", "Somebody closed their account; their name was taken out of the texts of a post."
)

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
    STEP_UNDONE,
    CHANGES_SUGGESTED,
    RESUBMITTED,
    RETURNED,
    REVIEWED,
    LOOKED_AGAIN,
    MARK_TAKEN_BACK,
    EXPERT_REVIEW_STARTED,
    EXPERT_REVIEW_ENDED,
    RECOMMENDED,
    NOT_RECOMMENDED,
    RECHECK_ASKED,
    CONFIRMED,
    APPEAL_GRANTED,
    CHANGED_AFTER_REVIEW,
    EVIDENCE_SET,
    THEMES_MOVED,
    LOCKED,
    UNLOCKED,
    FEATURED,
    UNFEATURED,
    ATTACHED,
    TRANSCRIBED,
    DETACHED,
)
