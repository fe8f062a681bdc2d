"""The access matrix of files to take home: one's own data, and the whole site for its operator. `exports.csv` says what they carry.

Tables of reports, documents and their thumbnails are addresses like others: rows of `channels.csv`.
"""

import json
import zipfile
from io import BytesIO

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.interop.exporting import export_lines
from tests.access.tables import ROLES, Site, matching, table, word
from tests.access.test_matrix import WORD, WORDS

EXPORTS = table("exports.csv")
SIGNED_IN = [role for role in ROLES if role not in ("visitor", "sus")]


def carried(taker: str) -> set[str]:
    """The words that a file holds for its taker."""
    found = set()
    for row in EXPORTS:
        if row["who"] == taker:
            things = [one for one in matching(row["carries"]) if one["status"] or one["object"] == row["carries"]]
            found |= {word(one["object"], part) for one in things for part in row["parts"].split()}
    return found


def difference(text: str, taker: str) -> str:
    """What a text holds too much and too little, by what the words name."""
    found, due = words_in(text), carried(taker)
    also, lacks = (", ".join(sorted(WORDS[one][0] for one in words)) for words in (found - due, due - found))
    return f"also: {also}; lacks: {lacks}" if found != due else ""


def words_in(text: str) -> set[str]:
    """The words of things in a text."""
    return set(WORD.findall(text.casefold())) & set(WORDS)


def test_nobody_takes_anything_home_without_signing_in(site: Site, browsers: dict[str, FlaskClient]) -> None:
    for role in ("visitor", "sus"):
        answer = browsers[role].post("/profile/data")
        assert (answer.status_code, words_in(answer.text)) == (401, set())


@pytest.mark.parametrize("role", SIGNED_IN)
def test_a_person_takes_home_what_is_theirs_and_nothing_else(
    site: Site, browsers: dict[str, FlaskClient], role: str
) -> None:
    archive = zipfile.ZipFile(BytesIO(browsers[role].post("/profile/data").data))
    every = " ".join(
        [*archive.namelist(), *(archive.read(one).decode("utf-8", "replace") for one in archive.namelist())]
    )
    assert difference(every, role) == ""
    assert difference(archive.read("index.html").decode(), role) == ""


def test_the_operator_exports_the_site_without_what_was_deleted_and_what_moderators_keep(
    shared_app: Flask, site: Site
) -> None:
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in export_lines())
    assert difference(text, "operator") == ""
