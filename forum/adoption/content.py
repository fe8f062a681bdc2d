"""What a report says: its fields, and how a value given by a person or a file becomes a clean one.

Three answers are required (the practice and the organisation come by themselves): how far they are, how it went once
trying is over, and who may read it. The figures are those that practices share, so that both can be compared.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from forum.adoption.models import ANSWER_LENGTH, INTENTS, OUTCOMES, PERMISSIONS, UNDER_WAY, Adoption
from forum.core.errors import Invalid
from forum.core.languages import guess_language, is_country, is_language
from forum.core.text import Message
from forum.core.text import message as _
from forum.library.fields import Field, Refused, Type, Weight, clean_text, clean_value
from forum.library.form_texts import form_text
from forum.library.kinds import KINDS

MOST_BLOCKS = 20
HELPS_AND_BLOCKS = ("law", "money", "staff", "partners", "people", "language", "time")
FIGURES = (
    "people_supported",
    "moved_within_6_months",
    "moved_within_12_months",
    "still_in_job_after_12_months",
    "satisfied_percent",
    "hours_trained",
)
TEXTS = ("what_we_changed", "what_helped", "what_blocked")
FIELDS: tuple[Field, ...] = (
    Field("what_we_changed", Type.TEXT, Weight.NUDGED),
    Field("what_helped", Type.TEXT, Weight.NUDGED),
    Field("helped", Type.CHOICES, Weight.NUDGED, choices=HELPS_AND_BLOCKS),
    Field("what_blocked", Type.TEXT, Weight.NUDGED),
    Field("blocked", Type.CHOICES, Weight.NUDGED, choices=HELPS_AND_BLOCKS),
    *(KINDS["practice"].by_name[name] for name in FIGURES),
    Field("contact_with_owner", Type.CHOICE, choices=("talked", "visited", "trained", "no")),
)
BLOCKS = "building_blocks"
BLOCK_LENGTH = 300
DETAILS = (*(one.name for one in FIELDS), BLOCKS)


@dataclass(frozen=True, slots=True)
class Report:
    """The words of a report; `details` holds the fields that were filled in."""

    intent: str
    outcome: str = ""
    permission: str = "members"
    country: str = ""
    language: str = ""
    details: dict[str, Any] = field(default_factory=dict)


def report_of(adoption: Adoption) -> Report:
    """What a report says now."""
    return Report(
        adoption.intent,
        adoption.outcome,
        adoption.permission,
        adoption.country,
        adoption.language,
        dict(adoption.details),
    )


def snapshot(adoption: Adoption) -> dict[str, Any]:
    """What a report says now, as JSON for a version."""
    return asdict(report_of(adoption))


def content_of_version(content: Mapping[str, Any]) -> Report:
    """What a report said before."""
    return Report(**content)


def written(details: Mapping[str, Any]) -> list[str]:
    """What people wrote into a report, for search."""
    return [str(details[name]) for name in TEXTS if name in details]


def write_report(adoption: Adoption, report: Report) -> None:
    """Put checked words into the columns of a report."""
    for name in ("intent", "outcome", "permission", "country", "language"):
        setattr(adoption, name, getattr(report, name))
    adoption.details = dict(report.details)


def clean_report(raw: Mapping[str, Any], otherwise: str = "en") -> Report:
    """Check what was given. The language is guessed when it is not given. Raises `Invalid` with every field's problem."""
    problems: dict[str, Message] = {}
    intent = _one_of(problems, "intent", raw, INTENTS, _("Choose how far you are."))
    outcome = _one_of(problems, "outcome", raw, ("", *OUTCOMES), _("Choose one of the answers offered."))
    if intent not in ("", *UNDER_WAY) and not outcome and "outcome" not in problems:
        problems["outcome"] = _("Choose how it went.")
    permission = _one_of(problems, "permission", raw, PERMISSIONS, _("Choose who may read your report."), "members")
    country = _code(problems, "country", raw, is_country, _("Choose countries from the list."))
    language = _code(problems, "language", raw, is_language, _("Choose a language from the list."))
    details = clean_details(raw.get("details") or {}, problems)
    if problems:
        raise Invalid(problems)
    words = " ".join(str(details[name]) for name in TEXTS if name in details)
    kept = "" if intent == "planning" else outcome  # nobody knows how a plan went
    return Report(intent, kept, permission, country, language or guess_language(words) or otherwise, details)


def clean_details(raw: Any, problems: dict[str, Message]) -> dict[str, Any]:
    """The fields that were filled in, in their order; names that nobody knows are left out."""
    given = raw if isinstance(raw, Mapping) else {}
    found: dict[str, Any] = {}
    for one in FIELDS:
        try:
            value = clean_value(one, given.get(one.name))
        except Refused as refusal:
            problems[one.name] = refusal.sentence
            continue
        if value not in (None, []):
            found[one.name] = value
    blocks = clean_blocks(given.get(BLOCKS), problems)
    return found | ({BLOCKS: blocks} if blocks else {})


def clean_blocks(raw: Any, problems: dict[str, Message]) -> list[str]:
    """The names of the practice's parts that were used."""
    listed = raw if isinstance(raw, list | tuple) else [raw] if raw else []
    try:
        names = [clean_text(one, BLOCK_LENGTH, one_line=True) for one in listed]
    except Refused as refusal:
        problems[BLOCKS] = refusal.sentence
        return []
    return list(dict.fromkeys(filter(None, names)))[:MOST_BLOCKS]


def clean_answer_text(raw: str) -> str:
    """The owner's answer. Raises `Invalid`."""
    return form_text("answer", raw, ANSWER_LENGTH, _("Write your answer first."))


def clean_reason(raw: str, maximum: int) -> str:
    """Why a moderator hides a report. Raises `Invalid`."""
    return form_text("reason", raw, maximum, _("Write a reason. The author will read it."))


def _one_of(
    problems: dict[str, Message],
    name: str,
    raw: Mapping[str, Any],
    choices: tuple[str, ...],
    sentence: Message,
    default: str = "",
) -> str:
    value = raw.get(name) or default
    if value not in choices:
        problems[name] = sentence
        return ""
    return str(value)


def _code(problems: dict[str, Message], name: str, raw: Mapping[str, Any], is_known: Any, sentence: Message) -> str:
    value = raw.get(name) or ""
    if value and not (isinstance(value, str) and is_known(value)):
        problems[name] = sentence
        return ""
    return str(value)
