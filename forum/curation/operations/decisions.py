"""What moderators decide on posts and what stands below them, with a statement of reasons for the person concerned."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select, update

from forum.adoption.models import Adoption
from forum.adoption.operations import find_adoption, hide_adoption, restore_adoption
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Invalid, Missing
from forum.core.events import Event, record
from forum.core.text import Message
from forum.core.text import message as _
from forum.curation import events
from forum.curation.models import BASIS_LENGTH, DECISION_REASON_LENGTH, GROUNDS, NOTE_LENGTH, Decision, Flag
from forum.curation.policy import require_decider
from forum.curation.subjects import Subject
from forum.discussion.models import Comment
from forum.discussion.operations.moderating import hide_comment
from forum.discussion.policy import NO_COMMENT
from forum.library.form_texts import noted_text
from forum.library.models import Post
from forum.library.operations.curating import archive_post, decline_post, hide_post, restore_post, withdraw_post
from forum.library.policy import require_read
from forum.library.roles import is_own as is_shared_by

ON_POSTS = {"hide": hide_post, "decline": decline_post, "withdraw": withdraw_post, "archive": archive_post}
POST_ACTIONS = ("none", *ON_POSTS)
COMMENT_ACTIONS = ADOPTION_ACTIONS = ("none", "hide")


@dataclass(frozen=True, slots=True)
class Statement:
    """Why a moderator decides so: on which ground, on which rule or law, on which facts, and how they follow."""

    ground: str = "rules"
    basis: str = ""
    facts: str = ""
    reason: str = ""
    language: str = "en"

    def cleaned(self) -> "Statement":
        """The statement as it is kept. Raises `Invalid` with every problem."""
        problems: dict[str, Message] = {}
        longest = {"basis": BASIS_LENGTH, "facts": NOTE_LENGTH, "reason": DECISION_REASON_LENGTH}
        texts = {
            name: noted_text(problems, name, getattr(self, name), limit, one_line=name == "basis")
            for name, limit in longest.items()
        }
        if self.ground not in GROUNDS:
            problems["ground"] = _("Choose whether the law or our rules ask for it.")
        if self.ground == "law" and not texts["basis"]:
            problems.setdefault("basis", _("Name the law and its article."))
        if not texts["reason"]:
            problems.setdefault("reason", _("Give a reason: people will read it."))
        if problems:
            raise Invalid(problems)
        return Statement(ground=self.ground, language=self.language, **texts)


@operation
def decide_on_post(actor: Actor, post_id: int, action: str, statement: Statement) -> Decision:
    """Hide, decline, withdraw or archive a post, or leave it after a report; closes the open reports on it."""
    post = require_read(actor, db.session.get(Post, post_id))
    require_decider(actor, post, post.author_id)
    said = _checked(statement, action, POST_ACTIONS)
    flags = _open_flags(Subject(post_id))
    _require_something(action, flags)
    if action != "none":
        ON_POSTS[action](actor, post_id, said.reason)
    decision = keep_decision(actor, ("post", post_id), post.author_id, action, said, post_id=post_id)
    _close(actor, flags, decision)
    return decision


@operation
def decide_on_comment(actor: Actor, comment_id: int, action: str, statement: Statement) -> Decision:
    """Hide a comment, or leave it after a report; closes the open reports on it."""
    comment = db.session.get(Comment, comment_id)
    post = require_read(actor, db.session.get(Post, comment.post_id) if comment else None, NO_COMMENT)
    if comment is None or comment.deleted_at is not None:
        raise Missing(_("This comment is no longer here."))
    require_decider(actor, post, comment.author_id)
    said = _checked(statement, action, COMMENT_ACTIONS)
    flags = _open_flags(Subject(post.id, comment_id))
    _require_something(action, flags)
    if action == "hide":
        hide_comment(actor, comment_id, said.reason)
    decision = keep_decision(actor, ("comment", comment_id), comment.author_id, action, said, post_id=post.id)
    _close(actor, flags, decision)
    return decision


@operation
def decide_on_adoption(actor: Actor, adoption_id: int, action: str, statement: Statement) -> Decision:
    """Hide what an organisation tells of trying a practice, or leave it after a report; closes the open reports on it."""
    adoption, post = find_adoption(actor, adoption_id)
    require_decider(actor, post, adoption.reporter_id, adoption.organisation_id)
    said = _checked(statement, action, ADOPTION_ACTIONS)
    flags = _open_flags(Subject(post.id, adoption_id=adoption_id))
    _require_something(action, flags)
    if action == "hide":
        hide_adoption(actor, adoption_id, said.reason)
    decision = keep_decision(actor, ("adoption", adoption_id), adoption.reporter_id, action, said, post_id=post.id)
    _close(actor, flags, decision)
    return decision


def act_for_a_reason(action: str) -> Callable[[Actor, int, str], Post]:
    """A decision on a post after our rules, by a reason alone, as an operation that gives the post."""

    @operation
    def act(actor: Actor, post_id: int, reason: str) -> Post:
        decide_on_post(actor, post_id, action, Statement(reason=reason, language=actor.language))
        return db.session.get_one(Post, post_id)

    return act


@operation
def archive_for_a_reason(actor: Actor, post_id: int, reason: str) -> Post:
    """Put a post in the archive: with a statement of reasons for its author, unless the actor or a colleague shared it."""
    post = require_read(actor, db.session.get(Post, post_id))
    if actor.is_system or is_shared_by(actor, post):
        return archive_post(actor, post_id, reason)
    decide_on_post(actor, post_id, "archive", Statement(reason=reason, language=actor.language))
    return post


@operation
def restore_decided(actor: Actor, post_id: int) -> Post:
    """Bring a post back; what was decided on it is taken back with that."""
    take_back_decisions(post_id)
    return restore_post(actor, post_id)


@operation
def restore_decided_adoption(actor: Actor, adoption_id: int) -> Adoption:
    """Show again what an organisation tells of trying a practice; what was decided on it is taken back with that."""
    take_back_decisions(adoption_id, "adoption")
    return restore_adoption(actor, adoption_id)


def take_back_decisions(subject_id: int, subject_type: str = "post") -> None:
    """Note that what was decided on a post, or on something else, is undone. Part of an operation."""
    stand = update(Decision).where(
        Decision.subject_type == subject_type, Decision.subject_id == subject_id, Decision.reversed_at.is_(None)
    )
    db.session.execute(stand.where(Decision.action != "none").values(reversed_at=now()))


def _checked(statement: Statement, action: str, actions: tuple[str, ...]) -> Statement:
    """The cleaned statement, every problem of the whole form told at once."""
    problems = {} if action in actions else {"action": _("Choose what happens.")}
    try:
        said = statement.cleaned()
    except Invalid as invalid:
        raise Invalid({**problems, **invalid.fields}) from None
    if problems:
        raise Invalid(problems)
    return said


def _require_something(action: str, flags: list[Flag]) -> None:
    if action == "none" and not flags:
        raise Invalid({"action": _("Nobody reported this, so there is nothing to answer.")})


def keep_decision(
    actor: Actor,
    subject: tuple[str, int],
    person_id: int | None,
    action: str,
    statement: Statement,
    *,
    post_id: int | None = None,
    until: object = None,
) -> Decision:
    """Write a decision down, with the event of what was done just before. Part of an operation."""
    db.session.flush()
    told_of = ("post", post_id) if subject[0] == "adoption" and post_id else subject
    decision = Decision(
        subject_type=subject[0],
        subject_id=subject[1],
        post_id=post_id,
        person_id=person_id,
        action=action,
        ground=statement.ground,
        basis=statement.basis,
        facts=statement.facts,
        reason=statement.reason,
        language=statement.language,
        until=until,
        decided_by_id=actor.person_id,
        decided_at=now(),
        act_event_id=None if action in ("none", "warn") else _last_event(told_of),
    )
    db.session.add(decision)
    db.session.flush()
    record(actor, events.DECIDED, *told_of, {"decision": decision.id, "action": action})
    return decision


def _last_event(subject: tuple[str, int]) -> int | None:
    newest = select(func.max(Event.id)).where(Event.subject_type == subject[0], Event.subject_id == subject[1])
    return db.session.scalar(newest)


def _open_flags(subject: Subject) -> list[Flag]:
    return list(db.session.scalars(select(Flag).where(subject.flagged(), Flag.resolved_at.is_(None))))


def _close(actor: Actor, flags: list[Flag], decision: Decision) -> None:
    outcome = "dismissed" if decision.action == "none" else "acted"
    for flag in flags:
        flag.resolved_at, flag.resolved_by_id, flag.outcome = now(), actor.person_id, outcome
        flag.decision_id = decision.id
        record(actor, events.FLAG_RESOLVED, "post", flag.post_id, {"flag": flag.id, "outcome": outcome})
