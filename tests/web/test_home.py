"""The home page and the answers about the site's health."""

from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient


def test_the_site_says_that_it_is_well(client: FlaskClient) -> None:
    assert client.get("/healthz").json == {"status": "ok"}
    assert client.get("/readyz").json == {"status": "ok"}


def test_a_visitor_reads_without_a_cookie(client: FlaskClient) -> None:
    assert "Set-Cookie" not in client.get("/").headers


def test_every_page_exists_in_every_interface_language(client: FlaskClient) -> None:
    for code in ("en", "nl", "fr", "de", "es", "it"):
        page = client.get(f"/{code}/")
        assert page.status_code == 200
        assert f'<html lang="{code}"' in page.text


def test_an_unknown_host_is_refused(client: FlaskClient) -> None:
    assert client.get("/", headers={"Host": "evil.example"}).status_code == 400


def test_a_change_from_another_site_is_refused(client: FlaskClient) -> None:
    answer = client.post("/scheme", data={"scheme": "dark"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 403


def test_light_or_dark_is_remembered(client: FlaskClient) -> None:
    client.post("/scheme", data={"scheme": "dark"})
    assert 'data-scheme="dark"' in client.get("/").text


def test_the_home_page_stays_within_its_sql_budget(
    browser_of: Callable[[Any], FlaskClient], cast: Any, count_sql: Callable[[], Any]
) -> None:
    browser = browser_of(cast.an)
    with count_sql() as statements:
        assert browser.get("/").status_code == 200
    assert len(statements) <= 12
