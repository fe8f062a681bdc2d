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
from forum.discussion.models import Comment
from forum.library.form_texts import form_text, noted_text
from forum.library.models import Post
from forum.library.policy import can_read, require_read

OUTCOMES = ("acted", "dismissed")
NAMES_KEPT_FOR = timedelta(days=365)


@operation
def raise_flag(actor: Actor, post_id: int, comment_id: int | None, reason: str, note: str = "") -> Flag:
    """Report a post, or one of its comments. A second report by the same person on the same thing gives the first."""
    require_reporter(actor)
    post = require_read(actor, db.session.get(Post, post_id))
    _require_comment(post, comment_id)
    note = form_text("note", note, NOTE_LENGTH)
    if reason not in FLAG_REASONS:
        raise Invalid({"reason": _("Choose what is wrong.")})
    existing = _open_flag(actor, post_id, comment_id)
    if existing:
        return existing
    flag = Flag(
        post_id=post_id,
        comment_id=comment_id,
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
    record(actor, events.FLAGGED, "post", flag.post_id, {"flag": flag.id, "comment": flag.comment_id})
    return flag


@operation
def raise_notice(
    actor: Actor,
    post_id: int,
    comment_id: int | None = None,
    *,
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
    post = require_read(actor, db.session.get(Post, post_id))
    _require_comment(post, comment_id)
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
    same = Flag.comment_id.is_(None) if flag.comment_id is None else Flag.comment_id == flag.comment_id
    query = select(Flag).where(sender, same, Flag.post_id == flag.post_id, Flag.reason == ILLEGAL)
    return db.session.scalar(query.where(Flag.resolved_at.is_(None)))


def _require_comment(post: Post, comment_id: int | None) -> None:
    if comment_id is None:
        return
    comment = db.session.get(Comment, comment_id)
    if comment is None or comment.post_id != post.id or comment.deleted_at or comment.hidden_at:
        raise Missing(_("This comment does not exist, or no longer does."))


def _open_flag(actor: Actor, post_id: int, comment_id: int | None) -> Flag | None:
    same = Flag.comment_id.is_(None) if comment_id is None else Flag.comment_id == comment_id
    query = select(Flag).where(Flag.reporter_id == actor.person_id, Flag.post_id == post_id, same)
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
