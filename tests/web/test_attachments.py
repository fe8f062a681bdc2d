"""Files of posts: taken in by content, cleaned of metadata, given out only to those who may read the post."""

import hashlib
import io
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select

from forum.core import files as core_files
from forum.core.db import db, transaction
from forum.core.events import Event
from forum.core.storage import Store
from forum.library.models import STATUSES, VISIBILITIES, Attachment, Post
from forum.library.operations import attaching
from tests import factories
from tests.conftest import Cast
from tests.web.test_posting import fields_of, the_post

Browsers = Callable[[Any], FlaskClient]

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
AGREED = {"people_agreed": "1"}
DESCRIBED = AGREED | {"alt": "Two women repair a bicycle."}


def photo(size: tuple[int, int] = (1200, 900), kind: str = "JPEG") -> bytes:
    """A photo with the place where it was taken in its metadata."""
    picture = Image.new("RGB", size, (180, 90, 30))
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[1] = "N"
    target = io.BytesIO()
    picture.save(target, kind, exif=exif)
    return target.getvalue()


def document() -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.text")
        package.writestr("content.xml", "<x/>")
    return target.getvalue()


def add(browser: FlaskClient, post: Post, *files: tuple[bytes, str], **words: str) -> Any:
    data = {"file": [(io.BytesIO(content), name) for content, name in files], **words}
    return browser.post(f"/posts/{post.id}/files", data=data, content_type="multipart/form-data")


def fetch(browser: FlaskClient, address: str, **headers: str) -> Any:
    """The answer, read to its end as a server does."""
    with browser.get(address, headers=headers) as answer:
        answer.get_data()
        return answer


def files() -> list[Attachment]:
    return list(db.session.scalars(select(Attachment).order_by(Attachment.id)))


@pytest.fixture
def post(cast: Cast) -> Post:
    made: Post = factories.make_post(cast.an, cast.sluis, visibility="members")
    return made


def test_a_document_is_added_and_saved_by_readers(post: Post, cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.bert)
    assert browser.get(f"/posts/{post.id}/files").status_code == 200
    assert add(browser, post, (PDF, "../etc/Report 2026.PDF"), caption="The whole report").status_code == 303
    file = files()[0]
    assert (file.filename, file.mime, file.size, file.organisation_id) == (
        "Report 2026.pdf",
        "application/pdf",
        len(PDF),
        cast.sluis.id,
    )
    page = browser_of(cast.chiara).get(f"/posts/{post.id}/{the_post().slug}").text
    assert "The whole report" in page
    answer = fetch(browser_of(cast.chiara), f"/attachments/{file.id}/Report 2026.pdf")
    assert answer.status_code == 200
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer.vary
    headers = {"If-None-Match": answer.headers["ETag"]}
    same = fetch(browser_of(cast.chiara), f"/attachments/{file.id}/Report 2026.pdf", **headers)
    assert same.status_code == 304
    names = list(db.session.scalars(select(Event.name).where(Event.subject_id == post.id)))
    assert names == ["attachment.added"]


def test_a_wrong_name_leads_to_the_right_one(post: Post, cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    add(browser, post, (PDF, "a.pdf"))
    assert browser.get("/attachments/1/b.html").location == "/attachments/1/a.pdf"


def test_a_photo_loses_its_metadata_and_gets_a_small_version(
    post: Post, cast: Cast, browser_of: Browsers, app: Flask
) -> None:
    browser = browser_of(cast.an)
    sent = photo((3000, 2000))
    assert b"SecretCamera" in sent
    assert add(browser, post, (sent, "IMG_1.jpg"), credit="Bert", **DESCRIBED).status_code == 303
    file = files()[0]
    assert (file.width, file.height, file.people_agreed) == (2400, 1600, True)
    answer = fetch(browser, f"/attachments/{file.id}/IMG_1.jpg")
    assert answer.mimetype == "image/jpeg"
    assert b"SecretCamera" not in answer.data
    assert not Image.open(io.BytesIO(answer.data)).getexif()
    assert answer.headers["Content-Disposition"].startswith("inline;")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    small = fetch(browser, f"/attachments/{file.id}/thumbnail")
    assert small.mimetype == "image/webp"
    assert max(Image.open(io.BytesIO(small.data)).size) == 640
    store = Store(app.config["SETTINGS"].upload_dir)
    assert all(b"SecretCamera" not in store.path(name).read_bytes() for name in store.all())
    assert list(store.incoming.iterdir()) == []
    page = lxml.html.fromstring(browser.get(f"/posts/{post.id}/{the_post().slug}").text)
    picture = page.xpath("//figure//img")[0]
    assert picture.get("alt") == "Two women repair a bicycle."
    assert "Picture: Bert" in page.xpath("//figcaption")[0].text_content()


def test_a_picture_asks_for_a_description_and_for_consent(post: Post, cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    answer = add(browser, post, (photo(), "a.jpg"), caption="Kept caption", credit="Kept name")
    assert answer.status_code == 422
    links = lxml.html.fromstring(answer.text).xpath("//*[@id='error-summary']//a/@href")
    assert links == ["#field-alt", "#field-people_agreed"]
    assert "Kept caption" in answer.text
    assert "Kept name" in answer.text
    assert files() == []
    assert add(browser, post, (photo(), "a.jpg"), is_decorative="1", **AGREED).status_code == 303
    assert (files()[0].alt, files()[0].is_decorative) == ("", True)


def test_several_pictures_are_described_one_by_one(post: Post, cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    sent = [(photo((800 + n, 600)), f"p{n}.jpg") for n in range(2)]
    answer = add(browser, post, *sent, (PDF, "a.pdf"), alt="For which one?", **AGREED)
    first, second, _document = files()
    assert answer.location == f"/posts/{post.id}/files/{first.id}"
    assert [one.alt for one in files()] == ["", "", ""]
    assert "Needs a description" in browser.get(f"/posts/{post.id}/files").text
    shown = browser.get(f"/posts/{post.id}/{the_post().slug}").text
    assert "<figure>" not in shown
    assert "p0.jpg" in shown
    refused = browser.post(answer.location, data={"caption": "Kept"})
    assert refused.status_code == 422
    assert "Kept" in refused.text
    described = browser.post(answer.location, data=DESCRIBED | {"caption": "The workshop"})
    assert described.location == f"/posts/{post.id}/files/{second.id}"
    assert browser.post(described.location, data=AGREED | {"is_decorative": "1"}).location.endswith("/files")
    page = lxml.html.fromstring(browser.get(f"/posts/{post.id}/{the_post().slug}").text)
    assert [one.text_content().strip() for one in page.xpath("//figcaption")] == ["The workshop"]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (b"MZ\x90\x00" + b"\x00" * 200, "holiday.jpg"),
        (b"MZ\x90\x00" + b"\x00" * 200, "setup.exe"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", "a.svg"),
        (b"<html><script>alert(1)</script></html>", "a.pdf"),
        (b"", "empty.pdf"),
        (photo()[:2000], "half.jpg"),
        (b"PK\x03\x04" + b"\x00" * 100, "broken.docx"),
    ],
)
def test_what_cannot_be_taken_is_refused_by_its_name_and_leaves_nothing(
    post: Post, cast: Cast, browser_of: Browsers, app: Flask, content: bytes, name: str
) -> None:
    store = Store(app.config["SETTINGS"].upload_dir)
    before = set(store.all())
    answer = add(browser_of(cast.an), post, (PDF, "good.pdf"), (content, name), caption="Kept", **AGREED)
    assert answer.status_code == 422
    sentence = lxml.html.fromstring(answer.text).xpath("//*[@id='error-summary']//a")[0].text_content()
    assert sentence.startswith(f"{name}: ")
    assert "Kept" in answer.text
    assert files() == []
    assert set(store.all()) - before <= {hashlib.sha256(PDF).hexdigest()}


def test_a_large_file_is_refused(post: Post, cast: Cast, browser_of: Browsers, monkeypatch: pytest.MonkeyPatch) -> None:
    assert core_files.MAX_FILE_BYTES == 10_000_000
    monkeypatch.setattr(core_files, "MAX_FILE_BYTES", 1000)
    answer = add(browser_of(cast.an), post, (PDF + b"x" * 1000, "large.pdf"))
    assert answer.status_code == 422
    assert "large.pdf: This file is too large" in answer.text


def test_documents_of_offices_are_taken(post: Post, cast: Cast, browser_of: Browsers) -> None:
    assert add(browser_of(cast.an), post, (document(), "letter.doc")).status_code == 303
    assert files()[0].filename == "letter.doc.odt"


def test_no_file_is_said(post: Post, cast: Cast, browser_of: Browsers) -> None:
    answer = browser_of(cast.an).post(f"/posts/{post.id}/files", data={"caption": "Kept"})
    assert answer.status_code == 422
    assert "Choose a file first." in answer.text
    assert "Kept" in answer.text


def test_too_many_files_are_refused(
    post: Post, cast: Cast, browser_of: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = browser_of(cast.an)
    assert add(browser, post, *[(PDF, f"{n}.pdf") for n in range(11)]).status_code == 422
    monkeypatch.setattr(attaching, "MOST_FILES", 1)
    assert add(browser, post, (PDF, "a.pdf")).status_code == 303
    assert "A post takes at most 1 files." in add(browser, post, (PDF, "b.pdf")).text


def test_an_organisation_has_its_room(
    post: Post, cast: Cast, browser_of: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert attaching.QUOTA == 500_000_000
    monkeypatch.setattr(attaching, "QUOTA", len(PDF) + 10)
    browser = browser_of(cast.an)
    assert add(browser, post, (PDF, "a.pdf")).status_code == 303
    refused = add(browser, post, (PDF, "b.pdf"))
    assert refused.status_code == 422
    assert "Your organisation has used" in refused.text
    elsewhere = factories.make_post(cast.chiara, cast.filo)
    assert add(browser_of(cast.chiara), elsewhere, (PDF, "c.pdf")).status_code == 303
    browser.post(f"/posts/{post.id}/files/{files()[0].id}/remove")
    assert add(browser, post, (PDF, "b.pdf")).status_code == 303


def test_a_full_disk_is_said_and_nothing_is_lost(
    post: Post, cast: Cast, browser_of: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Store, "put", full)
    answer = add(browser_of(cast.an), post, (PDF, "a.pdf"), caption="Kept")
    assert answer.status_code == 422
    assert "There is no room for files at the moment." in answer.text
    assert "Kept" in answer.text


def test_words_that_are_too_long_are_given_back(post: Post, cast: Cast, browser_of: Browsers) -> None:
    answer = add(browser_of(cast.an), post, (PDF, "a.pdf"), caption="x" * 501, credit="y" * 201)
    assert answer.status_code == 422
    assert "x" * 501 in answer.text
    assert files() == []


@pytest.mark.parametrize("visibility", VISIBILITIES)
@pytest.mark.parametrize("status", STATUSES)
def test_a_file_is_read_by_those_who_read_its_post(
    cast: Cast, browser_of: Browsers, status: str, visibility: str
) -> None:
    post = factories.make_post(cast.an, cast.sluis, visibility=visibility)
    add(browser_of(cast.an), post, (photo((60, 40)), "a.jpg"), **DESCRIBED)
    with transaction():
        the_post().status = status
    address = f"/posts/{post.id}/{the_post().slug}"
    for person in (None, cast.noor, cast.chiara, cast.bert, cast.an, cast.mia):
        browser = browser_of(person)
        wanted = 200 if browser.get(address).status_code == 200 else 404
        for path in ("a.jpg", "thumbnail", "other.jpg"):
            answer = fetch(browser, f"/attachments/1/{path}")
            assert answer.status_code == (302 if path == "other.jpg" and wanted == 200 else wanted)
        if wanted == 200:
            caching = fetch(browser, "/attachments/1/a.jpg").headers["Cache-Control"]
            shown = visibility == "public" and status in ("published", "archived")
            assert caching == ("public, no-cache" if shown else "private, no-cache")


def test_a_file_that_was_taken_off_is_gone_for_everybody(
    post: Post, cast: Cast, browser_of: Browsers, app: Flask
) -> None:
    browser = browser_of(cast.an)
    add(browser, post, (PDF, "a.pdf"))
    file = files()[0]
    address = f"/posts/{post.id}/files/{file.id}/remove"
    assert "Nobody can open it any more" in browser.get(address).text
    assert browser.post(address).status_code == 303
    assert browser.get(f"/attachments/{file.id}/a.pdf").status_code == 404
    assert browser.get(f"/posts/{post.id}/files/{file.id}").status_code == 404
    assert "a.pdf" not in browser.get(f"/posts/{post.id}/{the_post().slug}").text
    assert Store(app.config["SETTINGS"].upload_dir).path(file.sha256).is_file()


def test_strangers_add_describe_and_take_off_nothing(post: Post, cast: Cast, browser_of: Browsers) -> None:
    add(browser_of(cast.an), post, (PDF, "a.pdf"), caption="Ours")
    file = files()[0]
    other = factories.make_post(cast.chiara, cast.filo)
    for person, status in ((None, 401), (cast.noor, 404), (cast.chiara, 403), (cast.mia, 403)):
        browser = browser_of(person)
        assert add(browser, post, (PDF, "b.pdf")).status_code == status
        words = {"caption": "Theirs"}
        assert browser.post(f"/posts/{post.id}/files/{file.id}", data=words).status_code == status
        assert browser.post(f"/posts/{post.id}/files/{file.id}/remove").status_code == status
    stolen = browser_of(cast.chiara).post(f"/posts/{other.id}/files/{file.id}/remove")
    assert stolen.status_code == 404
    assert [(one.caption, one.removed_at) for one in files()] == [("Ours", None)]


def test_a_file_that_is_missing_from_the_disk_is_missing(
    post: Post, cast: Cast, browser_of: Browsers, app: Flask
) -> None:
    browser = browser_of(cast.an)
    add(browser, post, (PDF + b"\n", "a.pdf"))
    file = files()[0]
    place: Path = Store(app.config["SETTINGS"].upload_dir).path(file.sha256)
    place.unlink()
    assert browser.get(f"/attachments/{file.id}/a.pdf").status_code == 404
    assert browser.get(f"/attachments/{file.id}/thumbnail").status_code == 404


def test_research_is_posted_with_its_file_instead_of_an_address(cast: Cast, browser_of: Browsers) -> None:
    draft = factories.make_post(cast.an, cast.sluis, kind="research", status="draft")
    browser = browser_of(cast.an)
    form = {"action": "post", "title": "A study", "body": draft.body}
    assert browser.post(f"/posts/{draft.id}/edit", data=form).status_code == 422
    add(browser, draft, (PDF, "study.pdf"))
    assert browser.post(f"/posts/{draft.id}/edit", data=form).status_code == 303
    assert the_post().status == "published"


def test_a_body_over_the_limit_is_a_plain_page(post: Post, cast: Cast, browser_of: Browsers) -> None:
    answer = browser_of(cast.an).post(
        f"/posts/{post.id}/files", data={"caption": "Too much"}, environ_overrides={"CONTENT_LENGTH": "13000000"}
    )
    assert answer.status_code == 413
    assert "This is too large." in answer.text


def test_a_file_for_the_text_is_answered_by_its_markdown(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, status="draft")
    browser = browser_of(cast.an)
    picture = (io.BytesIO(photo((1280, 640))), "atelier 1.jpg")
    words = {"alt": "Two [women] sew", "credit": "Bo", "caption": "In spring.", "people_agreed": "1"}
    answer = browser.post(f"/posts/{post.id}/files/add", data={"file": picture, **words})
    source = answer.json["sources"][0]["text"]
    assert source.startswith(r"![Two \[women\] sew](/attachments/")
    assert source.endswith("?size=1280x640)\n\n*In spring. Picture: Bo*")
    shown = lxml.html.fromstring(browser.post("/editor/preview", data={"body": source}).json["html"])
    (image,) = shown.xpath("//a/img")
    assert (image.get("width"), image.get("height"), image.get("alt")) == ("640", "320", "Two [women] sew")
    assert fetch(browser, image.get("src")).status_code == 200
    assert fetch(browser, image.getparent().get("href")).status_code == 200
    assert browser_of(cast.chiara).get(image.get("src")).status_code == 404


def test_a_document_for_the_text_is_answered_by_a_link(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, status="draft")
    words = {"file": (io.BytesIO(PDF), "Report 2026.pdf"), "caption": "The [whole] report"}
    (source,) = browser_of(cast.an).post(f"/posts/{post.id}/files/add", data=words).json["sources"]
    address = f"/attachments/{files()[0].id}/Report%202026.pdf"
    assert source == {"text": rf"[The \[whole\] report]({address})", "is_block": False}
    shown = lxml.html.fromstring(
        browser_of(cast.an).post("/editor/preview", data={"body": source["text"]}).json["html"]
    )
    assert shown.xpath("//a/@href") == [address]


def test_a_file_for_the_text_is_refused_by_field(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, status="draft")
    address = f"/posts/{post.id}/files/add"
    refused = browser_of(cast.an).post(address, data={"file": (io.BytesIO(photo((64, 64))), "a.jpg")})
    assert refused.status_code == 422
    assert set(refused.json["errors"]) == {"alt", "people_agreed"}
    assert set(browser_of(cast.an).post(address, data={}).json["errors"]) == {"file"}
    assert browser_of(cast.chiara).post(address, data={}).status_code == 404
    assert files() == []


def test_a_picture_in_the_text_is_not_shown_a_second_time(cast: Cast, browser_of: Browsers) -> None:
    post = factories.make_post(cast.an, cast.sluis, visibility="public")
    browser = browser_of(cast.an)
    words = {"alt": "Two women sew", "people_agreed": "1"}
    added = browser.post(f"/posts/{post.id}/files/add", data={"file": (io.BytesIO(photo((64, 64))), "a.jpg"), **words})
    page = f"/posts/{post.id}/{post.slug}"
    assert browser.get(page).text.count('alt="Two women sew"') == 1
    sent = fields_of(browser.get(f"/posts/{post.id}/edit").text)
    sent["body"] = [sent["body"][0] + "\n\n" + added.json["sources"][0]["text"]]
    assert browser.post(f"/posts/{post.id}/edit", data=sent | {"action": "save", "stage": "running"}).status_code == 303
    assert browser.get(page).text.count('alt="Two women sew"') == 1


def test_the_words_about_a_document_are_changed(post: Post, cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    add(browser, post, (PDF, "report.pdf"), caption="Before")
    path = f"/posts/{post.id}/files/{files()[0].id}"
    answer = browser.post(path, data={"caption": "The whole report", "credit": "De Sluis", "alt": "ignored"})
    assert answer.location.endswith(f"/posts/{post.id}/files")
    db.session.expire_all()
    assert (files()[0].caption, files()[0].credit, files()[0].alt) == ("The whole report", "De Sluis", "")
