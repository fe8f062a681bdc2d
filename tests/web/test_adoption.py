"""Pages about practices that others try."""

import csv
import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from forum.adoption.models import Adoption
from forum.adoption.operations import report_by
from forum.core.db import db
from forum.library.models import FormDraft, Post
from forum.web.adoption_file import safe_cell
from tests import factories
from tests.conftest import Cast

BrowserOf = Callable[[Any], FlaskClient]
ANSWERS = {"intent": "running", "outcome": "worked", "permission": "public", "country": "IT"}


@pytest.fixture
def post(cast: Cast) -> Post:
    return factories.make_post(cast.an, cast.sluis, title="A sorting table", details={"stage": "running"})


def page_of(post: Post) -> str:
    return f"/posts/{post.id}/{post.slug}"


def tell(cast: Cast, post: Post, **more: Any) -> Adoption:
    return factories.make_adoption(post, cast.filo, cast.chiara, **more)


def test_we_tried_this_is_told_in_three_answers(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    chiara = browser_of(cast.chiara)
    assert "We tried this" in chiara.get(page_of(post)).text
    assert chiara.get(f"/posts/{post.id}/adoptions/new").status_code == 200
    answer = chiara.post(f"/posts/{post.id}/adoptions/new", data=ANSWERS, follow_redirects=True)
    assert "Report of Il Filo" in answer.text
    page = chiara.get(page_of(post)).text
    assert "Tried by 1 organisation in 1 country: 1 worked." in page
    assert "Tell how it goes now" in page


def test_did_not_work_is_thanked_in_words(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    told = ANSWERS | {"intent": "stopped", "outcome": "did_not_work"}
    answer = browser_of(cast.chiara).post(f"/posts/{post.id}/adoptions/new", data=told, follow_redirects=True)
    assert "Telling what did not work saves others time and money." in answer.text


def test_a_mistake_keeps_what_was_typed(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    told = {"intent": "stopped", "what_helped": "Our neighbours", "helped": ["", "partners"]}
    answer = browser_of(cast.chiara).post(f"/posts/{post.id}/adoptions/new", data=told)
    assert answer.status_code == 422
    assert "Choose how it went." in answer.text
    assert "Our neighbours" in answer.text
    assert 'value="partners" checked' in answer.text


def test_who_has_told_already_is_led_to_what_they_told(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    told = tell(cast, post)
    answer = browser_of(cast.chiara).get(f"/posts/{post.id}/adoptions/new")
    assert answer.headers["Location"].endswith(f"/adoptions/{told.id}/edit")


def test_what_is_typed_is_kept_until_it_is_sent(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    chiara, typed = browser_of(cast.chiara), {"intent": "trying", "what_we_changed": "Lower tables", "kept": ""}
    kept = chiara.post(f"/posts/{post.id}/adoptions/draft", data=typed)
    assert kept.json["save_url"].endswith(f"/posts/{post.id}/adoptions/draft")
    assert "Lower tables" in chiara.get(f"/posts/{post.id}/adoptions/new").text
    elsewhere = chiara.post(f"/posts/{post.id}/adoptions/draft", data=typed | {"what_we_changed": "Higher"})
    assert (elsewhere.status_code, elsewhere.json["now"]["what_we_changed"]) == (409, "Lower tables")
    chiara.post(f"/posts/{post.id}/adoptions/new", data=ANSWERS)
    assert db.session.scalar(db.select(db.func.count()).select_from(FormDraft)) == 0


def test_a_change_shows_what_it_said_before(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    told, chiara = tell(cast, post, intent="trying", outcome=""), browser_of(cast.chiara)
    data = ANSWERS | {"revision": "1", "outcome": "mixed", "people_supported": "12"}
    page = chiara.post(f"/adoptions/{told.id}/edit", data=data, follow_redirects=True).text
    assert "What it said before" in page
    assert "<del>" in page
    assert "People supported in a year" in page


def test_two_windows_see_both_texts(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    told = tell(cast, post, revision=3, details={"what_helped": "A loan"})
    data = ANSWERS | {"revision": "2", "what_helped": "A gift"}
    answer = browser_of(cast.chiara).post(f"/adoptions/{told.id}/edit", data=data)
    assert answer.status_code == 409
    assert "A loan" not in answer.text.split("<form")[-1]
    assert "<ins>" in answer.text
    assert 'name="revision" value="3"' in answer.text


@pytest.mark.parametrize("who", ["an", "mia", "noor"])
def test_others_do_not_open_the_form_of_a_report(cast: Cast, post: Post, browser_of: BrowserOf, who: str) -> None:
    told = tell(cast, post)
    assert browser_of(getattr(cast, who)).get(f"/adoptions/{told.id}/edit").status_code == 403


def test_the_owner_answers(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    told, an = tell(cast, post), browser_of(cast.an)
    assert an.post(f"/adoptions/{told.id}/answer", data={"answer": " ", "revision": "0"}).status_code == 422
    page = an.post(
        f"/adoptions/{told.id}/answer", data={"answer": "Thank you, Il Filo", "revision": "0"}, follow_redirects=True
    )
    assert "Answer of De Sluis" in page.text
    late = browser_of(cast.bert).post(f"/adoptions/{told.id}/answer", data={"answer": "Me too", "revision": "0"})
    assert late.status_code == 409
    assert "Thank you, Il Filo" in late.text
    assert browser_of(cast.chiara).get(f"/adoptions/{told.id}/answer").status_code == 403


def test_a_report_is_withdrawn_and_comes_back(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    told, chiara = tell(cast, post), browser_of(cast.chiara)
    assert "What will happen" in chiara.get(f"/adoptions/{told.id}/withdraw").text
    chiara.post(f"/adoptions/{told.id}/withdraw")
    assert browser_of(cast.an).get(f"/adoptions/{told.id}").status_code == 404
    chiara.post(f"/adoptions/{told.id}/bring-back")
    assert browser_of(cast.an).get(f"/adoptions/{told.id}").status_code == 200


def test_a_moderator_hides_abuse_and_the_log_says_so(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    told, mia = tell(cast, post), browser_of(cast.mia)
    assert mia.post(f"/adoptions/{told.id}/hide", data={"reason": ""}).status_code == 422
    mia.post(f"/adoptions/{told.id}/hide", data={"reason": "Names of people"})
    assert "Names of people" in browser_of(cast.chiara).get(f"/adoptions/{told.id}").text
    assert browser_of(cast.an).get(f"/adoptions/{told.id}").status_code == 404
    assert "hid a report on" in browser_of(None).get("/log").text
    mia.post(f"/adoptions/{told.id}/restore")
    assert browser_of(None).get(f"/adoptions/{told.id}").status_code == 200


def test_all_reports_stand_on_a_map_a_tree_and_pages(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    first = tell(cast, post)
    for number in range(21):
        home = factories.make_organisation(f"Home {number}", country="FR")
        factories.make_adoption(post, home, outcome="mixed", taken_from_id=first.id)
    page = browser_of(None).get(f"/posts/{post.id}/adoptions").text
    assert "Tried by 22 organisations in 2 countries: 1 worked and 21 mixed." in page
    assert "country=FR" in page
    assert "page=2" in page
    assert page.index("De Sluis</strong>") < page.index(">Il Filo</a>") < page.index(">Home 0</a>")
    assert "Reports from France" in browser_of(None).get(f"/posts/{post.id}/adoptions?country=FR").text
    assert browser_of(None).get(f"/posts/{post.id}/adoptions?page=3").status_code == 404
    assert browser_of(None).get(f"/posts/{post.id}/adoptions?page=x").status_code == 404


def test_visitors_see_and_count_what_is_for_everybody(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    told = tell(cast, post, permission="members", details={"what_helped": "A quiet room"})
    for path in (page_of(post), f"/posts/{post.id}/adoptions", f"/adoptions/{told.id}"):
        answer = browser_of(None).get(path)
        assert "A quiet room" not in answer.text
        assert "Tried by" not in answer.text
    assert browser_of(None).get(f"/adoptions/{told.id}").status_code == 404
    assert "A quiet room" in browser_of(cast.an).get(page_of(post)).text


@pytest.mark.parametrize(("who", "status"), [("an", 200), ("mia", 200), ("chiara", 403)])
def test_owners_and_moderators_take_reports_home(
    cast: Cast, post: Post, browser_of: BrowserOf, who: str, status: int
) -> None:
    tell(cast, post, details={"what_helped": '=HYPERLINK("x")', "helped": ["staff"], "people_supported": 12})
    answer = browser_of(getattr(cast, who)).get(f"/posts/{post.id}/adoptions/table.csv")
    assert answer.status_code == status
    if status == 200:
        head, line = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))
        found = dict(zip(head, line, strict=True))
        assert found["What helped"] == '\'=HYPERLINK("x")'
        assert (found["Organisation"], found["This helped"], found["How did it go?"]) == (
            "Il Filo",
            "Staff",
            "It worked",
        )


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_cell_is_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert safe_cell(f"x{text}") == f"x{text}"


def test_an_organisations_page_lists_what_it_tried(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    tell(cast, post)
    assert "A sorting table" in browser_of(None).get("/organisations/il-filo").text


def test_a_practices_page_costs_the_same_with_ten_reports_as_with_a_hundred(
    cast: Cast, post: Post, browser_of: BrowserOf, count_sql: Callable[[], Any]
) -> None:
    costs = []
    for number in (10, 90):
        for _home in range(number):
            factories.make_adoption(post, factories.make_organisation(country="FR"))
        for path in (page_of(post), f"/posts/{post.id}/adoptions"):
            browser = browser_of(cast.an)
            browser.get(path)
            with count_sql() as statements:
                browser.get(path)
            costs.append(len(statements))
    assert costs[:2] == costs[2:]


def test_the_record_carries_the_readers_own_counts(cast: Cast, post: Post, browser_of: BrowserOf) -> None:
    tell(cast, post, permission="members")
    address = f"/api/v1/posts/{post.id}"
    found = browser_of(cast.an).get(address).json["adoption"]
    assert found == {"organisations": 1, "countries": ["IT"], "planning": 0, "stopped": 0, "outcomes": {"worked": 1}}
    assert browser_of(None).get(address).json["adoption"]["organisations"] == 0


def test_a_report_belongs_to_one_organisation(cast: Cast, post: Post) -> None:
    told = tell(cast, post)
    assert report_by(post.id, cast.filo.id) is not None
    assert report_by(post.id, cast.sluis.id) is None
    assert told.organisation_id == cast.filo.id
