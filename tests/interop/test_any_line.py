"""Whatever a line of an interchange file holds: it is taken in, or told in plain words, and nobody else's things change."""

import json
from collections.abc import Callable

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from forum.core.db import db
from forum.interop.importing import Report
from forum.interop.lines import TYPES
from tests.interop.files import adoption, comment, concept, membership, organisation, person, post
from tests.journeys.payloads import payloads

Take = Callable[..., Report]
Stored = dict[str, set[str]]

ALL = (
    organisation(),
    organisation("o2", kind="network", description="Words"),
    person(reads=["nl"], interests=["finance"]),
    membership(),
    post(details={"stage": "running"}, coauthors=["p1"], organisation="o1", author="p1", countries=["BE"]),
    post("x2", translation_of="x1", language="nl", evidence_level=3, evidence_source="https://a.example/"),
    comment(author="p1", parent=None),
    adoption(details={}, reporter="p1", answer="Thank you", answered_by="p1"),
    concept("beekeeping", alt={"en": ["Bees"]}),
    {"type": "collection", "ref": "k1", "title": "Kept", "owner": "p1", "audience": "public", "posts": ["x1"]},
)
NAMES = sorted(
    {name for line in ALL for name in line} | {"merged_into", "taken_from", "created_at", "accepted", "state"}
)
SHARED = ("concepts", "concept_labels")  # a concept is one for the whole site, whichever file speaks of it
CODE = ("Error(", "Exception", "Traceback", "could not be taken in", "The database refused", "object at 0x", "NoneType")

odd = st.one_of(
    st.none() | st.booleans() | st.integers() | st.floats(),
    st.sampled_from([10**30, -1, "", " ", "\x00", "\ud800", "a" * 5_001, "9999-12-31T23:59:59-14:00", "0001-01-01"]),
    st.sampled_from(["x1", "o1", "p1", "c1", "a1", "k1", "nowhere", "en", "BE", "@[x](person:p1)", "https://[", "²"]),
    st.sampled_from(payloads()) | st.text(max_size=30),
)
values = st.recursive(
    odd,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
mutated = st.tuples(
    st.sampled_from(ALL),
    st.dictionaries(st.sampled_from(NAMES), values, max_size=3),
    st.sets(st.sampled_from(NAMES), max_size=1),
).map(lambda three: {name: value for name, value in (three[0] | three[1]).items() if name not in three[2]})
invented = st.tuples(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(NAMES), values, max_size=8)).map(
    lambda pair: {"ref": "new"} | pair[1] | {"type": pair[0]}
)
in_json = (mutated | invented | values).map(lambda value: json.dumps(value).encode())
lines = st.one_of(
    in_json,
    in_json.flatmap(lambda raw: st.integers(0, len(raw)).map(lambda cut: raw[:cut])),
    in_json.flatmap(lambda raw: st.binary(max_size=4).map(lambda more: more + raw)),
    st.binary(max_size=60),
).map(lambda raw: raw.replace(b"\n", b" ").replace(b"\r", b" "))


def stored() -> Stored:
    """Every row of every table, as words."""
    rows = {
        one.name: {repr(tuple(row)) for row in db.session.execute(db.select(one))} for one in db.metadata.sorted_tables
    }
    db.session.remove()
    return rows


@pytest.fixture
def lost_of_others(app: Flask, take: Take) -> Callable[[], list[str]]:
    """On a site that another file has filled, with objects called as in every file here: tells what of it changed."""
    assert take(*ALL, source="home").refusals == []
    before = stored()

    def lost() -> list[str]:
        after = stored()
        return [row for table in before.keys() - set(SHARED) for row in before[table] - after[table]]

    return lost


def deep(kind: str) -> bytes:
    """A line with more brackets than anybody counts."""
    nested = "[" * 400 + "]" * 400
    return f'{{"type": "{kind}", "ref": "d", "title": "t", "labels": {nested}, "details": {nested}}}'.encode()


@settings(max_examples=80, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(sent=st.lists(lines, min_size=1, max_size=4))
@example(sent=[deep(kind) for kind in TYPES])
@example(sent=[b"[" * 10_000, b'{"type": "post", "ref": ' + b"9" * 5000 + b"}", b'{"type": NaN}'])
@example(sent=[json.dumps(line).encode() for line in reversed(ALL)] * 2)
def test_any_line_is_taken_in_or_told_and_nothing_of_others_changes(
    take: Take, lost_of_others: Callable[[], list[str]], sent: list[bytes]
) -> None:
    before = stored()
    report = take(*sent)
    assert sum(report.counts.values()) == len([line for line in sent if line.removeprefix(b"\xef\xbb\xbf").strip()])
    assert len(report.refusals) == report.counts["rejected"]
    for refusal in report.refusals:
        assert refusal.reason
        assert not any(sign in refusal.reason for sign in CODE), refusal.reason
    if set(+report.counts) <= {"rejected", "unchanged"}:
        after = stored()
        changed = {table for table in before if before[table] != after[table]}
        assert changed <= ({"origins"} if report.counts["unchanged"] else set())  # how the line looked last
    assert lost_of_others() == []
