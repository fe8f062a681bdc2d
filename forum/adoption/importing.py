"""Reports that come from elsewhere: with their own dates and answers. What was withdrawn here stays so."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from forum.adoption import events
from forum.adoption.asking import next_question
from forum.adoption.content import Report, report_of, write_report
from forum.adoption.models import Adoption
from forum.adoption.operations import add_report, checked_source, report_by, rewrite, settle
from forum.adoption.queries import is_repeated
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Denied, Invalid, Missing
from forum.core.text import message as _
from forum.library.models import Post
from forum.library.operations.writing import find_post

Values = Mapping[str, Any]
ANSWER = ("answer", "answer_language", "answered_by_id", "answered_at")


@operation
def take_adoption(actor: Actor, values: Values, adoption_id: int | None = None) -> tuple[int, bool]:
    """Add a report as a file tells it, or bring one that came before to what it says now: its id, and whether it changed.

    `values`: report (cleaned), post_id, organisation_id, reporter_id, taken_from_id, created_at, updated_at, the answer
    (answer, answer_language, answered_by_id, answered_at), and hidden with its hidden_reason. A report that was written
    here by the same organisation on the same practice is left as its organisation wrote it.
    """
    if not (actor.is_system or actor.is_admin):
        raise Denied(_("Only administrators import."))
    post = find_post(values["post_id"])
    if post is None:
        raise Missing(_("The practice of this report is not here."))
    _refuse_wrong(post, values)
    adoption = db.session.get(Adoption, adoption_id) if adoption_id else None
    if adoption is not None:
        return adoption.id, _change(actor, post, adoption, values)
    present = report_by(post.id, values["organisation_id"])
    return (present.id, False) if present else (_add(actor, post, values), True)


def _refuse_wrong(post: Post, values: Values) -> None:
    if post.kind != "practice":
        raise Invalid({"post": _("Only practices can be tried.")})
    if values["organisation_id"] == post.organisation_id:
        raise Invalid({"organisation": _("An organisation does not report on its own practice.")})


def _add(actor: Actor, post: Post, values: Values) -> int:
    report: Report = values["report"]
    adoption = Adoption(
        post_id=post.id,
        organisation_id=values["organisation_id"],
        reporter_id=values["reporter_id"],
        created_at=values["created_at"],
        updated_at=values["updated_at"],
        taken_from_id=checked_source(post.id, None, values["taken_from_id"]),
        **_answer_in(values),
    )
    write_report(adoption, report)
    adoption.ask_at = next_question(adoption, now())
    adoption.answer_revision = 1 if adoption.answer else 0
    _hide(adoption, values)
    was_repeated = is_repeated(post.id)
    add_report(adoption)
    settle(actor, post, adoption, was_repeated, events.REPORTED, imported=True)
    return adoption.id


def _change(actor: Actor, post: Post, adoption: Adoption, values: Values) -> bool:
    if adoption.withdrawn_at is not None:
        return False
    changed, source_id = False, checked_source(post.id, adoption.id, values["taken_from_id"])
    if (values["report"], source_id) != (report_of(adoption), adoption.taken_from_id):
        rewrite(actor, post, adoption, values["report"], source_id, imported=True)
        adoption.updated_at, changed = values["updated_at"], True
    answer = _answer_in(values)
    if any(getattr(adoption, name) != answer[name] for name in ANSWER):
        for name in ANSWER:
            setattr(adoption, name, answer[name])
        adoption.answer_revision, changed = adoption.answer_revision + 1, True
    if _hide(adoption, values):
        settle(actor, post, adoption, True, events.HIDDEN, imported=True)
        changed = True
    return changed


def _answer_in(values: Values) -> dict[str, Any]:
    moment: datetime | None = values["answered_at"] if values["answer"] else None
    given = {name: values[name] for name in ANSWER}
    return (
        given | {"answered_at": moment} if values["answer"] else {**given, "answered_by_id": None, "answered_at": None}
    )


def _hide(adoption: Adoption, values: Values) -> bool:
    """Hide what its source hides; what the source shows stays shown or hidden as it is here."""
    if not values["hidden"] or adoption.hidden_at is not None:
        return False
    adoption.hidden_at, adoption.hidden_reason = values["updated_at"], values["hidden_reason"]
    return True
