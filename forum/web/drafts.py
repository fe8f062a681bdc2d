"""Drafts: my list, saving while somebody types, throwing away; and what a text suggests while it is written."""

from typing import Any

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.core.errors import Conflict, Missing
from forum.core.languages import guess_language, language_name
from forum.core.limits import check_limit
from forum.core.text import CONTROL_CHARACTERS
from forum.library.content import content_of
from forum.library.kinds import KINDS
from forum.library.models import Post
from forum.library.operations import form_drafts
from forum.library.operations.writing import UNPOSTED, discard_draft, keep_draft, save_draft
from forum.library.queries import drafts_of
from forum.library.reading import post_to_edit
from forum.library.similar import similar_titles
from forum.vocabulary.queries import vocabulary
from forum.web import labels
from forum.web.cards import show_cards
from forum.web.editing import place_of
from forum.web.languages import interface_language, say
from forum.web.post_area import area
from forum.web.post_form import (
    Values,
    number_in,
    request_key_in,
    starting_content,
    suggested_themes,
    text_in,
    valid_content_in,
    values_in,
)
from forum.web.posting import find_kind, organisation_in, own_country
from forum.web.routes import Need
from forum.web.sessions import actor

SUGGESTIONS_A_MINUTE = 60


@area.page("/drafts", needs=Need.PERSON)
def list_drafts() -> str:
    """What I have begun and not posted yet."""
    return render_template("library/drafts.html", drafts=drafts_of(actor()), kind_label=labels.kind_label)


@area.page("/posts/drafts", needs=Need.MEMBER, methods=("POST",))
def keep_new_draft() -> Any:
    """Keep what is typed into the form of a new post; a script asks for it from the first key stroke."""
    kind = find_kind(request.form.get("kind", ""))
    values = {"language": [""]} | values_in(request.form)
    content, is_whole = valid_content_in(values, starting_content(kind, actor(), own_country()), actor())
    draft_id, seen = number_in(values, "draft_id"), number_in(values, "revision")
    try:
        draft = keep_draft(actor(), content, organisation_in(values), request_key_in(values), draft_id, seen)
    except Conflict as problem:
        return elsewhere(draft_id, say(problem.sentence))
    return kept(draft, values, is_whole)


@area.page("/posts/<int:post_id>/draft", needs=Need.PERSON, methods=("POST",))
def keep_typing(post_id: int) -> Any:
    """Keep what is typed into the form of a draft, or of a post that is being edited."""
    post = post_to_edit(actor(), post_id)
    values = values_in(request.form)
    try:
        if post.status not in UNPOSTED:
            return kept(post, values, is_whole=False)
        content, is_whole = valid_content_in(values, content_of(post), actor())
        organisation_id = organisation_in(values, post.organisation_id)
        draft = save_draft(actor(), post_id, content, organisation_id, number_in(values, "revision"))
        return kept(draft, values, is_whole)
    except Conflict as problem:
        return elsewhere(post_id, say(problem.sentence))


def kept(post: Post, values: Values, is_whole: bool) -> Any:
    """Answer the script; what a draft cannot take as it is (a title too long) is kept as it was typed."""
    place, draft = place_of(post.id), None
    if not is_whole:
        typed = typed_in(values)
        revision = post.revision if post.status in UNPOSTED else number_in(values, "revision") or post.revision
        seen = values["kept"][-1] if values.get("kept") else None
        draft = form_drafts.save_form_draft(actor(), place, typed, revision, seen)
    elif form_drafts.form_draft_of(actor(), place):
        form_drafts.discard(actor(), place)
    return jsonify(
        id=post.id,
        revision=post.revision if post.status in UNPOSTED else number_in(values, "revision"),
        kept=form_drafts.mark_of(draft),
        save_url=url_for("posts.keep_typing", post_id=post.id),
        edit_url=url_for("posts.edit_post", post_id=post.id),
    )


def typed_in(values: Values) -> dict[str, list[str]]:
    """What somebody typed, without what belongs to the sending and without characters that no database keeps."""
    return {
        CONTROL_CHARACTERS.sub("", name): [CONTROL_CHARACTERS.sub("", text) for text in texts]
        for name, texts in values.items()
        if name not in ("revision", "request_key", "kept")
    }


def elsewhere(post_id: int | None, sentence: str) -> Any:
    """Tell the script that another window has the text, and what it says now: the script knows a lost answer by that."""
    kept_before = form_drafts.form_draft_of(actor(), place_of(post_id)) if post_id else None
    post = post_to_edit(actor(), post_id) if post_id else None
    now = {"title": [post.title], "body": [post.body]} if post else {}
    if kept_before is not None:
        now |= {name: kept_before.content[name] for name in ("title", "body") if name in kept_before.content}
    address = url_for("posts.edit_post", post_id=post_id) if post_id else ""
    texts = {name: found[-1] for name, found in now.items()}
    revision = post.revision if post and post.status in UNPOSTED else None
    mark = form_drafts.mark_of(kept_before)
    return jsonify(title=sentence, now=texts, revision=revision, kept=mark, edit_url=address), 409


@area.page("/posts/<int:post_id>/discard", needs=Need.PERSON, methods=("GET", "POST"))
def discard(post_id: int) -> Any:
    """Throw away a draft, or the unsent changes of a post; a page says so first."""
    post = post_to_edit(actor(), post_id)
    if request.method == "GET":
        return render_template("library/discard.html", post=post, is_draft=post.status == "draft")
    form_drafts.discard(actor(), place_of(post_id))
    if post.status != "draft":
        flash(_("Your unsent changes are gone. The post is as it was."), "ok")
        return redirect(url_for("posts.edit_post", post_id=post_id), 303)
    discard_draft(actor(), post_id)
    flash(_("The draft is gone."), "ok")
    return redirect(url_for("posts.list_drafts"), 303)


@area.page("/posts/suggest", needs=Need.MEMBER, methods=("POST",))
def suggest() -> Any:
    """Themes, the language and posts with a similar title, for a text that is being written."""
    check_limit(f"suggest:{actor().person_id}", SUGGESTIONS_A_MINUTE, 60)
    values = values_in(request.form)
    title, body, language = text_in(values, "title"), text_in(values, "body"), interface_language()
    if text_in(values, "kind") not in KINDS:
        raise Missing
    known, guess = vocabulary(), guess_language(f"{title}. {body}")
    entries = [known.by_key(key) for key in suggested_themes(title, body, guess or "")]
    similar = show_cards(similar_titles(actor(), title, but=number_in(values, "draft_id")))
    return jsonify(
        themes=[{"key": entry.key, "label": known.label(entry.id, language)} for entry in entries if entry],
        language={"code": guess, "name": language_name(guess, language)} if guess else None,
        similar=[{"title": one.title, "language": one.language, "url": one.url} for one in similar],
    )
