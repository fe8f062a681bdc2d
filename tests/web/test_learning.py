"""What searches teach moderators, from the search page to the vocabulary editor."""

from collections.abc import Callable, Iterator

import pytest
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy.exc import SQLAlchemyError

from forum.accounts.models import Person
from forum.search import learning
from forum.search.learning import Learned, clicks_by_rank, keep_learned, monday, notes, without_result
from forum.web.learning import write_learned
from tests.conftest import Cast, SearchIndex
from tests.factories import make_post
from tests.web.everything import everything_stored

Browsers = Callable[[Person | None], FlaskClient]


@pytest.fixture(autouse=True)
def fresh_notes() -> Iterator[None]:
    """No notes of other tests, before and after."""
    notes._begin(monday())
    yield
    notes._begin(monday())


@pytest.fixture
def readers(cast: Cast, search_index: SearchIndex, browser_of: Browsers) -> list[FlaskClient]:
    make_post(cast.an, cast.sluis, title="Een bakkerij", language="nl")
    search_index.build()
    return [browser_of(person) for person in (cast.an, cast.bert, None)]


def search(readers: list[FlaskClient], query: str) -> None:
    for reader in readers:
        assert reader.get(f"/search?{query}").status_code == 200
    write_learned()


def test_searching_writes_nothing_by_itself(readers: list[FlaskClient]) -> None:
    before = everything_stored()
    for reader in readers:
        reader.get("/search?q=zeepfabriek")
    assert everything_stored() == before


def test_what_three_readers_look_for_in_vain_is_counted(readers: list[FlaskClient]) -> None:
    search(readers[:2] * 5, "q=zeepfabriek")
    assert without_result() == []
    search(readers[2:], "q=Zeepfabriek")
    assert without_result() == [("zeepfabriek", "en", 11, 11)]


@pytest.mark.parametrize(
    "query", ["q=bakkerij", "q=zeepfabriek&country=BE", "q=zeepfabriek&page=2", "q=an@example.org", "country=BE"]
)
def test_only_words_alone_that_find_nothing_are_shown(readers: list[FlaskClient], query: str) -> None:
    search(readers, query)
    assert without_result() == []


def test_near_words_and_some_of_the_words_are_no_result(readers: list[FlaskClient]) -> None:
    search(readers, "q=bakkerijj")
    search(readers, "q=bakkerij zeepfabriek")
    assert {text for text, _language, _searches, _empty in without_result()} == {"bakkerijj", "bakkerij zeepfabriek"}


def test_results_opened_are_counted_by_their_place_alone(readers: list[FlaskClient], cast: Cast) -> None:
    visitor = readers[2]
    for rank in ("1", "1", "40", "0", "-1", "x", "\u0663", "9" * 50, ""):
        answer = visitor.post("/search/clicks", data={"rank": rank})
        assert (answer.status_code, answer.data, "Set-Cookie" in answer.headers) == (204, b"", False)
    write_learned()
    assert clicks_by_rank() == {1: 2, learning.LAST_RANK: 2}


def test_a_click_from_another_site_does_not_count(client: FlaskClient) -> None:
    assert (
        client.post("/search/clicks", data={"rank": "1"}, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    )
    write_learned()
    assert clicks_by_rank() == {}


def test_the_page_of_results_says_where_its_list_begins(readers: list[FlaskClient]) -> None:
    page = html.fromstring(readers[0].get("/search?q=bakkerij").text)
    assert page.xpath("//@data-clicks") == ["/search/clicks"]
    assert page.xpath("//@data-first") == ["1"]
    assert html.fromstring(readers[0].get("/search?q=bakkerij&sort=newest").text).xpath("//@data-clicks") == []


def test_a_moderator_makes_a_searched_word_one_of_a_concept(cast: Cast, browser_of: Browsers) -> None:
    keep_learned(Learned(monday(), {("nl", "sociale inschakelling"): (7, 5)}, {1: 3, 2: 1}))
    mia = browser_of(cast.mia)
    assert "/review/searches" in mia.get("/review").text
    page = html.fromstring(mia.get("/review/searches").text)
    words = " ".join(page.xpath("//main")[0].text_content().split())
    for part in ("sociale inschakelling", "7 searches", "5 without result", "75 %"):
        assert part in words
    (choose,) = [one for one in page.xpath("//main//a/@href") if "/review/searches/word" in one]
    assert 'name="key"' in mia.get(choose).text
    assert "Choose a concept." in mia.get(f"{choose}&key=").text
    answer = mia.get(f"{choose}&key=work-integration")
    assert answer.status_code == 303
    form = html.fromstring(mia.get(answer.location).text)
    assert "sociale inschakelling" in form.xpath("//textarea[@name='alt-nl']")[0].text.splitlines()
    assert "We added “sociale inschakelling”" in form.xpath("//main")[0].text_content()


def test_a_word_is_filled_in_once_and_only_a_clean_one(cast: Cast, browser_of: Browsers) -> None:
    mia = browser_of(cast.mia)
    plain = html.fromstring(mia.get("/vocabulary/work-integration").text).xpath("//textarea[@name='alt-nl']")[0].text
    for query in ("word=a%00b&language=nl", "word=x&language=zz", "word=an@example.org&language=nl"):
        text = html.fromstring(mia.get(f"/vocabulary/work-integration?{query}").text)
        assert text.xpath("//textarea[@name='alt-nl']")[0].text == plain


@pytest.mark.parametrize("name", ["an", "noor"])
def test_only_moderators_read_what_is_searched_for(cast: Cast, browser_of: Browsers, name: str) -> None:
    for path in ("/review/searches", "/review/searches/word"):
        assert browser_of(getattr(cast, name)).get(path).status_code == 403


def test_numbers_that_cannot_be_written_are_let_go(readers: list[FlaskClient], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_learned: Learned) -> None:
        raise SQLAlchemyError("away")

    monkeypatch.setattr("forum.web.learning.keep_learned", refuse)
    search(readers, "q=zeepfabriek")
    assert without_result() == []
