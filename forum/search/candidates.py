"""Words that people search for in vain, and that no concept has yet: candidates for the vocabulary, on the moderators' desk."""

from typing import Any

from sqlalchemy import Select, and_, delete, exists, func

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.curation.entries import Source, entry, start_of
from forum.curation.models import Deed
from forum.curation.operations.deeds import Action, State
from forum.curation.policy import require_moderator
from forum.curation.queue import Item
from forum.search.learning import SHOWN_FOR, since_when
from forum.search.models import SearchCount, WordLeftAside
from forum.vocabulary.models import ConceptLabel


def _candidates(_actor: Actor) -> Select[Any]:
    empty = func.sum(SearchCount.empty)
    subject = SearchCount.language + ":" + SearchCount.text
    rows = entry(
        subject,
        start_of(func.min(SearchCount.week)),
        language=SearchCount.language,
        title=SearchCount.text,
        number=empty,
    )
    is_label = exists().where(func.lower(ConceptLabel.text) == SearchCount.text)
    is_aside = exists().where(
        WordLeftAside.language == SearchCount.language,
        WordLeftAside.text == SearchCount.text,
        WordLeftAside.at > now() - SHOWN_FOR,
    )
    rows = rows.where(SearchCount.week > since_when(), ~is_label, ~is_aside)
    return rows.group_by(SearchCount.language, SearchCount.text).having(empty > 0)


WORDS = Source("word", _candidates, is_timed=False)


@operation
def leave_aside(actor: Actor, language: str, text: str) -> None:
    """Show a candidate no more, for as long as searches count (twelve weeks)."""
    require_moderator(actor)
    known = db.session.get(WordLeftAside, {"language": language, "text": text})
    if known is None:
        db.session.add(WordLeftAside(language=language, text=text, at=now()))
    else:
        known.at = now()


@operation
def take_up(actor: Actor, language: str, text: str) -> None:
    """Show a candidate again that was left aside."""
    require_moderator(actor)
    here = and_(WordLeftAside.language == language, WordLeftAside.text == text)
    db.session.execute(delete(WordLeftAside).where(here))


def _leave_aside(actor: Actor, item: Item, _reason: str) -> tuple[State, State]:
    leave_aside(actor, *item.subject.split(":", 1))
    return {}, {}


def _take_up(actor: Actor, deed: Deed) -> None:
    take_up(actor, *deed.subject.split(":", 1))


LEAVE_ASIDE = Action("aside", _leave_aside, _take_up)
