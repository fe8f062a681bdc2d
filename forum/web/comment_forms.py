"""What people send about comments, and what a form begins with: the shape only, the operations decide."""

import re
import secrets
from dataclasses import dataclass, field, replace

from flask import request
from flask_babel import gettext as _

from forum.core.actor import Actor
from forum.core.languages import is_language
from forum.core.markdown import excerpt, render
from forum.discussion.models import BODY_LENGTH, Comment
from forum.discussion.operations.writing import QUOTED_LINES, clean_language, draft_place, edit_place
from forum.library.models import Post
from forum.library.operations.form_drafts import discard, form_draft_of, mark_of, save_form_draft
from forum.web.form_fields import language_options
from forum.web.languages import interface_language

KEY_BYTES = 18
KEY_LENGTH = 64
LANGUAGE_LENGTH = 8
MOST_NUMBER = 10**9
QUOTED_WORDS, QUOTED_PARAGRAPHS = 60, 3


def new_key() -> str:
    """A key that tells a form sent twice from two forms."""
    return secrets.token_urlsafe(KEY_BYTES)


@dataclass(frozen=True, slots=True)
class CommentForm:
    """A comment as it is being written. `reply` is the number of the comment it answers; no language: to be guessed."""

    body: str = ""
    language: str = ""
    reply: int | None = None
    revision: int = 0
    kept: str = ""
    request_key: str = field(default_factory=new_key)

    @property
    def languages(self) -> list[tuple[str, str]]:
        """The languages to choose from; first of all, to have it recognised."""
        named = language_options(interface_language())
        known = {code for code, _name in named}
        chosen = [(self.language, self.language)] if self.language and self.language not in known else []
        return [("", _("Recognise it from my words")), *named, *chosen]

    def guessed(self, actor: Actor) -> "CommentForm":
        """The same form with the language that its words are in, for the writer to confirm."""
        given = self.language if is_language(self.language) else None
        return replace(self, language=clean_language(given, self.body[:BODY_LENGTH], actor.language))


def sent_form() -> CommentForm:
    """The comment that was sent."""
    sent = request.form
    return CommentForm(
        body=sent.get("body", ""),
        language=sent.get("language", "").strip(),
        reply=number_from(sent.get("reply")),
        revision=number_from(sent.get("revision")) or 0,
        kept=sent.get("kept", "")[:KEY_LENGTH],
        request_key=sent.get("request_key", "")[:KEY_LENGTH] or new_key(),
    )


def number_from(text: str | None) -> int | None:
    """A whole number above nought that was sent; None for anything else."""
    return int(text) if text and re.fullmatch(r"[0-9]{1,9}", text) and 0 < int(text) < MOST_NUMBER else None


def new_form(actor: Actor, post: Post, answered: Comment | None, quoted: str = "") -> CommentForm:
    """A form with what the actor was typing here before, and with a quotation if one was asked for."""
    draft = form_draft_of(actor, draft_place(post.id, answered.id if answered else None))
    kept = draft.content if draft else {}
    typed = str(kept.get("body", ""))
    return CommentForm(
        body=typed if quoted.strip() in typed else f"{typed}\n\n{quoted}".lstrip(),
        language=str(kept.get("language", "")),
        kept=mark_of(draft),
        reply=answered.number if answered else None,
    )


def form_of(actor: Actor, comment: Comment) -> CommentForm:
    """The form to edit a comment, with what its author was changing before, unless that is older than the comment."""
    form = CommentForm(body=comment.body, language=comment.language, revision=comment.revision)
    draft = form_draft_of(actor, edit_place(comment.id))
    if draft is None or draft.revision != comment.revision:
        return form
    body, language = (str(draft.content.get(name, "")) for name in ("body", "language"))
    return replace(form, body=body, language=language, kept=mark_of(draft))


def keep_typing(actor: Actor, place: str, form: CommentForm) -> str:
    """Keep what is being typed, nothing when nothing is typed any more; and give the mark of what is kept now.

    Raises `Conflict` when another window has kept something since.
    """
    if not form.body.strip():
        discard(actor, place)
        return ""
    content = {"body": form.body[:BODY_LENGTH], "language": form.language[:LANGUAGE_LENGTH]}
    seen = form.kept if "kept" in request.form else None
    return mark_of(save_form_draft(actor, place, content, form.revision or 1, seen))


def quotation(source: str, name: str, address: str) -> str:
    """The plain words of a text as a Markdown quotation that says where it comes from, without what it quotes itself."""
    words = render(QUOTED_LINES.sub("", source)).plain.splitlines()
    paragraphs = "\n\n".join(excerpt(line, QUOTED_WORDS) for line in words[:QUOTED_PARAGRAPHS])
    label = re.sub(r"[\[\]\\]", "", name)
    lines = [f"[{label}]({address}):", "", *paragraphs.splitlines()]
    return "\n".join(f"> {line}".rstrip() for line in lines) + "\n\n"
