"""The index follows the database: events, building, comparing, repairing."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask

from forum.core.actor import SYSTEM
from forum.core.db import db, transaction
from forum.core.events import backlog, record
from forum.discussion import events as comment_events
from forum.discussion.models import Comment
from forum.library.models import Attachment, Post
from forum.library.operations import curating
from forum.organisations import events as organisation_events
from forum.organisations.models import Organisation
from forum.search import indexing, service
from forum.search.analysis import stems_of
from forum.search.documents import documents_of, every_document
from forum.search.engine import FACETS, Query
from forum.search.engines.none import NoneEngine
from forum.search.finding import Wish, find_posts
from forum.search.indexing import CONSUMER, Caretaker, compare
from forum.vocabulary import events as concept_events
from forum.vocabulary.operations import change_labels
from forum.vocabulary.wording import Wording
from tests import factories
from tests.conftest import Cast, SearchIndex
from tests.factories import concept, make_adoption, make_comment, make_post
from tests.search.documents import ask

EVERYBODY = frozenset({"public", "members", "organisation:1", "organisation:2", "organisation:3"})


def found(index: SearchIndex, text: str) -> list[int]:
    return sorted(ask(index.engine, text, EVERYBODY).ids)  # type: ignore[arg-type]


# Documents


def test_a_document_holds_all_that_a_post_says(app: Flask, cast: Cast) -> None:
    post = make_post(
        cast.an,
        cast.sluis,
        title="Bakkerij",
        summary="Kort gezegd",
        body="Wij **bakken** brood.",
        language="nl",
        details={
            "stage": "running",
            "problem": "Honger",
            "building_blocks": [{"title": "Oven", "lessons": "Heet"}],
            "evidence_claimed": 2,
        },
        themes=("job-coaching", "young-people"),
        countries=("BE", "NL"),
    )
    make_comment(post, cast.chiara, body="Bellissimo forno", language="it")
    with transaction():
        db.session.add(
            Attachment(post_id=post.id, sha256="0" * 64, filename="recepten.pdf", mime="application/pdf", size=1,
                       created_at=factories.LONG_AGO)
        )  # fmt: skip
    [document] = documents_of([post.id])
    assert document.revision == post.version
    assert document.stems["title"] == stems_of(["bakkerij"], "nl")
    for word in ("gezegd", "brood", "honger", "oven", "heet"):
        assert stems_of([word], "nl")[0] in document.stems["text"], word
    assert "running" not in document.stems["text"]
    for language, word in (("nl", "sluis"), ("nl", "recepten"), ("en", "coaching"), ("fr", "jeunes")):
        assert stems_of([word], language)[0] in document.stems["about"], word
    assert document.stems["comments"] == stems_of(["bellissimo", "forno"], "it")
    assert {"bellissimo", "recepten"} < set(document.words)
    assert "coaching" not in document.words
    assert "bakkerij" in document.offered
    assert document.keywords["theme"] == ("job-coaching", "work-integration")
    assert document.keywords["target_group"] == ("young-people", "disadvantaged-people")
    assert document.keywords["country"] == ("BE", "NL")
    assert document.keywords["evidence"] == ("0", "1", "2")
    assert document.keywords["year"] == ("2026",)
    assert document.keywords["audience"] == ("public",)
    assert document.keywords["organisation"] == (str(cast.sluis.id),)


def test_only_shown_posts_become_documents(app: Flask, cast: Cast) -> None:
    posts = {
        status: make_post(cast.an, cast.sluis, status=status) for status in ("draft", "published", "archived", "hidden")
    }
    every = {document.id for document in every_document()}
    assert every == {posts["published"].id, posts["archived"].id}
    assert {document.id for document in documents_of(post.id for post in posts.values())} == every


def test_deleted_and_hidden_comments_are_not_indexed(app: Flask, cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    make_comment(post, body="zebra", deleted_at=factories.LONG_AGO)
    make_comment(post, body="giraffe", hidden_at=factories.LONG_AGO)
    [document] = documents_of([post.id])
    assert not document.stems.get("comments")


def test_documents_take_the_same_statements_for_one_post_and_for_many(
    app: Flask, cast: Cast, count_sql: Callable[[], Any]
) -> None:
    def statements() -> int:
        with count_sql() as issued:
            list(every_document())
        return len(issued)

    for _number in range(2):
        make_comment(make_post(cast.an, cast.sluis))
    statements()  # reads the thesaurus, which is kept
    few = statements()
    for _number in range(10):
        make_comment(make_post(cast.an, cast.sluis))
    assert statements() == few <= 9


# Events


def test_a_post_is_found_after_its_event_and_not_after_it_was_hidden(search_index: SearchIndex, cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, title="Bakkerij")
    search_index.build()
    assert found(search_index, "bakkerij") == [post.id]
    curating.hide_post(cast.actor("mia"), post.id, "spam")
    search_index.take_in()
    assert found(search_index, "bakkerij") == []
    curating.restore_post(cast.actor("mia"), post.id)
    search_index.take_in()
    assert found(search_index, "bakkerij") == [post.id]


def test_a_comment_makes_its_post_findable_until_it_is_deleted(search_index: SearchIndex, cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    search_index.build()
    comment = make_comment(post, cast.chiara, body="Zebrastrepen")
    with transaction():
        record(SYSTEM, comment_events.POSTED, "comment", comment.id, {"post": post.id})
    search_index.take_in()
    assert found(search_index, "zebrastrepen") == [post.id]
    with transaction():
        db.session.get_one(Comment, comment.id).deleted_at = factories.LONG_AGO
        record(SYSTEM, comment_events.DELETED, "comment", comment.id, {"post": post.id})
    search_index.take_in()
    assert found(search_index, "zebrastrepen") == []


def test_posts_follow_the_name_of_their_organisation(search_index: SearchIndex, cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    search_index.build()
    with transaction():
        db.session.get_one(Organisation, cast.sluis.id).name = "Het Anker"
        record(SYSTEM, organisation_events.CHANGED, "organisation", cast.sluis.id)
    search_index.take_in()
    assert found(search_index, "anker") == [post.id]
    assert found(search_index, "sluis") == []


def test_an_organisation_that_only_describes_itself_anew_moves_no_posts(app: Flask, cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    for fields, expected in ((["description"], set()), (["name", "country"], {post.id})):
        event = record(SYSTEM, organisation_events.CHANGED, "organisation", cast.sluis.id, {"fields": fields})
        assert indexing.posts_of([event]) == expected
    db.session.rollback()


def test_a_new_word_of_a_concept_tags_what_was_written_before(search_index: SearchIndex, cast: Cast) -> None:
    german = make_post(cast.an, cast.sluis, title="Unser Stolperladen", language="de")
    search_index.build()
    coaching = concept("job-coaching")

    def found_by_its_dutch_word() -> list[int]:
        return [card.id for card in find_posts(search_index.engine, cast.actor("mia"), Wish("jobcoaching")).cards]

    for words, expected in ((("Stolperladen",), [german.id]), ((), [])):
        labels = {"en": "job coaching", "nl": "jobcoaching"}
        wording = Wording(labels, alt={"de": words})
        change_labels(cast.actor("mia"), coaching.id, db.session.merge(coaching).revision, wording)
        search_index.take_in()
        assert found_by_its_dutch_word() == expected


def test_posts_follow_the_labels_of_their_concepts_and_of_those_above(search_index: SearchIndex, cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, themes=("job-coaching",))
    other = make_post(cast.an, cast.sluis, themes=("finance",))
    search_index.build()
    coaching = concept("job-coaching")
    with transaction():
        db.session.get_one(type(coaching), coaching.id).broader_id = concept("finance").id
        db.session.get_one(type(coaching), coaching.id).revision += 1
        record(SYSTEM, concept_events.CHANGED, "concept", coaching.id)
    search_index.take_in()
    hits = search_index.engine.search(Query(EVERYBODY, filters={"theme": ("finance",)}))
    assert set(hits.ids) == {post.id, other.id}


def test_an_event_may_come_twice_and_late(search_index: SearchIndex, cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, title="Bakkerij")
    events = [record(SYSTEM, indexing.WANTED[0], "post", number) for number in (post.id, 9999)]
    take_in = indexing.handler_for(search_index.engine)
    for _time in range(2):
        take_in(events)
    db.session.rollback()
    assert found(search_index, "bakkerij") == [post.id]


def test_a_backlog_after_a_build_is_mostly_in_already(
    search_index: SearchIndex, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    posts = [make_post(cast.an, cast.sluis) for _number in range(4)]
    search_index.build()
    monkeypatch.setattr(indexing, "MANY", 2)
    with transaction():
        db.session.get_one(Post, posts[0].id).version += 1
        for post in posts:
            record(SYSTEM, indexing.WANTED[0], "post", post.id)
    looked_at: list[int] = []
    monkeypatch.setattr(indexing, "refresh", lambda _engine, ids: looked_at.extend(ids))
    search_index.take_in()
    assert looked_at == [posts[0].id]
    assert backlog(CONSUMER) == 0


def test_without_an_engine_events_are_taken_in_and_nothing_happens(app: Flask, cast: Cast) -> None:
    make_post(cast.an, cast.sluis)
    engine = NoneEngine()
    indexing.handler_for(engine)([record(SYSTEM, indexing.WANTED[0], "post", 1)])
    db.session.rollback()
    assert engine.revisions() == {}


# Building, comparing, repairing


def test_the_first_event_builds_an_index_that_is_not_there(
    search_index: SearchIndex, cast: Cast, tmp_path: Path
) -> None:
    (tmp_path / "index" / "CURRENT").unlink()
    posts = [make_post(cast.an, cast.sluis) for _number in range(3)]
    with transaction():
        record(SYSTEM, indexing.WANTED[0], "post", posts[0].id)
    search_index.take_in()
    assert set(search_index.engine.revisions()) == {post.id for post in posts}


def test_comparing_tells_what_is_missing_outdated_and_too_much(app: Flask, cast: Cast) -> None:
    same, newer, new = (make_post(cast.an, cast.sluis, version=3) for _number in range(3))
    difference = compare({same.id: 3, newer.id: 2, 9999: 1})
    assert (difference.missing, difference.outdated, difference.ghosts) == ({new.id}, {newer.id}, {9999})
    assert str(difference.sentence).startswith("Posts missing from the search index: 1. Out of date: 1.")


def test_the_check_is_sound_exactly_when_index_and_database_are_equal(search_index: SearchIndex, cast: Cast) -> None:
    assert service.check_index().is_sound
    post = make_post(cast.an, cast.sluis)
    assert not service.check_index().is_sound
    report = service.check_index(repair=True)
    assert report.is_sound
    assert str(report) == "The search index equals the database: 1 posts."
    with transaction():
        db.session.get_one(Post, post.id).status = "hidden"
    assert not service.check_index().is_sound
    assert service.check_index(repair=True).is_sound


def test_a_check_makes_an_empty_index_for_an_empty_library(
    search_index: SearchIndex, cast: Cast, tmp_path: Path
) -> None:
    (tmp_path / "index" / "CURRENT").unlink()
    assert service.check_index().is_sound
    make_post(cast.an, cast.sluis)
    (tmp_path / "index" / "CURRENT").unlink()
    assert str(service.check_index()) == "There is no search index yet."
    assert service.check_index(repair=True).is_sound


def test_a_site_without_index_says_so(app: Flask) -> None:
    before = service.current_engine()
    service.use_engine(service.engine_for("none:"))
    assert str(service.check_index(repair=True)) == "The search index is switched off (FORUM_SEARCH_URL is none:)."
    service.use_engine(before)


def test_what_changes_during_a_build_is_in_the_new_index(
    search_index: SearchIndex, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second, third = (make_post(cast.an, cast.sluis, title=f"Bakkerij {number}") for number in range(3))

    def meanwhile(_number: int) -> None:
        with transaction():
            db.session.get_one(Post, first.id).status = "hidden"
            changed = db.session.get_one(Post, second.id)
            changed.title, changed.version = "Wasserij", changed.version + 1

    done: list[int] = []
    indexing.rebuild(
        search_index.engine, lambda number: done.append(number) or (meanwhile(number) if len(done) == 3 else None)
    )
    assert done == [1, 1, 1]
    assert found(search_index, "bakkerij") == [third.id]
    assert found(search_index, "wasserij") == [second.id]
    assert service.check_index().is_sound


def test_a_concept_that_changes_during_a_build_is_taken_in_too(search_index: SearchIndex, cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis)
    search_index.build()

    def meanwhile(_number: int) -> None:
        with transaction():
            db.session.get_one(Organisation, cast.sluis.id).name = "Het Anker"
            record(SYSTEM, organisation_events.CHANGED, "organisation", cast.sluis.id)

    indexing.rebuild(search_index.engine, meanwhile)
    assert found(search_index, "anker") == [post.id]


def test_every_facet_is_filled(search_index: SearchIndex, cast: Cast) -> None:
    post = make_post(
        cast.an, cast.sluis, themes=("finance", "young-people", "p-transparency"), details={"evidence_claimed": 0}
    )
    make_adoption(post, cast.filo, permission="public")
    search_index.build()
    hits = search_index.engine.search(Query(EVERYBODY, facets=FACETS))
    assert all(hits.facets[name] for name in FACETS), hits.facets


# The caretaker


def test_the_caretaker_builds_a_missing_index_and_repairs_hourly(
    search_index: SearchIndex, cast: Cast, tmp_path: Path
) -> None:
    caretaker = Caretaker(search_index.engine)
    with time_machine.travel("2026-06-01T10:00:00Z", tick=False) as clock:
        caretaker()
        first = make_post(cast.an, cast.sluis)
        caretaker()
        assert search_index.engine.revisions() == {}
        clock.shift(3601)
        caretaker()
        assert set(search_index.engine.revisions()) == {first.id}
        (tmp_path / "index" / "CURRENT").unlink()
        caretaker()
        assert set(search_index.engine.revisions()) == {first.id}


def test_the_caretaker_mends_what_readers_report_but_not_without_end(search_index: SearchIndex, tmp_path: Path) -> None:
    caretaker = Caretaker(search_index.engine)
    with time_machine.travel("2026-06-01T10:00:00Z", tick=False) as clock:
        search_index.engine.report("a page fault")
        assert not search_index.engine.health().is_well
        caretaker()
        assert search_index.engine.health().is_well
        search_index.engine.report("again")
        caretaker()
        assert not search_index.engine.health().is_well
        clock.shift(601)
        caretaker()
        assert search_index.engine.health().is_well


def test_the_caretaker_leaves_a_site_without_index_alone(app: Flask) -> None:
    Caretaker(NoneEngine())()
