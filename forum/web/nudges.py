"""After posting: "what would help others next", one question at a time. Skipped questions travel in the address."""

from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.core.errors import Conflict, Invalid, Missing
from forum.library.content import content_of
from forum.library.kinds import KINDS
from forum.library.models import Post
from forum.library.operations.writing import UNPOSTED, edit_field
from forum.library.reading import post_to_edit
from forum.vocabulary.queries import vocabulary
from forum.web import labels
from forum.web.cards import post_url
from forum.web.form_fields import FieldMaker
from forum.web.languages import say
from forum.web.post_area import area
from forum.web.post_form import Values, concept_ids_in, detail_in, errors_of, number_in, text_in, values_in, values_of
from forum.web.routes import Need
from forum.web.sessions import actor


@area.page("/posts/<int:post_id>/next", needs=Need.MEMBER, methods=("GET", "POST"))
def ask_next(post_id: int) -> Any:
    """The next question that is not answered yet; an answer is saved at once."""
    post = post_to_edit(actor(), post_id)
    if post.status in UNPOSTED:
        return redirect(url_for("posts.edit_post", post_id=post_id))
    skipped = [name for name in request.args.get("skip", "").split(",") if name in KINDS[post.kind].nudges]
    if request.method == "GET":
        return show_question(post, skipped)
    values = values_in(request.form)
    name = text_in(values, "field")
    if name not in KINDS[post.kind].nudges:
        raise Missing
    try:
        save_answer(post, name, values)
    except Invalid as problem:
        sentence = next(iter(errors_of(problem).values()))
        return show_question(post, skipped, name, values, {name: sentence}), 422
    except Conflict as problem:
        return show_question(post, skipped, name, values, {name: say(problem.sentence)}), 409
    return redirect(next_address(post, [*skipped, name]), 303)


def save_answer(post: Post, name: str, values: Values) -> None:
    """Save the answer to one question; nothing typed is no answer. Raises `Invalid` and `Conflict`."""
    if not any(values.get(name, ())):
        return
    revision = number_in(values, "revision") or 0
    if name in labels.SCHEMES:
        chosen = concept_ids_in({name: values[name]}, content_of(post).concept_ids)
        edit_field(actor(), post.id, "concept_ids", chosen, revision)
    else:
        own = KINDS[post.kind].by_name.get(name)
        edit_field(actor(), post.id, name, detail_in(own, values) if own else text_in(values, name), revision)
    flash(_("Saved. Thank you."), "ok")


def show_question(
    post: Post,
    skipped: list[str],
    name: str | None = None,
    values: Values | None = None,
    errors: dict[str, str] | None = None,
) -> Any:
    """One question, or thanks when none is left."""
    name = name or next_question(post, skipped)
    address = post_url(post.id, post.slug)
    if name is None:
        return render_template("library/next_done.html", post=post, address=address)
    maker = FieldMaker(KINDS[post.kind], values or values_of(content_of(post)), errors or {})
    question = labels.field_question(post.kind, name)
    return render_template(
        "library/next.html",
        post=post,
        address=address,
        question=question,
        field=replace(maker.make(name), label=question, optional=False),
        name=name,
        errors=errors or {},
        skip_url=next_address(post, [*skipped, name]),
        here=next_address(post, skipped),
    )


def next_question(post: Post, skipped: list[str]) -> str | None:
    """The first question of the kind that is neither answered nor skipped."""
    content = content_of(post)
    schemes = {entry.scheme for entry in vocabulary().entries(content.concept_ids)}
    answered = {name for name, scheme in labels.SCHEMES.items() if scheme in schemes} | set(content.details)
    if content.summary:
        answered.add("summary")
    return next((name for name in KINDS[post.kind].nudges if name not in answered and name not in skipped), None)


def next_address(post: Post, skipped: list[str]) -> str:
    """The address of the question after those that were skipped."""
    return url_for("posts.ask_next", post_id=post.id, skip=",".join(dict.fromkeys(skipped)) or None)
