"""The kinds of mail: what a person may stop, what always comes, and which kind each mail is of."""

from dataclasses import dataclass

from forum.core.text import Message
from forum.core.text import message as _


@dataclass(frozen=True, slots=True)
class MailKind:
    """Mails that belong together for their reader. `hint` says when they come; `always` why they cannot be stopped."""

    name: str
    label: Message
    hint: Message
    always: Message | None = None

    @property
    def can_be_stopped(self) -> bool:
        """Whether a person may choose not to get these mails."""
        return self.always is None


ACCOUNT = MailKind(
    "account",
    _("Your account"),
    _("To confirm an address, to sign in or to set a new password; and when one of these has changed."),
    always=_("Such mails always come, because they keep your account safe."),
)
INVITATION = MailKind(
    "invitation",
    _("Invitations"),
    _("When an organisation asks you to join it."),
    always=_("Such mails come only when somebody invites you."),
)
REQUESTS = MailKind(
    "requests",
    _("Requests to join"),
    _("For editors: when somebody asks to join your organisation. Requests also wait on its page of people."),
)
MEMBERSHIP = MailKind(
    "membership",
    _("Your organisations"),
    _("When you become a member, when a request is declined, and when a post is to change organisation."),
)
SEARCHES = MailKind(
    "searches",
    _("Saved searches"),
    _("When something new matches a search that you saved. One mail a day at most."),
)
CHECKS = MailKind(
    "checks",
    _("Posts to confirm"),
    _("When a post of yours, or the page of your organisation, may be out of date. One mail a day at most."),
)
IMPROVING = MailKind(
    "improving",
    _("Suggestions for posts"),
    _("When a moderator suggests changes to your post, when an author answers, and when either side writes."),
)
ADOPTIONS = MailKind(
    "adoptions",
    _("Practices that others try"),
    _("When somebody tries your practice or answers your report. Also once, after half a year, to ask how it went."),
)
MESSAGES = MailKind(
    "messages",
    _("Messages from readers"),
    _("For administrators: when somebody writes to us."),
    always=_("Such mails always come, so that every reader gets an answer."),
)

EXPERTS = MailKind(
    "experts",
    _("Opinions of experts"),
    _("When a moderator asks you for your opinion on a post."),
    always=_("Such mails come only when a moderator asks you."),
)

DECISIONS = MailKind(
    "decisions",
    _("Decisions of moderators"),
    _("When a moderator decides on something you wrote or reported, and when another one looks again."),
    always=_("Such mails always come, because you can ask for a second look."),
)

EVERY = (
    ACCOUNT,
    INVITATION,
    REQUESTS,
    MEMBERSHIP,
    SEARCHES,
    CHECKS,
    IMPROVING,
    ADOPTIONS,
    EXPERTS,
    MESSAGES,
    DECISIONS,
)
KINDS = {kind.name: kind for kind in EVERY}
KIND_OF = {
    "confirmation": ACCOUNT,
    "known_address": ACCOUNT,
    "reset": ACCOUNT,
    "sign_in": ACCOUNT,
    "prove": ACCOUNT,
    "password_changed": ACCOUNT,
    "address_old": ACCOUNT,
    "address_new": ACCOUNT,
    "address_taken": ACCOUNT,
    "address_changed": ACCOUNT,
    "second_step_changed": ACCOUNT,
    "invitation": INVITATION,
    "membership_requested": REQUESTS,
    "membership_started": MEMBERSHIP,
    "membership_declined": MEMBERSHIP,
    "transfer_offered": MEMBERSHIP,
    "transfer_answered": MEMBERSHIP,
    "searches_matched": SEARCHES,
    "checks_due": CHECKS,
    "looks_outdated": CHECKS,
    "suggestions_sent": IMPROVING,
    "suggestions_waiting": IMPROVING,
    "suggestions_answered": IMPROVING,
    "request_written": IMPROVING,
    "adoption_reported": ADOPTIONS,
    "adoption_answered": ADOPTIONS,
    "adoption_asked": ADOPTIONS,
    "message_received": MESSAGES,
    "expert_invited": EXPERTS,
    "expert_reminded": EXPERTS,
    "expert_thanked": EXPERTS,
    "notice_received": DECISIONS,
    "notice_decided": DECISIONS,
    "decision_made": DECISIONS,
    "appeal_decided": DECISIONS,
}


def stoppable_kinds() -> list[MailKind]:
    """The kinds that a person may stop, in the order of the settings."""
    return [kind for kind in KINDS.values() if kind.can_be_stopped]
