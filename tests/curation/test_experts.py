"""Experts: who asks whom, what the clock does, what is forgotten, and what the machine proposes. Moderators decide."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from forum.accounts.models import FORMER_MEMBER, Person
from forum.accounts.tokens import make_token
from forum.core.db import db, transaction
from forum.core.errors import Conflict, Denied, ForumError, Invalid, Missing
from forum.core.events import Event
from forum.curation.experts import answering, inviting
from forum.curation.experts.advice import Proposal, differ, propose
from forum.curation.experts.answering import Written
from forum.curation.experts.models import SCORES, ExpertInvitation, ExpertLink, ExpertOpinion
from forum.curation.experts.queries import expert_review, invitation_by_secret, shown_opinions
from forum.curation.experts.waiting import EXPERTS
from forum.curation.queue import Wanted, page_of_items
from forum.library.models import Post
from forum.library.operations.curating import hide_post
from forum.notifications.experts import letter_to_expert
from forum.organisations.models import OrganisationDomain
from tests import factories
from tests.conftest import Cast
from tests.factories import saved

EVA, MAX = "eva@university.example", "max@institute.example"
GOOD = Written(
    "Eva Roth",
    "University of Graz",
    "Clear, and well told.",
    dict.fromkeys(SCORES, 3),
    has_conflict=False,
    may_be_shown=True,
)
START = datetime(2026, 6, 1, 9, tzinfo=UTC)


@pytest.fixture
def post(cast: Cast) -> Post:
    """A reviewed practice of De Sluis that only members may see."""
    return factories.make_post(cast.an, cast.sluis, review="reviewed", visibility="members")


def ask(cast: Cast, post: Post, email: str = EVA, name: str = "mia") -> ExpertInvitation:
    """Ask an expert."""
    return inviting.invite_expert(cast.actor(name), post.id, email, "en", "You know laundries.")


def opinion_of(cast: Cast, post: Post, email: str = EVA, **changes: object) -> str:
    """Ask an expert, who gives an opinion; the secret of the link."""
    secret = inviting.make_link(ask(cast, post, email).id)
    answering.give_opinion(secret, replace(GOOD, **changes))
    return secret


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> None:
    """Let it be another time, for all that has to do with experts."""
    for module in ("answering", "inviting", "queries"):
        monkeypatch.setattr(f"forum.curation.experts.{module}.now", lambda: moment)


def names(post: Post) -> list[str]:
    """What happened to a post, in order."""
    return list(db.session.scalars(db.select(Event.name).where(Event.subject_id == post.id).order_by(Event.id)))


# Asking


def test_asking_an_expert_starts_the_expert_review(cast: Cast, post: Post) -> None:
    ask(cast, post)
    assert post.review == "in_expert_review"
    assert names(post) == ["post.expert_review_started", "expert.invited"]


@pytest.mark.parametrize("name", ["visitor", "noor", "an", "chiara"])
def test_only_moderators_ask(cast: Cast, post: Post, name: str) -> None:
    with pytest.raises((Denied, Missing)):
        ask(cast, post, name=name)


def test_a_moderator_asks_nobody_about_a_post_of_their_own_organisation(cast: Cast) -> None:
    own = factories.make_post(cast.ada, cast.secretariat, review="reviewed")
    with pytest.raises(Denied, match="another moderator"):
        ask(cast, own)


def test_a_post_is_reviewed_before_experts_look_at_it(cast: Cast) -> None:
    with pytest.raises(Conflict, match="reviewed posts"):
        ask(cast, factories.make_post(cast.an, cast.sluis))


@pytest.mark.parametrize("email", ["bert@example.org", "an@example.org", "somebody@sluis.example"])
def test_nobody_of_the_posts_own_organisation_is_asked(cast: Cast, post: Post, email: str) -> None:
    saved(OrganisationDomain(organisation_id=cast.sluis.id, domain="sluis.example"))
    with pytest.raises(Invalid, match="belongs to the organisation"):
        ask(cast, post, email)


def test_of_a_post_without_an_organisation_only_who_wrote_it_is_an_insider(cast: Cast) -> None:
    post = factories.make_post(cast.an, None, review="reviewed")
    with pytest.raises(Invalid, match="belongs to the organisation"):
        ask(cast, post, "an@example.org")
    assert ask(cast, post, "bert@example.org").state == "invited"


def test_a_moderator_does_not_ask_herself(cast: Cast, post: Post) -> None:
    with pytest.raises(Invalid, match="yourself"):
        ask(cast, post, "mia@example.org")


@pytest.mark.parametrize(("email", "language", "why"), [("no", "en", "x"), (EVA, "xx", "x"), (EVA, "en", " ")])
def test_an_invitation_needs_an_address_a_language_and_a_reason(
    cast: Cast, post: Post, email: str, language: str, why: str
) -> None:
    with pytest.raises(Invalid):
        inviting.invite_expert(cast.actor("mia"), post.id, email, language, why)


def test_two_experts_are_enough_and_nobody_is_asked_twice(cast: Cast, post: Post) -> None:
    ask(cast, post)
    with pytest.raises(Invalid, match="already"):
        ask(cast, post, EVA.upper())
    ask(cast, post, MAX)
    with pytest.raises(Conflict, match="enough"):
        ask(cast, post, "third@example.net")


def test_a_third_expert_is_asked_when_two_are_far_apart(cast: Cast, post: Post) -> None:
    opinion_of(cast, post)
    opinion_of(cast, post, MAX, scores=dict.fromkeys(SCORES, 3) | {"equity": 1})
    assert expert_review(cast.actor("mia"), post.id).proposal is Proposal.ASK_THIRD
    ask(cast, post, "third@example.net")
    assert expert_review(cast.actor("mia"), post.id).proposal is Proposal.WAIT


# The link


def test_a_link_opens_its_one_record_and_is_kept_hashed(cast: Cast, post: Post) -> None:
    invitation = ask(cast, post)
    first, second = inviting.make_link(invitation.id), inviting.make_link(invitation.id)
    assert invitation_by_secret(first).post_id == invitation_by_secret(second).post_id == post.id
    kept = db.session.scalars(db.select(ExpertLink.token_hash)).all()
    assert len(kept) == 2
    assert all(re.fullmatch("[0-9a-f]{64}", one) for one in kept)
    assert not {first, second} & set(kept)


def test_other_links_and_other_addresses_open_nothing(cast: Cast, post: Post) -> None:
    invitation = ask(cast, post)
    secret = inviting.make_link(invitation.id)
    with pytest.raises(Missing):
        invitation_by_secret(make_token(cast.an, "reset"))
    with transaction():
        invitation.email = MAX
    with pytest.raises(Missing):
        invitation_by_secret(secret)


def test_the_link_of_a_hidden_post_opens_nothing(cast: Cast, post: Post) -> None:
    secret = inviting.make_link(ask(cast, post).id)
    hide_post(cast.actor("mia"), post.id, "Unsafe")
    with pytest.raises(Missing, match="not shown"):
        invitation_by_secret(secret)


def test_nobody_is_asked_about_a_hidden_post(cast: Cast, post: Post) -> None:
    hide_post(cast.actor("mia"), post.id, "It names a client.")
    with pytest.raises(Conflict):
        ask(cast, post)


def test_who_joins_the_organisation_meanwhile_cannot_judge_its_post(cast: Cast, post: Post) -> None:
    secret = inviting.make_link(ask(cast, post, "noor@example.org").id)
    factories.make_membership(cast.noor, cast.sluis)
    for step in (lambda: answering.accept(secret), lambda: answering.give_opinion(secret, GOOD)):
        with pytest.raises(Denied, match="belong to the organisation"):
            step()


# Answering


def test_an_expert_accepts_saves_and_gives_an_opinion(cast: Cast, post: Post) -> None:
    invitation = ask(cast, post)
    secret = inviting.make_link(invitation.id)
    answering.accept(secret)
    answering.accept(secret)
    answering.save_opinion(secret, Written(text="Half a"))
    assert invitation.state == "accepted"
    given = answering.give_opinion(secret, GOOD)
    assert (given.text, given.scores, given.has_conflict, given.name) == (GOOD.text, GOOD.scores, False, "Eva Roth")
    assert names(post)[2:] == ["expert.accepted", "opinion.given"]
    with pytest.raises(Conflict):
        answering.save_opinion(secret, GOOD)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": " "}, "text"),
        ({"text": "word " * 151}, "text"),
        ({"scores": dict.fromkeys(SCORES[1:], 2)}, "relevance"),
        ({"scores": dict.fromkeys(SCORES, 2) | {"equity": 4}}, "equity"),
        ({"has_conflict": None}, "has_conflict"),
        ({"has_conflict": True}, "conflict"),
        ({"name": ""}, "name"),
        ({"affiliation": ""}, "affiliation"),
    ],
)
def test_an_opinion_is_given_whole(cast: Cast, post: Post, changes: dict[str, object], field: str) -> None:
    secret = inviting.make_link(ask(cast, post).id)
    with pytest.raises(Invalid) as refused:
        answering.give_opinion(secret, replace(GOOD, **changes))
    assert list(refused.value.fields) == [field]


def test_150_words_are_allowed_and_a_conflict_is_declared(cast: Cast, post: Post) -> None:
    secret = inviting.make_link(ask(cast, post).id)
    given = answering.give_opinion(
        secret, replace(GOOD, text="word " * 150, has_conflict=True, conflict="I advised them once.")
    )
    assert given.conflict == "I advised them once."


def test_who_declines_is_forgotten(cast: Cast, post: Post) -> None:
    invitation = ask(cast, post)
    secret = inviting.make_link(invitation.id)
    answering.save_opinion(secret, Written(text="Half a"))
    with pytest.raises(Invalid):
        answering.decline(secret, "whatever")
    answering.decline(secret, "no_time")
    assert (invitation.email, invitation.person_id, invitation.state) == ("", None, "declined")
    assert db.session.scalar(db.select(db.func.count()).select_from(ExpertOpinion)) == 0
    assert expert_review(cast.actor("mia"), post.id).proposal is Proposal.ASK_NEXT
    with pytest.raises(Missing, match="cannot do it"):
        invitation_by_secret(secret)


# The clock


def test_one_reminder_after_a_week_and_the_end_after_two(
    cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, START)
    invitation = ask(cast, post)
    secret = inviting.make_link(invitation.id)
    for days, expected in ((6, 0), (7, 1), (8, 1), (13, 1)):
        at(monkeypatch, START + timedelta(days=days))
        answering.remind_experts()
        answering.lapse_invitations()
        assert names(post).count("expert.reminded") == expected, days
    assert invitation_by_secret(secret).is_open
    at(monkeypatch, START + timedelta(days=14))
    with pytest.raises(Missing, match="two weeks are over"):
        invitation_by_secret(secret)
    answering.remind_experts()
    answering.lapse_invitations()
    answering.lapse_invitations()
    assert (invitation.state, invitation.email) == ("lapsed", "")
    assert (names(post).count("expert.reminded"), names(post).count("expert.lapsed")) == (1, 1)
    assert expert_review(cast.actor("mia"), post.id).proposal is Proposal.ASK_NEXT
    ask(cast, post, MAX)


def test_a_mail_that_was_held_up_until_the_end_is_not_sent(
    cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    at(monkeypatch, START)
    invitation = ask(cast, post)
    at(monkeypatch, START + timedelta(days=14) - timedelta(seconds=1))
    assert letter_to_expert("expert_invited", invitation.id)
    at(monkeypatch, START + timedelta(days=14))
    assert letter_to_expert("expert_invited", invitation.id) is None


def test_an_opinion_never_lapses(cast: Cast, post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    at(monkeypatch, START)
    secret = opinion_of(cast, post)
    at(monkeypatch, START + timedelta(days=400))
    answering.remind_experts()
    answering.lapse_invitations()
    assert invitation_by_secret(secret).state == "given"


# Deciding


def test_a_recommendation_shows_the_opinions_that_stand(cast: Cast, post: Post) -> None:
    opinion_of(cast, post)
    open_one = ask(cast, post, MAX)
    assert shown_opinions(post) == []
    inviting.recommend_post(cast.actor("mia"), post.id)
    assert post.review == "recommended"
    [shown] = shown_opinions(post)
    assert (shown.name, shown.affiliation, shown.text) == (GOOD.name, GOOD.affiliation, GOOD.text)
    assert open_one.state == "taken_back"


def test_without_an_opinion_nothing_is_recommended(cast: Cast, post: Post) -> None:
    ask(cast, post)
    with pytest.raises(Conflict, match="Nobody gave an opinion"):
        inviting.recommend_post(cast.actor("mia"), post.id)


def test_a_moderator_who_was_the_expert_does_not_decide(cast: Cast, post: Post) -> None:
    factories.make_role(cast.chiara, "moderator")
    opinion_of(cast, post, "chiara@example.org")
    with pytest.raises(Denied, match="yourself"):
        inviting.recommend_post(cast.actor("chiara"), post.id)


def test_ending_the_expert_review_takes_open_invitations_back(cast: Cast, post: Post) -> None:
    invitation = ask(cast, post)
    inviting.end_review(cast.actor("mia"), post.id)
    assert (post.review, invitation.state) == ("reviewed", "taken_back")


@pytest.mark.parametrize("step", [inviting.recommend_post, inviting.end_review, expert_review])
@pytest.mark.parametrize("name", ["visitor", "an", "chiara", "noor"])
def test_only_moderators_decide_and_see_who_was_asked(
    cast: Cast, post: Post, step: Callable[..., object], name: str
) -> None:
    opinion_of(cast, post)
    with pytest.raises(ForumError):
        step(cast.actor(name), post.id)
    assert post.review == "in_expert_review"


def test_an_expert_withdraws_and_only_the_dates_remain(cast: Cast, post: Post) -> None:
    secret = opinion_of(cast, post, has_conflict=True, conflict="A cousin")
    inviting.recommend_post(cast.actor("mia"), post.id)
    answering.withdraw_opinion(secret)
    [shown] = shown_opinions(post)
    assert (shown.name, shown.affiliation, shown.text, shown.conflict, shown.scores) == ("", "", "", "", {})
    assert shown.withdrawn_at
    assert db.session.scalars(db.select(ExpertInvitation.email)).all() == [""]
    with pytest.raises(Missing, match="withdrew"):
        invitation_by_secret(secret)


def test_an_expert_who_closed_the_account_is_forgotten_and_the_opinion_stays(cast: Cast, post: Post) -> None:
    opinion_of(cast, post, "noor@example.org")
    answering.forget_erased_experts()
    inviting.recommend_post(cast.actor("mia"), post.id)
    assert shown_opinions(post)[0].name == GOOD.name
    with transaction():
        db.session.get_one(Person, cast.noor.id).erased_at = START
    answering.forget_erased_experts()
    [shown] = shown_opinions(post)
    assert (shown.name, shown.text) == (FORMER_MEMBER, GOOD.text)
    assert db.session.execute(db.select(ExpertInvitation.email, ExpertInvitation.person_id)).all() == [("", None)]
    assert letter_to_expert("expert_thanked", db.session.scalars(db.select(ExpertInvitation.id)).one()) is None


# What the machine proposes

THREES, TWOS, ONES = (dict.fromkeys(SCORES, score) for score in (3, 2, 1))


@pytest.mark.parametrize(
    ("opinions", "still_open", "asked", "expected"),
    [
        ([], 0, 0, Proposal.ASK_FIRST),
        ([], 1, 1, Proposal.WAIT),
        ([], 0, 2, Proposal.ASK_NEXT),
        ([THREES], 1, 2, Proposal.WAIT),
        ([THREES], 0, 2, Proposal.DECIDE_WITH_ONE),
        ([THREES, TWOS], 0, 2, Proposal.RECOMMEND),
        ([TWOS, ONES], 0, 2, Proposal.KEEP_REVIEWED),
        ([THREES, ONES], 0, 2, Proposal.ASK_THIRD),
        ([THREES, ONES], 1, 3, Proposal.WAIT),
        ([THREES, ONES, THREES], 0, 3, Proposal.RECOMMEND),
        ([THREES, ONES, ONES], 0, 3, Proposal.KEEP_REVIEWED),
    ],
)
def test_what_is_proposed(opinions: list[dict[str, int]], still_open: int, asked: int, expected: Proposal) -> None:
    assert propose(opinions, still_open=still_open, asked=asked) is expected


@pytest.mark.parametrize(
    "opinions",
    [
        [],
        [THREES],
        [THREES, TWOS],
        [TWOS, ONES],
        [THREES, ONES],
        [THREES, THREES | {"evidence": 1}],
        [THREES, ONES, THREES],
        [ONES, THREES, ONES],
    ],
)
def test_the_desk_proposes_the_same(cast: Cast, post: Post, opinions: list[dict[str, int]]) -> None:
    for number, scores in enumerate(opinions):
        opinion_of(cast, post, f"expert{number}@university.example", scores=scores)
    if not opinions:
        answering.decline(inviting.make_link(ask(cast, post).id), "no_time")
    [waiting] = page_of_items(cast.actor("ada"), [EXPERTS], Wanted())
    assert waiting.post_id == post.id
    assert waiting.code == expert_review(cast.actor("mia"), post.id).proposal.value


def test_the_desk_waits_while_somebody_may_still_answer(cast: Cast, post: Post) -> None:
    opinion_of(cast, post)
    ask(cast, post, MAX)
    assert page_of_items(cast.actor("ada"), [EXPERTS], Wanted()) == []


def test_the_desk_hides_what_a_moderator_may_not_decide(cast: Cast, post: Post) -> None:
    factories.make_role(cast.bert, "moderator")
    opinion_of(cast, post)
    assert page_of_items(cast.actor("bert"), [EXPERTS], Wanted()) == []


def test_opinions_differ_when_any_score_is_two_apart() -> None:
    assert not differ([THREES, TWOS])
    assert differ([THREES, THREES | {"evidence": 1}])
    assert not differ([THREES])
