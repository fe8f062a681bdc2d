"""The searches of the help page do what it says, in every language of the site."""

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml.html import fromstring

from forum.core.languages import INTERFACE_LANGUAGES
from forum.search.engine import Beginning, Phrase
from forum.search.fields import NAMES, TITLE, field_named, name_in
from forum.search.grammar import understand
from tests.conftest import Cast, SearchIndex
from tests.factories import make_post


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
@pytest.mark.parametrize("field", NAMES)
def test_the_sites_own_name_of_a_field_is_one_that_it_understands(field: str, language: str) -> None:
    assert field_named(name_in(field, language)) == field


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_every_example_is_a_link_to_a_search_that_is_understood(
    app: Flask, cast: Cast, client: FlaskClient, language: str
) -> None:
    page = fromstring(client.get(f"/{language}/help/searching").text)
    links = page.xpath("//a[@class='try-it']")
    queries = [link.text_content() for link in links]
    assert len(queries) == 12
    asked = [understand(query) for query in queries]
    assert isinstance(asked[0].wanted[0][0], Phrase)
    assert asked[1].unwanted
    assert len(asked[2].wanted) == 1
    assert isinstance(asked[3].wanted[0][0], Beginning)
    filters = {name: codes for one in asked[4:-1] for name, codes in one.filters.items()}
    assert {name: len(codes) for name, codes in filters.items()} == {
        "theme": 1, "country": 1, "language": 1, "kind": 1, "organisation": 1, "year": 2,
    }  # fmt: skip
    assert asked[4].wanted[0][0].fields == (TITLE,)  # type: ignore[union-attr]
    for link in links:
        assert client.get(link.get("href")).status_code == 200


@pytest.mark.parametrize("language", INTERFACE_LANGUAGES)
def test_the_misspelt_example_is_understood(
    search_index: SearchIndex, cast: Cast, client: FlaskClient, language: str
) -> None:
    make_post(cast.an, cast.sluis, themes=("work-integration",))
    search_index.build()
    query = fromstring(client.get(f"/{language}/help/searching").text).xpath("//a[@class='try-it']")[-1].text_content()
    answer = client.get(f"/{language}/api/v1/search", query_string={"q": query}).json
    assert answer is not None
    assert answer["corrected"]
    assert answer["total"] == 1
