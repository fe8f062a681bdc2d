"""Messages to those who look after the site: written by anybody, read by administrators and at the contact address."""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, func, select
from sqlalchemy.orm import joinedload

from forum.accounts.queries import normal_email
from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Invalid
from forum.core.events import record
from forum.core.text import Message
from forum.core.text import message as _
from forum.curation import events
from forum.curation.models import ASIDE_LENGTH, MESSAGE_LENGTH, ReaderMessage
from forum.curation.policy import require_message_reader
from forum.library.form_texts import noted_text

KEPT_FOR = timedelta(days=365)
MESSAGES_A_PAGE = 20


@dataclass(frozen=True, slots=True)
class MessagePage:
    """One page of messages, the newest first, and how many there are in all."""

    messages: list[ReaderMessage]
    total: int
    page: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // MESSAGES_A_PAGE))


@operation
def write_message(
    actor: Actor, *, message: str, language: str, page: str = "", tools: str = "", email: str = ""
) -> ReaderMessage:
    """Send a message; a visitor may leave an address for the answer. Raises `Invalid` with every problem."""
    problems: dict[str, Message] = {}
    body = noted_text(problems, "message", message, MESSAGE_LENGTH, _("Write your message."))
    asides = (("page", page), ("tools", tools))
    where, with_what = (noted_text(problems, name, raw, ASIDE_LENGTH, one_line=True) for name, raw in asides)
    address = "" if actor or not email.strip() else normal_email(email)
    if address is None:
        problems["email"] = _("This is not an e-mail address. Write it like name@example.org, or leave it empty.")
    if problems:
        raise Invalid(problems)
    written = ReaderMessage(
        sender_id=actor.person_id,
        email=address or "",
        language=language,
        body=body,
        page=where,
        tools=with_what,
        sent_at=now(),
    )
    db.session.add(written)
    db.session.flush()
    record(actor, events.MESSAGE_SENT, "message", written.id)
    return written


def list_messages(actor: Actor, page: int = 1) -> MessagePage:
    """Messages with their senders, the newest first, for administrators."""
    require_message_reader(actor)
    total = db.session.scalar(select(func.count()).select_from(ReaderMessage)) or 0
    newest = select(ReaderMessage).options(joinedload(ReaderMessage.sender)).order_by(ReaderMessage.id.desc())
    found = db.session.scalars(newest.offset((page - 1) * MESSAGES_A_PAGE).limit(MESSAGES_A_PAGE))
    return MessagePage(list(found), total, page)


@operation
def forget_messages() -> None:
    """Delete messages a year after they were sent."""
    db.session.execute(delete(ReaderMessage).where(ReaderMessage.sent_at < now() - KEPT_FOR))
