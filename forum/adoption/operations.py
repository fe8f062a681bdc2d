"""What people do with reports: tell, change, withdraw, answer; what moderators do: hide and restore."""

import hashlib
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from forum.adoption import events
from forum.adoption.asking import next_question
from forum.adoption.content import (
    Report,
    clean_answer_text,
    clean_reason,
    clean_report,
    report_of,
    snapshot,
    write_report,
)
from forum.adoption.models import REASON_LENGTH, Adoption, AdoptionVersion
from forum.adoption.policy import can_answer, reporting_organisations, require_own, require_reading, require_report
from forum.adoption.queries import count_reports, is_repeated
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Denied, Invalid
from forum.core.events import record
from forum.core.languages import guess_language
from forum.core.text import message as _
from forum.library.models import Post
from forum.library.operations.form_drafts import discard
from forum.library.operations.talking import recount_adoptions, touch_post
from forum.library.operations.writing import find_post
from forum.library.policy import require_moderate
from forum.organisations.models import Organisation

CHANGED_MEANWHILE = _("This report was changed in the meantime. Compare both texts, then save again.")
LONGEST_CHAIN = 50
GUARDED = ("intent", "outcome")


def new_place(post_id: int) -> str:
    """Where the form draft of a new report is kept."""
    return f"posts/{post_id}/adoption"


def edit_place(adoption_id: int) -> str:
    """Where the form draft of a change to a report is kept."""
    return f"adoptions/{adoption_id}/edit"


@operation
def report_adoption(
    actor: Actor,
    post_id: int,
    organisation_id: int,
    raw: Mapping[str, Any],
    *,
    taken_from_id: int | None = None,
    request_key: str | None = None,
) -> Adoption:
    """Tell in an organisation's name how it tried a practice. The same request key with the same words gives the first again.

    Raises `Invalid` by field, `Denied` and `Missing`, and `Conflict` when the organisation has told of this practice already.
    """
    post = require_report(actor, find_post(post_id))
    if organisation_id not in reporting_organisations(actor, post):
        raise Denied(_("You can only report in the name of your own organisation."))
    report = _at_home(clean_report(raw, actor.language), organisation_id)
    key = keyed(request_key, report)
    present = report_by(post_id, organisation_id)
    if present is not None:
        if key and present.request_key == key:
            return present
        raise Conflict(_("Your organisation has a report on this practice. Open it and change it there."))
    adoption = Adoption(post_id=post_id, organisation_id=organisation_id, reporter_id=actor.person_id, request_key=key)
    write_report(adoption, report)
    adoption.created_at = adoption.updated_at = now()
    adoption.ask_at = next_question(adoption, now())
    adoption.taken_from_id = checked_source(post_id, None, taken_from_id)
    was_repeated = is_repeated(post_id)
    add_report(adoption)
    discard(actor, new_place(post_id))
    settle(actor, post, adoption, was_repeated, events.REPORTED)
    return adoption


def keyed(request_key: str | None, report: Report) -> str | None:
    """The key as it is kept: bound to the words, so that other words are not taken for a repetition."""
    return hashlib.sha256(f"{request_key}\n{report}".encode()).hexdigest() if request_key else None


def report_by(post_id: int, organisation_id: int) -> Adoption | None:
    """The report of an organisation on a practice, withdrawn and hidden ones too."""
    mine = select(Adoption).where(Adoption.post_id == post_id, Adoption.organisation_id == organisation_id)
    return db.session.scalar(mine)


def add_report(adoption: Adoption) -> None:
    """Store a new report; called inside an operation."""
    db.session.add(adoption)
    db.session.flush()


def _at_home(report: Report, organisation_id: int) -> Report:
    """The report with its country: as given, else that of the organisation."""
    if report.country:
        return report
    home = db.session.get_one(Organisation, organisation_id).country or ""
    return Report(report.intent, report.outcome, report.permission, home, report.language, report.details)


def checked_source(post_id: int, adoption_id: int | None, source_id: int | None) -> int | None:
    """The report it was taken over from: on the same practice, and not one that was taken over from this. Raises `Invalid`."""
    if source_id is None:
        return None
    source, steps = db.session.get(Adoption, source_id), 0
    if source is None or source.post_id != post_id or source.withdrawn_at or source.hidden_at:
        raise Invalid({"taken_from": _("Choose one of the answers offered.")})
    above: Adoption | None = source
    while above is not None and steps < LONGEST_CHAIN:
        if above.id == adoption_id:
            raise Invalid({"taken_from": _("These two cannot each have it from the other.")})
        above = db.session.get(Adoption, above.taken_from_id) if above.taken_from_id else None
        steps += 1
    return source_id


def settle(actor: Actor, post: Post, adoption: Adoption, was_repeated: bool, kind: Any, **data: Any) -> None:
    """Record what happened to a report, and that the practice is repeated now if it was not before."""
    db.session.flush()
    recount_adoptions(post, count_reports(post.id))
    record(actor, kind, "post", post.id, {"adoption": adoption.id, **data})
    if not was_repeated and is_repeated(post.id):
        record(actor, events.REPLICATED, "post", post.id, {"adoption": adoption.id})


def find_adoption(actor: Actor, adoption_id: int) -> tuple[Adoption, Post]:
    """A report and its practice, both kept for this transaction; `Missing` when the actor may not know of them."""
    adoption = db.session.get(Adoption, adoption_id, populate_existing=True)
    post = find_post(adoption.post_id if adoption else 0)  # asked either way, so that none can tell
    found = require_reading(actor, adoption, post)
    assert post is not None  # noqa: S101  # nosec B101  # for the type checker: reading was required above
    return found, post


@operation
def change_adoption(
    actor: Actor, adoption_id: int, raw: Mapping[str, Any], revision: int, *, taken_from_id: int | None = None
) -> Adoption:
    """Bring a report up to date; what it said before is kept. Nothing happens when nothing changed.

    Raises `Conflict` when `revision` is no longer the present one.
    """
    adoption, post = find_adoption(actor, adoption_id)
    require_own(actor, adoption)
    if adoption.revision != revision:
        raise Conflict(CHANGED_MEANWHILE)
    report = _at_home(clean_report(raw, adoption.language), adoption.organisation_id)
    source_id = adoption.taken_from_id
    if taken_from_id != source_id:
        source_id = checked_source(post.id, adoption.id, taken_from_id)
    discard(actor, edit_place(adoption_id))
    if (report, source_id) != (report_of(adoption), adoption.taken_from_id):
        rewrite(actor, post, adoption, report, source_id)
    return adoption


def rewrite(
    actor: Actor, post: Post, adoption: Adoption, report: Report, taken_from_id: int | None, **data: Any
) -> None:
    """Change what a report says and keep what it said; called inside an operation that holds the post."""
    before, was_repeated = report_of(adoption), is_repeated(post.id)
    keep_version(actor, adoption)
    write_report(adoption, report)
    adoption.taken_from_id, adoption.updated_at = taken_from_id, now()
    adoption.revision += 1
    if report.intent != before.intent or report.outcome != before.outcome:
        adoption.ask_at = next_question(adoption, now())
    moved = any(getattr(before, name) != getattr(report, name) for name in GUARDED)
    settle(actor, post, adoption, was_repeated, events.CHANGED, moved=moved, revision=adoption.revision, **data)


def keep_version(actor: Actor, adoption: Adoption) -> None:
    """Keep what a report says now, before it says something else."""
    numbers = select(func.max(AdoptionVersion.number)).where(AdoptionVersion.adoption_id == adoption.id)
    db.session.add(
        AdoptionVersion(
            adoption_id=adoption.id,
            number=(db.session.scalar(numbers) or 0) + 1,
            content=snapshot(adoption),
            editor_id=actor.person_id,
            created_at=adoption.updated_at,
        )
    )


@operation
def withdraw_adoption(actor: Actor, adoption_id: int) -> Adoption:
    """Take one's own organisation's report away from pages, counts, search and files; it can be brought back."""
    adoption, post = find_adoption(actor, adoption_id)
    require_own(actor, adoption)
    if adoption.withdrawn_at is None:
        adoption.withdrawn_at = now()
        settle(actor, post, adoption, True, events.WITHDRAWN)
    return adoption


@operation
def bring_back_adoption(actor: Actor, adoption_id: int) -> Adoption:
    """Undo `withdraw_adoption`."""
    adoption, post = find_adoption(actor, adoption_id)
    require_own(actor, adoption)
    if adoption.withdrawn_at is not None:
        was_repeated, adoption.withdrawn_at = is_repeated(post.id), None
        settle(actor, post, adoption, was_repeated, events.BROUGHT_BACK)
    return adoption


@operation
def answer_adoption(actor: Actor, adoption_id: int, text: str, revision: int) -> Adoption:
    """Answer a report in the name of the organisation that shared the practice, or change that answer.

    Raises `Conflict` when a colleague answered in the meantime.
    """
    adoption, post = find_adoption(actor, adoption_id)
    if not can_answer(actor, post):
        raise Denied(_("Only the organisation that shared the practice may answer."))
    if adoption.answer_revision != revision:
        raise Conflict(_("A colleague answered in the meantime. Compare both texts, then save again."))
    answer = clean_answer_text(text)
    if answer != adoption.answer:
        adoption.answer, adoption.answered_by_id, adoption.answered_at = answer, actor.person_id, now()
        adoption.answer_language = guess_language(answer) or actor.language
        adoption.answer_revision += 1
        touch_post(post)
        record(actor, events.ANSWERED, "post", post.id, {"adoption": adoption.id, "revision": adoption.answer_revision})
    return adoption


@operation
def hide_adoption(actor: Actor, adoption_id: int, reason: str) -> Adoption:
    """Hide a report from everybody but its organisation and the moderators."""
    adoption, post = find_adoption(actor, adoption_id)
    require_moderate(actor, post)
    adoption.hidden_reason = clean_reason(reason, REASON_LENGTH)
    if adoption.hidden_at is None:
        adoption.hidden_at = now()
        settle(actor, post, adoption, True, events.HIDDEN)
    return adoption


@operation
def restore_adoption(actor: Actor, adoption_id: int) -> Adoption:
    """Show a hidden report again."""
    adoption, post = find_adoption(actor, adoption_id)
    require_moderate(actor, post)
    if adoption.hidden_at is not None:
        was_repeated = is_repeated(post.id)
        adoption.hidden_at, adoption.hidden_reason = None, ""
        settle(actor, post, adoption, was_repeated, events.RESTORED)
    return adoption
