"""The request conversation about a post, between those who wrote it and the moderators; and the list of one's own posts."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.core.actor import Actor
from forum.core.db import db
from forum.core.diff import compare
from forum.core.errors import Conflict, Invalid, Missing
from forum.core.languages import guess_language
from forum.curation.improving import operations
from forum.curation.improving.models import MESSAGE_LENGTH
from forum.curation.improving.policy import TALKED_ABOUT, is_owner, may_answer, may_suggest, may_take_part, require_part
from forum.curation.improving.queries import Conversation, Entry, Proposal, conversation_of, count_open
from forum.library.life import is_open
from forum.library.models import Post
from forum.library.operations.curating import agree_to_public
from forum.library.operations.form_drafts import discard, form_draft_of, mark_of, save_form_draft
from forum.library.operations.texts import texts_of
from forum.library.queries import count_own_posts, own_posts
from forum.library.roles import roles_of, standing_of
from forum.web import labels
from forum.web.cards import post_url
from forum.web.differences import Difference
from forum.web.languages import say
from forum.web.post_form import errors_of
from forum.web.progress import progress_of, standing_in_words
from forum.web.routes import Area, Need
from forum.web.sessions import actor
from forum.web.wording import life

area = Area("improving", __name__)

OWN_PAGE = 20


@area.page("/posts/<int:post_id>/request", needs=Need.PERSON, methods=("GET", "POST"))
def show_request(post_id: int) -> Any:
    """All that was said about a post between its two sides; and a message to the other one."""
    if request.method == "GET":
        return show_conversation(conversation_of(actor(), post_id))
    body = request.form.get("body", "")
    try:
        operations.write_message(actor(), post_id, body, guess_language(body) or actor().language)
    except Invalid as problem:
        page = show_conversation(conversation_of(actor(), post_id), errors_of(problem))
        return page, 422
    discard(actor(), place_of(post_id))
    flash(_("Your message is sent. Only the people of this conversation can read it."), "ok")
    return redirect(url_for("improving.show_request", post_id=post_id), 303)


@area.page("/posts/<int:post_id>/request/draft", needs=Need.PERSON, methods=("POST",))
def keep_message(post_id: int) -> Any:
    """Keep a message that is being typed; `draft.js` asks for it."""
    require_part(actor(), db.session.get(Post, post_id))
    typed = {"body": request.form.get("body", "")[:MESSAGE_LENGTH]}
    address = url_for("improving.keep_message", post_id=post_id)
    try:
        draft = save_form_draft(actor(), place_of(post_id), typed, seen=request.form.get("kept"))
        return jsonify(id=post_id, save_url=address, kept=mark_of(draft))
    except Conflict as problem:
        kept = form_draft_of(actor(), place_of(post_id))
        now = {"body": kept.content.get("body", "")} if kept else {}
        return jsonify(title=say(problem.sentence), now=now, kept=mark_of(kept)), 409


@area.page("/posts/<int:post_id>/request/again", needs=Need.PERSON, methods=("POST",))
def ask_again(post_id: int) -> Any:
    """Ask the moderators for another look: the suggestions are answered."""
    operations.ask_for_another_look(actor(), post_id)
    flash(_("Thank you. A moderator looks at your post again."), "ok")
    return redirect(url_for("improving.show_request", post_id=post_id), 303)


@area.page("/posts/<int:post_id>/request/public", needs=Need.PERSON, methods=("POST",))
def agree(post_id: int) -> Any:
    """Say whether a post may become public once a moderator has reviewed it."""
    agreed = request.form.get("agreed") == "1"
    agree_to_public(actor(), post_id, agreed=agreed)
    flash(
        _("Everyone will see the post once a moderator has reviewed it.")
        if agreed
        else _("The post stays for members only."),
        "ok",
    )
    return redirect(url_for("improving.show_request", post_id=post_id), 303)


@area.page("/posts/mine", needs=Need.PERSON)
def list_own() -> str:
    """What I posted: where each post stands, and what would help next."""
    total = count_own_posts(actor())
    page, pages = max(1, request.args.get("page", 1, type=int) or 1), max(1, -(-total // OWN_PAGE))
    if page > pages:
        raise Missing
    posts = own_posts(actor(), page, OWN_PAGE)
    waiting = count_open([post.id for post in posts])
    listed = [(post, progress_in_list(post), waiting.get(post.id, 0)) for post in posts]
    return render_template(
        "improving/mine.html", posts=listed, page=page, pages=pages, total=total, kind_label=labels.kind_label
    )


def progress_in_list(post: Post) -> Any:
    """Where a post of one's own stands; None where its status says it all."""
    return standing_in_words(post) if post.status == "published" else None


def show_conversation(found: Conversation, errors: dict[str, str] | None = None) -> str:
    """The page of a conversation, as this reader may see and use it."""
    who, post = actor(), found.post
    kept = form_draft_of(who, place_of(post.id))
    roles, standing = roles_of(who, post), standing_of(post)
    return render_template(
        "improving/request.html",
        post=post,
        address=post_url(post.id, post.slug),
        found=found,
        owner=is_owner(who, post),
        progress=progress_of(who, post),
        may_answer=may_answer(who, post),
        may_suggest=may_suggest(who, post),
        may_resubmit=is_open("resubmit", roles, standing) and may_answer(who, post),
        fields=[(name, labels.field_label(post.kind, name)) for name in texts_of(post.kind)],
        entry_words=entry_words,
        difference=difference_of,
        field_label=lambda name: labels.field_label(post.kind, name),
        body=request.form.get("body", kept.content.get("body", "") if kept else ""),
        kept=mark_of(kept),
        longest=MESSAGE_LENGTH,
        errors=errors or {},
    )


def entry_words(entry: Entry) -> str:
    """What a step, or the answer to a suggestion, was: in a sentence."""
    if entry.proposal:
        suggestion = entry.proposal.suggestion
        return str(life.ANSWERS[suggestion.state]) % {"name": name_of(suggestion.answered_by)}
    return str(life.STEPS[entry.step]) % {"name": name_of(entry.who)}


def name_of(person: Any) -> str:
    """The name of somebody who did something; the system and closed accounts have none."""
    return person.name if person and not person.erased_at else str(_("Somebody"))


def difference_of(proposal: Proposal, kind: str) -> Difference:
    """What a suggestion would change, in words taken out and put in."""
    suggestion = proposal.suggestion
    label = labels.field_label(kind, suggestion.field)
    return Difference(suggestion.field, label, compare(suggestion.before, suggestion.proposed))


def place_of(post_id: int) -> str:
    """Where a message that is being typed is kept."""
    return f"posts/{post_id}/request"


def line_for(who: Actor, post: Post) -> str:
    """The link on the post's page that leads to the conversation; empty for those who take no part, and for a draft."""
    if post.status not in TALKED_ABOUT:
        return ""
    asked = post.review == "in_expert_review" and may_take_part(who, post)
    takes_part = is_owner(who, post) or may_suggest(who, post) or asked
    return url_for("improving.show_request", post_id=post.id) if takes_part else ""
