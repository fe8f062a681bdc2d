"""The access matrix: every role at every channel, for something in every state.

What each may see stands in the tables beside this; docs/access.md says how to read them, and how to add a route or a state.
"""

import re
from collections.abc import Iterator
from fnmatch import fnmatch

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from forum.core.limits import forget_counts
from tests.access.tables import POSTS, ROLES, THINGS, Site, matching, readers, table, word, words
from tests.web.everything import ask, routes

CHANNELS = table("channels.csv")
COUNTS = table("counts.csv")
STATUSES = {"published": ("published",), "shown": ("published", "archived")}
WORDS = words()
WORD = re.compile("z(?:[bdfgklmnprtv][aeiou]){6}b")
SPACE = re.compile(r"\s+")


def said(answer: TestResponse) -> str:
    """Everything an answer says, headers too."""
    body = answer.data.decode("utf-8", "replace")
    answer.close()
    return f"{answer.status_code} {answer.headers} {body}".casefold()


def fetch(browser: FlaskClient, address: str) -> str:
    """What an address says to a browser."""
    path, _mark, query = address.partition("?")
    return said(ask(browser, path, query, follow_redirects=False))


def violations(text: str, role: str, address: str) -> set[str]:
    """What of hidden things a text shows to somebody who may not see them; what stood in the address they knew."""
    found = {one for one in WORD.findall(text) if one in WORDS and one not in address}
    return {WORDS[one][0] for one in found if role not in WORDS[one][1]}


def test_every_page_is_a_channel_or_says_why_it_is_none(app: Flask) -> None:
    """A new route fails here: give it a row in `channels.csv`, or in `pages.csv` with the reason."""
    adapter = app.url_map.bind("localhost")
    paths = [re.sub(r"{[^}]*}", "1", channel["address"]).partition("?")[0] for channel in CHANNELS]
    channels = {adapter.match(path)[0] for path in paths}
    reasons = table("pages.csv")
    told = [row["route"] for row in reasons]
    every = {rule.endpoint for rule in routes(app, "GET")}
    assert {one for one in every - channels if not any(fnmatch(one, pattern) for pattern in told)} == set()
    assert [pattern for pattern in told if not any(fnmatch(one, pattern) for one in every)] == []
    assert [row["route"] for row in reasons if not row["why it is no channel of its own"]] == []


@pytest.mark.parametrize("role", ROLES)
def test_every_channel_shows_a_role_what_it_may_see_and_nothing_else(
    site: Site, browsers: dict[str, FlaskClient], role: str
) -> None:
    wrong = []
    for channel in CHANNELS:
        forget_counts()
        for thing, address in site.addresses(channel["address"]):
            text = fetch(browsers[role], address)
            place = f"{channel['channel']} ({address})"
            wrong += [f"{place} shows {one}" for one in sorted(violations(text, role, address))]
            wrong += [f"{place} lacks {name}" for name, one in expected(channel, role, thing) if one not in text]
    assert "\n".join(wrong) == ""


def expected(channel: dict[str, str], role: str, thing: str) -> Iterator[tuple[str, str]]:
    """(name, word) of what a channel must show to a role, at the address of a thing or at its one address."""
    if channel["who"] != "*" and role not in channel["who"].split():
        return
    for row in matching(channel["carries"]):
        if thing in ("", row["object"]):
            for part in channel["parts"].split():
                if role in readers(row, part):
                    yield f"{row['object']}: {part}", word(row["object"], part)


@pytest.mark.parametrize("role", ROLES)
def test_every_number_is_that_of_what_the_role_may_see(site: Site, browsers: dict[str, FlaskClient], role: str) -> None:
    wrong = []
    for count in COUNTS:
        [(_name, address)] = site.addresses(count["address"])
        expected = number_of(role, count["of"])
        found = re.findall(count["found by"].casefold(), SPACE.sub(" ", fetch(browsers[role], address)))
        is_thing = any(row["object"] == count["of"] for row in THINGS)  # is there once, or not at all
        if (found[:1] != [str(expected)]) if not is_thing else (len(found) != expected):
            wrong.append(f"{count['count']} ({address}): {found[:1]}, not {expected}")
    assert "\n".join(wrong) == ""


def number_of(role: str, sort: str) -> int:
    """How many posts of a sort somebody may read, by the table: a status, and perhaps a kind; or whether they see one thing."""
    if thing := next((row for row in THINGS if row["object"] == sort), None):
        return int(thing[role] == "r")
    status, _space, kind = sort.partition(" ")
    wanted = [row for row in POSTS if row["status"] in STATUSES[status]]
    return sum(row[role] == "r" for row in wanted if not (kind and row["object"].startswith("policy")))
