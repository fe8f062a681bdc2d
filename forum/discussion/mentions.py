"""Calling people and organisations by name in a comment: `@[An Peeters](person:12)`, or simply `@An Peeters`.

Only people who belong to an organisation now, and organisations that still exist, can be mentioned.
"""

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, delete, func, or_, select

from forum.accounts.models import Person
from forum.core.db import db
from forum.core.markdown import MENTION, Mention, MentionKind, mention_source
from forum.core.text import single_line
from forum.discussion import models
from forum.discussion.models import Comment
from forum.organisations.models import Membership, Organisation

MOST = 50
MOST_COMPLETIONS = 8
PLACES_AT_LEAST = 3
LONGEST_NAME = 6
SHORTEST_QUERY, LONGEST_QUERY = 2, 60
CODE = re.compile(r"(```.*?(?:```|\Z)|~~~.*?(?:~~~|\Z)|`[^`\n]*`)", re.DOTALL)
CODE_OR_QUOTATION = re.compile(rf"{CODE.pattern[:-1]}|^ {{0,3}}>[^\n]*)", re.DOTALL | re.MULTILINE)
TYPED = re.compile(r"(?<![\w@/.\\])@((?:[^\W_][^\s@\[\]()<>*_`]*)(?: [^\s@\[\]()<>*_`]+){0,5})")
POSSESSIVE = re.compile(r"['’]\w{0,2}\W*$")
ENDINGS = ".,:;!?…'’\"»”)"


@dataclass(frozen=True, slots=True)
class Completion:
    """A name that a person may be typing after an @, and what to write for it."""

    name: str
    detail: str
    source: str


def settle(body: str) -> str:
    """Write every mention in a text properly: a full name typed by hand, borne by exactly one, becomes a mention; a written
    mention gets the true name; and one of somebody who cannot be mentioned becomes plain text. Code and quotations stay.
    """
    if "@" not in body:
        return body
    text = "".join(part for part in CODE_OR_QUOTATION.split(body) if not CODE_OR_QUOTATION.fullmatch(part))
    written = {(found[2], int(found[3])) for found in MENTION.finditer(text)}
    typed = {name for found in list(TYPED.finditer(text))[:MOST] for name in _names(found[1])}
    known = _known(written, typed)
    names = _borne_once(known, typed)
    by_id: dict[tuple[str, int], Mention] = {(one.kind, one.id): one for one in known}
    return _outside(body, lambda part: _link(_correct(part, by_id), names))


def _names(words: str) -> Iterable[str]:
    """The names that words after an @ may begin with: "An Peeters, thanks" gives "An", "An Peeters", ..."""
    parts = words.split(" ")[:LONGEST_NAME]
    for length in range(1, len(parts) + 1):
        name = " ".join(parts[:length])
        yield name
        yield name.rstrip(ENDINGS)
        yield POSSESSIVE.sub("", name)


def _known(ids: Collection[tuple[str, int]], names: Collection[str]) -> list[Mention]:
    """Those who can be mentioned among these ids and names: two statements."""
    people = [number for kind, number in ids if kind == "person"]
    organisations = [number for kind, number in ids if kind == "organisation"]
    wanted_people = or_(Person.id.in_(people), Person.name.in_(names))
    wanted_organisations = or_(Organisation.id.in_(organisations), Organisation.name.in_(names))
    return [
        *_mentions("person", _people(wanted_people)),
        *_mentions("organisation", _organisations(wanted_organisations)),
    ]


def _people(*conditions: ColumnElement[bool]) -> Select[int, str, str]:
    """People with an active membership, with the names of their organisations."""
    return (
        select(Person.id, Person.name, func.min(Organisation.name))
        .join(Membership, Membership.person_id == Person.id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.state == "active", Person.erased_at.is_(None), *conditions)
        .group_by(Person.id, Person.name)
    )


def _organisations(*conditions: ColumnElement[bool]) -> Select[int, str, str]:
    return select(Organisation.id, Organisation.name, Organisation.country).where(
        Organisation.closed_at.is_(None), *conditions
    )


def _mentions(kind: MentionKind, query: Select[int, str, str]) -> list[Mention]:
    return [Mention(kind, number, name) for number, name, _detail in db.session.execute(query)]


def _borne_once(known: Iterable[Mention], typed: Collection[str]) -> dict[str, Mention]:
    bearers = Counter(one.name for one in known)
    return {one.name: one for one in known if bearers[one.name] == 1 and one.name in typed}


def _outside(body: str, change: Callable[[str], str]) -> str:
    return "".join(
        part if CODE_OR_QUOTATION.fullmatch(part) else change(part) for part in CODE_OR_QUOTATION.split(body)
    )


def _correct(text: str, by_id: dict[tuple[str, int], Mention]) -> str:
    """Give written mentions their true names."""

    def corrected(found: re.Match[str]) -> str:
        one = by_id.get((found[2], int(found[3])))
        return mention_source(one) if one else f"@{found[1]}"

    return MENTION.sub(corrected, text)


def _link(text: str, names: dict[str, Mention]) -> str:
    """Make mentions of names typed by hand, the longest first."""
    if not names:
        return text
    longest_first = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    typed = re.compile(rf"(?<![\w@/.\\])@({longest_first})(?!\w)")
    return typed.sub(lambda found: mention_source(names[found[1]]), text)


def keep_mentions(comment: Comment, mentions: Iterable[Mention]) -> None:
    """Remember whom a comment mentions now, those only who exist; called inside an operation."""
    db.session.execute(delete(models.Mention).where(models.Mention.comment_id == comment.id))
    wanted = list(mentions)[:MOST]
    ids = {(one.kind, one.id) for one in wanted}
    for one in _known(ids, ()) if ids else ():
        target = {"person_id": one.id} if one.kind == "person" else {"organisation_id": one.id}
        db.session.add(models.Mention(post_id=comment.post_id, comment_id=comment.id, **target))


def completions(words: str) -> list[Completion]:
    """Up to eight people and organisations of whose name a word begins with what is typed: two statements."""
    start = single_line(words)[:LONGEST_QUERY]
    if len(start) < SHORTEST_QUERY:
        return []
    people = _people(_begins(Person.name, start)).order_by(func.lower(Person.name), Person.id)
    named, places = _completions("person", people), _completions("organisation", _by_name(start))
    room = MOST_COMPLETIONS - min(len(places), PLACES_AT_LEAST)
    return [*named[:room], *places][:MOST_COMPLETIONS]


def organisations_named(words: str, limit: int) -> list[tuple[int, str, str]]:
    """Organisations of whose name a word begins with what is typed, as (id, name, country)."""
    start = single_line(words)[:LONGEST_QUERY]
    if len(start) < SHORTEST_QUERY:
        return []
    return [(number, name, country) for number, name, country in db.session.execute(_by_name(start).limit(limit))]


def _by_name(start: str) -> Select[int, str, str]:
    return _organisations(_begins(Organisation.name, start)).order_by(func.lower(Organisation.name), Organisation.id)


def _begins(column: Any, start: str) -> ColumnElement[bool]:
    pattern = start.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return or_(column.ilike(f"{pattern}%", escape="\\"), column.ilike(f"% {pattern}%", escape="\\"))


def _completions(kind: MentionKind, query: Select[int, str, str]) -> list[Completion]:
    rows = db.session.execute(query.limit(MOST_COMPLETIONS))
    return [
        Completion(name, detail or "", mention_source(Mention(kind, number, name))) for number, name, detail in rows
    ]
