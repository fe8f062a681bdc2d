"""What people type into forms is kept, apart for each person and place."""

import pytest
from sqlalchemy import func, select

from forum.core.db import db
from forum.core.errors import Denied, Invalid
from forum.library.models import FormDraft
from forum.library.operations import form_drafts
from forum.library.operations.form_drafts import discard, form_draft_of, save_form_draft
from tests.conftest import Cast

PLACE = "posts/7/edit"


def test_the_last_typing_is_kept_with_the_revision_it_began_from(cast: Cast) -> None:
    an = cast.actor("an")
    save_form_draft(an, PLACE, {"title": ["A"]}, revision=3)
    save_form_draft(an, PLACE, {"title": ["A b"]}, revision=3)
    kept = form_draft_of(an, PLACE)
    assert kept is not None
    assert (kept.content, kept.revision) == ({"title": ["A b"]}, 3)
    assert db.session.scalar(select(func.count()).select_from(FormDraft)) == 1


def test_people_and_places_are_kept_apart(cast: Cast) -> None:
    an, bert = cast.actor("an"), cast.actor("bert")
    save_form_draft(an, PLACE, {"title": ["An's"]})
    save_form_draft(bert, PLACE, {"title": ["Bert's"]})
    assert form_draft_of(an, "posts/8/edit") is None
    discard(an, PLACE)
    discard(an, PLACE)
    assert form_draft_of(an, PLACE) is None
    assert form_draft_of(bert, PLACE) is not None


def test_a_text_beyond_all_measure_is_not_kept(cast: Cast) -> None:
    with pytest.raises(Invalid):
        save_form_draft(cast.actor("an"), PLACE, {"body": ["x" * 500_000]})


def test_nothing_is_kept_for_a_visitor(cast: Cast) -> None:
    with pytest.raises(Denied):
        save_form_draft(cast.actor("visitor"), PLACE, {})
    assert form_draft_of(cast.actor("visitor"), PLACE) is None


def test_the_oldest_is_forgotten_when_there_are_too_many(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_drafts, "MOST_FORM_DRAFTS", 3)
    an = cast.actor("an")
    save_form_draft(cast.actor("bert"), "posts/1/edit", {})
    for number in range(1, 6):
        save_form_draft(an, f"posts/{number}/edit", {})
    places = set(db.session.scalars(select(FormDraft.place).where(FormDraft.person_id == cast.an.id)))
    assert places == {"posts/3/edit", "posts/4/edit", "posts/5/edit"}
    assert form_draft_of(cast.actor("bert"), "posts/1/edit") is not None
