"""The lines of the interchange format: what each type holds, checked for shape. Names of others (refs) stay names here."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from email_validator import EmailNotValidError, validate_email

from forum.core.errors import ForumError, Invalid
from forum.core.languages import is_country, is_language
from forum.core.text import Message
from forum.core.text import message as _
from forum.discussion.models import BODY_LENGTH as COMMENT_LENGTH
from forum.library.content import clean_content
from forum.library.fields import Refused, clean_text
from forum.library.models import REASON_LENGTH, REVIEWS, STATUSES
from forum.organisations.models import DESCRIPTION_LENGTH, URL_LENGTH
from forum.organisations.models import NAME_LENGTH as ORGANISATION_NAME_LENGTH

LONGEST_LINE = 2_000_000
REF_LENGTH = 200
PERSON_NAME_LENGTH = 120
CONCEPT_FIELDS = {
    "theme": "themes",
    "target": "target_groups",
    "principle": "principles",
    "instrument": "instruments",
    "form": "forms",
}


class Rejected(Exception):
    """A line that cannot be taken in; `reason` says why in plain words."""

    def __init__(self, reason: Message):
        self.reason = reason
        super().__init__(str(reason))


@dataclass(frozen=True, slots=True)
class Line:
    """One object of a file: its type, its name in its source, and its cleaned values."""

    type: str
    ref: str
    values: dict[str, Any]


def parse_line(raw: bytes) -> dict[str, Any]:
    """The JSON object of a line. Raises `Rejected`."""
    if len(raw) > LONGEST_LINE:
        raise Rejected(_("The line is longer than 2 MB."))
    try:
        found = json.loads(raw)
    except (ValueError, RecursionError):
        raise Rejected(_("The line is not valid JSON in UTF-8.")) from None
    if not isinstance(found, dict):
        raise Rejected(_("The line is not a JSON object."))
    return found


def check_line(found: Mapping[str, Any]) -> Line:
    """The cleaned line. Raises `Rejected` with the first thing that is wrong, named by its field."""
    type_name = found.get("type")
    checker = CHECKERS.get(str(type_name))
    if checker is None:
        raise Rejected(
            _("The type must be one of %(types)s, not %(type)s.", types=", ".join(CHECKERS), type=str(type_name)[:60])
        )
    reader = Reader(found)
    try:
        ref = reader.text("ref", REF_LENGTH, required=True) if type_name != "membership" else membership_ref(reader)
        return Line(str(type_name), ref, checker(reader))
    except Invalid as problem:
        name, sentence = next(iter(problem.fields.items()))
        raise Rejected(about(name, sentence)) from problem
    except ForumError as problem:
        raise Rejected(problem.sentence) from problem


def about(name: str, sentence: Message) -> Message:
    """A sentence that begins with the field it is about."""
    return _("%(name)s: %(sentence)s", name=name, sentence=sentence)


class Reader:
    """Takes single values out of a line's object, or raises `Rejected` that names the field."""

    def __init__(self, found: Mapping[str, Any]):
        self.found = found

    def text(self, name: str, maximum: int, *, required: bool = False, one_line: bool = True) -> str:
        """A text; empty when it is missing and not required."""
        value = self.found.get(name)
        if value is None or value == "":
            if required:
                raise Rejected(_("%(name)s is missing.", name=name))
            return ""
        return str(self._checked(name, lambda: clean_text(value, maximum, one_line=one_line)))

    def ref(self, name: str) -> str | None:
        """The name of another object, or None."""
        return self.text(name, REF_LENGTH) or None

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        """One of a few words."""
        value = self.found.get(name)
        if value in (None, ""):
            return default
        if value not in choices:
            raise Rejected(_("%(name)s must be one of %(choices)s.", name=name, choices=", ".join(choices)))
        return str(value)

    def language(self, name: str = "language", default: str = "en") -> str:
        """A language code."""
        value = self.found.get(name)
        if value in (None, ""):
            return default
        if not isinstance(value, str) or not is_language(value):
            raise Rejected(_("%(name)s must be a language code, like nl.", name=name))
        return value

    def country(self, name: str = "country") -> str:
        """A country code, or nothing."""
        value = self.found.get(name)
        if value in (None, ""):
            return ""
        if not isinstance(value, str) or not is_country(value):
            raise Rejected(_("%(name)s must be a country code, like BE.", name=name))
        return value

    def moment(self, name: str) -> datetime | None:
        """A moment in ISO 8601; without a zone it is taken as UTC."""
        value = self.found.get(name)
        if value in (None, ""):
            return None
        try:
            found = datetime.fromisoformat(str(value))
            return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
        except (ValueError, OverflowError):
            raise Rejected(_("%(name)s must be a moment like 2026-03-01T09:00:00Z.", name=name)) from None

    def refs(self, name: str) -> list[str]:
        """A list of names, each once."""
        value = self.found.get(name) or []
        if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
            raise Rejected(_("%(name)s must be a list of names.", name=name))
        return list(dict.fromkeys(value))

    def _checked(self, name: str, clean: Callable[[], Any]) -> Any:
        try:
            return clean()
        except Refused as refusal:
            raise Rejected(about(name, refusal.sentence)) from refusal


def membership_ref(reader: Reader) -> str:
    """The name of a membership: its person and its organisation."""
    person = reader.text("person", REF_LENGTH, required=True)
    return f"{person}|{reader.text('organisation', REF_LENGTH, required=True)}"[:REF_LENGTH]


def check_organisation(reader: Reader) -> dict[str, Any]:
    """Name, kind, parent, place and words of an organisation."""
    return {
        "name": reader.text("name", ORGANISATION_NAME_LENGTH, required=True),
        "kind": reader.choice("kind", ("member", "network"), "member"),
        "parent": reader.ref("parent"),
        "country": reader.country(),
        "language": reader.language(),
        "website": check_website(reader),
        "description": reader.text("description", DESCRIPTION_LENGTH, one_line=False),
    }


def check_website(reader: Reader) -> str:
    """An address that begins with http:// or https://, or nothing."""
    address = reader.text("website", URL_LENGTH)
    if address and not address.startswith(("https://", "http://")):
        raise Rejected(_("website must begin with https://."))
    return address


def check_person(reader: Reader) -> dict[str, Any]:
    """Name, address and languages of a person; never a password."""
    reads = [code for code in reader.refs("reads") if is_language(code)]
    return {
        "name": reader.text("name", PERSON_NAME_LENGTH, required=True),
        "email": check_email(reader),
        "language": reader.language(),
        "job_title": reader.text("job_title", 120),
        "about": reader.text("about", 2000, one_line=False),
        "reads": reads,
    }


def check_email(reader: Reader) -> str | None:
    """An address in its normal form, or None for somebody who left. Nothing is asked of the network."""
    address = reader.text("email", 254)
    if not address:
        return None
    try:
        return validate_email(address, check_deliverability=False, test_environment=True).normalized.lower()
    except EmailNotValidError:
        raise Rejected(_("email is not a valid address.")) from None


def check_membership(reader: Reader) -> dict[str, Any]:
    """Who belongs where, and as what."""
    return {
        "person": reader.ref("person"),
        "organisation": reader.ref("organisation"),
        "role": reader.choice("role", ("member", "editor"), "member"),
        "state": reader.choice("state", ("active", "requested", "ended"), "active"),
    }


def check_concept(reader: Reader) -> dict[str, Any]:
    """Scheme, place and labels of a concept; the vocabulary checks the labels."""
    return {
        "scheme": reader.text("scheme", 20, required=True),
        "broader": reader.ref("broader"),
        **{name: reader.found.get(name) or {} for name in ("labels", "alt", "weak", "acronyms")},
        "merged_into": reader.ref("merged_into"),
    }


def check_post(reader: Reader) -> dict[str, Any]:
    """A post's content, where it belongs, and where it stands in its life."""
    if not reader.text("title", 10_000):
        raise Rejected(_("%(name)s is missing.", name="title"))
    return {
        "content": clean_content({**reader.found, "concept_ids": ()}),
        "concepts": {scheme: reader.refs(name) for scheme, name in CONCEPT_FIELDS.items()},
        "organisation": reader.ref("organisation"),
        "author": reader.ref("author"),
        "status": reader.choice("status", STATUSES, "published"),
        "review": reader.choice("review", REVIEWS, "new"),
        "published_at": reader.moment("published_at"),
        "status_reason": reader.text("status_reason", REASON_LENGTH),
        "translation_of": reader.ref("translation_of"),
    }


def check_comment(reader: Reader) -> dict[str, Any]:
    """A comment's words, author and place in its conversation."""
    state = reader.choice("state", ("deleted", "hidden"), "")
    return {
        "state": state,
        "post": reader.text("post", REF_LENGTH, required=True),
        "parent": reader.ref("parent"),
        "author": reader.ref("author"),
        "body": reader.text("body", COMMENT_LENGTH, required=state != "deleted", one_line=False),
        "language": reader.language(),
        "created_at": reader.moment("created_at"),
    }


CHECKERS: dict[str, Callable[[Reader], dict[str, Any]]] = {
    "organisation": check_organisation,
    "person": check_person,
    "membership": check_membership,
    "concept": check_concept,
    "post": check_post,
    "comment": check_comment,
}
