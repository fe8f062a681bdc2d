"""What a batch of lines may speak of: the objects that its names stand for, looked up in a few statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from forum.core.db import db
from forum.core.origins import Origin
from forum.core.text import Message
from forum.core.text import message as _
from forum.interop.lines import Line, Rejected
from forum.vocabulary.models import Concept
from forum.vocabulary.queries import vocabulary

NAMED = {
    "parent": None,
    "organisation": "organisation",
    "person": "person",
    "author": "person",
    "post": "post",
    "translation_of": "post",
}


@dataclass(frozen=True, slots=True)
class Defaults:
    """What posts get that name no organisation or author of their own: ids."""

    organisation: int | None = None
    author: int | None = None


class Waits(Exception):
    """The line names something that may still come later in the file."""

    def __init__(self, name: str, type_name: str, ref: str):
        values = {"name": name, "type": type_name, "ref": ref}
        self.reason = Message("%(name)s: there is no %(type)s called %(ref)s in this file or from this source.", values)
        super().__init__(str(self.reason))


@dataclass(slots=True)
class Known:
    """The origins of a batch's own objects and of those they name, and the concepts."""

    source: str
    defaults: Defaults
    origins: dict[tuple[str, str], Origin] = field(default_factory=dict)

    @classmethod
    def for_lines(cls, source: str, lines: Sequence[Line], defaults: Defaults) -> "Known":
        """Look up everything that these lines name: one statement a type."""
        known = cls(source, defaults)
        for type_name, refs in refs_of(lines).items():
            query = select(Origin).where(Origin.source == source, Origin.type == type_name, Origin.ref.in_(refs))
            for origin in db.session.scalars(query):
                known.origins[type_name, origin.ref] = origin
        return known

    def id_of(self, type_name: str, ref: str | None, name: str) -> int | None:
        """The id that a name stands for; None for no name. Raises `Waits` for a name that is not known (yet)."""
        if ref is None:
            return None
        origin = self.origins.get((type_name, ref))
        if origin is None:
            raise Waits(name, type_name, ref)
        return origin.subject_id

    def remember(self, line: Line, subject_id: int, fingerprint: str) -> None:
        """Note where an object came from, so that later lines and later imports find it."""
        origin = self.origins.get((line.type, line.ref))
        if origin is None:
            origin = Origin(source=self.source, type=line.type, ref=line.ref, subject_id=subject_id)
            self.origins[line.type, line.ref] = origin
            db.session.add(origin)
        origin.fingerprint = fingerprint

    def concept_ids(self, concepts: dict[str, list[str]]) -> tuple[int, ...]:
        """The ids of concepts named by key, each of the scheme its list asks for; merged ones give their heir."""
        found: dict[int, None] = {}
        for scheme, keys in concepts.items():
            for key in keys:
                found[concept_id(scheme, key)] = None
        return tuple(found)


def concept_id(scheme: str, key: str) -> int:
    """The id of a concept by its key. Raises `Rejected` when the scheme has no such concept."""
    concept = vocabulary().by_key(key)
    if concept is None or concept.scheme != scheme:
        raise Rejected(_("There is no %(scheme)s called %(key)s in the vocabulary.", scheme=scheme, key=key[:60]))
    return concept.id


def is_concept(key: str) -> bool:
    """Whether the vocabulary has a concept with this key, merged ones included."""
    return db.session.scalar(select(Concept.id).where(Concept.key == key)) is not None


def refs_of(lines: Iterable[Line]) -> dict[str, list[str]]:
    """The names that lines bear and use, by type."""
    refs: dict[str, dict[str, None]] = defaultdict(dict)
    for line in lines:
        refs[line.type][line.ref] = None
        for name, type_name in NAMED.items():
            value: Any = line.values.get(name)
            if isinstance(value, str):
                refs[type_name or line.type][value] = None
    return {type_name: list(found) for type_name, found in refs.items()}
