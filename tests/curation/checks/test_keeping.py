"""The worker checks posts and keeps what it finds; texts that are nearly the same find one another."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from flask import Flask

from forum.core.db import db, transaction
from forum.core.events import consumers, deliver_batch
from forum.core.storage import Store
from forum.curation.checks.keeping import CONSUMER, check_content, check_post, check_unchecked, findings_of
from forum.curation.checks.models import TextPrint
from forum.curation.checks.prints import print_of
from forum.library.content import content_of
from forum.library.models import Attachment, AttachmentText, Post
from forum.library.operations.curating import hide_post
from forum.library.operations.writing import edit_field
from tests.conftest import Cast
from tests.factories import LONG_AGO, make_post, saved

WORDS = (
    "we bake bread every morning with people who looked for work for a long time and each of them learns one step after the "
    "other from kneading to selling because a trade is learnt with the hands and with somebody who has the patience to show it "
    "again while others on the team keep the oven going and talk with the customers who come back for the bread and the smiles"
)


def work() -> None:
    while deliver_batch(consumers.by_name[CONSUMER]):
        db.session.rollback()


def make_file(post: Post, app: Flask, text: str) -> None:
    content = Store(app.config["SETTINGS"].upload_dir).put(BytesIO(text.encode() or b"scan"))
    fields = {"filename": "a.pdf", "mime": "application/pdf", "size": 1, "created_at": LONG_AGO}
    saved(Attachment(post_id=post.id, sha256=content.sha256, **fields))
    saved(AttachmentText(sha256=content.sha256, text=text, read_at=LONG_AGO))


def test_findings_follow_the_post_as_it_changes(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, details={"stage": "pilot"})
    check_post(post.id)
    assert findings_of([post.id]) == {post.id: {"no_summary": 1}}
    edit_field(cast.actor("an"), post.id, "summary", "Bread and work.", post.revision)
    work()
    assert findings_of([post.id]) == {}


def test_what_was_posted_before_there_were_checks_is_checked_too_and_once(
    cast: Cast, count_sql: Callable[[], Any]
) -> None:
    posts = [make_post(cast.an, cast.sluis, summary="S", themes=()) for _number in range(3)]
    draft = make_post(cast.an, cast.sluis, status="draft", themes=())
    check_unchecked()
    assert set(findings_of([one.id for one in [*posts, draft]])) == {one.id for one in posts}
    with count_sql() as statements:
        check_unchecked()
    assert len(statements) == 1


def test_a_hidden_post_keeps_no_findings_and_no_print(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, body=WORDS)
    check_post(post.id)
    hide_post(cast.actor("mia"), post.id, "Not now.")
    check_post(post.id)
    assert findings_of([post.id]) == {}
    assert db.session.scalar(db.select(TextPrint)) is None


@pytest.mark.parametrize(("text", "number"), [("", 1), ("Words.", None)])
def test_a_document_without_words_is_told(app: Flask, cast: Cast, text: str, number: int | None) -> None:
    post = make_post(cast.an, cast.sluis)
    make_file(post, app, text)
    check_post(post.id)
    assert findings_of([post.id])[post.id].get("file_words") == number


def test_a_text_that_is_nearly_the_same_is_found_and_another_is_not(cast: Cast) -> None:
    first = make_post(cast.chiara, cast.filo, body=f"{WORDS}.", summary="S")
    check_post(first.id)
    again = make_post(cast.an, cast.sluis, body=f"{WORDS.replace('smiles', 'talk')}!", summary="S")
    other = make_post(cast.an, cast.sluis, body=" ".join(reversed(WORDS.split())), summary="S")
    assert check_content(cast.actor("an"), content_of(again), again.id).get("same_text") == 1
    assert "same_text" not in check_content(cast.actor("an"), content_of(other), other.id)


def test_a_text_like_one_that_its_writer_may_not_read_says_nothing_of_it(cast: Cast) -> None:
    secret = make_post(cast.chiara, cast.filo, title="Secret", body=WORDS, visibility="organisation")
    check_post(secret.id)
    mine = make_post(cast.an, cast.sluis, title="Secret", body=WORDS, summary="S")
    found = check_content(cast.actor("an"), content_of(mine), mine.id)
    assert not {"same_text", "same_title"} & set(found)


def test_a_print_is_small_and_does_not_mind_case_accents_and_marks() -> None:
    assert len(print_of(WORDS)) == 8
    assert print_of(WORDS.upper().replace(" AND ", ", and ")) == print_of(WORDS)
    assert print_of("Too short.") == ()


def test_prints_go_with_their_post(cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, body=WORDS)
    check_post(post.id)
    with transaction():
        db.session.delete(db.session.get_one(Post, post.id))
    assert db.session.scalar(db.select(db.func.count()).select_from(TextPrint)) == 0
