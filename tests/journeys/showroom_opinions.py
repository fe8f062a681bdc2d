"""What the showroom has of experts and evidence: a post that experts look at, and one that they made recommended."""

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.curation.experts import answering, inviting
from forum.curation.experts.answering import Written
from forum.curation.experts.models import SCORES, ExpertLink
from forum.curation.experts.queries import token_hash
from forum.curation.operations.evidence import judge_evidence
from forum.library.models import Post
from forum.library.operations.evidence import Judgement

WHY = "You know what a laundry costs."
WORDS = "Clear steps, and honest about the first winter.\nOthers will need a law that allows trial weeks."


def opinions(helen: Actor, asked: Post, judged: Post) -> dict[str, str]:
    """Ask about one post, with an answer still to come; recommend the other, with two opinions and a level of evidence."""
    for post in (asked, judged):
        for name, conflict in (("Eva Roth", ""), ("Max Verhoeven", "I trained their team in 2021.")):
            if post is asked and conflict:
                continue
            address = f"{name.split()[0].lower()}@university.example"
            secret = inviting.make_link(inviting.invite_expert(helen, post.id, address, "en", WHY).id)
            answering.give_opinion(secret, written(name, conflict))
    inviting.recommend_post(helen, judged.id)
    judge_evidence(helen, judged.id, Judgement(3, "https://example.org/a-study-of-laundries"))
    open_one = inviting.invite_expert(helen, asked.id, "ina@university.example", "en", WHY)
    given = next(one for one in db.session.scalars(db.select(ExpertLink)) if one.email == "eva@university.example")
    for invitation_id, email, secret in (
        (open_one.id, "ina@university.example", "ask-an-expert"),
        (given.invitation_id, given.email, "thank-an-expert"),
    ):
        with transaction():
            db.session.add(
                ExpertLink(invitation_id=invitation_id, email=email, token_hash=token_hash(secret), created_at=now())
            )
    return {
        "asked": str(asked.id),
        "judged": str(judged.id),
        "opinions.token": "ask-an-expert",
        "given": "thank-an-expert",
    }


def written(name: str, conflict: str) -> Written:
    """An opinion."""
    scores = dict.fromkeys(SCORES, 3) | {"evidence": 2}
    return Written(
        name, "University of Graz", WORDS, scores, has_conflict=bool(conflict), conflict=conflict, may_be_shown=True
    )
