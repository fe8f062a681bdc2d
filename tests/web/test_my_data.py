"""Everything about me in one file: what I wrote and did, my files, and nothing private of anybody else."""

import hashlib
import json
import zipfile
from collections.abc import Callable
from io import BytesIO

from flask import Flask
from flask.testing import FlaskClient

from forum.accounts import passwords
from forum.accounts.models import Person
from forum.core.db import transaction
from forum.core.storage import Store
from forum.curation.models import Flag
from forum.library.models import Attachment
from forum.library.operations import form_drafts
from tests import factories
from tests.conftest import Cast
from tests.factories import LONG_AGO
from tests.web.test_second_step import GOOD, grow_stale

BrowserOf = Callable[[Person | None], FlaskClient]
PICTURE = b"any content will do"


def taken(browser: FlaskClient) -> zipfile.ZipFile:
    answer = browser.post("/profile/data")
    assert (answer.status_code, answer.mimetype) == (200, "application/zip")
    assert "filename=my-data-" in answer.headers["Content-Disposition"]
    return zipfile.ZipFile(BytesIO(answer.data))


def test_a_person_takes_everything_home(app: Flask, cast: Cast, browser_of: BrowserOf) -> None:
    post = factories.make_post(cast.an, cast.sluis, title="How we wash <linen>")
    factories.make_comment(post, cast.an, body="An told more.")
    factories.make_decision(post, cast.an, cast.mia, reason="It named somebody.")
    form_drafts.save_form_draft(cast.actor("an"), "posts/new", {"body": "half a thought"})
    store = Store(app.config["SETTINGS"].upload_dir)
    stored = store.put(BytesIO(PICTURE))
    for sha256 in (stored.sha256, hashlib.sha256(b"lost").hexdigest()):
        factories.saved(
            Attachment(
                post_id=post.id,
                uploader_id=cast.an.id,
                sha256=sha256,
                filename="linen.pdf",
                mime="application/pdf",
                size=1,
                created_at=LONG_AGO,
            )
        )
    archive = taken(browser_of(cast.an))
    records = json.loads(archive.read("data.json"))["records"]
    assert records["people"][0]["email"] == "an@example.org"
    assert records["posts"][0]["author_id"] == "you"
    assert [one["body"] for one in records["comments"]] == ["An told more."]
    assert records["decisions"][0]["reason"] == "It named somebody."
    assert records["form_drafts"][0]["content"] == {"body": "half a thought"}
    assert {"memberships", "sessions"} <= set(records)
    page = archive.read("index.html").decode()
    assert "How we wash &lt;linen&gt;" in page
    assert "<script" not in page
    (file,) = [name for name in archive.namelist() if name.startswith("files/")]
    assert archive.read(file) == PICTURE


def test_the_file_holds_no_code_and_nothing_private_of_others(cast: Cast, browser_of: BrowserOf) -> None:
    mine, theirs = (
        factories.make_post(cast.an, cast.sluis),
        factories.make_post(cast.chiara, cast.filo, title="Il filo"),
    )
    factories.make_decision(mine, cast.an, cast.mia)
    factories.saved(
        Flag(post_id=mine.id, reporter_id=cast.chiara.id, reason="spam", note="Told on", created_at=LONG_AGO)
    )
    factories.saved(Flag(post_id=theirs.id, reporter_id=cast.an.id, reason="spam", note="I saw", created_at=LONG_AGO))
    text = taken(browser_of(cast.an)).read("data.json").decode()
    assert "I saw" in text
    for other in ("Told on", "Il filo", "chiara", "password_hash", "token_hash", f'"decided_by_id": {cast.mia.id}'):
        assert other not in text
    assert hashlib.sha256(b"").hexdigest() not in text


def test_the_page_says_what_is_in_the_file_and_visitors_get_none(
    cast: Cast, client: FlaskClient, browser_of: BrowserOf
) -> None:
    assert '<form method="post" action="/profile/data"' in browser_of(cast.an).get("/profile/data").text
    assert client.post("/profile/data").status_code in (303, 401, 403)


def test_after_a_proof_the_page_is_there_again_with_its_button(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.an)
    with transaction():
        cast.an.password_hash = passwords.hashed(GOOD)
    grow_stale(cast.an)
    assert browser.post("/profile/data").status_code == 403
    answer = browser.post("/profile/data", data={"proof_password": GOOD})
    assert (answer.status_code, answer.location) == (303, "/profile/data")
    assert taken(browser).namelist()
