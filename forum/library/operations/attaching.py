"""Files and pictures of posts: taken in, described, taken off. What a file holds is kept once, under its SHA-256."""

import shutil
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import func, select

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.db import db, operation
from forum.core.errors import Invalid, Missing
from forum.core.events import record
from forum.core.files import FileKind, clean_filename, inspect_file
from forum.core.images import reencode, thumbnail
from forum.core.modes import standing
from forum.core.storage import Store, Stored
from forum.core.text import Message, single_line
from forum.core.text import message as _
from forum.library import events
from forum.library.form_texts import noted_text
from forum.library.models import ALT_LENGTH, CAPTION_LENGTH, CREDIT_LENGTH, Attachment, Post
from forum.library.operations.writing import find_post
from forum.library.policy import require_edit

QUOTA = 500_000_000
MOST_FILES = 50
MEGABYTE = 1_000_000
NO_ROOM = _("There is no room for files at the moment. Try again later; your text is kept.")


@dataclass(frozen=True, slots=True)
class Prepared:
    """A file that is known to be good and lies in the store; no post has it yet."""

    filename: str
    kind: FileKind
    stored: Stored
    thumbnail_sha256: str = ""
    width: int | None = None
    height: int | None = None


@dataclass(frozen=True, slots=True)
class Description:
    """What people say about a file; the last four are about pictures."""

    caption: str = ""
    alt: str = ""
    credit: str = ""
    is_decorative: bool = False
    people_agreed: bool = False


def take_in(store: Store, filename: str, stream: BinaryIO) -> Prepared:
    """Check a file by its content and put it into the store; a picture is encoded anew, without metadata.

    Raises `Invalid` under `file`, with the file's name. Ask only for somebody who may attach files.
    """
    if not standing().takes_files:
        raise Invalid({"file": NO_ROOM})
    try:
        with tempfile.NamedTemporaryFile(dir=store.incoming) as arriving:
            shutil.copyfileobj(stream, arriving)
            arriving.flush()
            path = Path(arriving.name)
            kind = inspect_file(path, filename)
            return _picture(store, filename, kind, path) if kind.is_image else _document(store, filename, kind, path)
    except Invalid as problem:
        sentence: Message = problem.sentence
        raise Invalid(
            {"file": _("%(name)s: %(sentence)s", name=single_line(filename)[:80], sentence=sentence)}
        ) from None
    except OSError as problem:
        raise Invalid({"file": NO_ROOM}) from problem


def _document(store: Store, filename: str, kind: FileKind, path: Path) -> Prepared:
    with path.open("rb") as content:
        return Prepared(clean_filename(filename, kind), kind, store.put(content))


def _picture(store: Store, filename: str, kind: FileKind, path: Path) -> Prepared:
    clean, small = reencode(path), thumbnail(path)
    return Prepared(
        clean_filename(filename, kind),
        kind,
        store.put(BytesIO(clean.data)),
        store.put(BytesIO(small.data)).sha256,
        clean.width,
        clean.height,
    )


def clean_description(raw: Mapping[str, Any]) -> Description:
    """Check the words about a file. Raises `Invalid` by field."""
    problems: dict[str, Message] = {}
    longest = (("caption", CAPTION_LENGTH), ("alt", ALT_LENGTH), ("credit", CREDIT_LENGTH))
    words = {name: noted_text(problems, name, raw.get(name) or "", maximum, one_line=True) for name, maximum in longest}
    if problems:
        raise Invalid(problems)
    return Description(
        words["caption"], words["alt"], words["credit"], bool(raw.get("is_decorative")), bool(raw.get("people_agreed"))
    )


@operation
def attach_files(actor: Actor, post_id: int, files: Sequence[Prepared], description: Description) -> list[Attachment]:
    """Add files to a post, all or none. Several pictures at once are described afterwards, one by one.

    Raises `Invalid` under `file` (quota), `alt` or `people_agreed`.
    """
    post = require_edit(actor, find_post(post_id))
    _require_room(post, files)
    pictures = [file for file in files if file.kind.is_image]
    if pictures:
        require_described(description, needs_alt=len(files) == 1)
    attached = [_row(actor, post, file, description, alone=len(files) == 1) for file in files]
    db.session.add_all(attached)
    db.session.flush()
    for one in attached:
        record(actor, events.ATTACHED, "post", post.id, {"attachment": one.id})
    post.version += 1
    return attached


def require_described(description: Description, *, needs_alt: bool = True) -> None:
    """Raise `Invalid` for a picture without a description, or without the consent of those in it."""
    problems: dict[str, Message] = {}
    if needs_alt and not description.alt and not description.is_decorative:
        problems["alt"] = _("Describe the picture for those who cannot see it, or tick that it is decoration.")
    if not description.people_agreed:
        problems["people_agreed"] = _("Add a picture only if everybody in it agreed, or nobody can be recognised.")
    if problems:
        raise Invalid(problems)


def _row(actor: Actor, post: Post, file: Prepared, description: Description, *, alone: bool) -> Attachment:
    picture = file.kind.is_image
    return Attachment(
        post_id=post.id,
        organisation_id=post.organisation_id,
        uploader_id=actor.person_id,
        sha256=file.stored.sha256,
        thumbnail_sha256=file.thumbnail_sha256,
        filename=file.filename,
        mime=file.kind.mime,
        size=file.stored.size,
        width=file.width,
        height=file.height,
        alt=description.alt if picture and alone and not description.is_decorative else "",
        is_decorative=picture and description.is_decorative,
        caption=description.caption if alone else "",
        credit=description.credit,
        people_agreed=picture and description.people_agreed,
        created_at=now(),
    )


def _require_room(post: Post, files: Sequence[Prepared]) -> None:
    """Raise `Invalid` when a post has too many files, or its organisation has used up its room."""
    there = Attachment.removed_at.is_(None)
    count = db.session.scalar(select(func.count()).select_from(Attachment).where(there, Attachment.post_id == post.id))
    if (count or 0) + len(files) > MOST_FILES:
        raise Invalid({"file": _("A post takes at most %(number)s files.", number=MOST_FILES)})
    size = select(func.sum(Attachment.size)).where(there, Attachment.organisation_id == post.organisation_id)
    used = int(db.session.scalar(size) or 0)
    if used + sum(file.stored.size for file in files) > QUOTA:
        sentence = _(
            "Your organisation has used its %(quota)s MB for files. Take off files that you no longer need.",
            quota=QUOTA // MEGABYTE,
        )
        raise Invalid({"file": sentence})


def find_attachment(post_id: int, attachment_id: int) -> Attachment:
    """A file of a post. Raises `Missing`; ask only for somebody who may edit the post."""
    found = db.session.get(Attachment, attachment_id)
    if found is None or found.post_id != post_id or found.removed_at is not None:
        raise Missing(_("There is no such file."))
    return found


@operation
def describe_attachment(actor: Actor, post_id: int, attachment_id: int, description: Description) -> Attachment:
    """Change the words about a file. Raises `Invalid` for a picture that is left without a description."""
    post = require_edit(actor, find_post(post_id))
    found = find_attachment(post_id, attachment_id)
    if found.width:
        require_described(description)
        found.alt = "" if description.is_decorative else description.alt
        found.is_decorative, found.people_agreed = description.is_decorative, description.people_agreed
    found.caption, found.credit = description.caption, description.credit
    post.version += 1
    record(actor, events.ATTACHED, "post", post.id, {"attachment": found.id, "described": True})
    return found


@operation
def remove_attachment(actor: Actor, post_id: int, attachment_id: int) -> None:
    """Take a file off a post; nobody can open it any more. Its content goes when nothing else needs it."""
    post = require_edit(actor, find_post(post_id))
    found = find_attachment(post_id, attachment_id)
    found.removed_at = now()
    post.version += 1
    record(actor, events.DETACHED, "post", post.id, {"attachment": found.id})
