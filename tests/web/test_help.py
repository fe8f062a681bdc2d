"""Help, glossary, accessibility and privacy: every page is in the index, every link leads somewhere, words are in order."""

import itertools
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urldefrag, urlsplit

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html

from forum.accounts.retention import UNCONFIRMED_FOR
from forum.accounts.sessions import LIFE
from forum.core.text import sorting_key
from forum.discussion.retention import DELETED_FOR
from forum.notifications.sending import KEPT_FOR
from forum.organisations.retention import INVITATIONS_FOR
from forum.vocabulary.queries import vocabulary
from forum.web.glossary import letter_of
from forum.web.help import FITTING
from forum.web.wording.glossary import ABBREVIATIONS, SITE, TERMS
from forum.web.wording.topics import TOPICS
from tests.conftest import Cast

ROOT = Path(__file__).resolve().parent.parent.parent
PAGES = ["/help", "/glossary", "/accessibility", "/privacy", *(f"/help/{slug}" for slug in TOPICS)]


def page(client: FlaskClient, path: str) -> Any:
    """A page as a tree."""
    answer = client.get(path)
    assert answer.status_code == 200, path
    return html.fromstring(answer.text)


def test_every_help_page_and_each_of_its_parts_is_in_the_index(client: FlaskClient) -> None:
    linked = set(page(client, "/help").xpath("//main//a/@href"))
    for topic in TOPICS.values():
        assert f"/help/{topic.slug}" in linked
        assert {f"/help/{topic.slug}#{part}" for part in topic.parts} <= linked


def test_every_page_of_help_in_the_folder_is_a_topic() -> None:
    files = {one.stem for one in (ROOT / "templates/help/topics").glob("[!_]*.html")}
    assert files == set(TOPICS)


@pytest.mark.parametrize("slug", TOPICS)
def test_a_help_page_has_exactly_the_parts_that_it_promises(slug: str, client: FlaskClient) -> None:
    found = page(client, f"/help/{slug}").xpath("//main//div[contains(@class, 'prose')]/h2")
    assert {one.get("id"): one.text_content() for one in found} == {
        part: str(heading) for part, heading in TOPICS[slug].parts.items()
    }
    assert [one.get("id") for one in found] == list(TOPICS[slug].parts)


@pytest.mark.parametrize("path", PAGES)
def test_links_of_help_lead_to_pages_and_parts_that_exist(path: str, client: FlaskClient) -> None:
    for link in page(client, path).xpath("//main//a/@href | //aside//a/@href"):
        address, part = urldefrag(link)
        if urlsplit(address).scheme in ("mailto", "https"):
            continue
        answer = client.get(address or path, follow_redirects=True)
        assert answer.status_code == 200, link
        assert not part or html.fromstring(answer.text).xpath(f"//*[@id='{part}']"), link


@pytest.mark.parametrize("path", PAGES)
def test_help_names_itself_once_and_keeps_its_headings_in_order(path: str, client: FlaskClient) -> None:
    tree = page(client, path)
    (heading,) = tree.xpath("//h1")
    assert tree.xpath("string(//title)").startswith(heading.text_content())
    levels = [int(one.tag[1]) for one in tree.xpath("//main//*[self::h1 or self::h2 or self::h3 or self::h4]")]
    assert all(later - earlier <= 1 for earlier, later in itertools.pairwise(levels))


def test_every_page_links_to_help_in_the_same_place(client: FlaskClient) -> None:
    for path in ("/", "/search", "/themes", "/sign-in", "/glossary", "/not-here"):
        (link,) = html.fromstring(client.get(path).text).xpath("//footer//nav//li[1]/a")
        assert link.text == "Help", path
        assert client.get(link.get("href")).status_code == 200


@pytest.mark.parametrize(
    ("path", "topic"),
    [
        ("/", ""),
        ("/search", "/searching"),
        ("/review", "/reviewing"),
        ("/posts/new", "/posting"),
        ("/profile", "/joining"),
    ],
)
def test_the_help_link_leads_to_the_page_that_fits(
    path: str, topic: str, cast: Cast, browser_of: Callable[[Any], FlaskClient]
) -> None:
    footer = page(browser_of(cast.mia), path).xpath("//footer//nav//li[1]/a/@href")
    assert footer == [f"/help{topic}"]


def test_pages_fit_only_help_that_exists(app: Flask) -> None:
    known = {*app.blueprints, *app.view_functions}
    assert set(FITTING) <= known
    assert set(FITTING.values()) <= set(TOPICS)


def test_the_glossary_explains_every_word_once(client: FlaskClient) -> None:
    ids = page(client, "/glossary").xpath("//dl[@class='glossary']/div/@id")
    expected = {f"word-{key}" for key in SITE} | {f"abbr-{key}" for key in ABBREVIATIONS} | set(TERMS)
    assert len(ids) == len(set(ids))
    assert set(ids) == expected


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de", "es", "it"])
def test_the_glossary_takes_its_terms_from_the_thesaurus_and_sorts_them_by_the_language(
    language: str, client: FlaskClient
) -> None:
    tree = page(client, f"/{language}/glossary")
    terms = [one.text_content().strip() for one in tree.xpath("//dl[@class='glossary']/div/dt")]
    assert terms == sorted(terms, key=lambda term: sorting_key(term, language))
    letters = [one.text_content() for one in tree.xpath("//section/h2")]
    assert letters == sorted({letter_of(term, language) for term in terms}, key=lambda one: sorting_key(one, language))
    known = vocabulary()
    for key in TERMS:
        entry = known.by_key(key)
        assert entry
        assert known.heading(entry.id, language) in terms


def test_letters_of_their_own_come_after_the_plain_ones() -> None:
    assert sorted(["Ñandú", "Nube", "Oso"], key=lambda one: sorting_key(one, "es")) == ["Nube", "Ñandú", "Oso"]
    assert sorted(["Éclat", "Ecole", "Zone"], key=lambda one: sorting_key(one, "fr")) == ["Éclat", "Ecole", "Zone"]
    assert (letter_of("Ñandú", "es"), letter_of("Économie", "fr"), letter_of("Öko", "de")) == ("Ñ", "E", "O")


def test_the_glossary_shows_terms_in_a_second_language(client: FlaskClient) -> None:
    entry = page(client, "/en/glossary?with=nl").xpath("//div[@id='wise']/dd[@lang='nl']/text()")
    assert entry == ["inschakelingsonderneming"]
    for odd in ("en", "xx", "<b>", "nl\0"):
        assert not page(client, f"/en/glossary?with={odd}").xpath("//dd[@lang]")


def test_an_abbreviation_is_written_out_when_a_page_first_uses_it(app: Flask) -> None:
    template = "{% from 'components/words.html' import abbr with context %}{{ abbr('wise') }} / {{ abbr('wise') }}"
    with app.test_request_context("/"):
        first, later = app.jinja_env.from_string(template).render().split(" / ")
    assert first == 'work integration social enterprise (<a href="/glossary#abbr-wise"><abbr>WISE</abbr></a>)'
    assert later == '<abbr title="work integration social enterprise">WISE</abbr>'


def test_the_privacy_page_says_how_long_the_code_keeps_things(client: FlaskClient) -> None:
    rows = [[cell.text_content() for cell in row] for row in page(client, "/privacy").xpath("//table[@id='kept']//tr")]
    kept = {what: how_long for what, _why, how_long in rows}
    assert {
        "Where you are signed in: time and browser": f"{LIFE.days} days",
        "Which mails we sent you": f"{KEPT_FOR.days} days",
        "A deleted comment": f"{DELETED_FOR.days} days",
        "An invitation that nobody accepted": f"{INVITATIONS_FOR.days} days after it ended",
        "An account that was never confirmed": f"{UNCONFIRMED_FOR.days} days",
    }.items() <= kept.items()


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_reads_help_with_two_statements_at_most(
    path: str, client: FlaskClient, count_sql: Callable[[], Any]
) -> None:
    client.get(path)
    with count_sql() as statements:
        client.get(path)
    assert len(statements) <= {"/glossary": 1, "/help/searching": 2}.get(path, 0)  # its examples name an organisation
