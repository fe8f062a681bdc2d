"""In which order the page of a post tells what it has to tell: the chapters of each kind.

A chapter is the text (`body`), one long answer (by the name of its field), all answers of a section that have no chapter
of their own (by the name of the section), or something the page puts together itself (`affected`, `source`). An answer that
nobody planned for still gets a chapter, at the end: a new field is never lost.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from flask_babel import gettext as _

from forum.library.kinds import Kind
from forum.web import labels
from forum.web.answers import Fact, Passage

BODY, AFFECTED, SOURCE, CONTACT, DATES, MARK = "body", "affected", "source", "contact", "dates", "mark"
SHOWN_ELSEWHERE = (CONTACT, DATES, MARK)  # beside the people, on the time line, as the mark of evidence


@dataclass(frozen=True, slots=True)
class Plan:
    """The chapters of a kind in their order; which short answers stand in one of them, and which lead the box of facts."""

    chapters: tuple[str, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    first: tuple[str, ...] = ()


PLANS = {
    "practice": Plan(
        ("problem", BODY, "how_it_works", "building_blocks", "results", "transfer", "people"),
        {
            "evidence_claimed": MARK,
            "transfer_needs": "transfer",
            "visit_us": CONTACT,
            "visit_languages": CONTACT,
        },
        ("stage", "started_on", "ended_on"),
    ),
    "research": Plan(
        (BODY, "so_what", "method", "limits", SOURCE),
        {
            "population": "method",
            "period": "method",
            "funded_by": "method",
            "conflict_of_interest": "method",
            "study_authors": SOURCE,
            "publisher": SOURCE,
            "source_url": SOURCE,
            "data_available": SOURCE,
        },
    ),
    "policy": Plan(
        (BODY, AFFECTED, "what_to_do", "position", "translation_note", SOURCE),
        {"what_to_do_by": "what_to_do", "official_id": SOURCE, "source_url": SOURCE},
    ),
    "question": Plan((BODY, "already_tried")),
    "news": Plan((BODY, SOURCE), {"source_url": SOURCE}),
}


@dataclass(frozen=True, slots=True)
class Chapter:
    """A part of a post under a heading of its own; `name` is also its anchor on the page."""

    name: str
    heading: str
    passages: tuple[Passage, ...] = ()
    facts: tuple[Fact, ...] = ()


def plan_of(kind: Kind) -> Plan:
    """The kind's plan; a kind without one begins with its text."""
    return PLANS.get(kind.name, Plan((BODY,)))


def place_of(kind: Kind, fact: Fact) -> str:
    """Where a short answer stands: the name of a chapter, one of SHOWN_ELSEWHERE, or nothing for the box of facts."""
    return DATES if kind.by_name[fact.name].section == DATES else plan_of(kind).facts.get(fact.name, "")


def in_the_box(kind: Kind, facts: list[Fact]) -> list[Fact]:
    """The short answers of the box of facts: what leads it, then the others in the kind's order."""
    first = plan_of(kind).first
    shown = [fact for fact in facts if not place_of(kind, fact)]
    return sorted(shown, key=lambda fact: first.index(fact.name) if fact.name in first else len(first))


def chapters_of(kind: Kind, passages: list[Passage], facts: list[Fact], *, also: tuple[str, ...]) -> Iterator[Chapter]:
    """The chapters that have something to tell; `also` names those that the page fills itself (`body`, `affected`)."""
    planned = plan_of(kind).chapters
    taken: set[str] = set()
    for name in (*planned, *(one.name for one in passages if one.name not in planned)):
        own = tuple(one for one in passages if one.name not in taken and belongs(one, name, planned))
        taken.update(one.name for one in own)
        beside = tuple(fact for fact in facts if place_of(kind, fact) == name)
        if own or beside or name in also:
            yield Chapter(name, heading_of(kind, name, own), own, beside)


def belongs(passage: Passage, chapter: str, planned: tuple[str, ...]) -> bool:
    """Whether a long answer is told in a chapter: in its own, or else in that of its section."""
    return passage.name == chapter or (passage.section == chapter and passage.name not in set(planned) - {chapter})


def heading_of(kind: Kind, name: str, passages: tuple[Passage, ...]) -> str:
    """What stands over a chapter."""
    if name == BODY:
        return str(_("The question")) if kind.name == "question" else labels.field_label(kind.name, BODY)
    if name == AFFECTED:
        return str(_("Who is affected"))
    if name == SOURCE and kind.name == "policy":
        return str(_("The official text"))
    if name in kind.by_name:
        return labels.field_label(kind.name, name)
    return passages[0].label if len(passages) == 1 and passages[0].name == name else labels.section_label(name)
