"""The demonstration network is whole, varied and invented."""

import json
import re
from collections import Counter
from datetime import datetime

from sqlalchemy import select

from forum.accounts.models import Person
from forum.accounts.passwords import refusal
from forum.accounts.signing_in import authenticate
from forum.adoption.models import INTENTS, OUTCOMES
from forum.adoption.queries import repeated_practices
from forum.core.db import db, transaction
from forum.core.languages import INTERFACE_LANGUAGES
from forum.interop.demonstration import FILE, PASSWORD, ROLES, SIGN_INS, is_loaded, load_demonstration
from forum.interop.mentions import refs_in
from forum.library.kinds import KINDS
from forum.organisations.queries import actor_for
from forum.vocabulary.thesaurus import read_thesaurus

LINES = [json.loads(line) for line in FILE.read_text(encoding="utf-8").splitlines()]
ADDRESS = re.compile(r"[\w.+-]+@([\w-]+(?:\.[\w-]+)+)")
TOP_THEMES = 13


def of_type(name):
    return [line for line in LINES if line["type"] == name]


ORGANISATIONS, PEOPLE, POSTS, COMMENTS = map(of_type, ("organisation", "person", "post", "comment"))
REPORTS = of_type("adoption")


def moment(text):
    return datetime.fromisoformat(text)


def test_organisations_of_ten_countries_stand_under_national_networks():
    networks = [one for one in ORGANISATIONS if one["kind"] == "network"]
    members = [one for one in ORGANISATIONS if one["kind"] == "member"]
    assert len(members) >= 14
    assert len({one["country"] for one in members}) >= 10
    assert [one["ref"] for one in networks if one["parent"] is None] == ["n-eu"]
    assert len([one for one in networks if one["parent"] == "n-eu"]) >= 4
    assert {one["parent"] for one in members} == {one["ref"] for one in networks}


def test_people_belong_somewhere_and_every_organisation_has_an_editor():
    belonging = of_type("membership")
    assert len(PEOPLE) >= 30
    assert {one["person"] for one in belonging} == {one["ref"] for one in PEOPLE}
    editors = {one["organisation"] for one in belonging if one["role"] == "editor"}
    assert editors == {one["ref"] for one in ORGANISATIONS}


def test_posts_are_many_in_every_language_and_of_every_kind():
    assert len(POSTS) >= 70
    languages = Counter(one["language"] for one in POSTS)
    assert set(languages) == set(INTERFACE_LANGUAGES)
    assert min(languages.values()) >= 8
    assert {one["kind"] for one in POSTS} == set(KINDS)
    assert {one["visibility"] for one in POSTS} == {"public", "members", "organisation"}
    assert {one["status"] for one in POSTS} == {"published", "archived"}
    assert {"new", "reviewed", "recommended", "needs_recheck"} <= {one["review"] for one in POSTS}


def test_titles_and_bodies_differ():
    assert len({one["title"] for one in POSTS}) == len(POSTS)
    assert len({one["body"] for one in POSTS + COMMENTS}) == len(POSTS) + len(COMMENTS)
    assert min(len(one["body"]) for one in POSTS) >= 40


def test_every_top_theme_is_covered():
    themes = {entry["id"]: entry["broader"] for entry in read_thesaurus() if entry["scheme"] == "theme"}

    def top(key):
        return key if themes[key] is None else top(themes[key])

    wanted = {key for key in themes if themes[key] is None}
    assert len(wanted) == TOP_THEMES
    assert {top(key) for one in POSTS for key in one["themes"]} == wanted
    assert all(1 <= len(one["themes"]) <= 3 for one in POSTS)


def test_every_policy_has_a_date():
    for one in POSTS:
        if one["kind"] == "policy":
            assert [name for name in one["details"] if name.endswith(("_on", "_from", "_deadline"))], one["ref"]


def test_comments_are_a_conversation():
    assert len(COMMENTS) >= 180
    languages = {one["ref"]: one["language"] for one in POSTS}
    assert len([one for one in COMMENTS if one["language"] != languages[one["post"]]]) >= 40
    assert len([one for one in COMMENTS if one["parent"]]) >= 50
    assert len([one for one in COMMENTS if list(refs_in(one["body"]))]) >= 10


def test_comments_follow_their_post_and_replies_what_they_answer():
    posts, comments = ({one["ref"]: one for one in lines} for lines in (POSTS, COMMENTS))
    for one in COMMENTS:
        assert moment(one["created_at"]) > moment(posts[one["post"]]["published_at"]), one["ref"]
        if one["parent"]:
            assert comments[one["parent"]]["post"] == one["post"], one["ref"]
            assert moment(one["created_at"]) > moment(comments[one["parent"]]["created_at"]), one["ref"]


def test_practices_were_tried_in_every_language_with_every_outcome():
    assert len(REPORTS) >= 12
    assert {one["language"] for one in REPORTS} == set(INTERFACE_LANGUAGES)
    assert {one["outcome"] for one in REPORTS} == {"", *OUTCOMES}
    assert {one["intent"] for one in REPORTS} == set(INTENTS)
    posts = {one["ref"]: one for one in POSTS}
    by_ref = {one["ref"]: one for one in REPORTS}
    for one in REPORTS:
        practice = posts[one["post"]]
        assert practice["kind"] == "practice", one["ref"]
        assert practice["organisation"] != one["organisation"], one["ref"]
        assert moment(practice["published_at"]) < moment(one["created_at"]) <= moment(one["updated_at"]), one["ref"]
        parts = {row["title"] for row in practice["details"].get("building_blocks", [])}
        assert set(one["details"].get("building_blocks", [])) <= parts, one["ref"]
        if one["taken_from"]:
            assert by_ref[one["taken_from"]]["post"] == one["post"], one["ref"]
    assert [one for one in REPORTS if one["taken_from"] and by_ref[one["taken_from"]]["taken_from"]]


def test_whoever_is_mentioned_is_in_the_network():
    known = {(line["type"], line.get("ref")) for line in LINES}
    assert {called for one in POSTS + COMMENTS for called in refs_in(one["body"])} <= known


def test_everybody_is_invented():
    text = FILE.read_text(encoding="utf-8")
    assert {domain for domain in ADDRESS.findall(text) if not domain.endswith((".example.org", ".example"))} == {
        "example.org"
    }
    websites = [one["website"] for one in ORGANISATIONS if one["website"]]
    assert all(re.fullmatch(r"https://[\w.-]+\.example(\.org)?/?", address) for address in websites)


def test_all_of_it_comes_in_and_a_second_time_changes_nothing(app):
    assert not is_loaded()
    report = load_demonstration()
    assert [(one.number, one.reason) for one in report.refusals] == []
    assert report.counts == {"imported": len(LINES), "rejected": 0}
    assert report.ignored == {}
    assert len(list(db.session.scalars(repeated_practices()))) == 1
    assert is_loaded()
    assert load_demonstration().counts == {"unchanged": len(LINES), "rejected": 0}


def test_the_sign_ins_that_are_shown_work(app):
    load_demonstration()
    for email, words in SIGN_INS:
        person = authenticate(email, PASSWORD, "")
        actor = actor_for(db.session.get_one(Person, person.id))
        assert actor.is_member
        assert ("editor" in words.split()) == (bool(actor.editor_ids) and email not in ROLES)
        assert actor.is_admin == words.startswith("administrator")
        assert actor.is_moderator == words.startswith(("moderator", "administrator"))
        assert refusal(PASSWORD, person.name, email) is None


def test_a_password_of_somebodys_own_stays(app):
    load_demonstration()
    with transaction():
        authenticate(SIGN_INS[0][0], PASSWORD, "").password_hash = "another"
    load_demonstration()
    assert db.session.scalar(select(Person.password_hash).filter_by(email=SIGN_INS[0][0])) == "another"
