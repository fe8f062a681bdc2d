"""The thesaurus that ships with Passerelle: read from its file into an empty vocabulary, once."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy import func, select

from forum.core.clock import now
from forum.core.db import db, operation
from forum.vocabulary.models import ACRONYM, ALTERNATIVE, PREFERRED, WEAK, Concept, ConceptLabel

FILE = Path(__file__).with_name("thesaurus.yaml")
SCHEMES = ("theme", "target", "principle", "instrument", "form")
KINDS_BY_FIELD = {"labels": PREFERRED, "alt": ALTERNATIVE, "weak": WEAK, "acronyms": ACRONYM}


def read_thesaurus(path: Path = FILE) -> list[dict[str, Any]]:
    """The concepts of the file, as it writes them: id, scheme, broader, labels, alt, weak, acronyms."""
    content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    concepts: list[dict[str, Any]] = content["concepts"]
    return concepts


@operation
def load_thesaurus(path: Path = FILE) -> int:
    """Fill an empty vocabulary; give how many concepts came in (0 when there were some: moderators' work is never undone)."""
    if db.session.scalar(select(func.count()).select_from(Concept)):
        return 0
    entries = read_thesaurus(path)
    moment = now()
    concepts = {
        entry["id"]: Concept(
            key=entry["id"], scheme=entry["scheme"], position=place, created_at=moment, labels=list(labels_of(entry))
        )
        for place, entry in enumerate(entries)
    }
    db.session.add_all(concepts.values())
    db.session.flush()
    for entry in entries:
        if entry.get("broader"):
            concepts[entry["id"]].broader_id = concepts[entry["broader"]].id
    return len(concepts)


def labels_of(entry: dict[str, Any]) -> Iterator[ConceptLabel]:
    """The labels of one entry of the file, the preferred ones first."""
    for field, kind in KINDS_BY_FIELD.items():
        for language, texts in (entry.get(field) or {}).items():
            for text in [texts] if isinstance(texts, str) else texts:
                yield ConceptLabel(language=language, kind=kind, text=text)
