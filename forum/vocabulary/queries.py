"""Reading the vocabulary: kept in memory by each process, checked once per transaction with one small SELECT."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import selectinload

from forum.core.db import db
from forum.core.errors import Missing
from forum.core.events import Event
from forum.core.languages import INTERFACE_LANGUAGES
from forum.core.text import CONTROL_CHARACTERS
from forum.core.text import message as _
from forum.vocabulary.events import ADDED, CHANGED, MERGED, SHIPPED
from forum.vocabulary.models import ACRONYM, ALTERNATIVE, PREFERRED, WEAK, Concept, ConceptLabel
from forum.vocabulary.tree import ENGLISH, Row, Vocabulary

CHECKED, TOUCHED = "vocabulary.checked", "vocabulary.touched"

# The sum of the revisions sees every committed change, also those that overtake one another; the time of the last event
# tells apart two databases that changed equally often (a backup that was restored).
_newest = [
    select(func.max(Event.id)).where(Event.name == kind.name).scalar_subquery()
    for kind in (ADDED, CHANGED, MERGED, SHIPPED)
]
STAMP = select(
    func.count(Concept.id),
    func.sum(Concept.revision),
    select(func.max(Event.at)).where(Event.id.in_(_newest)).scalar_subquery(),
)


@dataclass(slots=True)
class Kept:
    """What this process remembers: the vocabulary as last committed, and the language of the site."""

    vocabulary: Vocabulary | None = None
    default_language: str = ENGLISH


_kept = Kept()


def speak_by_default(language: str) -> None:
    """Tell this process the language of the site, for labels that the reader's language lacks; `create_app` does."""
    _kept.default_language = language
    _kept.vocabulary = None


def vocabulary() -> Vocabulary:
    """The vocabulary as it is now. The first call in a transaction costs one SELECT, later ones nothing."""
    session = db.session()
    checked, known = session.info.get(CHECKED, (None, None))
    if isinstance(known, Vocabulary) and checked == _moment():
        return known
    found = _current()
    session.info[CHECKED] = (_moment(), found)
    return found


def note_change() -> None:
    """Let this transaction read the vocabulary anew; every operation that changes it says so."""
    info = db.session().info
    info.pop(CHECKED, None)
    info[TOUCHED] = db.session().get_transaction()


def _moment() -> tuple[Any, Any]:
    """The transaction and savepoint that the session is in: what was read there holds there."""
    session = db.session()
    return session.get_transaction(), session.get_nested_transaction()


def _current() -> Vocabulary:
    touched = db.session().info.get(TOUCHED)
    if touched is not None and touched is db.session().get_transaction():
        return _read(None)  # not committed: nobody else may see it
    stamp = tuple(db.session.execute(STAMP).one())
    if _kept.vocabulary is None or _kept.vocabulary.stamp != stamp:
        _kept.vocabulary = _read(stamp)
    return _kept.vocabulary


def _read(stamp: tuple[Any, ...] | None) -> Vocabulary:
    concepts = select(Concept.id, Concept.key, Concept.scheme, Concept.broader_id, Concept.merged_into_id)
    rows = [Row(*row) for row in db.session.execute(concepts.order_by(Concept.position, Concept.id))]
    labels: dict[int, dict[str, str]] = defaultdict(dict)
    words = select(ConceptLabel.concept_id, ConceptLabel.language, ConceptLabel.text)
    preferred = words.where(ConceptLabel.kind == PREFERRED).order_by(ConceptLabel.id)
    for concept_id, language, text in db.session.execute(preferred):
        labels[concept_id][language] = text
    return Vocabulary(rows, labels, _kept.default_language, stamp)


def every_label() -> list[tuple[int, str, str, str]]:
    """(concept id, language, kind, text) of every label, those of merged concepts left out."""
    query = select(ConceptLabel.concept_id, ConceptLabel.language, ConceptLabel.kind, ConceptLabel.text)
    live = query.join(Concept, Concept.id == ConceptLabel.concept_id).where(Concept.merged_into_id.is_(None))
    rows = db.session.execute(live.order_by(ConceptLabel.id))
    return [(concept_id, language, kind, text) for concept_id, language, kind, text in rows]


def labels_in(concept_ids: Iterable[int], language: str) -> list[str]:
    """Every word for these concepts in a language, those that are only matched too."""
    query = select(ConceptLabel.text).where(ConceptLabel.concept_id.in_(list(concept_ids)), ConceptLabel.kind != WEAK)
    return list(db.session.scalars(query.where(ConceptLabel.language == language).order_by(ConceptLabel.id)))


def concept_with_labels(key: str) -> Concept:
    """A concept with all its labels, for its editors; raises `Missing`. A merged one is itself here, not its heir."""
    query = select(Concept).where(Concept.key == key).options(selectinload(Concept.labels))
    found = None if CONTROL_CHARACTERS.search(key) else db.session.scalar(query)
    if found is None:
        raise Missing(_("There is no such concept in the vocabulary."))
    return found


def words_of(concept: Concept, kind: str) -> dict[str, list[str]]:
    """The labels of one kind by language, in the order of the interface languages."""
    found: dict[str, list[str]] = defaultdict(list)
    for label in concept.labels:
        if label.kind == kind:
            found[label.language].append(label.text)
    ordered = sorted(found, key=lambda code: (code not in INTERFACE_LANGUAGES, _place(code), code))
    return {language: found[language] for language in ordered}


def _place(language: str) -> int:
    return INTERFACE_LANGUAGES.index(language) if language in INTERFACE_LANGUAGES else 0


def export_concepts() -> Iterator[dict[str, Any]]:
    """Every concept as a line of the interchange format, in the order of the thesaurus, each after those it names."""
    query = select(Concept).options(selectinload(Concept.labels)).order_by(Concept.position, Concept.id)
    concepts = {concept.id: concept for concept in db.session.scalars(query)}
    for concept in _named_first(concepts):
        yield _line(concept, concepts)


def _named_first(concepts: dict[int, Concept]) -> list[Concept]:
    ordered: dict[int, Concept] = {}

    def take(concept: Concept) -> None:
        for named in (concept.broader_id, concept.merged_into_id):
            if named is not None and named not in ordered:
                take(concepts[named])
        ordered.setdefault(concept.id, concept)

    for concept in sorted(concepts.values(), key=lambda one: one.merged_into_id is not None):
        take(concept)
    return list(ordered.values())


def _line(concept: Concept, concepts: dict[int, Concept]) -> dict[str, Any]:
    broader, heir = concept.broader_id, concept.merged_into_id
    line: dict[str, Any] = {
        "type": "concept",
        "ref": concept.key,
        "scheme": concept.scheme,
        "broader": concepts[broader].key if broader else None,
        "labels": {language: texts[0] for language, texts in words_of(concept, PREFERRED).items()},
    }
    for field, kind in (("alt", ALTERNATIVE), ("weak", WEAK), ("acronyms", ACRONYM)):
        line[field] = words_of(concept, kind)
    if heir:
        line["merged_into"] = concepts[heir].key
    return {field: value for field, value in line.items() if value or field not in ("weak", "acronyms")}
