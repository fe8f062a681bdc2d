"""The access matrix of curation: role x step x standing, and role x form x standing, as two tables.

**To add a row.** A new step in `life.STEPS` needs a line in `MAY_STEP`: who of the cast may take it from where it begins. A new
route that takes a form, in an area of `AREAS` or among `POST_PAGES`, needs at least one line in `FORMS`
(`forms_of_curation.py`):

    Form("area.view", {"an", "mia"}, {"field": "value"}, post={"review": "reviewed"})

that is: its endpoint, who of the cast may send it (all others must meet 401, 403 or 404), what is sent, and how the
post by An of De Sluis stands (any column of `Post`). Give several lines for several standings. `{suggestion_id}` and the like
are made anew for each person (`make_thing`). A route without a line fails the walk; forms about secrets in mails name the test
that tells who may send them (`ELSEWHERE`).

The cast: An wrote the post for De Sluis; Bert is her colleague, Dora their editor, who also moderates the network here; Chiara
is of another organisation, Noor of none; Mia moderates, Ada administers, both from elsewhere; Max moderates French only.
"""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.limits import forget_counts
from forum.curation.experts.inviting import invite_expert
from forum.curation.models import Flag
from forum.curation.offers.operations import offer_post
from forum.curation.operations.merging import supersede_post
from forum.library.life import STEPS, Standing, is_open
from forum.library.models import REVIEWS, STATUSES, Post
from forum.library.operations.texts import edit_text
from forum.library.roles import roles_of
from tests.conftest import Cast
from tests.factories import (
    LONG_AGO,
    make_adoption,
    make_collection,
    make_comment,
    make_person,
    make_post,
    make_role,
    make_suggestion,
    saved,
)
from tests.web.everything import ARGUMENT, routes
from tests.web.forms_of_curation import (
    AREAS,
    ELSEWHERE,
    FORMS,
    MODERATORS,
    OTHERS,
    PEOPLE,
    POST_PAGES,
    PRIVATE,
    SIDE,
    Form,
)

Browsers = Callable[[Person | None], FlaskClient]

MAY_STEP: dict[str, set[str]] = {
    "post": {"an"},
    "suggest_changes": OTHERS,
    "resubmit": SIDE,
    "return_to_new": set(),
    "review": OTHERS,
    "look_again": OTHERS,
    "take_back": OTHERS,
    "start_expert_review": OTHERS,
    "end_expert_review": OTHERS,
    "recommend": OTHERS,
    "stop_recommending": OTHERS,
    "ask_recheck": OTHERS,
    "confirm": SIDE | OTHERS,
    "archive": SIDE | OTHERS,
    "bring_back": SIDE | OTHERS,
    "withdraw": SIDE | OTHERS,
    "hide": OTHERS,
    "decline": OTHERS,
    "restore": MODERATORS,
    "grant_appeal": OTHERS,
}


@pytest.fixture
def people(cast: Cast) -> dict[str, Person | None]:
    """The cast, Dora being a moderator of the network too, and Max one of French only."""
    make_role(cast.dora, "moderator")
    max_ = make_person("Max", email="max@example.org")
    make_role(max_, "moderator", "language:fr")
    cast.__dict__["max"] = max_
    return {name: None if name == "visitor" else getattr(cast, name) for name in PEOPLE}


def test_every_step_has_a_line() -> None:
    assert set(MAY_STEP) == set(STEPS)


@pytest.mark.parametrize("status", STATUSES)
def test_role_by_step_by_standing(cast: Cast, people: dict[str, Person | None], status: str) -> None:
    post = db.session.get_one(Post, make_post(cast.an, cast.sluis, status=status).id)
    wrong = []
    for name in people:
        roles = roles_of(cast.actor(name), post)
        for review in REVIEWS:
            for step in STEPS.values():
                begins = status in step.statuses and review in step.reviews
                expected = begins and name in MAY_STEP[step.name]
                if is_open(step.name, roles, Standing(status, review)) is not expected:
                    wrong.append(f"{name} {step.name} from {status}, {review}: expected {expected}")
    assert wrong == []


def test_every_form_of_curation_has_a_line(app: Flask) -> None:
    walked = {rule.endpoint for rule in routes(app, "POST") if rule.endpoint.split(".")[0] in AREAS}
    told = {form.endpoint for form in FORMS} | set(ELSEWHERE)
    assert walked - told == set()
    assert told <= walked | set(POST_PAGES)
    assert set(POST_PAGES) <= told


def test_what_is_told_elsewhere_is_there() -> None:
    root = Path(__file__).resolve().parents[2]
    assert [place for place in ELSEWHERE.values() if not (root / place).exists()] == []


def make_thing(name: str, post: Post, cast: Cast, form: Form) -> int:
    """What an address names: made anew for each person, because forms change it."""
    if name == "suggestion_id":
        unsent = {"sent_at": None} if form.endpoint == "suggesting.remove" else {}
        return make_suggestion(post, cast.mia, **unsent).id
    if name == "flag_id":
        return saved(Flag(post_id=post.id, reporter_id=cast.chiara.id, reason="spam", created_at=LONG_AGO)).id
    if name == "invitation_id":
        return invite_expert(cast.actor("mia"), post.id, "eva@u.example", "en", "Why").id
    if name == "collection_id":
        owner, audience = (cast.chiara, "private") if form.post == PRIVATE else (cast.mia, "public")
        gone = {"deleted_at": now()} if form.endpoint.endswith("bring_back_collection") else {}
        return make_collection(owner, post, audience=audience, **gone).id
    if name == "adoption_id":
        states = {"adoption.bring_back_report": "withdrawn_at", "adoption.restore_report": "hidden_at"}
        gone = {states[form.endpoint]: now()} if form.endpoint in states else {}
        return make_adoption(post, cast.filo, cast.chiara, **gone).id
    if name == "comment_id":
        return make_comment(post, cast.chiara, body="First soak the beans, then boil them for an hour.").id
    if name == "person_id":
        return cast.chiara.id
    return make_step(name, post, cast)


def make_step(name: str, post: Post, cast: Cast) -> int:
    """The same, of steps that restructure posts."""
    if name == "offer_id":
        return offer_post(cast.actor("an"), post.id, cast.filo.id, "They do it now.").id
    if name in ("other_id", "restructuring_id"):
        other = make_post(cast.bert, cast.sluis)
        if name == "other_id":
            return other.id
        return supersede_post(cast.actor("mia"), post.id, other.id, "Newer.").id
    return post.id


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.label)
def test_role_by_form_by_standing(
    app: Flask, cast: Cast, people: dict[str, Person | None], browser_of: Browsers, form: Form
) -> None:
    rule = next(rule for rule in routes(app, "POST") if rule.endpoint == form.endpoint)
    allowed = set()
    for name, person in people.items():
        post = make_post(cast.an, cast.sluis, **form.post)
        if form.endpoint == "suggesting.send":
            make_suggestion(post, cast.mia, sent_at=None)
        if form.endpoint == "posts.bring_version_back":
            edit_text(cast.actor("an"), post.id, "title", "Bread and work", post.revision)
        named = [*ARGUMENT.findall(rule.rule), *re.findall(r"{(\w+)}", " ".join(form.sent.values()))]
        things = {one: str(make_thing(one, post, cast, form)) for one in named if one.endswith("_id")}
        path = ARGUMENT.sub(lambda found, values=things | form.arguments: values[found[1]], rule.rule)
        sent = {key.format(**things): value.format(**things) for key, value in form.sent.items()}
        forget_counts()
        answer = browser_of(person).post(path, data=sent)
        if answer.status_code not in (401, 403, 404):
            allowed.add(name)
    assert allowed == form.who


def test_a_refused_form_changes_nothing(cast: Cast, people: dict[str, Person | None], browser_of: Browsers) -> None:
    post = make_post(cast.an, cast.sluis)
    with transaction():
        before = db.session.get_one(Post, post.id).version
    for name in ("visitor", "noor", "chiara", "bert", "max"):
        for action in ("reviewed", "hide", "withdraw"):
            browser_of(people[name]).post(f"/posts/{post.id}/moderate/{action}", data={"reason": "Because."})
    assert db.session.get_one(Post, post.id).version == before
