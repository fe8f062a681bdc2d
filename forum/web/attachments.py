"""Files and pictures of a post: add, describe, take off; and giving them out to those who may read the post."""

from collections.abc import Mapping
from typing import Any, BinaryIO, cast
from urllib.parse import quote

from flask import Response, current_app, flash, jsonify, redirect, render_template, request, send_file, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from forum.core.errors import Invalid, Missing
from forum.core.files import KINDS as FILE_KINDS
from forum.core.markdown import link_source
from forum.core.modes import standing
from forum.core.own_pictures import picture_address
from forum.core.storage import Store
from forum.core.text import message
from forum.curation.experts.queries import invitation_by_secret
from forum.library.models import Attachment, Post
from forum.library.operations.attaching import (
    NO_ROOM,
    Prepared,
    attach_files,
    clean_description,
    describe_attachment,
    find_attachment,
    remove_attachment,
    take_in,
)
from forum.library.reading import attachment_for, attachments_of, post_to_edit
from forum.web.cards import post_url
from forum.web.languages import say
from forum.web.post_area import area
from forum.web.post_form import errors_of
from forum.web.post_view import is_shown_picture, small_size
from forum.web.routes import Need
from forum.web.sessions import actor

MOST_AT_ONCE = 10
FILE_POLICY = "default-src 'none'; sandbox"
THUMBNAIL = "image/webp"
BY_LINK = "opinion"


def store() -> Store:
    """Where the site keeps its files."""
    return Store(current_app.config["SETTINGS"].upload_dir)


@area.page("/posts/<int:post_id>/files", needs=Need.PERSON, methods=("GET", "POST"))
def list_files(post_id: int) -> Any:
    """The files of a post, and a form to add more."""
    post = post_to_edit(actor(), post_id)
    if request.method == "GET":
        return show_files(post)
    try:
        added = attach_files(actor(), post_id, sent_files(), clean_description(request.form))
    except Invalid as problem:
        return show_files(post, request.form, errors_of(problem)), 422
    flash(ngettext("%(num)s file is added.", "%(num)s files are added.", len(added)), "ok")
    waiting = next((one for one in added if one.width and not is_shown_picture(one)), None)
    if waiting:
        return redirect(url_for("posts.describe_file", post_id=post_id, attachment_id=waiting.id), 303)
    return redirect(url_for("posts.list_files", post_id=post_id), 303)


@area.page("/posts/<int:post_id>/files/add", needs=Need.PERSON, methods=("POST",))
def add_file(post_id: int) -> Any:
    """Add one file for the writing surface; the answer is what to write in the text, or what is wrong, by field."""
    post_to_edit(actor(), post_id)
    try:
        added = attach_files(actor(), post_id, sent_files(), clean_description(request.form))
    except Invalid as problem:
        return jsonify(title=say(problem.sentence), errors=errors_of(problem)), 422
    return jsonify(sources=[source_of(one) for one in added])


def source_of(file: Attachment) -> dict[str, Any]:
    """The Markdown that shows a picture in a text, with its caption and credit below it, or that links to a file."""
    if not file.width or not file.height:
        address = f"/attachments/{file.id}/{quote(file.filename)}"
        return {"text": link_source(file.caption or file.filename, address), "is_block": False}
    credit = _("Picture: %(name)s", name=file.credit) if file.credit else ""
    below = " ".join(filter(None, (file.caption, credit)))
    picture = "!" + link_source(file.alt, picture_address(file.id, file.filename, file.width, file.height))
    return {"text": f"{picture}\n\n*{below}*" if below else picture, "is_block": True}


def sent_files() -> list[Prepared]:
    """The files that were sent, checked and in the store. Raises `Invalid`: then none is added."""
    sent = [file for file in request.files.getlist("file") if file.filename]
    if not sent:
        raise Invalid({"file": message("Choose a file first.")})
    if len(sent) > MOST_AT_ONCE:
        raise Invalid({"file": message("Add at most %(number)s files at once.", number=MOST_AT_ONCE)})
    try:
        return [take_in(store(), file.filename or "", cast(BinaryIO, file.stream)) for file in sent]
    finally:
        for file in sent:
            file.close()


def show_files(post: Post, typed: Mapping[str, str] | None = None, errors: dict[str, str] | None = None) -> str:
    """The list and the form."""
    return render_template(
        "library/files.html",
        post=post,
        address=post_url(post.id, post.slug),
        files=attachments_of(post.id),
        is_shown_picture=is_shown_picture,
        small_size=small_size,
        typed=typed or {},
        errors=errors or {},
        endings=", ".join(FILE_KINDS),
        no_room=NO_ROOM if standing().takes_writes and not standing().takes_files else "",
    )


@area.page("/posts/<int:post_id>/files/<int:attachment_id>", needs=Need.PERSON, methods=("GET", "POST"))
def describe_file(post_id: int, attachment_id: int) -> Any:
    """The words about a file."""
    post = post_to_edit(actor(), post_id)
    file = find_attachment(post_id, attachment_id)
    if request.method == "GET":
        return show_description(post, file, words_of(file))
    try:
        describe_attachment(actor(), post_id, attachment_id, clean_description(request.form))
    except Invalid as problem:
        return show_description(post, file, request.form, errors_of(problem)), 422
    flash(_("The description is saved."), "ok")
    waiting = next((one for one in attachments_of(post_id) if one.width and not is_shown_picture(one)), None)
    if waiting:
        return redirect(url_for("posts.describe_file", post_id=post_id, attachment_id=waiting.id), 303)
    return redirect(url_for("posts.list_files", post_id=post_id), 303)


def words_of(file: Attachment) -> dict[str, str]:
    """What is said about a file, as a form sends it."""
    ticks = {name: "1" if getattr(file, name) else "" for name in ("is_decorative", "people_agreed")}
    return {"caption": file.caption, "alt": file.alt, "credit": file.credit, **ticks}


def show_description(
    post: Post, file: Attachment, typed: Mapping[str, str], errors: dict[str, str] | None = None
) -> str:
    """The form with the words about a file."""
    return render_template(
        "library/describe_file.html", post=post, file=file, size=small_size(file), typed=typed, errors=errors or {}
    )


@area.page("/posts/<int:post_id>/files/<int:attachment_id>/remove", needs=Need.PERSON, methods=("GET", "POST"))
def remove_file(post_id: int, attachment_id: int) -> Any:
    """Say what taking a file off means; then do it."""
    post = post_to_edit(actor(), post_id)
    file = find_attachment(post_id, attachment_id)
    if request.method == "GET":
        return render_template("library/remove_file.html", post=post, file=file)
    remove_attachment(actor(), post_id, attachment_id)
    flash(_("The file is taken off."), "ok")
    return redirect(url_for("posts.list_files", post_id=post_id), 303)


@area.page("/attachments/<int:attachment_id>/<filename>", needs=Need.ANYONE)
def show_attachment(attachment_id: int, filename: str) -> Any:
    """A file: a picture in the page, anything else to be saved."""
    file, post = readable_file(attachment_id)
    if filename != file.filename:
        return redirect(url_for("posts.show_attachment", attachment_id=attachment_id, filename=file.filename))
    return give_out(post, file, file.sha256, file.mime)


@area.page("/attachments/<int:attachment_id>/thumbnail", needs=Need.ANYONE)
def show_thumbnail(attachment_id: int) -> Any:
    """The small version of a picture."""
    file, post = readable_file(attachment_id)
    if not file.thumbnail_sha256:
        raise Missing(message("There is no such file."))
    return give_out(post, file, file.thumbnail_sha256, THUMBNAIL)


def readable_file(attachment_id: int) -> tuple[Attachment, Post]:
    """A file and its post, for those who may read that, or have an expert's link to that post. Raises `Missing`."""
    secret = request.args.get(BY_LINK, "")
    found = attachment_for(actor(), attachment_id) or (attachment_by_link(secret, attachment_id) if secret else None)
    if found is None:
        raise Missing(message("There is no such file."))
    return found


def attachment_by_link(secret: str, attachment_id: int) -> tuple[Attachment, Post] | None:
    """A file of the one post that an expert's link opens, with that post; None for any other file. Raises `Missing`."""
    post = invitation_by_secret(secret).post
    return next(((file, post) for file in attachments_of(post.id) if file.id == attachment_id), None)


def give_out(post: Post, file: Attachment, sha256: str, mime: str) -> Response:
    """The bytes, sandboxed. A browser asks again each time, so that nobody keeps seeing what is no longer theirs to see."""
    path = store().path(sha256)
    if not path.is_file():
        raise Missing(message("There is no such file."))
    answer = send_file(
        path,
        mimetype=mime,
        as_attachment=not file.width,
        download_name=file.filename,
        etag=sha256,
        last_modified=file.created_at,
    )
    answer.headers["Content-Security-Policy"] = FILE_POLICY
    is_public = post.visibility == "public" and post.status in ("published", "archived")
    answer.headers["Cache-Control"] = "public, no-cache" if is_public else "private, no-cache"
    answer.headers["Vary"] = "Cookie"
    return answer
