"""The search page, as visitors, strangers, members and moderators meet it."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from lxml.html import fromstring

from forum.accounts.models import Person
from forum.library.models import Post
from forum.library.operations import curating
from forum.search.service import engine_for, use_engine
from forum.web import wishes
from tests.conftest import Cast, SearchIndex
from tests.factories import make_comment, make_post

Browsers = Callable[[Person | None], FlaskClient]


@pytest.fixture
def library(search_index: SearchIndex, cast: Cast) -> dict[str, Post]:
    """Posts about a lighthouse for everybody, for members and for De Sluis; and one in French."""
    posts = {
        visibility: make_post(
            cast.an, cast.sluis, title=f"Vuurtoren {visibility}", body=f"Een vuurtoren voor jongeren: {visibility}.",
            language="nl", visibility=visibility,
        )
        for visibility in ("public", "members", "organisation")
    }  # fmt: skip
    posts["french"] = make_post(
        cast.chiara, cast.filo, kind="news", title="Une boulangerie", summary="Du pain & du travail", language="fr",
        themes=("finance",), countries=("FR",),
    )  # fmt: skip
    search_index.build()
    return posts


def heading(page: str) -> str:
    found = re.search(r"<h1[^>]*>(.*?)</h1>", page, re.S)
    assert found
    return found[1]


def titles(page: str) -> list[str]:
    return re.findall(r'<h3 class="card-title"[^>]*><a[^>]*>(.*?)</a>', page)


def test_the_count_is_in_title_heading_and_status(library: dict[str, Post], client: FlaskClient) -> None:
    page = client.get("/search?q=vuurtoren").text
    assert heading(page) == "1 post for “vuurtoren”"
    assert "<title>1 post for “vuurtoren” – " in page
    assert '<p role="status">Posts 1 to 1 of 1</p>' in page


@pytest.mark.parametrize(
    ("name", "number"), [(None, 1), ("noor", 1), ("chiara", 2), ("mia", 2), ("an", 3), ("bert", 3)]
)
def test_everybody_sees_and_counts_their_own(
    library: dict[str, Post], cast: Cast, browser_of: Browsers, name: str | None, number: int
) -> None:
    page = browser_of(getattr(cast, name) if name else None).get("/search?q=vuurtoren&country=BE").text
    assert heading(page).startswith(f"{number} post")
    assert len(titles(page)) == number
    assert f'Belgium <span class="count">({number})</span>' in page


def test_a_hidden_post_leaves_no_trace_at_once(library: dict[str, Post], cast: Cast, browser_of: Browsers) -> None:
    curating.hide_post(cast.actor("mia"), library["members"].id, "spam")
    for person in (cast.an, cast.mia):
        page = browser_of(person).get("/search?q=vuurtoren").text
        assert "Vuurtoren members" not in page
        assert heading(page).startswith("2 posts" if person is cast.an else "1 post")


def test_without_words_the_newest_are_shown(library: dict[str, Post], client: FlaskClient) -> None:
    page = client.get("/search").text
    assert heading(page) == "Search: 2 posts"
    assert titles(page) == ["Une boulangerie", "Vuurtoren public"]
    assert "Best match" not in page


def test_titles_and_passages_are_in_their_own_language(library: dict[str, Post], client: FlaskClient) -> None:
    page = client.get("/search?q=jongere").text
    assert '<p class="card-summary" lang="nl" dir="auto">Een vuurtoren voor <mark>jongeren</mark>: public.</p>' in page


def test_what_people_wrote_is_escaped_everywhere(search_index: SearchIndex, cast: Cast, client: FlaskClient) -> None:
    make_post(cast.an, cast.sluis, title="<script>alert(1)</script>", body="Zebra <img src=x onerror=alert(1)> & co")
    search_index.build()
    page = client.get("/search?q=zebra+<script>alert(1)</script>&kind=<b>&theme=<b>").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_filters_are_in_the_address_and_can_be_taken_away_one_by_one(
    library: dict[str, Post], client: FlaskClient
) -> None:
    page = client.get("/search?kind=practice&kind=news&country=FR&q=").text
    assert titles(page) == ["Une boulangerie"]
    assert 'href="/search?kind=news&amp;country=FR"' in page
    assert 'href="/search?kind=practice&amp;kind=news"' in page
    assert '<a class="chosen-clear" href="/search">' in page
    assert '<input type="checkbox" name="country" value="FR" checked>' in page


def test_facets_have_true_counts_under_the_other_filters(library: dict[str, Post], client: FlaskClient) -> None:
    page = client.get("/search?kind=news").text
    assert 'Good practice <span class="count">(1)</span>' in page
    assert 'News <span class="count">(1)</span>' in page
    assert 'name="language" value="nl"' not in page


def test_a_theme_opens_those_below_it_when_chosen(search_index: SearchIndex, cast: Cast, client: FlaskClient) -> None:
    make_post(cast.an, cast.sluis, themes=("job-coaching",))
    make_post(cast.an, cast.sluis, themes=("finance",))
    search_index.build()
    assert 'value="job-coaching"' not in client.get("/search").text
    page = client.get("/search?theme=work-integration").text
    assert 'value="job-coaching"' in page
    assert heading(page) == "Search: 1 post"


def test_unknown_values_are_left_out_and_told(library: dict[str, Post], client: FlaskClient) -> None:
    answer = client.get("/search?kind=recipe&theme=nope&page=-1&per_page=9999&year=abc&sort=best&country=XX")
    assert answer.status_code == 200
    assert heading(answer.text) == "Search: 2 posts"
    for value, name in (("recipe", "Kind"), ("nope", "Theme"), ("-1", "Page"), ("abc", "Year"), ("best", "Order")):
        assert f"We do not know “{value}” under {name}. We searched without it." in answer.text


def test_pages_of_results_have_addresses(search_index: SearchIndex, cast: Cast, client: FlaskClient) -> None:
    for number in range(15):
        make_post(cast.an, cast.sluis, title=f"Bakery {number}")
    search_index.build()
    first, second = (client.get(f"/search?q=bakery&sort=oldest&page={page}").text for page in (1, 2))
    assert (len(titles(first)), len(titles(second))) == (10, 5)
    assert not set(titles(first)) & set(titles(second))
    assert '<a class="page-step" rel="next" href="/search?q=bakery&amp;sort=oldest&amp;page=2">' in first
    assert "Posts 11 to 15 of 15" in second
    assert "<title>15 posts for “bakery” – Page 2 of 2 – " in second
    beyond = client.get("/search?q=bakery&page=9").text
    assert "There are only 2 pages of them." in beyond
    assert len(titles(client.get("/search?q=bakery&per_page=100").text)) == 15


def test_orders_are_links(library: dict[str, Post], client: FlaskClient) -> None:
    page = client.get("/search?q=vuurtoren+OR+boulangerie&sort=oldest").text
    assert titles(page) == ["Vuurtoren public", "Une boulangerie"]
    assert re.search(r'<a href="/search\?[^"]*sort=oldest" aria-current="page">Oldest</a>', page)
    assert re.search(r'<a href="/search\?q=vuurtoren\+OR\+boulangerie">Best match</a>', page)


def test_no_result_offers_to_take_filters_away_and_themes(library: dict[str, Post], client: FlaskClient) -> None:
    page = client.get("/search?q=zebra&kind=news").text
    assert "We found nothing." in page
    assert 'href="/search?q=zebra">Remove all filters</a>' in page
    assert 'href="/themes/work-integration"' in page


def test_the_archive_is_found_only_when_asked_for(
    library: dict[str, Post], cast: Cast, client: FlaskClient, search_index: SearchIndex
) -> None:
    curating.archive_post(cast.actor("an"), library["public"].id, "old")
    for _before_and_after in range(2):
        assert titles(client.get("/search?q=vuurtoren").text) == []
        search_index.take_in()
    page = client.get("/search?q=vuurtoren&status=archived").text
    assert titles(page) == ["Vuurtoren public"]
    assert "In the archive" in page


def test_a_long_query_is_cut_and_told(library: dict[str, Post], client: FlaskClient) -> None:
    page = client.get("/search?q=" + "+".join(f"vuurtoren{number}" for number in range(500))).text
    assert "Your search is very long. We used the first 32 words of it." in page


def test_when_no_post_has_all_words_it_says_so(library: dict[str, Post], client: FlaskClient) -> None:
    page = client.get("/search?q=vuurtoren+zebra").text
    assert "No post has all of these words. These have some of them." in page
    assert titles(page) == ["Vuurtoren public"]


@pytest.mark.parametrize("query", ["%00", "%ff%fe", "%ed%a0%80", "w*", "%22", "((((", "a" * 10_000, "OR+OR", "-%20-"])
def test_hostile_queries_are_answered(library: dict[str, Post], client: FlaskClient, query: str) -> None:
    assert client.get(f"/search?q={query}").status_code == 200
    assert client.get(f"/api/v1/search?q={query}").status_code == 200
    assert client.get(f"/api/v1/suggest?q={query}").status_code == 200


def test_the_page_answers_while_the_index_is_away(library: dict[str, Post], client: FlaskClient) -> None:
    use_engine(engine_for("none:"))
    page = client.get("/search?q=vuurtoren&kind=practice").text
    assert "The search index is being mended." in page
    assert titles(page) == ["Vuurtoren public"]
    assert "Apply filters" not in page


def test_the_page_is_in_the_readers_language(library: dict[str, Post], client: FlaskClient) -> None:
    page = client.get("/fr/search?kind=news").text
    assert 'lang="fr"' in page
    assert 'href="/fr/search"' in page
    assert 'data-suggest="/fr"' in page


def test_who_searches_without_pause_is_asked_to_wait(
    library: dict[str, Post], client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(wishes, "SEARCHES", 5)
    statuses = [client.get("/search?q=vuurtoren").status_code for _time in range(5)]
    assert set(statuses) == {200}
    refused = client.get("/search")
    assert refused.status_code == 429
    assert "You search very often." in refused.text
    assert client.get("/api/v1/search").status_code == 429


@pytest.mark.parametrize("who", [None, "an", "mia"])
def test_the_page_keeps_its_sql_budget(
    library: dict[str, Post], search_index: SearchIndex, cast: Cast, browser_of: Browsers, count_sql: Callable[[], Any],
    who: str | None,
) -> None:  # fmt: skip
    browser = browser_of(getattr(cast, who) if who else None)
    signed_in = 3 if who else 0

    def statements() -> int:
        browser.get("/search?q=vuurtoren&kind=practice")
        with count_sql() as issued:
            assert browser.get("/search?q=vuurtoren&kind=practice").status_code == 200
        return len(issued)

    few = statements()
    assert few <= 8 + signed_in
    for number in range(15):
        post = make_post(cast.an, cast.sluis, title=f"Vuurtoren {number}", language="nl")
        for _comment in range(3):
            make_comment(post, cast.chiara)
    search_index.build()
    assert statements() == few


def test_every_value_of_a_long_facet_can_be_chosen(search_index: SearchIndex, cast: Cast, client: FlaskClient) -> None:
    countries = ("BE", "DE", "ES", "FR", "IT", "NL", "PL", "PT", "SE")
    for place, country in enumerate(countries):
        for _ in range(len(countries) - place):
            make_post(cast.an, cast.sluis, countries=(country,))
    search_index.build()
    page = fromstring(client.get("/search").text)
    boxes = page.xpath("//form[@id='filters']//input[@name='country']/@value")
    listed = page.xpath("//form[@id='filters']//select[@name='country']/option[@value != '']/@value")
    assert boxes == ["BE", "DE", "ES"]
    assert listed == ["FR", "IT", "NL", "PL", "PT", "SE"]
    chosen = client.get("/search?theme=&country=&country=SE").text
    assert heading(chosen) == "Search: 1 post"
    assert '<input type="checkbox" name="country" value="SE" checked>' in chosen


def test_the_summary_leads_a_result_and_the_passage_follows_unless_it_is_the_summary(
    search_index: SearchIndex, cast: Cast, client: FlaskClient
) -> None:
    make_post(cast.an, cast.sluis, summary="We bake bread.", body="The oven is from a closed bakery.")
    search_index.build()
    words = [
        [paragraph.text_content() for paragraph in fromstring(client.get(f"/search?q={word}").text).xpath(
            "//article//p[contains(@class, 'card-summary')]"
        )]
        for word in ("oven", "bread")
    ]  # fmt: skip
    assert words == [["We bake bread.", "The oven is from a closed bakery."], ["We bake bread."]]


def test_no_result_helps_on(library: dict[str, Post], cast: Cast, client: FlaskClient, browser_of: Browsers) -> None:
    page = fromstring(client.get("/search?q=zebra+job+coaching+xyzzy&language=it").text)
    advice = page.xpath("//section[@aria-labelledby='advice']//a/@href")
    assert "/search?q=zebra+job+coaching+xyzzy" in advice
    assert "/posts/new/question?title=zebra+job+coaching+xyzzy" in advice
    assert any(address.startswith("/sign-in?next=") for address in advice)
    assert page.xpath("//nav[@aria-labelledby='near']//a/@href") == ["/themes/job-coaching"]
    signed_in = fromstring(browser_of(cast.an).get("/search?q=zebra").text)
    assert not signed_in.xpath("//section[@aria-labelledby='advice']//a[contains(@href, 'sign-in')]")


def test_the_page_says_what_else_it_searched_and_how_to_search_only_the_words(
    search_index: SearchIndex, cast: Cast, browser_of: Any
) -> None:
    make_post(cast.an, cast.sluis, title="Une entreprise d'insertion à Lille", language="fr", visibility="public")
    search_index.build()
    page = browser_of(None).get("/en/search?q=maatwerkbedrijf").text
    assert "Also searched, in every language: " in page
    assert "à Lille" in page
    only = re.search(r'href="([^"]+)">Search only my words', page)
    assert only
    plain = browser_of(None).get(only[1].replace("&amp;", "&")).text
    assert "We searched only your words." in plain
    assert "à Lille" not in plain


def test_a_post_that_only_means_the_words_shows_where(search_index: SearchIndex, cast: Cast, browser_of: Any) -> None:
    body = "Depuis dix ans. " * 30 + "Notre entreprise d'insertion répare des vélos."
    make_post(cast.an, cast.sluis, title="À Lille", body=body, language="fr", visibility="public")
    search_index.build()
    page = browser_of(None).get("/en/search?q=maatwerkbedrijf").text
    assert re.search(r"<mark>entreprise</mark>.{0,20}<mark>insertion</mark>", page)


def test_a_post_in_two_languages_is_one_result_that_leads_to_both(
    search_index: SearchIndex, cast: Cast, client: FlaskClient
) -> None:
    dutch = make_post(cast.an, cast.sluis, title="Een vuurtoren", language="nl")
    french = make_post(cast.an, cast.sluis, title="Un fournil", language="fr", translation_of_id=dutch.id)
    search_index.build()
    page = client.get("/fr/search?q=vuurtoren").text
    assert titles(page) == ["Un fournil"]
    other = fromstring(page).xpath("//p[@class='card-languages']/a")
    assert [(one.get("hreflang"), one.get("href")) for one in other] == [("nl", f"/fr/posts/{dutch.id}/een-vuurtoren")]
    assert other[0].text_content() == "néerlandais: Een vuurtoren"
    answer = client.get("/fr/api/v1/search?q=vuurtoren").json
    assert answer is not None
    assert answer["total"] == 1
    assert answer["items"][0]["id"] == dutch.id, "a program gets the text that has the words"
    assert answer["items"][0]["languages"] == ["nl", "fr"]
    assert answer["items"][0]["translations"] == [
        {"id": french.id, "language": "fr", "title": "Un fournil", "url": f"/posts/{french.id}/un-fournil"}
    ]


def test_years_have_bars_as_long_as_their_numbers(search_index: SearchIndex, cast: Cast, client: FlaskClient) -> None:
    for year, number in ((2023, 1), (2024, 3), (2025, 4)):
        for _post in range(number):
            make_post(cast.an, cast.sluis, at=datetime(year, 5, 1, tzinfo=UTC))
    search_index.build()
    page = fromstring(client.get("/search?year=2025&year=2024").text)
    boxes = page.xpath("//fieldset[legend='Year']/label")
    assert [" ".join(box.text_content().split()) for box in boxes] == ["2025 (4)", "2024 (3)", "2023 (1)"]
    assert page.xpath("//fieldset[legend='Year']//rect/@width") == ["100", "75", "25"]
    assert [box.xpath("input/@checked") != [] for box in boxes] == [True, True, False]
    assert "7 posts" in page.xpath("string(//h1)")


def test_the_page_says_what_dictionaries_added_each_word_in_its_language(
    search_index: SearchIndex, cast: Cast, browser_of: Any, few_dictionaries: None
) -> None:
    make_post(cast.an, cast.sluis, title="Un vélo à Lille", language="fr", visibility="public")
    search_index.build()
    page = browser_of(None).get("/en/search?q=fiets").text
    assert 'Also searched, from dictionaries: <span lang="fr">vélo</span>.' in page
    assert "à Lille" in page
    only = re.search(r'href="([^"]+)">Search only my words', page)
    assert only
    plain = browser_of(None).get(only[1].replace("&amp;", "&")).text
    assert "We searched only your words." in plain
    assert "dictionaries" not in plain
    assert "à Lille" not in plain
