"""Mails about practices that others try: who gets one, and when none is needed any more."""

import pytest
from flask import current_app

from forum.adoption import operations
from forum.adoption.asking import HALF_A_YEAR, ask_how_it_went
from forum.adoption.models import Adoption
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.library.models import Post
from forum.notifications.models import OutgoingMail
from forum.notifications.recipients import errand_for
from forum.organisations.models import Membership
from tests import factories
from tests.conftest import Cast
from tests.notifications.test_mailing import owed

RUNS = {"intent": "running", "outcome": "worked", "permission": "public"}
TRIES = {"intent": "trying", "permission": "members"}


@pytest.fixture
def post(cast: Cast) -> Post:
    return factories.make_post(cast.an, cast.sluis)


def tell(cast: Cast, post: Post, words: dict[str, str]) -> Adoption:
    return operations.report_adoption(cast.actor("chiara"), post.id, cast.filo.id, words)


def letter() -> tuple[str, str] | None:
    """To whom the newest mail owed would go now, and what its button opens."""
    mail = db.session.scalar(db.select(OutgoingMail).order_by(OutgoingMail.id.desc()))
    assert mail is not None
    errand = errand_for(mail, current_app.config["SETTINGS"])
    return (errand.name, errand.values["link"]) if errand else None


def test_the_author_hears_of_a_report_and_of_its_next_step_but_not_of_every_comma(cast: Cast, post: Post) -> None:
    told = tell(cast, post, TRIES)
    operations.change_adoption(cast.actor("chiara"), told.id, TRIES | {"details": {"what_helped": "A loan"}}, 1)
    assert owed() == [(f"person:{cast.an.id}", "adoption_reported")]
    operations.change_adoption(cast.actor("chiara"), told.id, RUNS, 2)
    assert owed() == [(f"person:{cast.an.id}", "adoption_reported")] * 2
    assert letter() == ("An", f"/adoptions/{told.id}")


def test_the_editors_hear_of_it_when_the_author_has_left(cast: Cast, post: Post) -> None:
    with transaction():
        for one in db.session.scalars(db.select(Membership).where(Membership.person_id == cast.an.id)):
            one.state = "ended"
    tell(cast, post, RUNS)
    assert owed() == [(f"person:{cast.dora.id}", "adoption_reported")]


def test_who_told_hears_of_the_answer(cast: Cast, post: Post) -> None:
    told = tell(cast, post, RUNS)
    operations.answer_adoption(cast.actor("an"), told.id, "Thank you!", 0)
    assert owed()[-1] == (f"person:{cast.chiara.id}", "adoption_answered")
    assert letter() == ("Chiara", f"/adoptions/{told.id}#answer")


def test_nobody_hears_of_what_was_withdrawn_meanwhile(cast: Cast, post: Post) -> None:
    told = tell(cast, post, RUNS)
    assert owed()
    operations.withdraw_adoption(cast.actor("chiara"), told.id)
    assert letter() is None


def test_the_question_leads_to_the_form_unless_it_was_answered_meanwhile(cast: Cast, post: Post) -> None:
    told = tell(cast, post, TRIES)
    with transaction():
        db.session.get_one(Adoption, told.id).ask_at = now() - HALF_A_YEAR
    assert ask_how_it_went() == 1
    assert owed()[-1] == (f"person:{cast.chiara.id}", "adoption_asked")
    assert letter() == ("Chiara", f"/adoptions/{told.id}/edit")
    operations.change_adoption(cast.actor("chiara"), told.id, RUNS, 1)
    assert letter() is None
