"""Whatever comes in by address, form, header or body gets an answer in words; nothing breaks and nothing is half done.

The walks are made from the routes and forms of the application itself, so a new page is in them from its first day.
"""

import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from sqlalchemy import JSON, String, Text, cast
from werkzeug.test import TestResponse

from forum.accounts.models import Person
from forum.accounts.passwords import hashed
from forum.core.db import db
from forum.core.limits import forget_counts
from forum.curation.models import Flag
from forum.library.models import Post
from forum.organisations.models import Organisation
from tests.conftest import Cast
from tests.factories import make_person, make_post
from tests.web.everything import (
    ARGUMENT,
    Forms,
    World,
    ask,
    complaint,
    crawl,
    everything_stored,
    make_world,
    percent,
    query_names,
    routes,
    send,
)

Browsers = Callable[[Person | None], FlaskClient]
Pairs = list[tuple[str, Any]]

SOURCES = Path(__file__).resolve().parents[2] / "forum" / "web"
SEED = 2026
ODD_PARTS = [
    *("0", "-1", "9" * 20, "9" * 5000, "2147483648", "%D9%A3", "x", "a" * 3000, "%00", "a%00b", "%ff%fe"),
    *("%ed%a0%80", "..%2f..%2fetc", "%E2%80%AE%F0%9F%90%9D", "%0d%0aX:%20y", "'%22%3Cb%3E", "%25s"),
]
ODD_VALUES = [
    *("", "0", "-1", "9" * 30, "9" * 5000, "%C2%B2", "x", "%00", "ab%00%00c", "%ff", "%ed%a0%80", "a" * 3000),
    *("%F0%9F%90%9D", "%0d%0a", "//evil.example/"),
]
HUGE = "h" * 200_000
ODD_TEXTS: list[str | bytes] = [
    *("", "x", "0", "-1", "9" * 30, "9" * 5000, "\u00b2", "\x00", "a\x00b@example.org", "\x01\x0b\x1b", "\ufffe\u202e"),
    *(b"\xed\xa0\x80", b"\xff\xfe", "../../etc/passwd", "'; DROP TABLE posts; --", "%s%(x)s{{7*7}}", "//evil.example/"),
]
FOR_ALL_FIELDS = ["x", "9" * 30, "a\x00b", b"\xed\xa0\x80\xff"]
UNASKED = [("role", "admin"), ("status", "published"), ("author_id", "1"), ("id", "1"), ("", "x"), ("a" * 5000, "x")]


def trouble(where: str, answer: TestResponse) -> str:
    """What is wrong with an answer; empty when nothing is."""
    location = answer.location or "/"
    if answer.status_code == 503 and where.startswith("/readyz?"):
        return ""  # a site without an index says that it is not ready
    if answer.status_code >= 500:
        return f"{answer.status_code} {where}"
    if not location.startswith(("/", "http://localhost/")) or location.startswith("//") or "\\" in location:
        return f"leads to {location[:80]} {where}"
    if answer.status_code >= 400 and not complaint(answer):
        return f"{answer.status_code} without a sentence {where}"
    return ""


def odd_addresses(app: Flask, world: World, chance: random.Random, share: float) -> Iterator[tuple[str, str]]:
    """(path, query) of every page with one odd value in its path or in everything its query may hold; a share of all."""
    names = query_names(path.read_text(encoding="utf-8") for path in SOURCES.glob("*.py"))
    for rule in routes(app, "GET"):
        for name in ARGUMENT.findall(rule.rule):
            for odd in chance.sample(ODD_PARTS, round(share * len(ODD_PARTS))):
                yield world.path(rule, **{name: odd}), ""
        for odd in chance.sample(ODD_VALUES, round(share * len(ODD_VALUES))):
            yield world.path(rule), "&".join(f"{name}={odd}" for name in names)
        yield world.path(rule), "&".join(f"{name}=1&{name}=2" for name in names) + "&&=&%&a[]=b;c"


@pytest.mark.timeout(480)  # every address of the site, with odd parts
@pytest.mark.parametrize(("who", "share"), [("visitor", 0.1), ("editor", 0.1), ("powerful", 0.3)])
def test_odd_addresses_break_no_page(app: Flask, browser_of: Browsers, who: str, share: float) -> None:
    world = make_world()
    browser = browser_of(world.people[who])
    troubles = []
    for path, query in odd_addresses(app, world, random.Random(SEED), share):
        forget_counts()
        troubles.append(trouble(f"{path[:80]}?{query[:80]}", ask(browser, path, query)))
    assert "\n".join(sorted(set(troubles) - {""})) == ""


def odd_bodies(form: list[tuple[str, str]], chance: random.Random, fields: int) -> Iterator[Pairs]:
    """A form sent in odd ways: nothing of it, all of it odd, each thing twice, and odd in some fields, one at a time."""
    yield []
    yield [(name, HUGE) for name, _value in form]
    yield [*form, *((name, "x") for name, _value in form)]
    yield [*form, *UNASKED]
    for odd in FOR_ALL_FIELDS:
        yield [(name, odd) for name, _value in form]
    for place in sorted(chance.sample(range(len(form)), min(len(form), fields))):
        for odd in (HUGE, chance.choice(ODD_TEXTS)):
            yield [*form[:place], (form[place][0], odd), *form[place + 1 :]]


@pytest.fixture
def forms(app: Flask, browser_of: Browsers) -> Forms:
    """What the forms of all pages send; they are read once, for they are the same in every world."""
    if app not in forms_of:
        forms_of[app] = crawl(app, make_world(), browser_of)
    return forms_of[app]


forms_of: dict[Flask, Forms] = {}


@pytest.mark.timeout(480)  # every form of the site, sent in many ways
@pytest.mark.parametrize(("who", "fields"), [("editor", 0), ("powerful", 4)])
def test_odd_forms_break_nothing(app: Flask, forms: Forms, browser_of: Browsers, who: str, fields: int) -> None:
    chance, troubles = random.Random(SEED), []
    for rule in routes(app, "POST"):
        world = make_world()
        browser = browser_of(world.people[who])
        for body in odd_bodies(forms.of(rule), chance, fields):
            forget_counts()
            answer = send(browser, world.path(rule), body)
            sent = [(name, value[:30]) for name, value in body][:3]
            troubles.append(trouble(f"{rule.rule} {sent}", answer))
    assert "\n".join(sorted(set(troubles) - {""})) == ""
    assert overfull_columns() == []


def overfull_columns() -> list[str]:
    """The columns that hold a text longer than they say, or one with a NUL in it."""
    found = []
    for table in db.metadata.sorted_tables:
        for column in table.columns:
            for value in db.session.scalars(db.select(column)) if is_text(column) else ():
                if len(value or "") > (getattr(column.type, "length", None) or 10**6) or "\0" in (value or ""):
                    found.append(f"{column}: {value[:30]!r}")
            if isinstance(column.type, JSON):
                kept = db.session.scalars(db.select(cast(column, Text)))
                found += [f"{column}: {value[:30]!r}" for value in kept if value and "\\u0000" in value]
    db.session.rollback()
    return sorted(found)


def is_text(column: Any) -> bool:
    """Whether a column holds words."""
    return isinstance(column.type, String)


UNMEASURED = {
    *("outgoing_mails.last_error", "deliveries.last_error"),
    "attachment_texts.text",  # no form fills it: the worker reads it from a file, up to a limit of its own
    # made of texts that have a limit
    *("posts.body_html", "comments.body_html", "request_messages.body_html", "collections.introduction_html"),
}


def test_every_text_column_has_a_maximum() -> None:
    columns = [column for table in db.metadata.sorted_tables for column in table.columns if is_text(column)]
    endless = {str(column) for column in columns if not getattr(column.type, "length", None)}
    assert endless <= UNMEASURED


def test_odd_forms_of_a_visitor_store_nothing(app: Flask, forms: Forms, browser_of: Browsers) -> None:
    chance, troubles = random.Random(SEED), []
    world = make_world()
    before = everything_stored()
    browser = browser_of(None)
    for rule in routes(app, "POST"):
        for body in odd_bodies(forms.of(rule), chance, 0):
            forget_counts()
            answer = send(browser, world.path(rule), body)
            troubles.append(trouble(rule.rule, answer))
    assert "\n".join(sorted(set(troubles) - {""})) == ""
    after = {
        **everything_stored(),
        "passkey_challenges": 0,
    }  # whoever signs in with a passkey asks for one; it holds minutes
    assert after == before


def test_a_form_without_its_token_does_nothing_and_gives_the_text_back(
    app: Flask, browser_of: Browsers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.config, "WTF_CSRF_ENABLED", True)
    world = make_world()
    browser, before, open_doors = browser_of(world.people["powerful"]), None, []
    for rule in routes(app, "POST"):
        before = before or everything_stored()
        answer = send(browser, world.path(rule), [("body", "A text of mine"), ("csrf_token", "wrong")])
        if (
            answer.status_code != 400
            or "This form is too old" not in answer.text
            or "A text of mine" not in answer.text
        ):
            open_doors.append(rule.endpoint)
    by_signed_link = ["mail_choices.start", "mail_choices.stop", "searches.start", "searches.stop"]
    by_signed_link += ["freshness.answer", "freshness.leave", "notices.show_notice"]
    assert sorted(open_doors) == sorted([*by_signed_link, "home.choose_scheme", "learning.note_click"])
    assert everything_stored() == before


def test_other_methods_are_refused_in_words(app: Flask, client: FlaskClient) -> None:
    world = make_world()
    for rule in routes(app, "OPTIONS"):
        for method in {"PUT", "PATCH", "DELETE", "TRACE", "BREW", "GET", "POST"} - (rule.methods or set()):
            answer = ask(client, world.path(rule), method=method)
            assert answer.status_code in ((302, 404, 405) if method == "GET" else (405,)), (rule.rule, method)
            if answer.status_code == 405:
                assert complaint(answer)
                assert set(answer.headers["Allow"].split(", ")) >= set(rule.methods or ()) - {"POST"}
        for method in ("HEAD", "OPTIONS"):
            status = ask(client, world.path(rule), method=method).status_code
            assert status < 500 or rule.rule == "/readyz", (rule.rule, method)  # a site without an index is not ready


def test_asking_for_the_head_of_a_page_is_reading_and_changes_nothing(
    app: Flask, browser_of: Callable[[Any], FlaskClient]
) -> None:
    world = make_world()
    browser, before = browser_of(world.people["powerful"]), everything_stored()
    for rule in routes(app, "HEAD"):
        path = world.path(rule)
        answer, page = ask(browser, path, method="HEAD"), ask(browser, path)
        assert answer.status_code == page.status_code, rule.rule
        assert answer.data == b""
        assert everything_stored() == before, rule.rule


BROKEN_BODIES = [
    ("multipart/form-data", b"no boundary"),
    ("multipart/form-data; boundary=b", b'--b\r\nContent-Disposition: form-data; name="title"\r\n\r\nnever ends'),
    ("multipart/form-data; boundary=b", b"--b\r\nrubbish\r\n\r\n--b--\r\n"),
    ("multipart/form-data; boundary=" + "b" * 5000, b"--b"),
    (
        "multipart/form-data; boundary=b",
        b"".join(b'--b\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n' for _ in range(1500)),
    ),
    (
        "multipart/form-data; boundary=b",
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="\x00\xff.pdf"\r\n\r\n%PDF\r\n--b--\r\n',
    ),
    ("application/json", b'{"title": '),
    ("text/plain; charset=rubbish", b"title=x"),
    ("application/x-www-form-urlencoded; charset=utf-16", b"title=%00x"),
    ("application/x-www-form-urlencoded", b"&&&=&%&%zz=%zz&" * 1000),
    ("application/x-www-form-urlencoded", b"body=" + b"a" * 2_000_000),
    ("application/octet-stream", b"a" * 13_000_000),
    ("", b"\xff\xfe"),
]


@pytest.mark.parametrize(("kind", "body"), BROKEN_BODIES, ids=[f"{n}" for n in range(len(BROKEN_BODIES))])
def test_bodies_that_cannot_be_read_are_refused_in_words(
    app: Flask, browser_of: Browsers, kind: str, body: bytes
) -> None:
    world = make_world()
    browser = browser_of(world.people["editor"])
    number = world.values["post_id"]
    for path in (
        "/sign-in",
        "/posts/new/practice",
        f"/posts/{number}/files",
        f"/posts/{number}/comments",
        "/posts/suggest",
    ):
        answer = ask(browser, path, method="POST", data=body, content_type=kind)
        assert trouble(path, answer) == ""
        if len(body) > 12 * 1024**2:
            assert (answer.status_code, "This is too large" in answer.text) in ((413, True), (303, False))


@pytest.mark.parametrize("length", ["-1", "x", "9" * 30, ""])
def test_odd_lengths_break_nothing(client: FlaskClient, length: str) -> None:
    answer = ask(client, "/sign-in", method="POST", data=b"email=a", environ_overrides={"CONTENT_LENGTH": length})
    assert trouble("/sign-in", answer) == ""


ODD_HEADERS = [
    *({"HTTP_COOKIE": f"session={value}"} for value in ("x", "a.b.c", "\x00", "e" * 8000, "\xff", ".eJw")),
    *({"HTTP_COOKIE": f"language={value}; scheme={value}"} for value in ("xx", "../..", "\x00", "\xff", "a" * 4000)),
    {"HTTP_COOKIE": ";;;=;=x;\x00=\x00"},
    *(
        {"HTTP_ACCEPT_LANGUAGE": value}
        for value in ("*", "xx;q=9", ",,,;;;q=", "en;q=nan", "\xff\x00", "nl-" + "x" * 5000, "de;q=-1,fr;q=1e400")
    ),
    *({"HTTP_USER_AGENT": value} for value in ("", "\xff\x00", "a" * 9000)),
    *({"HTTP_IF_NONE_MATCH": value} for value in ('"', "W/", "*", "\xff")),
    *({"HTTP_IF_MODIFIED_SINCE": value} for value in ("x", "Thu, 99 Foo 99999 99:99:99 GMT")),
    *({"HTTP_RANGE": value} for value in ("bytes=9-1", "bytes=-", "x", "bytes=0-" + "9" * 99)),
    *({"HTTP_SEC_FETCH_SITE": value} for value in ("cross-site", "\xff")),
    *({"HTTP_ORIGIN": value} for value in ("http://[", "null", "\xff", "https://evil.example")),
    *({"HTTP_X_FORWARDED_FOR": value} for value in ("x", "1.2.3.4, " * 500)),
    {"REMOTE_ADDR": ""},
]


@pytest.mark.parametrize("header", ODD_HEADERS, ids=lambda header: repr(header)[:40])
def test_odd_headers_break_nothing(app: Flask, cast: Cast, header: dict[str, str]) -> None:
    client = app.test_client(use_cookies=False)  # one that keeps cookies would send its own in place of the odd ones
    for path in ("/", "/search?q=a", "/api/v1/search?q=a", "/static/css/base.css", "/sign-in"):
        path, _mark, query = path.partition("?")
        assert trouble(path, ask(client, path, query, environ_overrides=header)) == ""
    answer = ask(client, "/sign-in", method="POST", data={"email": "a@example.org"}, environ_overrides=header)
    assert trouble("/sign-in", answer) == ""


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost:99999",
        "localhost:x",
        "[::1",
        "a@localhost",
        "localhost.evil.example",
        "\xff",
        "",
        "a" * 5000,
    ],
)
def test_a_host_that_is_not_ours_is_told_so_and_never_repeated(client: FlaskClient, host: str) -> None:
    for path in ("/", "/posts/1/", "//x", "/nl", "/sign-in"):
        answer = ask(client, path, environ_overrides={"HTTP_HOST": host, "SERVER_NAME": "localhost"})
        assert answer.status_code < 500
        assert "evil.example" not in answer.text + (answer.location or "")


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/nl/nl/",
            "/nl",
            "/nl//",
            "/xx/",
            "/NL/",
            "/nl/fr/search",
            "//evil.example/",
            "/nl//evil.example/",
            "///",
            "/%2fevil.example",
        ),
        *(
            "/nl/%2f%2fevil.example",
            "/\\evil.example",
            "/nl/\\evil.example",
            "/%5cevil.example",
            "/.//evil.example",
            "/nl/../..",
            "/;/",
            "/%",
        ),
        *(
            "/search//",
            "/themes//",
            "/posts//1",
            "/static/../wsgi.py",
            "/static/..%2fwsgi.py",
            "/static/%00",
            "/static//etc/passwd",
        ),
    ],
)
def test_odd_paths_lead_nowhere_else(client: FlaskClient, path: str) -> None:
    answer = ask(client, path)
    assert trouble(path, answer) == ""
    assert "create_app" not in answer.text
    for link in (
        html.fromstring(answer.text).xpath("//a/@href | //form/@action") if answer.mimetype == "text/html" else ()
    ):
        assert not link.startswith("//"), link


ELSEWHERE = [
    *(
        "//evil.example",
        "https://evil.example",
        "http:evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "///evil.example",
    ),
    *(
        "/\t/evil.example",
        "\t//evil.example",
        " //evil.example",
        "javascript:alert(1)",
        "/%0d%0aSet-Cookie:x=y",
        "//[",
        "http://[",
    ),
    *(
        "/\r\nSet-Cookie: x=y",
        "\u2028//evil.example",
        "/\x7f/evil.example",
        "evil.example",
        "@evil.example",
        ".evil.example",
    ),
]


@pytest.mark.parametrize("target", ELSEWHERE)
def test_nobody_is_led_to_another_site(client: FlaskClient, app: Flask, cast: Cast, target: str) -> None:
    make_person("Nadia", email="nadia@example.org", password_hash=hashed("a long enough secret"))
    signed_in = client.post(
        "/sign-in", data={"email": "nadia@example.org", "password": "a long enough secret", "next": target}
    )
    assert signed_in.status_code == 303
    scheme = client.post("/scheme", data={"scheme": "dark", "next": target})
    again = ask(client, "/sign-in", f"next={percent(target.encode())}")
    for answer in (signed_in, scheme, again):
        assert trouble(target, answer) == ""
        assert "Set-Cookie" not in (answer.location or "").replace("%0d%0aSet-Cookie", "")
        assert answer.headers.get("x") is None


MEASURED = [
    ("/profile", "name", Person.name),
    ("/profile", "job_title", Person.job_title),
    ("/profile", "about", Person.about),
    ("/organisations/de-sluis/edit", "name", Organisation.name),
    ("/organisations/de-sluis/edit", "description", Organisation.description),
    ("/posts/1/edit", "title", Post.title),
    ("/posts/1/edit", "summary", Post.summary),
    ("/posts/1/withdraw", "reason", Post.status_reason),
    ("/posts/1/flag", "note", Flag.note),
]


@pytest.mark.parametrize(("path", "name", "column"), MEASURED, ids=lambda part: str(part))
def test_a_field_takes_what_its_column_holds_and_refuses_one_character_more_at_the_field(
    browser_of: Browsers, cast: Cast, path: str, name: str, column: Any
) -> None:
    post = make_post(cast.an, cast.sluis, details={"stage": "running"})
    path = path.replace("1", str(post.id))
    form = {"name": "Name", "language": "en", "country": "BE", "kind": "member", "revision": "1", "reason": "spam"}
    browser = browser_of(cast.dora)
    refused = browser.post(path, data=form | {name: "b" * (column.type.length + 1)})
    assert refused.status_code == 422
    assert "b" * (column.type.length + 1) in refused.text
    assert f"error-{name}" in refused.text or f"{name}-error" in refused.text
    assert browser.post(path, data=form | {name: "b" * column.type.length}).status_code == 303
    db.session.rollback()
    assert "b" * column.type.length in db.session.scalars(db.select(column)).all()


def test_a_control_character_in_a_text_is_told_and_the_rest_is_kept(browser_of: Browsers, cast: Cast) -> None:
    post = make_post(cast.an, cast.sluis, details={"stage": "running"})
    for path, name in (
        ("/profile", "about"),
        (f"/posts/{post.id}/comments", "body"),
        (f"/posts/{post.id}/flag", "note"),
    ):
        form = {"name": "An", "language": "en", "reason": "wrong", name: "All that I typed\0 stays"}
        answer = browser_of(cast.an).post(path, data=form)
        assert answer.status_code == 422
        assert "characters in this text that cannot be shown" in answer.text
        assert "All that I typed" in answer.text
