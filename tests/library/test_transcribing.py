"""What attached documents say is found by the search, as long as they are attached."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from forum.core.actor import SYSTEM
from forum.core.db import db, transaction
from forum.core.events import Event, record
from forum.core.storage import Store
from forum.library import events
from forum.library.models import Attachment, AttachmentText, Post
from forum.library.transcribing import forget_words, handler_for, keep_words, transcribe
from forum.search.finding import Found, Wish, find_posts
from forum.search.service import check_index
from tests.conftest import Cast, SearchIndex
from tests.factories import make_post

SHA = "a" * 64


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "uploads")


def attach(post: Post, filename: str = "report.pdf") -> None:
    """A document of a post, as if it had been uploaded."""
    with transaction():
        db.session.add(
            Attachment(
                post_id=post.id,
                sha256=SHA,
                filename=filename,
                mime="application/pdf",
                size=9,
                created_at=datetime.now(UTC),
            )
        )
        record(SYSTEM, events.ATTACHED, "post", post.id)


def says(words: str):
    """A reader of documents that finds these words in all of them."""
    return lambda _path, _ending: words


def find(index: SearchIndex, cast: Cast, text: str) -> Found:
    db.session.rollback()
    return find_posts(index.engine, cast.actor("an"), Wish(text))


def test_a_post_is_found_by_what_its_document_says_and_names_the_document(
    search_index: SearchIndex, cast: Cast, store: Store
) -> None:
    post = make_post(cast.an, cast.sluis, title="Ons jaarverslag", language="nl")
    search_index.build()
    attach(post)
    assert transcribe(store, [post.id], says("Wij kochten een zeldzame hooiwagen.")) == 1
    search_index.take_in()
    found = find(search_index, cast, "hooiwagen")
    assert [card.id for card in found.cards] == [post.id]
    assert found.snippets[post.id].document == "report.pdf"
    assert "<mark>hooiwagen</mark>" in found.snippets[post.id].__html__()
    assert check_index().is_sound


def test_a_document_is_read_once_however_often_it_is_attached(cast: Cast, store: Store) -> None:
    for _time in range(2):
        attach(make_post(cast.an, cast.sluis))
    assert transcribe(store, None, says("Words.")) == 1
    assert transcribe(store, None, says("Others.")) == 0


def test_the_outbox_has_new_documents_read(cast: Cast, store: Store) -> None:
    post = make_post(cast.an, cast.sluis)
    attach(post)
    happened = db.session.query(Event).filter_by(name="attachment.added").all()
    handler_for(store, says("Words."))(happened)
    assert db.session.get(AttachmentText, SHA).text == "Words."


def test_words_go_with_the_last_document(cast: Cast, store: Store) -> None:
    post = make_post(cast.an, cast.sluis)
    attach(post)
    transcribe(store, None, says("Words."))
    forget_words()
    assert db.session.get(AttachmentText, SHA) is not None
    with transaction():
        db.session.query(Attachment).delete()
    forget_words()
    db.session.rollback()
    assert db.session.get(AttachmentText, SHA) is None


def test_a_document_without_words_is_asked_once(cast: Cast, store: Store) -> None:
    attach(make_post(cast.an, cast.sluis))
    assert transcribe(store, None, says("")) == 1
    assert transcribe(store, None, says("")) == 0


def test_words_read_by_two_at_once_are_kept_once(cast: Cast, store: Store) -> None:
    post = make_post(cast.an, cast.sluis)
    attach(post)
    keep_words(SHA, "first")
    told = db.session.scalar(db.select(db.func.count()).where(Event.name == events.TRANSCRIBED.name))
    keep_words(SHA, "second")
    assert db.session.get_one(AttachmentText, SHA).text == "first"
    assert db.session.scalar(db.select(db.func.count()).where(Event.name == events.TRANSCRIBED.name)) == told == 1


def test_words_of_a_document_that_was_taken_off_meanwhile_move_no_post(cast: Cast, store: Store) -> None:
    keep_words("b" * 64, "nobody has it any more")
    assert not db.session.scalars(db.select(Event).where(Event.name == events.TRANSCRIBED.name)).all()
