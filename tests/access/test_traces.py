"""What is hidden cannot be told from what is not there: the same status, words and headers, and as many statements."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.core.limits import forget_counts
from tests.access.tables import Site
from tests.conftest import recorded_sql
from tests.web.everything import ARGUMENT, ask, routes, send

NOTHING = "1987654"
NAMES = {"post_id": "post", "comment_id": "comment", "attachment_id": "attachment", "adoption_id": "report"}
WORDS = {"filename": "x.pdf", "slug": "x", "number": "1", "action": "hide", "invitation_id": "1", "collection_id": "1"}
HIDDEN = {
    "visitor": ("published members", "archived organisation", "draft public", "hidden public", "declined members"),
    "noor": ("published members", "draft members", "hidden public", "withdrawn organisation"),
    "chiara": ("published organisation", "archived organisation", "draft public", "hidden members", "declined public"),
    "mia": ("published organisation", "draft public", "withdrawn organisation"),
}
FORMS: tuple[list[tuple[str, str | bytes]], ...] = (
    [],
    [("body", "A text that is long enough"), ("reason", "spam"), ("reply", "1"), ("action", "preview")],
)
OWN_PAGE = re.compile(r'/people/\d+">My page')  # its number may be that of a hidden thing
EACH_ITS_OWN = re.compile(
    r"\b[0-9a-f]{12,64}\b|nonce-\S+|Set-Cookie: [^\n]*|csrf_token\" value=\"[^\"]*|Content-Length: \d+", re.IGNORECASE
)


def answers(app: Flask, browser: FlaskClient, values: dict[str, str], method: str) -> dict[str, tuple[str, list[str]]]:
    """What every address with these values says, and what it asked the database; what is each answer's own left out."""
    found = {}
    for rule in routes(app, method):
        names = ARGUMENT.findall(rule.rule)
        if not set(names) & set(NAMES) or set(names) - {*NAMES, *WORDS}:
            continue
        path = ARGUMENT.sub(lambda one: values[one[1]], rule.rule)
        for place, form in enumerate(FORMS if method == "POST" else FORMS[:1]):
            forget_counts()
            with recorded_sql() as statements:
                answer = send(browser, path, form) if method == "POST" else ask(browser, path)
            answer.headers.pop("Content-Length", None)  # the address is in the page
            text = f"{answer.status_code}\n{answer.headers}\n{answer.text}"
            answer.close()
            text = OWN_PAGE.sub("My page", text)
            for name in NAMES:
                text = re.sub(rf"\b{values[name]}\b", "N", text)
            found[f"{method} {rule.rule} {place}"] = (EACH_ITS_OWN.sub("X", text), statements)
    return found


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("role", HIDDEN)
def test_what_is_hidden_leaves_no_trace(
    shared_app: Flask, site: Site, browsers: dict[str, FlaskClient], role: str, method: str
) -> None:
    nothing = WORDS | dict.fromkeys(NAMES, NOTHING)
    browser = browsers[role]
    answers(shared_app, browser, nothing, method)  # what is remembered between requests is remembered now
    expected, wrong = answers(shared_app, browser, nothing, method), []
    for name in HIDDEN[role]:
        values = WORDS | {argument: site.numbers[name][own] for argument, own in NAMES.items()}
        for address, (text, statements) in answers(shared_app, browser, values, method).items():
            other, others = expected[address]
            if text != other:
                wrong.append(f"{address}: {name} is answered otherwise: {first_difference(text, other)}")
            elif len(statements) != len(others) and not name.startswith("draft"):
                # of a draft it is asked who writes with its author, which is one statement more
                wrong.append(f"{address}: {name} asks {len(statements)} times, nothing {len(others)}")
    assert "\n".join(wrong) == ""


def first_difference(one: str, other: str) -> tuple[str, str]:
    """The first lines that differ."""
    pairs = zip(one.splitlines(), other.splitlines(), strict=False)
    return next(((a[:90], b[:90]) for a, b in pairs if a != b), ("", ""))


CONDITIONAL = (
    "/api/v1/posts/{post}",
    "/attachments/{attachment}/{filename}",
    "/posts/{post}/{slug}",
    "/feeds/search.atom",
)


@pytest.mark.parametrize("template", CONDITIONAL)
def test_a_tag_of_the_page_of_a_reader_tells_nobody_else_that_it_is_there(
    site: Site, browsers: dict[str, FlaskClient], template: str
) -> None:
    values = site.numbers["published organisation"]
    address, nowhere = template.format(**values), template.format(**values | {"post": NOTHING, "attachment": NOTHING})
    whole = browsers["an"].get(address)
    tags = {
        "If-None-Match": whole.headers.get("ETag", '"x"'),
        "If-Modified-Since": whole.headers.get("Last-Modified", "Mon, 05 Jan 2026 09:00:00 GMT"),
    }
    whole.close()
    for role in ("visitor", "chiara", "mia"):
        answer, other = (browsers[role].get(one, headers=tags) for one in (address, nowhere))
        assert answer.status_code == other.status_code
        assert answer.headers.get("ETag") == other.headers.get("ETag")
        if template != "/feeds/search.atom":
            assert answer.status_code == 404
            assert "ETag" not in answer.headers


def test_only_what_everybody_may_read_has_tags_for_other_sites_and_may_be_kept_by_caches(
    site: Site, browsers: dict[str, FlaskClient]
) -> None:
    for name, values in site.numbers.items():
        state = name.replace("policy", "published")
        answer = browsers["an"].get(f"/posts/{values['post']}/{values['slug']}")
        is_open = state in ("published public", "archived public")
        assert ("og:title" in answer.text) is is_open, name
        file = browsers["an"].get(f"/attachments/{values['attachment']}/{values['filename']}")
        assert ("public" in file.headers.get("Cache-Control", "")) is is_open, name
        file.close()
        assert "public" not in answer.headers["Cache-Control"]
