"""Editing one text of a post, as a suggestion asks for it: title, summary, the main text, or a text of the kind's own."""

from dataclasses import replace
from typing import Any

from forum.core.actor import Actor
from forum.core.db import operation
from forum.core.errors import Invalid
from forum.core.text import message as _
from forum.library.content import COMMON, Content, clean_answer, content_of
from forum.library.fields import Refused, Type
from forum.library.kinds import KINDS
from forum.library.models import Post
from forum.library.operations.writing import edit_post, find_post
from forum.library.policy import require_edit

COMMON_TEXTS = ("title", "summary", "body")


def texts_of(kind: str) -> list[str]:
    """The names of the fields of a kind that are texts, in the order of its form."""
    own = [field.name for field in KINDS[kind].fields if field.type in (Type.TEXT, Type.LINE, Type.URL)]
    return [*COMMON_TEXTS, *own]


def text_of(content: Content, name: str) -> str:
    """What a text field says; empty when nothing is given."""
    return str(getattr(content, name) if name in COMMON_TEXTS else content.details.get(name) or "")


def clean_text_of(kind: str, name: str, text: str) -> str:
    """A text as its field takes it. Raises `Invalid` under the name `text`."""
    if name not in texts_of(kind):
        raise Invalid({"field": _("Choose one of the answers offered.")})
    try:
        cleaned = COMMON[name](text) if name in COMMON_TEXTS else clean_answer(KINDS[kind], name, text)
    except Refused as refusal:
        raise Invalid({"text": refusal.sentence}) from None
    except Invalid as problem:
        raise Invalid({"text": problem.fields[name]}) from None
    return str(cleaned or "")


@operation
def edit_text(
    actor: Actor, post_id: int, name: str, text: str, revision: int, *, note: str = "", improves: bool = False
) -> Post:
    """Let one text field say this from now on; what it said is kept as a version. `improves`: it counts as an improvement.

    Raises `Conflict` when `revision` is no longer the present one, `Invalid` under `text` for what the field cannot take.
    """
    post = require_edit(actor, find_post(post_id))
    content = content_of(post)
    cleaned = clean_text_of(post.kind, name, text)
    changes: dict[str, Any] = {name: cleaned}
    if name not in COMMON_TEXTS:
        others = {key: value for key, value in content.details.items() if key != name}
        changes = {"details": others | ({name: cleaned} if cleaned else {})}
    try:
        edit_post(actor, post_id, replace(content, **changes), revision, note)
    except Invalid as problem:
        raise Invalid({"text": next(iter(problem.fields.values()))}) from None
    post.improvements += improves
    return post
