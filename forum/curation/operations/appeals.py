"""Asking another moderator to look at a decision again (art. 20 of the Digital Services Act), and their answer."""

from datetime import datetime, timedelta

from sqlalchemy import select

from forum.accounts.models import Person
from forum.adoption.operations import restore_adoption
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid, Missing
from forum.core.events import record
from forum.core.text import message as _
from forum.curation import events
from forum.curation.models import APPEAL_OUTCOMES, DECISION_REASON_LENGTH, NOTE_LENGTH, Appeal, Decision, Flag
from forum.curation.operations.decisions import Statement, decide_on_adoption, decide_on_comment, decide_on_post
from forum.curation.operations.restructuring_undo import undo_restructuring
from forum.curation.operations.sanctions import settle_sanctions
from forum.curation.policy import require_second
from forum.curation.restructuring_models import Restructuring
from forum.discussion.models import Comment
from forum.discussion.operations.moderating import restore_comment
from forum.library.form_texts import form_text, noted_text
from forum.library.models import Post
from forum.library.operations.curating import grant_appeal, restore_post

OPEN_FOR = timedelta(days=184)  # six months, whichever they are
LEFT = {"hide": "hidden", "decline": "declined", "withdraw": "withdrawn", "merge": "withdrawn", "archive": "archived"}


def appeal_until(decision: Decision) -> datetime:
    """Until when a decision can be appealed against."""
    return decision.decided_at + OPEN_FOR


def appeal_of(decision: Decision, flag: Flag | None) -> Appeal | None:
    """The appeal that the person concerned, or whoever sent this report, has made already."""
    side = Appeal.flag_id.is_(None) if flag is None else Appeal.flag_id == flag.id
    return db.session.scalar(select(Appeal).where(Appeal.decision_id == decision.id, side))


@operation
def make_appeal(actor: Actor, decision_id: int, body: str, *, flag_id: int | None = None, language: str) -> Appeal:
    """Ask for a second look, once: as the person concerned, or as the sender of a report that the decision answered.

    Whoever calls has made sure of that, by the session or by the signed link of a mail.
    """
    decision = db.session.get(Decision, decision_id, with_for_update=True)
    flag = db.session.get(Flag, flag_id) if flag_id else None
    if decision is None or (flag_id and (flag is None or flag.decision_id != decision.id)):
        raise Missing
    if appeal_until(decision) <= now():
        raise Conflict(_("Six months have passed: this decision can no longer be looked at again."))
    if appeal_of(decision, flag):
        raise Conflict(_("You have asked for this already. Another moderator looks at it."))
    text = form_text("body", body, NOTE_LENGTH, _("Say why you see it differently."))
    appellant = flag.reporter_id if flag else decision.person_id
    appeal = Appeal(
        decision_id=decision.id,
        flag_id=flag_id,
        appellant_id=appellant,
        body=text,
        language=language,
        created_at=now(),
    )
    db.session.add(appeal)
    db.session.flush()
    record(
        actor,
        events.APPEALED,
        decision.subject_type,
        decision.subject_id,
        {"appeal": appeal.id, "decision": decision.id},
    )
    return appeal


@operation
def decide_appeal(actor: Actor, appeal_id: int, outcome: str, answer: str, action: str = "") -> Appeal:
    """Uphold or reverse a decision. Reversing what concerns the author restores; what the notifier wanted is done by `action`."""
    appeal = db.session.get(Appeal, appeal_id, with_for_update=True)
    if appeal is None:
        raise Missing(_("There is no such appeal."))
    require_second(actor, appeal)
    if appeal.decided_at:
        raise Conflict(_("Another moderator has answered this already."))
    problems = {} if outcome in APPEAL_OUTCOMES else {"outcome": _("Choose one of the answers offered.")}
    text = noted_text(problems, "answer", answer, DECISION_REASON_LENGTH, _("Give a reason: people will read it."))
    if problems:
        raise Invalid(problems)
    appeal.outcome, appeal.answer = outcome, text
    appeal.decided_by_id, appeal.decided_at = actor.person_id, now()
    decision = appeal.decision
    if outcome == "reversed":
        _reverse(actor, appeal, decision, action)
    data = {"appeal": appeal.id, "decision": decision.id, "outcome": outcome}
    record(actor, events.APPEAL_DECIDED, decision.subject_type, decision.subject_id, data)
    return appeal


def _reverse(actor: Actor, appeal: Appeal, decision: Decision, action: str) -> None:
    decision.reversed_at = now()
    if appeal.flag_id is None:
        _undo(actor, decision, appeal.answer)
        return
    said = Statement(decision.ground, decision.basis, decision.facts, appeal.answer, actor.language)
    if action in ("", "none"):
        raise Invalid({"action": _("Choose what happens.")})
    decide = {"comment": decide_on_comment, "adoption": decide_on_adoption}.get(decision.subject_type, decide_on_post)
    decide(actor, decision.subject_id, action, said)


def _undo(actor: Actor, decision: Decision, reason: str) -> None:
    """Bring back what the decision took away, unless somebody has meanwhile."""
    if decision.subject_type == "person":
        db.session.flush()
        settle_sanctions(actor, db.session.get_one(Person, decision.person_id))
    elif decision.subject_type == "comment":
        comment = db.session.get(Comment, decision.subject_id)
        if comment and comment.hidden_at:
            restore_comment(actor, comment.id)
    elif decision.subject_type == "adoption":
        restore_adoption(actor, decision.subject_id)
    else:
        _undo_on_post(actor, decision, reason)


def _undo_on_post(actor: Actor, decision: Decision, reason: str) -> None:
    post = db.session.get(Post, decision.subject_id)
    if post is None or post.status != LEFT.get(decision.action):
        return
    if decision.action == "archive":
        restore_post(actor, post.id)
    elif decision.action != "merge" or not _part_again(actor, post.id):
        grant_appeal(actor, post.id, reason)


def _part_again(actor: Actor, post_id: int) -> bool:
    """Undo a merge, if everything is as it left it; else the post comes back alone, its comments stay where they went."""
    merged = select(Restructuring.id).where(Restructuring.source_id == post_id, Restructuring.step == "merge")
    number = db.session.scalar(merged.where(Restructuring.undone_at.is_(None)).order_by(Restructuring.id.desc()))
    try:
        undo_restructuring(actor, number or 0)
    except (Conflict, Missing):
        return False
    return True
