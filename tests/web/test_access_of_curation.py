"""The access matrix of curation: role x step x standing, and role x form x standing, as two tables.

**To add a row.** A new step in `life.STEPS` needs a line in `MAY_STEP`: who of the cast may take it from where it begins. A new
route that takes a form, in an area of `AREAS` or among `POST_PAGES`, needs at least one line in `FORMS`:

    Form("area.view", {"an", "mia"}, {"field": "value"}, review="reviewed")

that is: its endpoint, who of the cast may send it (all others must meet 401, 403 or 404), what is sent, and how the
post by An of De Sluis stands (any column of `Post`). Give several lines for several standings. `{suggestion_id}` and the like
are made anew for each person (`make_thing`). A route without a line fails the walk; forms about secrets in mails name the test
that tells who may send them (`ELSEWHERE`).

The cast: An wrote the post for De Sluis; Bert is her colleague, Dora their editor, who also moderates the network here; Chiara
is of another organisation, Noor of none; Mia moderates, Ada administers, both from elsewhere; Max moderates French only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from forum.accounts.models import Person
from forum.core.db import db, transaction
from forum.core.limits import forget_counts
from forum.curation.experts.inviting import invite_expert
from forum.curation.experts.models import ExpertInvitation
from forum.curation.models import Flag
from forum.library.life import STEPS, Standing, is_open
from forum.library.models import REVIEWS, STATUSES, Post
from forum.library.roles import roles_of
from tests.conftest import Cast
from tests.factories import LONG_AGO, make_person, make_post, make_role, make_suggestion, saved
from tests.web.everything import ARGUMENT, routes

Browsers = Callable[[Person | None], FlaskClient]

PEOPLE = ("visitor", "noor", "chiara", "an", "bert", "dora", "mia", "ada", "max")
SIDE, OTHERS = {"an", "bert", "dora"}, {"mia", "ada"}
MODERATORS = {"dora", *OTHERS}
MEMBERS = {"an", "bert", "dora", "chiara", "mia", "ada", "max"}
SIGNED_IN = MEMBERS | {"noor"}

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


@dataclass(frozen=True)
class Form:
    """A form, who may send it, what is sent, and how the post stands: any column of `Post`."""

    endpoint: str
    who: set[str]
    sent: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    post: dict[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Its name in reports."""
        return " ".join([self.endpoint, *self.arguments.values(), *map(str, self.post.values())])


def moderating(action: str, who: set[str], **post: Any) -> Form:
    """What a moderator does to a post."""
    return Form("review.moderate_post", who, {"reason": "Because."}, {"action": action}, post)


REVIEWED: dict[str, Any] = {"review": "reviewed"}
RUNNING: dict[str, Any] = {"details": {"stage": "running"}}
FORMS = (
    moderating("reviewed", OTHERS),
    moderating("reviewed", OTHERS, review="recommended"),
    moderating("reviewed", set(), status="draft"),
    moderating("new", OTHERS, review="reviewed"),
    moderating("needs_recheck", OTHERS, review="reviewed"),
    moderating("hide", OTHERS),
    moderating("hide", set(), status="draft"),
    moderating("hide", set(), visibility="organisation"),
    moderating("decline", OTHERS),
    moderating("archive", MODERATORS),
    moderating("withdraw", OTHERS),
    moderating("restore", MODERATORS, status="hidden"),
    moderating("restore", MODERATORS, status="declined"),
    moderating("restore", MODERATORS, status="withdrawn"),
    moderating("lock", MODERATORS),
    moderating("unlock", MODERATORS),
    moderating("feature", MODERATORS),
    moderating("unfeature", MODERATORS),
    Form("review.move_themes", MODERATORS, {"themes": "1"}),
    Form("review.flag_post", SIGNED_IN, {"reason": "spam"}),
    Form("review.flag_post", MEMBERS, {"reason": "spam"}, post={"visibility": "members"}),
    Form("review.flag_post", SIDE, {"reason": "spam"}, post={"visibility": "organisation"}),
    Form("review.resolve_flag", MODERATORS | {"max"}, {"outcome": "acted"}),
    Form("posts.archive", SIDE, {"reason": "It ended."}),
    Form("posts.archive", set(), {"reason": "It ended."}, post={"status": "draft"}),
    Form("posts.withdraw", SIDE, {"reason": "It was wrong."}),
    Form("posts.bring_back", SIDE, post={"status": "archived"}),
    Form("posts.set_evidence", OTHERS, {"level": "3", "url": "https://example.org"}),
    Form("posts.ask_experts", OTHERS, {"email": "eva@u.example", "language": "en", "why": "Why"}, post=REVIEWED),
    Form("posts.take_back_expert", OTHERS, post=REVIEWED),
    Form("posts.recommend", OTHERS, post=REVIEWED),
    Form("posts.end_expert_review", OTHERS, post={"review": "in_expert_review"}),
    Form("improving.show_request", {"an", *MODERATORS}, {"body": "Thank you."}),
    Form("improving.show_request", set(), {"body": "Thank you."}, post={"status": "withdrawn"}),
    Form("improving.keep_message", {"an", *MODERATORS}, {"body": "Thank"}),
    Form("improving.ask_again", {"an", "dora"}, post={"review": "changes_suggested"}),
    Form("improving.agree", SIDE, {"agreed": "1"}),
    Form("suggesting.suggest", OTHERS, {"field": "title", "text": "Better", "sentence": "It is shorter."}),
    Form("suggesting.suggest", set(), {"field": "title", "text": "Better", "sentence": "x"}, post={"status": "hidden"}),
    Form("suggesting.send", OTHERS),
    Form("suggesting.remove", OTHERS),
    Form("suggesting.accept", {"an", "dora"}, post=RUNNING),
    Form("suggesting.accept", set(), post=RUNNING | {"status": "withdrawn"}),
    Form("suggesting.change", {"an", "dora"}, {"text": "Our own words", "revision": "1"}, post=RUNNING),
    Form("suggesting.decline", {"an", "dora"}, {"because-{suggestion_id}": "No."}),
    Form(
        "posts.ask_experts",
        OTHERS,
        {"email": "eva@university.example", "why": "You know."},
        post={"review": "reviewed"},
    ),
    Form("posts.end_expert_review", OTHERS, post={"review": "in_expert_review"}),
    Form("posts.recommend", OTHERS, post={"review": "in_expert_review"}),
    Form("posts.take_back_expert", OTHERS, post={"review": "in_expert_review"}),
    Form("posts.split", MODERATORS, {"title": "Part"}),
    Form("posts.transfer", SIDE | OTHERS, {"organisation": "1"}),
    Form("posts.edit_post", SIDE, {"title": "Other"}),
    Form("posts.edit_post", {"an"}, {"title": "Other"}, post={"status": "draft"}),
    Form("posts.edit_post", {"an"}, {"title": "Other"}, post={"status": "declined"}),
    Form("posts.edit_post", set(), {"title": "Other"}, post={"status": "hidden"}),
    Form("posts.edit_post", set(), {"title": "Other"}, post={"status": "withdrawn"}),
    Form("posts.discard", {"an"}, post={"status": "draft"}),
    Form("freshness.confirm_post", SIDE | OTHERS, post={"review": "needs_recheck"}),
    Form("freshness.report_outdated", SIGNED_IN, {"note": "The law changed."}),
    Form("freshness.report_outdated", MEMBERS, {"note": "The law changed."}, post={"visibility": "members"}),
    Form("decisions.decide", OTHERS, {"action": "hide"}),
    Form("decisions.decide", set(), {"action": "hide"}, post={"status": "draft"}),
    Form("notices.send_notice", SIGNED_IN | {"visitor"}, {"note": "x"}),
    Form("notices.send_notice", MEMBERS, {"note": "x"}, post={"visibility": "members"}),
    Form("adoption.new_report", {"chiara", *OTHERS}, {"intent": "x"}),
    Form("adoption.new_report", set(), {"intent": "x"}, post={"visibility": "organisation"}),
    Form("adoption.keep_new", {"chiara", *OTHERS}, {"intent": "x"}),
    Form("sanctions.add_note", MODERATORS | {"max"}, {"note": "x"}),
    Form("sanctions.decide", MODERATORS, {"action": "warn"}),
)
AREAS = (
    *("review", "improving", "suggesting", "freshness", "decisions", "notices", "sanctions"),
    *("opinions", "collections", "adoption"),
)
POST_PAGES = (
    *("posts.archive", "posts.withdraw", "posts.bring_back", "posts.set_evidence", "posts.ask_experts"),
    *("posts.end_expert_review", "posts.recommend", "posts.take_back_expert", "posts.split", "posts.transfer"),
    *("posts.edit_post", "posts.discard"),
)
ELSEWHERE = {  # forms about one's own things, and about secrets in mails: who may send them is told where they are tested
    "review.show_desk": "tests/web/test_desk.py",
    "review.undo": "tests/web/test_desk.py",
    "freshness.answer": "tests/web/test_freshness.py",
    "freshness.leave": "tests/web/test_freshness.py",
    "freshness.confirm_organisation": "tests/web/test_freshness.py",
    "opinions.answer_expert": "tests/curation/test_experts.py",
    "opinions.withdraw_opinion": "tests/curation/test_experts.py",
    "decisions.answer_appeal": "tests/curation/test_decisions.py",
    "decisions.show_decision": "tests/curation/test_decisions.py",
    "decisions.show_statement": "tests/curation/test_decisions.py",
    "notices.show_notice": "tests/curation/test_decisions.py",
    "sanctions.edit_note": "tests/curation/test_decisions.py",
}
OWN_THINGS = ("collections.", "adoption.")  # a collection's owner, a report's organisation: their own tests say who


def test_every_form_of_curation_has_a_line(app: Flask) -> None:
    walked = {rule.endpoint for rule in routes(app, "POST") if rule.endpoint.split(".")[0] in AREAS}
    told = {form.endpoint for form in FORMS} | set(ELSEWHERE)
    assert {one for one in walked - told if not one.startswith(OWN_THINGS)} == set()
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
    if name == "invitation_id":
        asked = {"post_id": post.id, "email": "eva@university.example", "created_at": LONG_AGO, "ends_at": LONG_AGO}
        return saved(ExpertInvitation(**asked)).id
    if name == "person_id":
        return cast.chiara.id
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
        things = {
            one: str(make_thing(one, post, cast, form)) for one in ARGUMENT.findall(rule.rule) if one.endswith("_id")
        }
        path = ARGUMENT.sub(lambda found, values=things | form.arguments: values[found[1]], rule.rule)
        sent = {key.format(**things): value for key, value in form.sent.items()}
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
