"""The page behind an expert's link: one record, without an account, and nothing else."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from forum.core.db import db, transaction
from forum.core.events import Event, consumers, deliver_batch
from forum.core.mail import Letter
from forum.core.storage import Store
from forum.curation.experts.inviting import invite_expert, make_link
from forum.curation.experts.models import ExpertInvitation, ExpertOpinion
from forum.curation.improving.operations import write_message
from forum.library.models import Attachment, Post
from forum.notifications.sending import send_due_mails
from tests import factories
from tests.conftest import Cast
from tests.factories import LONG_AGO, saved

EVA = "eva@university.example"
FORM = {
    "action": "send",
    "text": "Clear, and well told.",
    "relevance": "3",
    "evidence": "2",
    "transferability": "3",
    "equity": "2",
    "has_conflict": "no",
    "conflict": "",
    "name": "Eva Roth",
    "affiliation": "University of Graz",
    "may_be_shown": "1",
}


@pytest.fixture
def post(cast: Cast) -> Post:
    """A practice that only members may see, with a file."""
    made = factories.make_post(
        cast.an,
        cast.sluis,
        review="reviewed",
        visibility="members",
        title="The quiet laundry",
        body="We wash by night.",
    )
    attach(made)
    return made


@pytest.fixture
def secret(cast: Cast, post: Post) -> str:
    """The secret of a link for Eva, who has no account."""
    return make_link(invite_expert(cast.actor("mia"), post.id, EVA, "en", "You know laundries.").id)


def attach(post: Post) -> Attachment:
    """A file of a post."""
    about = {"sha256": "0" * 64, "filename": "plan.pdf", "mime": "application/pdf", "size": 9000}
    return saved(Attachment(post_id=post.id, created_at=LONG_AGO, **about))


def words_of(answer: object) -> str:
    page = html.fromstring(answer.text)  # type: ignore[attr-defined]
    for code in page.xpath("//script | //style"):
        code.drop_tree()
    return " ".join(page.text_content().split())


def counts() -> tuple[int, int]:
    """How many events and opinions there are."""
    return tuple(db.session.scalar(db.select(db.func.count()).select_from(one)) for one in (Event, ExpertOpinion))  # type: ignore[return-value]


def test_an_outsider_reads_a_members_record_by_the_link_and_that_changes_nothing(
    client: FlaskClient, secret: str, post: Post
) -> None:
    before = counts()
    answer = client.get(f"/opinions/{secret}")
    words = words_of(answer)
    assert answer.status_code == 200
    for expected in ("Mia asks for your opinion", "You know laundries.", "about 20 minutes", "The quiet laundry"):
        assert expected in words, expected
    assert "We wash by night." in words
    assert answer.headers["Cache-Control"] == "no-store"
    assert counts() == before
    assert client.get(f"/posts/{post.id}/{post.slug}").status_code == 404


def test_the_link_opens_no_other_record_and_none_of_its_neighbours(
    client: FlaskClient, cast: Cast, secret: str, post: Post
) -> None:
    factories.make_post(cast.an, cast.sluis, visibility="members", title="The secret bakery", translation_of_id=post.id)
    factories.make_comment(post, cast.bert, body="Between us: it rains in.")
    answer = client.get(f"/opinions/{secret}")
    assert "secret bakery" not in answer.text
    assert "rains in" not in answer.text
    assert client.get("/opinions/unknown").status_code == 404


def test_files_come_by_the_link_only_for_the_record(
    app: Flask, client: FlaskClient, cast: Cast, secret: str, post: Post
) -> None:
    foreign = attach(factories.make_post(cast.an, cast.sluis, visibility="members"))
    page = html.fromstring(client.get(f"/opinions/{secret}").text)
    [address] = page.xpath("//main//a[contains(@href, '/attachments/')]/@href")
    Store(app.config["SETTINGS"].upload_dir).path("0" * 64).parent.mkdir(parents=True, exist_ok=True)
    Store(app.config["SETTINGS"].upload_dir).path("0" * 64).write_bytes(b"%PDF")
    with client.get(address) as answer:
        assert answer.data == b"%PDF"
    assert client.get(address.partition("?")[0]).status_code == 404
    assert client.get(f"/attachments/{foreign.id}/plan.pdf?opinion={secret}").status_code == 404
    assert client.get(address.replace(secret, "other")).status_code == 404


def test_pictures_in_the_text_come_by_the_link(client: FlaskClient, post: Post, secret: str) -> None:
    with transaction():
        db.session.get_one(
            Post, post.id
        ).body_html = '<p><a href="/attachments/7/a.png?size=9x9"><img src="/attachments/7/thumbnail" alt="A"></a></p>'
    page = html.fromstring(client.get(f"/opinions/{secret}").text)
    assert page.xpath("//main//img/@src") == [f"/attachments/7/thumbnail?opinion={secret}"]
    assert page.xpath("//main//a[img]/@href") == [f"/attachments/7/a.png?size=9x9&opinion={secret}"]


def test_an_expert_reads_what_authors_and_moderators_said(
    cast: Cast, client: FlaskClient, post: Post, secret: str
) -> None:
    write_message(cast.actor("an"), post.id, "The night shift began in May.", "en")
    assert "The night shift began in May." in words_of(client.get(f"/opinions/{secret}"))


def test_an_expert_with_an_account_takes_part_in_the_conversation(
    cast: Cast, post: Post, browser_of: Callable[..., FlaskClient]
) -> None:
    path = f"/posts/{post.id}/request"
    assert browser_of(cast.chiara).get(path).status_code == 404
    invite_expert(cast.actor("mia"), post.id, "chiara@example.org", "it", "Perché no")
    assert browser_of(cast.chiara).get(path).status_code == 200


def test_an_opinion_is_sent_and_can_be_withdrawn(client: FlaskClient, secret: str) -> None:
    sent = client.post(f"/opinions/{secret}", data=FORM, follow_redirects=True)
    assert "Your opinion has arrived" in words_of(sent)
    assert "You gave your opinion on" in words_of(sent)
    assert "This cannot be undone" in words_of(client.get(f"/opinions/{secret}/withdraw"))
    gone = client.post(f"/opinions/{secret}/withdraw", follow_redirects=True)
    assert "withdrawn and deleted" in words_of(gone)
    assert client.get(f"/opinions/{secret}").status_code == 404


def test_an_opinion_sent_twice_has_arrived_and_an_older_window_gets_its_text_back(
    client: FlaskClient, secret: str
) -> None:
    first, second = (client.post(f"/opinions/{secret}", data=FORM) for _time in range(2))
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    older = client.post(f"/opinions/{secret}", data=FORM | {"action": "save", "text": "A better thought."})
    assert older.status_code == 409
    assert "You gave your opinion already" in words_of(older)
    assert "Withdraw my opinion" in words_of(older)
    assert html.fromstring(older.text).xpath("string(//textarea[@readonly])").strip() == "A better thought."
    same = client.post(f"/opinions/{secret}", data=FORM | {"action": "save"})
    assert not html.fromstring(same.text).xpath("//textarea")


def test_what_was_typed_comes_back_with_every_problem_named(client: FlaskClient, secret: str) -> None:
    answer = client.post(f"/opinions/{secret}", data=FORM | {"text": "kept " * 151, "equity": "", "has_conflict": ""})
    page = html.fromstring(answer.text)
    assert answer.status_code == 422
    assert page.findtext(".//title").startswith("Error:")
    assert [one.get("href") for one in page.xpath("//*[@class='error-summary']//a")] == [
        "#field-text",
        "#field-equity",
        "#field-has_conflict",
    ]
    assert page.xpath("string(//textarea[@name='text'])").strip() == ("kept " * 151).strip()
    assert page.xpath("//input[@name='relevance' and @checked]/@value") == ["3"]


def test_a_half_written_opinion_is_kept_for_later(client: FlaskClient, secret: str) -> None:
    kept = client.post(
        f"/opinions/{secret}", data={"action": "save", "text": "Half a", "equity": "2"}, follow_redirects=True
    )
    page = html.fromstring(kept.text)
    assert "is saved" in words_of(kept)
    assert page.xpath("string(//textarea[@name='text'])").strip() == "Half a"
    assert page.xpath("//input[@name='equity' and @checked]/@value") == ["2"]


def test_one_click_accepts_and_one_declines(client: FlaskClient, secret: str) -> None:
    accepted = client.post(f"/opinions/{secret}", data={"action": "accept"}, follow_redirects=True)
    assert not html.fromstring(accepted.text).xpath("//button[@value='accept']")
    declined = client.post(
        f"/opinions/{secret}", data={"action": "decline", "refusal": "no_time"}, follow_redirects=True
    )
    assert "your address is deleted" in words_of(declined)
    assert "cannot do it" in words_of(client.get(f"/opinions/{secret}"))
    assert db.session.scalars(db.select(ExpertInvitation.refusal)).all() == ["no_time"]


class Box:
    """Keeps the mails that are sent."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []

    def send(self, letter: Letter) -> None:
        """Keep a letter."""
        self.letters.append(letter)


def test_the_mail_says_who_asks_why_how_long_and_by_when_and_its_link_works(
    app: Flask, cast: Cast, post: Post, client: FlaskClient
) -> None:
    invite_expert(cast.actor("mia"), post.id, EVA, "en", "You know laundries.")
    box = Box()
    while deliver_batch(consumers.by_name["mailing"]):
        db.session.rollback()
    send_due_mails(box, app.config["SETTINGS"])
    [letter] = [one for one in box.letters if one.to == EVA]
    text = " ".join(letter.text.split())
    for expected in (
        "Mia, a moderator",
        "You know laundries.",
        "about 20 minutes",
        "Please answer by",
        "We use your address",
    ):
        assert expected in text, expected
    found = re.search(r"/opinions/([\w-]+)", letter.text)
    assert found
    assert client.get(f"/opinions/{found[1]}").status_code == 200
    client.post(f"/opinions/{found[1]}", data=FORM)
    while deliver_batch(consumers.by_name["mailing"]):
        db.session.rollback()
    send_due_mails(box, app.config["SETTINGS"])
    assert "Your opinion has arrived" in box.letters[-1].text


@pytest.mark.parametrize("language", ["nl", "it"])
def test_the_page_is_in_the_language_of_its_address(client: FlaskClient, secret: str, language: str) -> None:
    page = html.fromstring(client.get(f"/{language}/opinions/{secret}").text)
    assert page.get("lang") == language
    assert page.xpath("//main//h2[@lang='en']/text()") == ["The quiet laundry"]


def test_readers_see_badge_and_opinions_once_recommended(
    cast: Cast, client: FlaskClient, browser_of: Callable[..., FlaskClient]
) -> None:
    made = factories.make_post(cast.an, cast.sluis, review="reviewed")
    found = make_link(invite_expert(cast.actor("mia"), made.id, EVA, "en", "Why").id)
    path = f"/posts/{made.id}/{made.slug}"
    client.post(f"/opinions/{found}", data=FORM)
    before = words_of(client.get(path))
    assert "An expert is reading this" in before
    assert "Clear, and well told." not in before
    browser_of(cast.mia).post(f"/posts/{made.id}/experts/recommend")
    after = words_of(client.get(path))
    for expected in (
        "Recommended by a moderator",
        "Eva Roth, University of Graz",
        "Clear, and well told.",
        "Good 3 of 3",
    ):
        assert expected in after, expected
    assert "No conflict of interest declared." in after
