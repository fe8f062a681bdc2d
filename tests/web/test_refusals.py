"""Requests that the gate refuses: people get a page in their language, programs a line."""

from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from lxml.html import fromstring

from forum.web.gate import Answer, Refused
from forum.web.refusals import REASONS, RefusalPages

TOO_LARGE = Refused(413, "This is too large: 12 MB at most.")


@pytest.fixture
def pages(app: Flask) -> RefusalPages:
    return RefusalPages(app)


def refused(pages: RefusalPages, path: str = "/", refusal: Refused = TOO_LARGE, **headers: str) -> Answer:
    sent = {"accept": "text/html,*/*", **headers}
    pairs = [(name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()]
    return pages({"raw_path": path.encode(), "headers": pairs}, refusal)


@pytest.mark.parametrize("status", REASONS)
def test_a_refusal_is_a_page_that_says_what_to_do_next(pages: RefusalPages, status: int) -> None:
    answer = refused(pages, "/nl/posts/new/practice", Refused(status, "No."))
    page = fromstring(answer.body.decode())
    assert (answer.status, page.get("lang")) == (status, "nl")
    assert page.xpath("string(//title)").startswith(page.xpath("string(//h1)"))
    assert "/nl/help" in page.xpath("//section[@aria-labelledby='next']//a/@href")


@pytest.mark.parametrize(
    ("path", "headers", "language"),
    [
        ("/it/search", {"cookie": "language=fr", "accept_language": "de"}, "it"),
        ("/search", {"cookie": "session=x; language=fr", "accept_language": "de"}, "fr"),
        ("/search", {"accept_language": "pt-BR,de;q=0.8,en;q=0.5"}, "de"),
        ("/search", {"cookie": "language=xx", "accept_language": "*"}, "en"),
        ("/search", {}, "en"),
    ],
)
def test_it_speaks_the_readers_language(pages: RefusalPages, path: str, headers: dict[str, str], language: str) -> None:
    answer = refused(pages, path, **headers)
    assert dict(answer.headers)[b"content-language"] == language.encode()
    assert f'<html lang="{language}"'.encode() in answer.body


@pytest.mark.parametrize(("path", "accept"), [("/api/v1/search", "text/html"), ("/", "application/json"), ("/", "")])
def test_programs_get_a_line(pages: RefusalPages, path: str, accept: str) -> None:
    answer = refused(pages, path, accept=accept)
    assert answer.body == b"This is too large: 12 MB at most."
    assert dict(answer.headers)[b"content-type"] == b"text/plain; charset=utf-8"


def test_a_refusal_carries_the_headers_of_every_page_and_is_kept_nowhere(pages: RefusalPages) -> None:
    headers = dict(refused(pages).headers)
    assert headers[b"content-security-policy"].startswith(b"default-src 'none'")
    assert (headers[b"cache-control"], headers[b"connection"]) == (b"no-store", b"close")


def test_making_the_pages_asks_the_database_nothing(app: Flask, count_sql: Callable[[], Any]) -> None:
    with count_sql() as statements:
        RefusalPages(app)
    assert statements == []
