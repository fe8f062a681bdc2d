"""A line of the interchange format before anybody looks at what it says: a JSON object with a type and a name."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from forum.core.errors import Invalid
from forum.core.text import Message
from forum.core.text import message as _
from forum.library.fields import Refused, clean_text

LONGEST_LINE = 2_000_000
REF_LENGTH = 200
TYPES = ("concept", "organisation", "person", "membership", "post", "comment", "adoption", "collection")
NOTES = ("line", "reason")

Found = Mapping[str, Any]


class Rejected(Exception):
    """A line that cannot be taken in; `reason` says why in plain words."""

    def __init__(self, reason: Message):
        self.reason = reason
        super().__init__(str(reason))


def parse_line(raw: bytes) -> dict[str, Any]:
    """The JSON object of a line, without what a list of rejected lines adds to it. Raises `Rejected`."""
    if len(raw) > LONGEST_LINE:
        raise Rejected(_("The line is longer than 2 MB."))
    try:
        found = json.loads(raw.decode())
    except (ValueError, RecursionError):
        raise Rejected(_("The line is not valid JSON in UTF-8.")) from None
    if not isinstance(found, dict):
        raise Rejected(_("The line is not a JSON object."))
    return {name: value for name, value in found.items() if name not in NOTES}


def type_of(found: Found) -> str:
    """The type of a line. Raises `Rejected`."""
    name = found.get("type")
    if name not in TYPES:
        known = ", ".join(TYPES)
        raise Rejected(_("type must be one of %(types)s, not %(type)s.", types=known, type=str(name)[:60]))
    return str(name)


def ref_of(found: Found) -> str:
    """What a line is called in its source; a membership is called after its person and its organisation."""
    if found.get("type") != "membership":
        return clean_ref(found, "ref", required=True)
    person, organisation = (clean_ref(found, name, required=True) for name in ("person", "organisation"))
    whole = f"{person}\t{organisation}"
    return whole if len(whole) <= REF_LENGTH else hashlib.sha256(whole.encode()).hexdigest()


def clean_ref(found: Found, name: str, *, required: bool = False) -> str:
    """A name of an object, which may be a whole number; empty when there is none. Raises `Rejected`."""
    value = found.get(name)
    if value is None or value == "":
        if required:
            raise Rejected(_("%(name)s is missing.", name=name))
        return ""
    try:
        return clean_text(str(value) if type(value) is int else value, REF_LENGTH, one_line=True)
    except Refused as refusal:
        raise Rejected(about(name, refusal.sentence)) from None


def about(name: str, sentence: Message) -> Message:
    """A sentence that begins with the field it is about."""
    return _("%(name)s: %(sentence)s", name=name, sentence=sentence)


def first_problem(problem: Invalid) -> Message:
    """The first thing that is wrong, named by its field."""
    name, sentence = next(iter(problem.fields.items()))
    return about(name, sentence)
