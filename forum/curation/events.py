"""What moderators and readers do about content that needs an eye."""

from forum.core.events import event_kind
from forum.core.text import message as _

FLAGGED = event_kind("flag.raised", "Somebody reported a post or comment.")
FLAG_RESOLVED = event_kind(
    "flag.resolved", "A moderator dealt with a report.", log=_("%(actor)s dealt with a report on %(subject)s")
)
FLAG_REOPENED = event_kind(
    "flag.reopened",
    "A moderator took back that a report was dealt with.",
    log=_("%(actor)s reopened a report on %(subject)s"),
)
DECIDED = event_kind(
    "decision.made",
    "A moderator decided on a post, comment or person, and told why.",
    log=_("%(actor)s decided on %(subject)s"),
    is_public=True,
)
APPEALED = event_kind("appeal.made", "Somebody asked another moderator to look at a decision again.")
APPEAL_DECIDED = event_kind(
    "appeal.decided",
    "A second moderator upheld or reversed a decision.",
    log=_("%(actor)s looked again at a decision on %(subject)s"),
    is_public=True,
)
MESSAGE_SENT = event_kind("message.sent", "Somebody wrote to those who look after the site.")
CHECKS_DUE = event_kind(
    "freshness.asked",
    "Somebody is asked whether posts or an organisation's page are still true; one mail a day at most.",
)
OWNER_LEFT = event_kind("freshness.left", "Somebody said that others must answer for a post or an organisation's page.")
COLLECTION_MADE = event_kind("collection.made", "Somebody began a collection.")
COLLECTION_CHANGED = event_kind("collection.changed", "A collection's words, posts, order or audience changed.")
COLLECTION_DELETED = event_kind(
    "collection.deleted", "Somebody deleted a collection; it can be brought back for 30 days."
)
COLLECTION_RESTORED = event_kind("collection.restored", "A deleted collection is back.")
REQUEST_WRITTEN = event_kind("request.written", "Somebody wrote in the request conversation of a post.")
SUGGESTIONS_SENT = event_kind("request.suggestions_sent", "Moderators sent suggestions to the author of a post.")
SUGGESTION_ANSWERED = event_kind("request.suggestion_answered", "An author took a suggestion up, or declined it.")
AUTHOR_REMINDED = event_kind("request.reminded", "Suggestions wait for an answer since 14 days; one mail is due.")
MERGED = event_kind(
    "post.merged",
    "A post took in another one.",
    log=_("%(actor)s merged another post into %(subject)s"),
    is_public=True,
)
SPLIT = event_kind(
    "post.split",
    "A part of a conversation became a post of its own.",
    log=_("%(actor)s moved a part of the comments on %(subject)s to a new post"),
    is_public=True,
)
GROWN = event_kind("post.grown", "A comment became a post, or the draft of one.")
CONVERTED = event_kind(
    "post.converted",
    "A question became news, or news a question.",
    log=_("%(actor)s changed the kind of %(subject)s"),
    is_public=True,
)
SUPERSEDED = event_kind(
    "post.superseded",
    "A newer post took the place of one.",
    log=_("%(actor)s pointed from %(subject)s to a newer post"),
    is_public=True,
)
RESTRUCTURING_UNDONE = event_kind(
    "restructuring.undone",
    "A merge, a split or another such step was undone.",
    log=_("%(actor)s undid a step on %(subject)s"),
    is_public=True,
)
OFFERED = event_kind("post.offered", "A post was offered to another organisation.")
OFFER_CLOSED = event_kind("post.offer_closed", "The offer of a post was accepted, declined, taken back, or lapsed.")
RESTRUCTURES = (MERGED, SPLIT, GROWN, CONVERTED, SUPERSEDED, RESTRUCTURING_UNDONE)
