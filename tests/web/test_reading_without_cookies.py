"""Whoever only reads gets no cookie and is sent nowhere else: every page, asked for by a visitor."""

import re

from flask import Flask

from tests.web.everything import make_world, routes

# What a browser fetches by itself; a link that a reader may follow is none of it.
FETCHED = re.compile(
    r"<(?:script|img|iframe|source|audio|video|embed|object)\b[^>]*\s(?:src|srcset|data)=\"([^\"]*)\"|<link\b([^>]*)>"
)
FETCHING = ("stylesheet", "icon", "preload", "modulepreload", "prefetch", "preconnect", "dns-prefetch", "manifest")


def fetched_by(page: str) -> list[str]:
    """The addresses that a browser asks for when it shows a page."""
    found = []
    for address, link in FETCHED.findall(page):
        rel, href = re.search(r'rel="([^"]*)"', link), re.search(r'href="([^"]*)"', link)
        if address:
            found.append(address)
        elif rel and href and set(rel[1].split()) & set(FETCHING):
            found.append(href[1])
    return found


def test_no_page_to_read_gives_a_cookie_or_asks_another_site(app: Flask) -> None:
    world = make_world()
    with_cookie: set[str] = set()
    elsewhere: list[str] = []
    app.config["WTF_CSRF_ENABLED"] = True
    try:
        for rule in routes(app, "GET"):
            reader = app.test_client()
            answer = reader.get(world.path(rule), buffered=True)
            # The token of a form that visitors may send needs the session's cookie; nothing else does.
            if answer.status_code == 200 and "Set-Cookie" in answer.headers and 'name="csrf_token"' not in answer.text:
                with_cookie.add(rule.rule)
            if answer.mimetype == "text/html":
                elsewhere += [
                    one for one in fetched_by(answer.text) if not re.match(r"/(?!/)|data:|http://localhost/", one)
                ]
    finally:
        app.config["WTF_CSRF_ENABLED"] = False
    assert elsewhere == []
    assert with_cookie == set()
