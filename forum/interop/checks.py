"""What the lines of each type hold, checked for shape. Names of others stay names here."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from forum.accounts.models import ABOUT_LENGTH, JOB_TITLE_LENGTH
from forum.accounts.models import NAME_LENGTH as PERSON_NAME_LENGTH
from forum.accounts.validation import is_theme_key
from forum.core.errors import Invalid
from forum.core.languages import guess_language, is_language
from forum.core.text import CONTROL_CHARACTERS
from forum.core.text import message as _
from forum.discussion.models import BODY_LENGTH as COMMENT_LENGTH
from forum.interop.adoptions import check_adoption
from forum.interop.collections import check_collection
from forum.interop.lines import Found, Rejected, first_problem, ref_of, type_of
from forum.interop.reader import Reader
from forum.library.content import COMMON, Content, clean_content
from forum.library.evidence import LEVELS, SOURCED_FROM, has_evidence
from forum.library.kinds import KINDS
from forum.library.models import REASON_LENGTH, REVIEWS, STATUSES
from forum.organisations.models import DESCRIPTION_LENGTH, NAME_LENGTH, URL_LENGTH

LANGUAGE = "en"
CONCEPT_FIELDS = {
    "theme": "themes",
    "target": "target_groups",
    "principle": "principles",
    "instrument": "instruments",
    "form": "forms",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One object of a file: its type, its name in its source, its cleaned values, and the fields nobody here knows."""

    type: str
    ref: str
    values: dict[str, Any]
    ignored: tuple[str, ...] = ()


def check_line(found: Found) -> Line:
    """The cleaned line. Raises `Rejected` with the first thing that is wrong, named by its field."""
    type_name, ref, reader = type_of(found), ref_of(found), Reader(found)
    try:
        values = CHECKS[type_name](reader)
    except Invalid as problem:
        raise Rejected(first_problem(problem)) from problem
    unknown = [f"{type_name}.{name}" for name in found if name not in ("type", "ref") and name not in reader.asked]
    return Line(type_name, ref, values, (*unknown, *values.pop("ignored", ())))


def check_organisation(reader: Reader) -> dict[str, Any]:
    """Name, kind, parent, place and words of an organisation."""
    return {
        "name": reader.text("name", NAME_LENGTH, required=True),
        "kind": reader.choice("kind", ("member", "network"), "member"),
        "parent": reader.ref("parent"),
        "country": reader.country(),
        "language": reader.language(),
        "website": reader.text("website", URL_LENGTH),
        "description": reader.text("description", DESCRIPTION_LENGTH, one_line=False),
        "closed_at": reader.moment("closed_at"),
    }


def check_person(reader: Reader) -> dict[str, Any]:
    """Name, address and languages of a person; never a password."""
    return {
        "name": reader.text("name", PERSON_NAME_LENGTH, required=True),
        "email": reader.email(),
        "language": reader.language(),
        "job_title": reader.text("job_title", JOB_TITLE_LENGTH),
        "about": reader.text("about", ABOUT_LENGTH, one_line=False),
        "reads": [code for code in reader.refs("reads") if is_language(code)],
        "interests": [key for key in reader.refs("interests") if is_theme_key(key)],
    }


def check_membership(reader: Reader) -> dict[str, Any]:
    """Who belongs where, and as what."""
    return {
        "person": reader.ref("person", required=True),
        "organisation": reader.ref("organisation", required=True),
        "role": reader.choice("role", ("member", "editor"), "member"),
        "state": reader.choice("state", ("active", "requested", "ended"), "active"),
    }


def check_concept(reader: Reader) -> dict[str, Any]:
    """Scheme, place and labels of a concept; the vocabulary checks the labels."""
    words = {name: reader.value(name) or {} for name in ("labels", "alt", "weak", "acronyms")}
    for name, by_language in words.items():
        if CONTROL_CHARACTERS.search(json.dumps(by_language, ensure_ascii=False)):
            raise Rejected(_("%(name)s: there are characters in these words that cannot be shown.", name=name))
    return {
        "scheme": reader.text("scheme", 20, required=True),
        "broader": reader.ref("broader"),
        "merged_into": reader.ref("merged_into"),
        **words,
    }


def check_post(reader: Reader) -> dict[str, Any]:
    """A post's content, where it belongs, and where it stands in its life. Only a draft may lack a title."""
    content, ignored = check_content(reader)
    status = reader.choice("status", STATUSES, "published")
    if not content.title and status != "draft":
        raise Rejected(_("%(name)s is missing.", name="title"))
    return {
        "content": content,
        "concepts": {scheme: reader.refs(name) for scheme, name in CONCEPT_FIELDS.items()},
        "organisation": reader.ref("organisation"),
        "author": reader.ref("author"),
        "coauthors": reader.refs("coauthors"),
        "status": status,
        "review": reader.choice("review", REVIEWS, "new"),
        "published_at": reader.moment("published_at"),
        "status_reason": reader.text("status_reason", REASON_LENGTH),
        "translation_of": reader.ref("translation_of"),
        "evidence": check_evidence(reader, content.kind),
        "says_original": "translation_of" in reader.found,
        "ignored": ignored,
    }


def check_evidence(reader: Reader, kind: str) -> dict[str, Any] | None:
    """What moderators judged of a practice, with its source; None where the line says nothing."""
    level, post, by = reader.value("evidence_level"), reader.ref("evidence_post"), reader.ref("evidence_by")
    source, on = reader.url("evidence_source"), reader.day("evidence_on")
    if level is None:
        return None
    if type(level) is not int or level not in LEVELS or not has_evidence(kind):
        raise Rejected(_("evidence_level must be a whole number from 0 to 5, of a practice."))
    if level >= SOURCED_FROM and not (source or post):
        raise Rejected(_("From evidence_level 3 on, name evidence_source or evidence_post."))
    return {"level": level, "source": source, "post": post, "on": on, "by": by}


def check_content(reader: Reader) -> tuple[Content, list[str]]:
    """What a post says, its language guessed when it is missing, and the details that its kind does not know."""
    given: dict[str, Any] = {name: reader.value(name) for name in (*COMMON, "kind", "details")}
    kind = KINDS.get(str(given["kind"]))
    details, ignored = given["details"], list[str]()
    if kind is not None and isinstance(details, dict):
        ignored = [f"{kind.name}.details.{name}" for name in details if name not in kind.by_name]
        given["details"] = {name: value for name, value in details.items() if name in kind.by_name}
    if given["language"] is None:
        given["language"] = guess_language(f"{given['title']} {given['body']}") or LANGUAGE
    return clean_content(given), ignored


def check_comment(reader: Reader) -> dict[str, Any]:
    """A comment's words, author and place in its conversation. A deleted one needs no words."""
    state = reader.choice("state", ("deleted", "hidden"), "")
    return {
        "state": state,
        "post": reader.ref("post", required=True),
        "parent": reader.ref("parent"),
        "author": reader.ref("author"),
        "body": reader.text("body", COMMENT_LENGTH, required=state != "deleted", one_line=False),
        "language": reader.language(default=""),
        "created_at": reader.moment("created_at"),
        "accepted": reader.flag("accepted"),
    }


CHECKS: dict[str, Callable[[Reader], dict[str, Any]]] = {
    "concept": check_concept,
    "organisation": check_organisation,
    "person": check_person,
    "membership": check_membership,
    "post": check_post,
    "comment": check_comment,
    "adoption": check_adoption,
    "collection": check_collection,
}
