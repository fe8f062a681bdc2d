"""Ten thousand random lives of a post. The pure table is walked 10,000 times; the real operations, on the database, 120 times.

What may happen is said here a second time, in the contract's own words (`STATUS_MOVES`, `REVIEW_MOVES`), so that a mistake in
`life.STEPS` cannot excuse itself. The real histories mix steps, edits and suggestions by everybody, most of them refused.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from forum.core.actor import SYSTEM, Actor
from forum.core.db import db
from forum.core.errors import Conflict, Denied, Invalid, Missing
from forum.core.events import Event
from forum.curation.improving import operations as improving
from forum.curation.improving.models import Suggestion
from forum.library.content import Content, content_of
from forum.library.life import BEGINNING, STEPS, Standing, Who, is_open, replayed, steps_open_to
from forum.library.models import REVIEWS, STATUSES, Post, PostVersion
from forum.library.operations import curating
from forum.library.operations.writing import edit_post, publish_post, start_draft
from tests.conftest import Cast
from tests.factories import concept, make_role

HISTORIES = 10_000
LONGEST = 40
STATUS_MOVES = {
    ("draft", "published"),
    ("declined", "published"),
    *((shown, away) for shown in ("published", "archived") for away in ("hidden", "declined", "withdrawn")),
    *((away, shown) for shown in ("published", "archived") for away in ("hidden", "declined", "withdrawn")),
    ("published", "archived"),
    ("archived", "published"),
}
REVIEW_MOVES = {
    *((mark, "new") for mark in REVIEWS),
    ("new", "changes_suggested"),
    ("needs_recheck", "changes_suggested"),
    *((mark, "reviewed") for mark in ("new", "changes_suggested", "needs_recheck", "in_expert_review", "recommended")),
    ("reviewed", "in_expert_review"),
    ("reviewed", "recommended"),
    ("in_expert_review", "recommended"),
    *((mark, "needs_recheck") for mark in ("new", "reviewed", "in_expert_review", "recommended")),
    *(("needs_recheck", mark) for mark in ("in_expert_review", "recommended")),  # it is still true: the badge is back
}
CAST_ROLES = {
    "author": frozenset({Who.AUTHOR}),
    "colleague": frozenset({Who.COLLEAGUE}),
    "own moderator": frozenset({Who.COLLEAGUE, Who.MODERATOR}),
    "moderator": frozenset({Who.MODERATOR, Who.REVIEWER}),
    "second": frozenset({Who.MODERATOR, Who.REVIEWER, Who.SECOND}),
    "system": frozenset({Who.SYSTEM}),
    "stranger": frozenset[Who](),
}
MARKING = {
    "suggest_changes",
    "review",
    "look_again",
    "take_back",
    "start_expert_review",
    "recommend",
    "stop_recommending",
}


def require_legal(before: Standing, after: Standing) -> None:
    """Fail unless the contract knows this move."""
    if before.status != after.status:
        assert (before.status, after.status) in STATUS_MOVES
    if before.review != after.review:
        assert (before.review, after.review) in REVIEW_MOVES
        assert after.status in ("published", "archived")


def pure_history(random: Random) -> Iterator[tuple[Standing, Standing, str, str]]:
    """A history by the table alone: (before, after, who, step), refused steps left out."""
    standing, status_before, review_before = BEGINNING, "", ""
    for _turn in range(random.randint(1, LONGEST)):
        who = random.choice(list(CAST_ROLES))
        likely = [step.name for step in steps_open_to(CAST_ROLES[who], standing)]  # else most turns would be refused
        name = random.choice(likely if likely and random.random() < 0.7 else list(STEPS))
        if not is_open(name, CAST_ROLES[who], standing):
            continue
        after = STEPS[name].leads_to(standing, status_before, review_before)
        if after.status != standing.status:
            status_before = standing.status
        if after.review != standing.review:
            review_before = standing.review if after.review == "needs_recheck" else ""
        yield standing, after, who, name
        standing = after


def test_ten_thousand_histories_by_the_table_make_no_illegal_move() -> None:
    random, taken = Random(5), set()
    for _history in range(HISTORIES):
        logged = []
        for before, after, who, name in pure_history(random):
            require_legal(before, after)
            assert not (name in MARKING and who in ("author", "colleague", "own moderator", "stranger")), (who, name)
            logged.append({"step": name, "from": before.data(), "to": after.data()})
            taken.add(name)
        assert replayed(logged) == (Standing(**logged[-1]["to"]) if logged else BEGINNING)
    assert taken == set(STEPS)


def test_nothing_is_open_to_strangers_and_every_standing_can_be_left() -> None:
    for status in STATUSES:
        for review in REVIEWS:
            assert steps_open_to(CAST_ROLES["stranger"], Standing(status, review)) == []
            assert steps_open_to(frozenset(Who), Standing(status, review))


@dataclass
class History:
    """One post, what was done with it, and every text that it ever showed."""

    post_id: int
    texts: set[str] = field(default_factory=set)
    accepted: int = 0

    @property
    def post(self) -> Post:
        """The post as it is now."""
        return db.session.get_one(Post, self.post_id)

    def standing(self) -> Standing:
        """Where it stands now."""
        return Standing(self.post.status, self.post.review)

    def take(self, actor: Actor, name: str, number: int) -> None:
        """Try a step, an edit or a suggestion, as the pages do; a refusal is fine, a half-done change is not."""
        before, version = self.standing(), self.post.version
        try:
            self._do(actor, name, number)
        except (Denied, Missing, Conflict, Invalid):
            db.session.rollback()
            assert (self.standing(), self.post.version) == (before, version)
        require_legal(before, self.standing())
        self.texts.add(self.post.body)

    def _do(self, actor: Actor, name: str, number: int) -> None:
        if name == "edit":
            text = f"Text {number}: " + " ".join(f"word{number}x{place}" for place in range(30))
            edit_post(actor, self.post_id, replace(content_of(self.post), body=text), self.post.revision)
        elif name == "suggest":
            improving.suggest(actor, self.post_id, "body", f"{self.post.body} And {number} more.", "Please.", "en")
            improving.send_suggestions(actor, self.post_id)
        elif name == "accept":
            self._accept(actor)
        elif name == "post":
            publish_post(actor, self.post_id)
        else:
            curating.step(actor, self.post_id, name, f"Because of {number}.")

    def _accept(self, actor: Actor) -> None:
        open_ones = select(Suggestion.id).where(Suggestion.post_id == self.post_id, Suggestion.state == "open")
        wanted = db.session.scalar(open_ones.order_by(Suggestion.id))
        if wanted is not None:
            improving.accept_suggestion(actor, wanted)
            self.accepted += 1

    def events(self) -> list[Event]:
        """What the log says of it, in order."""
        about = Event.subject_type == "post", Event.subject_id == self.post_id
        return list(db.session.scalars(select(Event).where(*about).order_by(Event.id)))


PEOPLE = ("an", "bert", "dora", "chiara", "mia", "ada", "system")
ACTIONS = (*STEPS, "edit", "suggest", "accept")
TURNS = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(ACTIONS)), min_size=4, max_size=24)


def test_real_histories_lose_no_text_and_the_log_tells_them_again(cast: Cast) -> None:
    make_role(cast.dora, "moderator")
    actors = {name: SYSTEM if name == "system" else cast.actor(name) for name in PEOPLE}
    theme = concept("work-integration").id
    own = {cast.an.id, cast.bert.id, cast.dora.id}
    reached: set[Standing] = set()

    @settings(max_examples=120, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
    @given(TURNS)
    def live(turns: list[tuple[str, str]]) -> None:
        content = Content(
            "practice",
            title="A laundry",
            body="We wash for three hotels, and one more learns.",
            countries=("BE",),
            concept_ids=(theme,),
            details={"stage": "running"},
        )
        history = History(start_draft(actors["an"], content, cast.sluis.id).id)
        history.take(actors["an"], "post", 0)
        for number, (who, name) in enumerate(turns, start=1):
            history.take(actors[who], name, number)
            reached.add(history.standing())
        require_whole(history, own)

    live()
    assert {standing.status for standing in reached} == set(STATUSES) - {"draft"}
    assert {standing.review for standing in reached} == set(REVIEWS)


def require_whole(history: History, own: set[int]) -> None:
    """Fail if a text is lost, the log has a gap, or somebody marked a record of their own organisation."""
    logged = history.events()
    assert replayed(event.data for event in logged) == history.standing()
    for event in logged:
        if event.data.get("step") in MARKING:
            assert event.actor_id not in own, event.data
        if event.data.get("step") and STEPS[event.data["step"]].needs_reason:
            assert event.data["reason"]
    versions = db.session.scalars(select(PostVersion).where(PostVersion.post_id == history.post_id))
    assert history.texts <= {history.post.body, *(version.content["body"] for version in versions)}
    assert history.post.improvements == history.accepted
