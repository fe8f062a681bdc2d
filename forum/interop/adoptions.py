"""Reports on practices that others tried, as lines of the interchange format: checked, taken in, and told."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select

from forum.adoption.content import DETAILS, clean_report
from forum.adoption.importing import take_adoption
from forum.adoption.models import ANSWER_LENGTH, INTENTS, OUTCOMES, PERMISSIONS, REASON_LENGTH, Adoption
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db
from forum.core.errors import Invalid
from forum.interop.known import Names
from forum.interop.lines import Rejected, first_problem
from forum.interop.reader import Reader
from forum.interop.refs import Refs

Record = dict[str, Any]
BATCH = 500


def check_adoption(reader: Reader) -> dict[str, Any]:
    """Who tried which practice, how it went, and what its owner answered. The language is guessed when it is missing."""
    details = reader.value("details") or {}
    given = {
        "intent": reader.choice("intent", INTENTS, ""),
        "outcome": reader.choice("outcome", OUTCOMES, ""),
        "permission": reader.choice("permission", PERMISSIONS, PERMISSIONS[0]),
        "country": reader.country(),
        "language": reader.language(default=""),
        "details": details,
    }
    answer = reader.text("answer", ANSWER_LENGTH, one_line=False)
    return {
        "report": clean_report(given),
        "post": reader.ref("post", required=True),
        "organisation": reader.ref("organisation", required=True),
        "reporter": reader.ref("reporter"),
        "taken_from": reader.ref("taken_from"),
        "created_at": reader.moment("created_at"),
        "updated_at": reader.moment("updated_at"),
        "answer": answer,
        "answer_language": reader.language("answer_language") if answer else reader.language("answer_language", ""),
        "answered_by": reader.ref("answered_by"),
        "answered_at": reader.moment("answered_at"),
        "hidden": reader.choice("state", ("hidden",), "") == "hidden",
        "hidden_reason": reader.text("hidden_reason", REASON_LENGTH, one_line=False),
        "ignored": [f"adoption.details.{name}" for name in details if name not in DETAILS]
        if isinstance(details, dict)
        else [],
    }


def take_adoption_line(actor: Actor, values: dict[str, Any], names: Names, subject_id: int | None) -> tuple[int, bool]:
    """Add a report, or change one that came before. Its practice, its organisation and its source must be there."""
    created = values["created_at"] or now()
    resolved = {
        "post_id": names.need("post", values["post"], "post"),
        "organisation_id": names.need("organisation", values["organisation"], "organisation"),
        "reporter_id": names.need("person", values["reporter"], "reporter"),
        "taken_from_id": names.need("adoption", values["taken_from"], "taken_from"),
        "answered_by_id": names.need("person", values["answered_by"], "answered_by"),
        "created_at": created,
        "updated_at": values["updated_at"] or created,
        "answered_at": values["answered_at"] or created,
    }
    try:
        return take_adoption(actor, {**values, **resolved}, subject_id)
    except Invalid as problem:
        raise Rejected(first_problem(problem)) from problem


def exported_ids() -> list[tuple[int, int | None]]:
    """(id, source) of every report that was not withdrawn, sources before what was taken over from them, then by id.

    So an import into an empty site gives them numbers in the same order. A source that was withdrawn is not named.
    """
    rows = select(Adoption.id, Adoption.taken_from_id).where(Adoption.withdrawn_at.is_(None)).order_by(Adoption.id)
    pairs = {row[0]: row[1] for row in db.session.execute(rows)}
    sources = {number: source if source in pairs else None for number, source in pairs.items()}

    def depth(number: int | None) -> int:
        return 0 if number is None else 1 + depth(sources[number])

    return sorted(sources.items(), key=lambda pair: (depth(pair[1]), pair[0]))


def export_adoptions(refs: dict[str, Refs], told: Any) -> Iterator[Record]:
    """The lines of all reports, a batch in memory at a time."""
    pairs = exported_ids()
    for start in range(0, len(pairs), BATCH):
        batch = dict(pairs[start : start + BATCH])
        found = {one.id: one for one in db.session.scalars(select(Adoption).where(Adoption.id.in_(batch)))}
        yield from (adoption_record(found[number], batch[number], refs, told) for number in batch)
        db.session.expunge_all()


def adoption_record(one: Adoption, source: int | None, refs: dict[str, Refs], told: Any) -> Record:
    """The line of a report. `told` writes a moment."""
    line = {
        "type": "adoption",
        "ref": refs["adoption"].of(one.id),
        "post": refs["post"].of(one.post_id),
        "organisation": refs["organisation"].of(one.organisation_id),
        "reporter": refs["person"].of(one.reporter_id),
        "taken_from": refs["adoption"].of(source),
        "country": one.country,
        "intent": one.intent,
        "outcome": one.outcome,
        "permission": one.permission,
        "language": one.language,
        "details": {name: one.details[name] for name in DETAILS if name in one.details},
        "created_at": told(one.created_at),
        "updated_at": told(one.updated_at),
    }
    more = {
        "answer": one.answer,
        "answer_language": one.answer_language,
        "answered_by": refs["person"].of(one.answered_by_id),
        "answered_at": told(one.answered_at),
        "state": "hidden" if one.hidden_at else "",
        "hidden_reason": one.hidden_reason,
    }
    return line | {name: value for name, value in more.items() if value}
