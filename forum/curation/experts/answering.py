"""What experts do with the link of their mail: accept, decline, write, give and withdraw an opinion; and what the clock does."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from forum.accounts.models import FORMER_MEMBER, NAME_LENGTH, Person
from forum.core.actor import SYSTEM
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Denied, Invalid
from forum.core.events import record
from forum.core.languages import guess_language
from forum.core.text import Message, single_line
from forum.core.text import message as _
from forum.curation.experts import events
from forum.curation.experts.agreeing import note_agreement
from forum.curation.experts.inviting import forget
from forum.curation.experts.models import (
    AFFILIATION_LENGTH,
    CONFLICT_LENGTH,
    MOST_WORDS,
    OPINION_LENGTH,
    REFUSALS,
    SCORES,
    ExpertInvitation,
    ExpertOpinion,
)
from forum.curation.experts.policy import is_insider
from forum.curation.experts.queries import expert_of, invitation_by_secret
from forum.library.form_texts import noted_text

REMINDER_AFTER = timedelta(days=7)
SCALE = (1, 2, 3)
NOW_INSIDER = _("You belong to the organisation of this post now, so you cannot judge it. Thank you all the same.")
LONGEST = {
    "name": NAME_LENGTH,
    "affiliation": AFFILIATION_LENGTH,
    "text": OPINION_LENGTH,
    "conflict": CONFLICT_LENGTH,
}


@dataclass(frozen=True, slots=True)
class Written:
    """An opinion as it was typed. `has_conflict` is None until the expert says whether there is a conflict of interest;
    `may_be_shown` is the expert's consent that readers see it.
    """

    name: str = ""
    affiliation: str = ""
    text: str = ""
    scores: Mapping[str, int | None] = field(default_factory=dict)
    has_conflict: bool | None = None
    conflict: str = ""
    may_be_shown: bool = False


@operation
def accept(secret: str) -> ExpertInvitation:
    """Say that an opinion will come. Raises `Missing` when the link leads nowhere any more."""
    invitation = _usable(secret)
    _accept(invitation)
    return invitation


@operation
def decline(secret: str, refusal: str) -> ExpertInvitation:
    """Say no, with a short reason; the address is forgotten, and the moderators ask the next expert."""
    invitation = invitation_by_secret(secret)
    if refusal not in REFUSALS:
        raise Invalid({"refusal": _("Choose one of the answers offered.")})
    if not invitation.is_open:
        raise Conflict(_("You gave your opinion already. You can withdraw it below."))
    invitation.declined_at, invitation.refusal = now(), refusal
    actor = expert_of(invitation)
    forget(invitation)
    record(actor, events.DECLINED, "post", invitation.post_id, {"invitation": invitation.id})
    return invitation


@operation
def save_opinion(secret: str, written: Written) -> ExpertOpinion:
    """Keep an unfinished opinion. Raises `Invalid` only for what cannot be kept at all."""
    invitation = _usable(secret)
    _require_open(invitation)
    texts, problems = _cleaned(written)
    if problems:
        raise Invalid(problems)
    return _write(invitation, texts, written)


@operation
def give_opinion(secret: str, written: Written) -> ExpertOpinion:
    """Give an opinion: at most 150 words, four scores, and whether there is a conflict of interest. Raises `Invalid`."""
    invitation = _usable(secret)
    _require_open(invitation)
    texts, problems = _cleaned(written)
    problems = _missing(written, texts) | problems
    if problems:
        raise Invalid(problems)
    _accept(invitation)
    opinion = _write(invitation, texts, written)
    opinion.given_at = now()
    record(expert_of(invitation), events.OPINION_GIVEN, "post", invitation.post_id, {"invitation": invitation.id})
    return opinion


@operation
def withdraw_opinion(secret: str) -> ExpertOpinion:
    """Take an opinion back: words, scores, name and address are deleted; the dates stay."""
    invitation = invitation_by_secret(secret)
    opinion = invitation.opinion
    if opinion is None or not opinion.stands:
        raise Conflict(_("There is no opinion to withdraw."))
    actor = expert_of(invitation)
    opinion.withdrawn_at = now()
    note_agreement(opinion, agrees=False)
    opinion.name = opinion.affiliation = opinion.text = opinion.conflict = ""
    opinion.has_conflict = None
    for name in SCORES:
        setattr(opinion, name, None)
    forget(invitation)
    record(actor, events.OPINION_WITHDRAWN, "post", invitation.post_id, {"invitation": invitation.id})
    return opinion


@operation
def remind_experts() -> None:
    """Owe one reminder to everybody who has not answered for a week."""
    late = _open().where(
        ExpertInvitation.reminded_at.is_(None),
        ExpertInvitation.created_at <= now() - REMINDER_AFTER,
        ExpertInvitation.ends_at > now(),
    )
    for invitation in db.session.scalars(late):
        invitation.reminded_at = now()
        record(SYSTEM, events.REMINDED, "post", invitation.post_id, {"invitation": invitation.id})


@operation
def lapse_invitations() -> None:
    """End the invitations whose two weeks are over; the desk then proposes to ask the next expert."""
    for invitation in db.session.scalars(_open().where(ExpertInvitation.ends_at <= now())):
        invitation.lapsed_at = now()
        forget(invitation)
        record(SYSTEM, events.LAPSED, "post", invitation.post_id, {"invitation": invitation.id})


@operation
def forget_erased_experts() -> None:
    """Let go of the names and addresses of experts who closed their account; what they gave stays, without the name."""
    gone = select(Person.id).where(Person.erased_at.is_not(None))
    asked = select(ExpertInvitation).where(ExpertInvitation.person_id.in_(gone))
    for invitation in db.session.scalars(asked.options(joinedload(ExpertInvitation.opinion))):
        if invitation.opinion:
            invitation.opinion.name = FORMER_MEMBER
        forget(invitation)


def _open() -> Select[ExpertInvitation]:
    """Invitations that nobody ended or answered yet."""
    return (
        select(ExpertInvitation)
        .where(
            ExpertInvitation.declined_at.is_(None),
            ExpertInvitation.lapsed_at.is_(None),
            ExpertInvitation.taken_back_at.is_(None),
            ~ExpertInvitation.opinion.has(ExpertOpinion.given_at.is_not(None)),
        )
        .options(joinedload(ExpertInvitation.opinion))
        .order_by(ExpertInvitation.id)
    )


def _usable(secret: str) -> ExpertInvitation:
    """The invitation of a link; `Denied` when the expert has come to belong to the post's organisation meanwhile."""
    invitation = invitation_by_secret(secret)
    if is_insider(invitation.post, invitation.email, invitation.person):
        raise Denied(NOW_INSIDER)
    return invitation


def _require_open(invitation: ExpertInvitation) -> None:
    if not invitation.is_open:
        raise Conflict(_("You gave your opinion already. You can withdraw it below."))


def _accept(invitation: ExpertInvitation) -> None:
    if invitation.accepted_at is None:
        invitation.accepted_at = now()
        record(expert_of(invitation), events.ACCEPTED, "post", invitation.post_id, {"invitation": invitation.id})


def _cleaned(written: Written) -> tuple[dict[str, str], dict[str, Message]]:
    """The texts as they are kept, and what cannot be."""
    problems: dict[str, Message] = {}
    texts = {
        name: noted_text(problems, name, getattr(written, name), longest, one_line=name in ("name", "affiliation"))
        for name, longest in LONGEST.items()
    }
    return texts, problems


def _missing(written: Written, texts: Mapping[str, str]) -> dict[str, Message]:
    """What an opinion still lacks before it can be given, in the order of the form."""
    words = len(texts.get("text", "").split())
    lacks = {
        "text": (not 0 < words <= MOST_WORDS, _text_problem(words)),
        **{name: (written.scores.get(name) not in SCALE, _("Choose 1, 2 or 3.")) for name in SCORES},
        "has_conflict": (written.has_conflict is None, _("Say whether you have a conflict of interest.")),
        "conflict": (bool(written.has_conflict) and not texts.get("conflict"), _("Say which conflict it is.")),
        "name": (not texts.get("name"), _("Write your name.")),
        "affiliation": (not texts.get("affiliation"), _("Write where you work, or “independent”.")),
    }
    return {name: sentence for name, (is_missing, sentence) in lacks.items() if is_missing}


def _text_problem(words: int) -> Message:
    if not words:
        return _("Write your opinion.")
    return _("Your opinion has %(words)s words. %(most)s are allowed.", words=words, most=MOST_WORDS)


def _write(invitation: ExpertInvitation, texts: Mapping[str, str], written: Written) -> ExpertOpinion:
    """Put what was typed into the opinion of an invitation."""
    opinion = invitation.opinion or ExpertOpinion(invitation=invitation, post_id=invitation.post_id)
    opinion.name, opinion.affiliation = single_line(texts["name"]), single_line(texts["affiliation"])
    opinion.text, opinion.has_conflict = texts["text"], written.has_conflict
    opinion.conflict = texts["conflict"] if written.has_conflict else ""
    opinion.language = guess_language(opinion.text) or invitation.language
    for name in SCORES:
        score = written.scores.get(name)
        setattr(opinion, name, score if score in SCALE else None)
    note_agreement(opinion, written.may_be_shown)
    opinion.saved_at = now()
    db.session.add(opinion)
    db.session.flush()
    return opinion
