"""What a batch of lines may speak of: the objects that its names stand for, looked up in a few statements."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import insert, select, update

from forum.core.db import db
from forum.core.origins import Origin
from forum.core.text import CONTROL_CHARACTERS, Message
from forum.core.text import message as _
from forum.interop import mentions
from forum.interop.lines import REF_LENGTH, Found, Rejected, clean_ref, ref_of, type_of
from forum.library.operations.importing import originals_of
from forum.vocabulary.models import Concept
from forum.vocabulary.queries import vocabulary

NAMED = {
    "parent": None,
    "organisation": "organisation",
    "person": "person",
    "author": "person",
    "coauthors": "person",
    "post": "post",
    "translation_of": "post",
    "evidence_post": "post",
    "evidence_by": "person",
    "reporter": "person",
    "answered_by": "person",
    "taken_from": "adoption",
    "owner": "person",
    "posts": "post",
}


@dataclass(frozen=True, slots=True)
class Defaults:
    """What posts and comments get that name no organisation or author of their own: ids."""

    organisation: int | None = None
    author: int | None = None


class Known(NamedTuple):
    """An object that came before: its row of origin, its id (None while it is postponed), the fingerprint of its line."""

    origin_id: int | None
    subject_id: int | None
    fingerprint: str


class Waits(Exception):
    """The line names something that is not here, but may still come with the file."""

    def __init__(self, name: str, type_name: str, ref: str):
        values = {"name": name, "type": type_name, "ref": ref}
        self.reason = Message("%(name)s: there is no %(type)s %(ref)s here, and none came in with this file.", values)
        super().__init__(str(self.reason))


@dataclass(slots=True)
class Names:
    """The objects of one source that a batch of lines names, and those that the batch itself brings."""

    source: str
    defaults: Defaults
    objects: dict[tuple[str, str], Known] = field(default_factory=dict)
    originals: dict[int, int] = field(default_factory=dict)
    added: list[dict[str, Any]] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)

    @classmethod
    def for_lines(cls, source: str, lines: Sequence[Found], defaults: Defaults) -> "Names":
        """Look up everything that these lines name: one statement a type, and one for what posts translate."""
        names = cls(source, defaults)
        for type_name, refs in refs_named(lines).items():
            rows = select(Origin.ref, Origin.id, Origin.subject_id, Origin.fingerprint).where(
                Origin.source == source, Origin.type == type_name, Origin.ref.in_(refs)
            )
            for ref, origin_id, subject_id, mark in db.session.execute(rows):
                names.objects[type_name, ref] = Known(origin_id, subject_id, mark)
        posts = [
            known.subject_id for (kind, _ref), known in names.objects.items() if kind == "post" and known.subject_id
        ]
        names.originals = originals_of(posts) if posts else {}
        return names

    def find(self, type_name: str, ref: str | None) -> int | None:
        """The id that a name stands for; None where nobody knows it."""
        known = self.objects.get((type_name, ref)) if ref else None
        return known.subject_id if known else None

    def need(self, type_name: str, ref: str | None, name: str) -> int | None:
        """The id that a name stands for; None for no name. Raises `Waits` for a name that is not known (yet)."""
        if ref is None:
            return None
        found = self.find(type_name, ref)
        if found is None:
            raise Waits(name, type_name, ref)
        return found

    def original(self, ref: str | None) -> int | None:
        """The first original of the post with this name; None where it is not known (yet)."""
        found = self.find("post", ref)
        return None if found is None else self.originals.get(found, found)

    def remember(self, type_name: str, ref: str, subject_id: int | None, fingerprint: str) -> None:
        """Note where an object came from; `keep` writes it down. None for the id says that it will come with this batch."""
        before = self.objects.get((type_name, ref))
        origin_id = before.origin_id if before else None
        self.objects[type_name, ref] = Known(origin_id, subject_id, fingerprint)
        row = {"subject_id": subject_id, "fingerprint": fingerprint}
        if subject_id is None:
            return
        if origin_id is None:
            self.added.append({"source": self.source, "type": type_name, "ref": ref, **row})
        else:
            self.changed.append({"id": origin_id, **row})

    def keep(self) -> None:
        """Write down where objects came from, so that later lines and later imports find them."""
        if self.added:
            db.session.execute(insert(Origin), self.added)
        if self.changed:
            db.session.execute(update(Origin), self.changed)
        self.added, self.changed = [], []


def concept_ids(concepts: dict[str, list[str]]) -> tuple[int, ...]:
    """The ids of concepts named by key, each of the scheme its list asks for; merged ones give their heir."""
    return tuple(dict.fromkeys(_concept_id(scheme, key) for scheme, keys in concepts.items() for key in keys))


def _concept_id(scheme: str, key: str) -> int:
    concept = vocabulary().by_key(key)
    if concept is None or concept.scheme != scheme:
        raise Rejected(_("There is no %(scheme)s called %(key)s in the vocabulary.", scheme=scheme, key=key[:60]))
    return concept.id


def is_concept(key: str) -> bool:
    """Whether the vocabulary has a concept with this key, merged ones included."""
    return db.session.scalar(select(Concept.id).where(Concept.key == key)) is not None


def refs_named(lines: Iterable[Found]) -> dict[str, list[str]]:
    """The names that lines bear and use, by type, those they mention included; what can be no name is left out."""
    refs: dict[str, dict[str, None]] = defaultdict(dict)
    for found in lines:
        own = type_of(found)
        refs[own][ref_of(found)] = None
        for name, type_name in NAMED.items():
            for ref in _listed(found, name):
                refs[type_name or own][ref] = None
        for type_name, ref in mentions.refs_in(body_of(found)):
            refs[type_name][ref] = None
    return {type_name: [ref for ref in named if _is_name(ref)] for type_name, named in refs.items()}


def _listed(found: Found, name: str) -> list[str]:
    """The name or names that a field holds; the check of the line says what is wrong with others."""
    value = found.get(name)
    if isinstance(value, list):
        return [one for one in value if isinstance(one, str)]
    try:
        return [clean_ref(found, name)]
    except Rejected:
        return []


def _is_name(ref: str) -> bool:
    return 0 < len(ref) <= REF_LENGTH and CONTROL_CHARACTERS.search(ref) is None


def body_of(found: Found) -> str:
    """The text in which a post or comment may mention others."""
    body = found.get("body")
    return body if isinstance(body, str) and found.get("type") in ("post", "comment") else ""
