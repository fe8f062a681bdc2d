"""Changing the vocabulary. Every change adds to the concept's revision, records an event, and is noted for readers."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select, update

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Conflict, Invalid, Missing
from forum.core.events import EventKind, record
from forum.core.text import fold, slugify
from forum.core.text import message as _
from forum.vocabulary.events import ADDED, CHANGED, MERGED
from forum.vocabulary.models import ALTERNATIVE, KEY_LENGTH, PREFERRED, Concept, ConceptLabel
from forum.vocabulary.policy import require_change, require_change_all
from forum.vocabulary.queries import note_change, vocabulary
from forum.vocabulary.schemes import SCHEMES
from forum.vocabulary.tree import ENGLISH
from forum.vocabulary.wording import Wording

KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@operation
def add_concept(actor: Actor, scheme: str, broader_id: int | None, wording: Wording) -> str:
    """Add a concept and give its key, which is made of the English label."""
    known = vocabulary()
    above = known.by_id(broader_id) if broader_id else None
    require_change(actor, known, above)
    labels = wording.checked()
    key = slugify(wording.labels[ENGLISH])[:KEY_LENGTH].rstrip("-")
    if _concept(key):
        raise Invalid({f"labels-{ENGLISH}": _("There is a concept with this label already. Change that one instead.")})
    concept = _new_concept(key, scheme, labels)
    _put_below(concept, above.id if above else None)
    _note(actor, ADDED, concept)
    return key


@operation
def change_labels(actor: Actor, concept_id: int, revision: int, wording: Wording) -> None:
    """Replace all words of a concept. Raises `Conflict` when somebody changed it after `revision`."""
    concept = _concept_to_change(actor, concept_id, revision)
    concept.labels = wording.checked()
    _note(actor, CHANGED, concept)


@operation
def move_concept(actor: Actor, concept_id: int, revision: int, broader_id: int | None) -> None:
    """Put a concept below another of its scheme, or at the top. Raises `Conflict` when it changed after `revision`."""
    concept = _concept_to_change(actor, concept_id, revision)
    known = vocabulary()
    require_change(actor, known, known.by_id(broader_id) if broader_id else None)
    _put_below(concept, known.heir(broader_id) if broader_id else None)
    _note(actor, CHANGED, concept)


@operation
def merge_concepts(actor: Actor, from_id: int, into_id: int, revision: int | None = None) -> None:
    """Make one concept part of another, its heir: the heir takes its words and what is below it.

    Posts keep their link; whoever reads a merged concept finds the heir. `revision` guards the one that disappears.
    """
    merged = _concept_to_change(actor, from_id, revision)
    heir = _concept_to_change(actor, into_id)
    _refuse_impossible_merge(merged, heir)
    _bequeath_words(merged, heir)
    db.session.execute(update(Concept).where(Concept.broader_id == merged.id).values(broader_id=heir.id))
    merged.merged_into_id = heir.id
    merged.revision += 1
    _note(actor, MERGED, heir, {"from": merged.id})


@dataclass(frozen=True, slots=True)
class ImportedConcept:
    """What became of a line: `outcome` is imported, updated or unchanged."""

    id: int
    outcome: str


@operation
def import_concept(actor: Actor, line: Mapping[str, Any]) -> ImportedConcept:
    """Take in a line of the interchange format; its ref is the concept's key.

    Raises `Invalid`, also when it names a concept that is not there yet: try again after the other lines.
    """
    require_change_all(actor)
    key, scheme = str(line.get("ref", "")), str(line.get("scheme", ""))
    if len(key) > KEY_LENGTH or not KEY.fullmatch(key):
        raise Invalid({"ref": _("A concept's ref has small letters, digits and hyphens, at most %(n)s.", n=KEY_LENGTH)})
    labels = Wording.of_line(line).checked()
    broader, heir = _named(line, "broader"), _named(line, "merged_into")
    concept = _concept(key)
    before = _shape(concept) if concept else None
    if concept is None:
        concept = _new_concept(key, scheme, labels)
    elif _words(concept.labels) != _words(labels):
        concept.labels = labels
    concept.scheme = _checked_scheme(scheme)
    _put_below(concept, broader.id if broader else None)
    _merge_silently(concept, heir)
    if before == _shape(concept):
        return ImportedConcept(concept.id, "unchanged")
    _note(actor, CHANGED if before else ADDED, concept)
    return ImportedConcept(concept.id, "updated" if before else "imported")


def _concept(key: str) -> Concept | None:
    return db.session.scalar(select(Concept).where(Concept.key == key))


def _concept_to_change(actor: Actor, concept_id: int, revision: int | None = None) -> Concept:
    concept = db.session.get(Concept, concept_id)
    if concept is None:
        raise Missing(_("There is no such concept in the vocabulary."))
    known = vocabulary()
    require_change(actor, known, known.by_id(concept_id))
    if revision not in (None, concept.revision) or concept.merged_into_id:
        raise Conflict(_("Somebody changed this concept in the meantime. Look at it again and repeat your change."))
    return concept


def _new_concept(key: str, scheme: str, labels: list[ConceptLabel]) -> Concept:
    last = db.session.scalar(select(func.max(Concept.position)))
    place = 0 if last is None else last + 1
    concept = Concept(key=key, scheme=_checked_scheme(scheme), position=place, created_at=now(), revision=0)
    concept.labels = labels
    db.session.add(concept)
    db.session.flush()
    return concept


def _checked_scheme(scheme: str) -> str:
    if scheme not in SCHEMES:
        raise Invalid({"scheme": _("Choose one of these: %(schemes)s.", schemes=", ".join(SCHEMES))})
    return scheme


def _put_below(concept: Concept, broader_id: int | None) -> None:
    """Give a concept its place, after making sure that it is in its own scheme and below nothing that is below it."""
    if broader_id is None:
        concept.broader_id = None
        return
    above = db.session.get(Concept, broader_id)
    if above is None or above.scheme != concept.scheme:
        raise Invalid({"broader": _("Choose a broader concept of the same scheme.")})
    if concept.id in _chain(above):
        raise Invalid({"broader": _("A concept cannot be below itself. Choose one that is not below this one.")})
    concept.broader_id = above.id


def _chain(concept: Concept) -> list[int]:
    """The ids of a concept and of those above it."""
    chain: list[int] = []
    step: Concept | None = concept
    while step is not None and step.id not in chain:
        chain.append(step.id)
        step = db.session.get(Concept, step.broader_id) if step.broader_id else None
    return chain


def _refuse_impossible_merge(merged: Concept, heir: Concept) -> None:
    if merged.id == heir.id:
        raise Invalid({"into": _("A concept cannot be merged into itself. Choose another one.")})
    if merged.scheme != heir.scheme:
        raise Invalid({"into": _("Choose a concept of the same scheme.")})
    if merged.id in _chain(heir):
        raise Invalid({"into": _("This one is below the concept that would disappear. Move it first.")})


def _bequeath_words(merged: Concept, heir: Concept) -> None:
    """Give the heir every word it lacks, as alternatives; the merged one keeps its labels, so that logs can name it."""
    known = {(label.language, fold(label.text)) for label in heir.labels}
    for label in list(merged.labels):
        if (label.language, fold(label.text)) not in known:
            kind = ALTERNATIVE if label.kind == PREFERRED else label.kind
            heir.labels.append(ConceptLabel(language=label.language, kind=kind, text=label.text))
        if label.kind != PREFERRED:
            merged.labels.remove(label)


def _named(line: Mapping[str, Any], field: str) -> Concept | None:
    key = line.get(field)
    found = _concept(str(key)) if key else None
    if key and found is None:
        raise Invalid({field: _("There is no concept “%(key)s”.", key=str(key)[:KEY_LENGTH])})
    return found


def _merge_silently(concept: Concept, heir: Concept | None) -> None:
    """Repeat a merge of the site the line comes from; words and concepts below have lines of their own. Undo none."""
    if heir is not None:
        _refuse_impossible_merge(concept, heir)
        concept.merged_into_id = heir.id


def _shape(concept: Concept) -> tuple[Any, ...]:
    return concept.scheme, concept.broader_id, concept.merged_into_id, _words(concept.labels)


def _words(labels: list[ConceptLabel]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = {}
    for label in labels:
        found.setdefault((label.language, label.kind), []).append(label.text)
    return found


def _note(actor: Actor, kind: EventKind, concept: Concept, data: Mapping[str, Any] | None = None) -> None:
    concept.revision += 1
    db.session.flush()
    record(actor, kind, "concept", concept.id, data)
    note_change()
