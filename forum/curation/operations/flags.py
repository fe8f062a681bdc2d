"""Reports by readers, and what becomes of them. What moderators do to posts is in `library.operations.curating`."""

from datetime import timedelta

from sqlalchemy import or_, select, update

from forum.accounts.models import NAME_LENGTH
from forum.accounts.queries import normal_email
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid, Missing
from forum.core.events import record
from forum.core.text import Message
from forum.core.text import message as _
from forum.curation import events
from forum.curation.models import ASIDE_LENGTH, FLAG_REASONS, ILLEGAL, NOTE_LENGTH, Flag
from forum.curation.policy import require_moderator, require_reporter
from forum.curation.subjects import Subject, subject_of
from forum.library.form_texts import form_text, noted_text
from forum.library.models import Post
from forum.library.policy import can_read, require_read

OUTCOMES = ("acted", "dismissed")
NAMES_KEPT_FOR = timedelta(days=365)


@operation
def raise_flag(
    actor: Actor, post_id: int, comment_id: int | None, reason: str, note: str = "", *, adoption_id: int | None = None
) -> Flag:
    """Report a post, or a `Subject` below it.

    A second report by the same person, of the same thing and for the same reason, gives the first; what it says more is added.
    """
    require_reporter(actor)
    subject = _found(actor, Subject(post_id, comment_id, adoption_id))
    note = form_text("note", note, NOTE_LENGTH)
    if reason not in FLAG_REASONS:
        raise Invalid({"reason": _("Choose what is wrong.")})
    existing = _open_flag(actor, subject, reason)
    if existing:
        return _with_more(existing, note)
    flag = Flag(
        post_id=post_id,
        comment_id=comment_id,
        adoption_id=adoption_id,
        reporter_id=actor.person_id,
        reason=reason,
        note=note,
        language=actor.language,
        created_at=now(),
    )
    return _keep(actor, flag)


def _keep(actor: Actor, flag: Flag) -> Flag:
    db.session.add(flag)
    db.session.flush()
    about = {"comment": flag.comment_id} | ({"adoption": flag.adoption_id} if flag.adoption_id else {})
    record(actor, events.FLAGGED, "post", flag.post_id, {"flag": flag.id, **about})
    return flag


def _found(actor: Actor, subject: Subject) -> Subject:
    """What somebody wants to report, if they may read it."""
    require_read(actor, db.session.get(Post, subject.post_id))
    subject.require_there(actor)
    return subject


@operation
def raise_notice(
    actor: Actor,
    post_id: int,
    comment_id: int | None = None,
    *,
    adoption_id: int | None = None,
    why: str,
    place: str = "",
    name: str = "",
    email: str = "",
    in_good_faith: bool = False,
    is_child_abuse: bool = False,
    language: str = "en",
) -> Flag:
    """Report something as against the law; visitors may too. Raises `Invalid` with every problem.

    A visitor gives name and address, but for the abuse of children, where the law asks for neither. A second notice by the
    same sender on the same thing gives the first.
    """
    _found(actor, Subject(post_id, comment_id, adoption_id))
    problems: dict[str, Message] = {}
    texts = {"why": (why, NOTE_LENGTH), "place": (place, ASIDE_LENGTH), "name": (name, NAME_LENGTH)}
    clean = {
        field: noted_text(problems, field, raw, longest, one_line=field == "name")
        for field, (raw, longest) in texts.items()
    }
    address = "" if actor or not email.strip() else normal_email(email)
    _check_notice(problems, clean, address, in_good_faith, must_sign=not actor and not is_child_abuse)
    if problems:
        raise Invalid(problems)
    flag = Flag(
        post_id=post_id,
        comment_id=comment_id,
        adoption_id=adoption_id,
        reporter_id=actor.person_id,
        reason=ILLEGAL,
        note=clean["why"],
        place=clean["place"],
        notifier_name="" if actor else clean["name"],
        notifier_email=address or "",
        in_good_faith=True,
        language=language,
        created_at=now(),
    )
    return _same_notice(flag) or _keep(actor, flag)


def _check_notice(
    problems: dict[str, Message], clean: dict[str, str], address: str | None, in_good_faith: bool, *, must_sign: bool
) -> None:
    if not clean["why"]:
        problems.setdefault("why", _("Say why you think that it is against the law."))
    if must_sign and not clean["name"]:
        problems.setdefault("name", _("Write your name."))
    if address is None or (must_sign and not address):
        problems["email"] = _("This is not an e-mail address. Write it like name@example.org.")
    if not in_good_faith:
        problems["good_faith"] = _("Tick that you believe in good faith that this is true and complete.")


def _same_notice(flag: Flag) -> Flag | None:
    """An open notice by the same person or address on the same thing."""
    if flag.reporter_id is None and not flag.notifier_email:
        return None
    sender = Flag.reporter_id == flag.reporter_id if flag.reporter_id else Flag.notifier_email == flag.notifier_email
    query = select(Flag).where(sender, subject_of(flag).flagged(), Flag.reason == ILLEGAL)
    return db.session.scalar(query.where(Flag.resolved_at.is_(None)))


def _with_more(flag: Flag, note: str) -> Flag:
    """A report with more words; those that it has already are not said twice. Raises `Invalid` when all are too many."""
    if note not in flag.note:
        flag.note = form_text("note", f"{flag.note}\n\n{note}".strip(), NOTE_LENGTH)
    return flag


def _open_flag(actor: Actor, subject: Subject, reason: str) -> Flag | None:
    query = select(Flag).where(Flag.reporter_id == actor.person_id, subject.flagged(), Flag.reason == reason)
    return db.session.scalar(query.where(Flag.resolved_at.is_(None)))


@operation
def resolve_flag(actor: Actor, flag_id: int, outcome: str) -> Flag:
    """Close a report: something was done about it, or nothing needed to be. Never by the person it is about."""
    require_moderator(actor)
    flag = db.session.get(Flag, flag_id)
    post = db.session.get(Post, flag.post_id) if flag else None
    if flag is None or post is None or not can_read(actor, post):
        raise Missing(_("There is no such report."))
    if flag.resolved_at:
        raise Conflict(_("Another moderator has dealt with this report already."))
    if outcome not in OUTCOMES:
        raise Invalid({"outcome": _("Choose one of the answers offered.")})
    if flag.reason == ILLEGAL:
        raise Conflict(_("Somebody says that this is against the law. Decide, and give your reasons."))
    flag.resolved_at, flag.resolved_by_id, flag.outcome = now(), actor.person_id, outcome
    record(actor, events.FLAG_RESOLVED, "post", flag.post_id, {"flag": flag.id, "outcome": outcome})
    return flag


@operation
def forget_notifiers() -> None:
    """Forget who sent a notice a year after it was dealt with."""
    over = update(Flag).where(
        Flag.resolved_at < now() - NAMES_KEPT_FOR, or_(Flag.notifier_email != "", Flag.notifier_name != "")
    )
    db.session.execute(over.values(notifier_email="", notifier_name=""))
