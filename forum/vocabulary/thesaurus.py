"""The thesaurus that ships with Passerelle: read from its files into the vocabulary, and what is new with every upgrade.

What moderators wrote stays as they left it: a concept that somebody added, changed, moved or merged gets no word from
the files.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import exists, func, select
from sqlalchemy.orm import selectinload

from forum.core.actor import SYSTEM
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.events import Event, record
from forum.vocabulary.events import SHIPPED
from forum.vocabulary.models import ACRONYM, ALTERNATIVE, PREFERRED, WEAK, Concept, ConceptLabel
from forum.vocabulary.queries import note_change

FILES = tuple(Path(__file__).with_name(name) for name in ("thesaurus.yaml", "everyday.yaml"))
KINDS_BY_FIELD = {"labels": PREFERRED, "alt": ALTERNATIVE, "weak": WEAK, "acronyms": ACRONYM}

Entry = dict[str, Any]


def read_thesaurus(paths: Sequence[Path] = FILES) -> list[Entry]:
    """The concepts of the files, as they write them: id, scheme, broader, labels, alt, weak, acronyms."""
    return [entry for path in paths for entry in _read(path)]


def _read(path: Path) -> list[Entry]:
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    concepts: list[Entry] = content["concepts"]
    return concepts


@operation
def load_thesaurus(paths: Sequence[Path] = FILES) -> int:
    """Bring in the concepts that the vocabulary lacks, and new words for those that nobody touched; give how many came in.

    May run at every start: the second time there is nothing to do.
    """
    entries = read_thesaurus(paths)
    known = set(db.session.scalars(select(Concept.key)))
    widened = _widen(entries) if known else 0
    added = _add([entry for entry in entries if entry["id"] not in known])
    if known and (added or widened):
        record(SYSTEM, SHIPPED, "vocabulary", 0, {"added": added, "widened": widened})
    if added or widened:
        db.session.flush()
        note_change()
    return added


def _add(entries: Sequence[Entry]) -> int:
    """Put new concepts after those that are there, each in its place."""
    moment, last = now(), db.session.scalar(select(func.max(Concept.position)))
    first = 0 if last is None else last + 1
    added = {
        entry["id"]: Concept(
            key=entry["id"], scheme=entry["scheme"], position=place, created_at=moment, labels=list(labels_of(entry))
        )
        for place, entry in enumerate(entries, first)
    }
    db.session.add_all(added.values())
    db.session.flush()
    for entry in entries:
        _put_below(added[entry["id"]], entry["broader"], added)
    return len(added)


def _put_below(concept: Concept, broader: str | None, added: Mapping[str, Concept]) -> None:
    """Give a new concept its place; at the top when moderators gave the key of the one above to something else."""
    if broader is None:
        return
    above = added.get(broader) or db.session.scalar(select(Concept).where(Concept.key == broader))
    if above is not None and above.scheme == concept.scheme:
        concept.broader_id = above.id


def _widen(entries: Sequence[Entry]) -> int:
    """Give the concepts that nobody touched the words of the files that they lack; give how many got some."""
    has_news = exists().where(Event.subject_type == "concept", Event.subject_id == Concept.id)
    untouched = select(Concept).where(Concept.revision == 1, Concept.merged_into_id.is_(None), ~has_news)
    written = {entry["id"]: entry for entry in entries}
    widened = 0
    for concept in db.session.scalars(untouched.options(selectinload(Concept.labels))):
        known = {(label.language, label.kind, label.text) for label in concept.labels}
        shipped = labels_of(written[concept.key]) if concept.key in written else ()
        lacking = [label for label in shipped if (label.language, label.kind, label.text) not in known]
        concept.labels.extend(lacking)
        widened += bool(lacking)
    return widened


def labels_of(entry: Entry) -> Iterator[ConceptLabel]:
    """The labels of one entry of a file, the preferred ones first."""
    for field, kind in KINDS_BY_FIELD.items():
        for language, texts in (entry.get(field) or {}).items():
            for text in [texts] if isinstance(texts, str) else texts:
                yield ConceptLabel(language=language, kind=kind, text=text)
