"""What owners do with a whole post: put it in the archive, withdraw it, bring it back. A page says first what will happen."""

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.core.actor import Actor
from forum.core.errors import Denied, Invalid
from forum.core.text import message
from forum.library.models import Post
from forum.library.operations.curating import archive_post, restore_post, withdraw_post
from forum.library.reading import post_to_edit
from forum.web.cards import post_url
from forum.web.post_area import area
from forum.web.post_form import errors_of
from forum.web.post_view import possibilities
from forum.web.routes import Need
from forum.web.sessions import actor

Step = Callable[[Actor, int, str], Post]


@area.page("/posts/<int:post_id>/archive", needs=Need.PERSON, methods=("GET", "POST"))
def archive(post_id: int) -> Any:
    """Put a post in the archive, with a reason."""
    return leave(post_id, "archive", archive_post, _("The post is in the archive."))


@area.page("/posts/<int:post_id>/withdraw", needs=Need.PERSON, methods=("GET", "POST"))
def withdraw(post_id: int) -> Any:
    """Withdraw a post, with a reason; title and reason stay."""
    return leave(post_id, "withdraw", withdraw_post, _("The post is withdrawn. Only its title and your reason remain."))


@area.page("/posts/<int:post_id>/restore", needs=Need.PERSON, methods=("GET", "POST"))
def bring_back(post_id: int) -> Any:
    """Bring a post back from the archive."""
    post = able_to(post_id, "restore")
    if request.method == "GET":
        return render_template("library/bring_back.html", post=post, address=post_url(post.id, post.slug))
    restore_post(actor(), post_id)
    flash(_("The post is back. Search offers it again."), "ok")
    return redirect(url_for("posts.show_post", post_id=post_id, slug=post.slug), 303)


def able_to(post_id: int, step: str) -> Post:
    """The post, if the actor may take this step. Raises `Missing` or `Denied`."""
    post = post_to_edit(actor(), post_id)
    if step not in possibilities(actor(), post):
        raise Denied(message("This cannot be done with the post as it stands."))
    return post


def leave(post_id: int, name: str, step: Step, done: str) -> Any:
    """Ask for a reason, then take the step."""
    post = able_to(post_id, name)
    address = post_url(post.id, post.slug)
    errors: dict[str, str] = {}
    if request.method == "POST":
        try:
            step(actor(), post_id, request.form.get("reason", ""))
            flash(done, "ok")
            return redirect(address, 303)
        except Invalid as problem:
            errors = errors_of(problem)
    reason = request.form.get("reason", "")
    page = render_template(f"library/{name}.html", post=post, address=address, reason=reason, errors=errors)
    return page, 422 if errors else 200
