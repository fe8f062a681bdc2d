"""Reports on practices in interchange files: in once, out as they came, and the same again after a move."""

import pytest

from forum.adoption import operations
from forum.adoption.models import Adoption
from forum.core.db import db
from forum.interop.exporting import export_file
from forum.interop.importing import import_file
from forum.notifications.models import OutgoingMail
from tests import factories
from tests.interop.files import adoption, organisation, person, post, read

GROUND = (
    organisation(),
    organisation("o2", country="IT"),
    organisation("o3", country="FR"),
    person(),
    post(organisation="o1"),
)
RUNS = {"intent": "running", "outcome": "mixed", "permission": "public", "country": "IT", "language": "en"}


def reports(folder):
    export_file(folder / "file.jsonl")
    return [line for line in read(folder / "file.jsonl") if line["type"] == "adoption"]


def told(line):
    return {name: value for name, value in line.items() if name not in ("reporter", "taken_from", "updated_at")}


def test_a_report_comes_in_once_and_goes_out_as_it_came(take, tmp_path):
    line = adoption(country="IT", details={"what_helped": "A loan", "helped": ["money"]}, reporter="p1")
    more = {"answer": "Thanks!", "answer_language": "en", "answered_by": "p1", "answered_at": "2026-05-02T10:15:00Z"}
    assert take(*GROUND, line | more).counts["rejected"] == 0
    assert take(*GROUND, line | more).counts == {"unchanged": len(GROUND) + 1, "rejected": 0}
    (found,) = reports(tmp_path)
    assert told(found) == told(line | more)


def test_what_is_new_is_told_and_the_former_text_kept(take):
    take(*GROUND, adoption())
    assert take(adoption(outcome="mixed")).counts == {"updated": 1, "rejected": 0}
    (found,) = db.session.scalars(db.select(Adoption))
    assert (found.outcome, found.revision) == ("mixed", 2)


def test_imports_send_no_mail(take):
    take(*GROUND, adoption())
    assert list(db.session.scalars(db.select(OutgoingMail))) == []


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"outcome": ""}, "outcome"),
        ({"intent": "often"}, "intent"),
        ({"organisation": "o1"}, "organisation"),
        ({"details": {"satisfied_percent": 120}}, "satisfied_percent"),
        ({"taken_from": "a1"}, "taken_from"),
        ({"post": "x9"}, "post"),
    ],
)
def test_a_wrong_report_is_refused_by_its_field(take, wrong, field):
    (refusal,) = take(*GROUND, adoption(**wrong)).refusals
    assert refusal.reason.startswith(field)


def test_only_practices_are_tried(take):
    (refusal,) = take(*GROUND, post("x2", kind="question"), adoption(on="x2")).refusals
    assert refusal.reason.startswith("post:")


def test_a_source_may_stand_further_on_and_all_moves_without_a_change(take, tmp_path, empty_again):
    take(
        *GROUND,
        adoption("a1", taken_from="a2"),
        adoption("a2", by="o3", outcome="mixed", state="hidden", hidden_reason="x"),
    )
    export_file(tmp_path / "first.jsonl")
    empty_again()
    import_file(tmp_path / "first.jsonl", "moved")
    export_file(tmp_path / "second.jsonl")
    assert (tmp_path / "second.jsonl").read_bytes() == (tmp_path / "first.jsonl").read_bytes()


def test_what_was_withdrawn_stays_here(cast, tmp_path):
    practice = factories.make_post(cast.an, cast.sluis)
    first = operations.report_adoption(cast.actor("chiara"), practice.id, cast.filo.id, RUNS)
    mia = cast.actor("mia")
    operations.report_adoption(mia, practice.id, cast.secretariat.id, RUNS, taken_from_id=first.id)
    operations.withdraw_adoption(cast.actor("chiara"), first.id)
    (line,) = reports(tmp_path)
    assert (line["taken_from"], line["organisation"]) == (None, f"organisation-{cast.secretariat.id}")
