"""What the machine proposes from what experts said: it only proposes, a moderator decides."""

from collections.abc import Mapping, Sequence
from enum import Enum

FAR_APART = 2
GOOD_ON_AVERAGE = 2.0
USUAL_EXPERTS, MOST_EXPERTS = 2, 3

Scores = Mapping[str, int]


class Proposal(Enum):
    """What a moderator could do next about a post that experts look at."""

    ASK_FIRST = "ask_first"
    WAIT = "wait"
    ASK_NEXT = "ask_next"
    DECIDE_WITH_ONE = "decide_with_one"
    ASK_THIRD = "ask_third"
    RECOMMEND = "recommend"
    KEEP_REVIEWED = "keep_reviewed"


def differ(opinions: Sequence[Scores]) -> bool:
    """Whether two opinions are far apart in any score."""
    names = {name for one in opinions for name in one}
    found = ([one[name] for one in opinions if name in one] for name in names)
    return any(max(scores) - min(scores) >= FAR_APART for scores in found)


def propose(opinions: Sequence[Scores], *, still_open: int, asked: int) -> Proposal:
    """The next step, from the scores of the opinions that stand, and how many invitations are open and were sent in all.

    Two opinions that agree are enough, or three that do not; one is, with the moderator's own judgement.
    """
    if len(opinions) < USUAL_EXPERTS and still_open:
        return Proposal.WAIT
    if not opinions:
        return Proposal.ASK_NEXT if asked else Proposal.ASK_FIRST
    if len(opinions) == 1:
        return Proposal.DECIDE_WITH_ONE
    if differ(opinions) and len(opinions) < MOST_EXPERTS:
        return Proposal.WAIT if still_open else Proposal.ASK_THIRD
    return Proposal.RECOMMEND if average(opinions) >= GOOD_ON_AVERAGE else Proposal.KEEP_REVIEWED


def average(opinions: Sequence[Scores]) -> float:
    """The mean of all scores, from 1 to 3."""
    scores = [score for one in opinions for score in one.values()]
    return sum(scores) / len(scores) if scores else 0.0
