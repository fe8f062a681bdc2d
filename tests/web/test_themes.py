"""Themes: everybody browses; everybody counts only what they may read."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from forum.core.db import transaction
from forum.vocabulary.operations import change_labels, merge_concepts
from forum.vocabulary.wording import Wording
from tests import factories
from tests.conftest import Cast
from tests.factories import concept, make_comment, make_post

Browsers = Callable[[Any], FlaskClient]

LIST_BUDGET, PAGE_BUDGET = 8, 12


def page(browser: FlaskClient, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status
    return answer.text


def words(html: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", html).split())


def test_the_list_has_thirteen_themes_with_those_below_them(client: FlaskClient) -> None:
    html = page(client, "/en/themes")
    assert html.count('class="theme-entry"') == 13
    assert "Coaching on the work floor" in html
    assert "Young people (NEET)" in html
    assert "<h1>Themes</h1>" in html


def test_the_list_is_in_the_readers_language_and_order(client: FlaskClient) -> None:
    html = page(client, "/nl/themes")
    assert html.index("Arbeidsintegratie") < html.index("Beleid en wetgeving") < html.index("Werkbaar werk")


def test_a_theme_counts_posts_of_narrower_themes_once(client: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, themes=("work-integration", "job-coaching", "supported-employment"))
    make_post(cast.an, cast.sluis, themes=("job-coaching",))
    text = words(page(client, "/en/themes"))
    assert "Work integration 2 posts" in text
    assert "Coaching on the work floor (2 posts)" in text
    assert "Supported employment (1 post)" in text
    below = "Cash flow and late payment Cost and return of a job EU funds Mixed resources"
    assert f"Funding and finance 0 posts {below}" in text


def test_nobody_counts_what_they_may_not_read(browser_of: Browsers, cast: Cast) -> None:
    for visibility in ("public", "members", "organisation"):
        make_post(cast.an, cast.sluis, visibility=visibility)
    make_post(cast.an, cast.sluis, status="draft")
    make_post(cast.an, cast.sluis, status="hidden")
    for name, number in ((None, 1), ("noor", 1), ("chiara", 2), ("bert", 3), ("mia", 2)):
        browser = browser_of(getattr(cast, name) if name else None)
        expected = "1 post" if number == 1 else f"{number} posts"
        assert f"Work integration {expected} " in words(page(browser, "/en/themes")), name
        assert f"Work integration {expected} " in words(page(browser, "/en/themes/work-integration")), name


def test_a_theme_page_shows_the_posts_of_narrower_themes(client: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, title="A coach for everybody", themes=("job-coaching",))
    make_post(cast.an, cast.sluis, title="About money", themes=("finance",))
    html = page(client, "/en/themes/work-integration")
    assert "A coach for everybody" in html
    assert "About money" not in html
    assert "A coach for everybody" not in page(client, "/en/themes/finance")


def test_posts_for_members_are_hidden_from_visitors_counts_included(browser_of: Browsers, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, title="For members", visibility="members", kind="policy", countries=("PT",))
    visitor = page(browser_of(None), "/en/themes/work-integration")
    for secret in ("For members", "De Sluis", "Portugal", "Policy update"):
        assert secret not in visitor
    assert "Nothing here yet" in visitor
    member = page(browser_of(cast.chiara), "/en/themes/work-integration")
    for shown in ("For members", "De Sluis", "Portugal", "Policy update"):
        assert shown in member


def test_counts_lead_to_the_search(client: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, kind="research", countries=("FR", "BE"), themes=("job-coaching", "young-people"))
    html = page(client, "/en/themes/job-coaching")
    assert "/en/search?theme=job-coaching&amp;kind=research" in html
    assert "/en/search?theme=job-coaching&amp;country=FR" in html
    assert "/en/organisations/de-sluis" in html
    assert "/en/search?target_group=young-people&amp;kind=research" in page(client, "/en/themes/young-people")


def test_the_most_discussed_have_a_section_of_their_own(client: FlaskClient, cast: Cast) -> None:
    quiet, lively = make_post(cast.an, cast.sluis), make_post(cast.an, cast.sluis)
    assert "Most discussed" not in page(client, "/en/themes/work-integration")
    make_comment(lively, cast.chiara)
    html = page(client, "/en/themes/work-integration")
    discussed = html[html.index("Most discussed") :]
    assert lively.title in discussed
    assert quiet.title not in discussed


def test_the_newest_come_first_and_page_by_real_links(client: FlaskClient, cast: Cast) -> None:
    for number in range(12):
        moment = factories.LONG_AGO.replace(hour=number)
        make_post(cast.an, cast.sluis, title=f"Practice no. {number:02}", at=moment)
    first = page(client, "/en/themes/work-integration")
    assert first.index("Practice no. 11") < first.index("Practice no. 04")
    assert "Practice no. 03" not in first
    assert "/en/themes/work-integration?page=2" in first
    second = page(client, "/en/themes/work-integration?page=2")
    assert "<title>Work integration, page 2 of 2 –" in second
    assert "<h1>Work integration, page 2 of 2</h1>" in second
    assert "Practice no. 01" in second
    for wrong in ("3", "0", "-1"):
        page(client, f"/en/themes/work-integration?page={wrong}", 404)


def test_a_theme_page_leads_up_and_down(client: FlaskClient) -> None:
    below = page(client, "/nl/themes/job-coaching")
    assert "/nl/themes/work-integration" in below
    assert "Begeleiding op de werkvloer" in below
    assert "/nl/themes/job-coaching" in page(client, "/nl/themes/work-integration")


def test_concepts_of_other_schemes_have_pages_too(client: FlaskClient) -> None:
    assert "Target group" in page(client, "/en/themes/young-people")
    assert "Policy instrument" in page(client, "/en/themes/i-law")


def test_there_is_no_page_for_what_is_not_in_the_vocabulary(client: FlaskClient) -> None:
    page(client, "/en/themes/not-there", 404)


def test_a_merged_theme_leads_to_its_heir_which_has_its_posts(client: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, title="On the roof", themes=("green-spaces",))
    merge_concepts(cast.actor("mia"), concept("green-spaces").id, concept("food-agriculture").id)
    answer = client.get("/en/themes/green-spaces")
    assert (answer.status_code, answer.location) == (301, "/en/themes/food-agriculture")
    html = page(client, "/en/themes/food-agriculture")
    assert "On the roof" in html
    assert "reen spaces and nature" not in html
    assert "Food and social farming (1 post)" in words(page(client, "/en/themes"))


def test_a_label_in_another_language_says_so(client: FlaskClient, cast: Cast) -> None:
    found = concept("job-coaching")
    change_labels(cast.actor("mia"), found.id, found.revision, Wording({"en": "coaching"}))
    assert '<h1 lang="en">Coaching</h1>' in page(client, "/nl/themes/job-coaching")
    assert "<h1>Coaching</h1>" in page(client, "/en/themes/job-coaching")


def test_words_that_are_only_matched_are_never_shown(client: FlaskClient) -> None:
    for address in ("/en/themes", "/en/themes/ex-offenders"):
        assert "convict" not in page(client, address).lower()


def test_moderators_find_the_way_to_the_vocabulary(browser_of: Browsers, cast: Cast) -> None:
    for person, sees in ((None, False), (cast.an, False), (cast.mia, True), (cast.ada, True)):
        html = page(browser_of(person), "/en/themes") + page(browser_of(person), "/en/themes/job-coaching")
        assert ("/en/vocabulary" in html) is sees


@pytest.mark.parametrize("name", [None, "an", "mia"])
def test_pages_cost_the_same_with_many_posts(
    browser_of: Browsers, cast: Cast, count_sql: Any, name: str | None
) -> None:
    browser = browser_of(getattr(cast, name) if name else None)

    def costs() -> list[int]:
        numbers = []
        for address in ("/en/themes", "/en/themes/work-integration"):
            with count_sql() as statements:
                page(browser, address)
            numbers.append(len(statements))
        return numbers

    make_comment(make_post(cast.an, cast.sluis), cast.bert)
    costs()
    few = costs()
    with transaction():
        for _number in range(30):
            make_comment(make_post(cast.an, cast.sluis, themes=("job-coaching", "finance")), cast.bert)
    assert costs() == few
    assert few[0] <= LIST_BUDGET
    assert few[1] <= PAGE_BUDGET


def test_everyday_concepts_lead_to_a_search_in_the_readers_language(client: FlaskClient) -> None:
    assert 'href="/nl/themes?by=sector"' in page(client, "/nl/themes")
    html = page(client, "/nl/themes?by=sector") + page(client, "/nl/themes?by=service")
    for slug, address in (("laundry", "/nl/search?q=wasserij"), ("debt-advice", "/nl/search?q=schuldhulp")):
        answer = client.get(f"/nl/themes/{slug}")
        assert (answer.status_code, answer.location) == (302, address)
        assert f'href="{address}"' in html


def test_sectors_stand_in_groups_and_situations_in_one_list(client: FlaskClient) -> None:
    sectors = page(client, "/en/themes?by=sector")
    assert sectors.index(">Cleaning</a></h2>") < sectors.index(">Laundry</a>") < sectors.index(">Construction and")
    assert "<h2><a" not in page(client, "/en/themes?by=situation")


def test_a_way_to_browse_that_there_is_not_shows_all_themes(client: FlaskClient) -> None:
    assert "<h1>Themes</h1>" in page(client, "/en/themes?by=nothing")
    assert "<h1>Themes</h1>" in page(client, "/en/themes?by=target")


def test_a_way_to_browse_takes_few_statements_and_is_light(browser_of: Browsers, cast: Cast, count_sql: Any) -> None:
    browser = browser_of(cast.mia)
    page(browser, "/en/themes")
    for scheme in ("sector", "situation", "service"):
        with count_sql() as statements:
            assert len(page(browser, f"/de/themes?by={scheme}")) <= 30_000
        assert len(statements) <= LIST_BUDGET, statements
