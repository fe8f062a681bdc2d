"""The editable content of a post: what forms, imports and versions have in common, checked in one place."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from forum.core.errors import Invalid
from forum.core.languages import is_country, is_language
from forum.core.text import Message
from forum.core.text import message as _
from forum.library.fields import Refused, clean_codes, clean_text, clean_value
from forum.library.kinds import KINDS, Kind
from forum.library.models import BODY_LENGTH, SUMMARY_LENGTH, TITLE_LENGTH, VISIBILITIES, Post, PostConcept, PostCountry

SHORTEST_BODY = 40
MOST_THEMES = 3
MOST_CONCEPTS = 40
ID_LIMIT = 2**31
LICENCES = ("CC-BY-4.0", "CC-BY-NC-4.0", "all-rights")


@dataclass(frozen=True, slots=True)
class Content:
    """What a post says. `concept_ids` are of all schemes, in the order chosen; `details` are the kind's own fields."""

    kind: str
    title: str = ""
    summary: str = ""
    body: str = ""
    language: str = "en"
    countries: tuple[str, ...] = ()
    concept_ids: tuple[int, ...] = ()
    details: dict[str, Any] = field(default_factory=dict)
    visibility: str = "members"
    licence: str = "CC-BY-4.0"

    def snapshot(self) -> dict[str, Any]:
        """The content as JSON, for a version."""
        return asdict(self) | {"countries": list(self.countries), "concept_ids": list(self.concept_ids)}


def content_of(post: Post) -> Content:
    """What a post says now."""
    return Content(
        kind=post.kind,
        title=post.title,
        summary=post.summary,
        body=post.body,
        language=post.language,
        countries=tuple(place.country for place in post.countries),
        concept_ids=tuple(link.concept_id for link in post.concepts),
        details=dict(post.details),
        visibility=post.visibility,
        licence=post.licence,
    )


def content_from(snapshot: Mapping[str, Any]) -> Content:
    """The content of a version."""
    values = dict(snapshot)
    values["countries"] = tuple(values.get("countries", ()))
    values["concept_ids"] = tuple(values.get("concept_ids", ()))
    return Content(**values)


def clean_content(raw: Mapping[str, Any]) -> Content:
    """Check the shape of what was given and clean it; empty is allowed. Raises `Invalid` with every field's problem."""
    kind = KINDS.get(str(raw.get("kind")))
    if kind is None:
        raise Invalid({"kind": _("Choose what kind of post this is: %(kinds)s.", kinds=", ".join(KINDS))})
    problems: dict[str, Message] = {}
    values = {name: _checked(problems, name, clean, raw.get(name)) for name, clean in COMMON.items()}
    values["concept_ids"] = _checked(problems, "themes", _concept_ids, raw.get("concept_ids"))
    values["details"] = clean_details(kind, raw.get("details") or {}, problems)
    if problems:
        raise Invalid(problems)
    return Content(kind=kind.name, **values)


def clean_answer(kind: Kind, name: str, value: Any) -> Any:
    """Check one own field, or the summary. Raises `Invalid` under the field's name; None and "" are "nothing given"."""
    problems: dict[str, Message] = {}
    if name == "summary":
        cleaned = _checked(problems, name, COMMON["summary"], value)
    elif name in kind.by_name:
        cleaned = _checked(problems, name, lambda given: clean_value(kind.by_name[name], given), value)
    else:
        raise Invalid({name: _("A %(kind)s has no field called %(name)s.", kind=kind.name, name=name[:60])})
    if problems:
        raise Invalid(problems)
    return cleaned


def clean_details(kind: Kind, raw: Any, problems: dict[str, Message]) -> dict[str, Any]:
    """The kind's own fields that were filled in, in the kind's order; problems are noted by field name."""
    if not isinstance(raw, Mapping):
        problems["details"] = _("The details must be a set of named fields.")
        return {}
    for name in sorted(set(raw) - set(kind.by_name)):
        problems[str(name)] = _("A %(kind)s has no field called %(name)s.", kind=kind.name, name=str(name)[:60])
    found = {field.name: _checked(problems, field.name, lambda value, f=field: clean_value(f, value), raw.get(field.name))
             for field in kind.fields}  # fmt: skip
    return {name: value for name, value in found.items() if value is not None}


def _checked(problems: dict[str, Message], name: str, clean: Any, value: Any) -> Any:
    try:
        return clean(value)
    except Refused as refusal:
        problems[name] = refusal.sentence
        return None


def _one_of(choices: Iterable[str], default: str) -> Any:
    def clean(value: Any) -> str:
        if value not in (None, "", *choices):
            raise Refused(_("Choose one of the answers offered."))
        return value or default

    return clean


def _concept_ids(value: Any) -> tuple[int, ...]:
    given = list(value or ())
    if not all(type(number) is int and 0 < number < ID_LIMIT for number in given):
        raise Refused(_("Choose themes and groups from the lists."))
    return tuple(dict.fromkeys(given))[:MOST_CONCEPTS]


def _language(value: Any) -> str:
    if value in (None, ""):
        return "en"
    if not isinstance(value, str) or not is_language(value):
        raise Refused(_("Choose a language from the list."))
    return value


COMMON = {
    "title": lambda value: clean_text(value or "", TITLE_LENGTH, one_line=True),
    "summary": lambda value: clean_text(value or "", SUMMARY_LENGTH, one_line=True),
    "body": lambda value: clean_text(value or "", BODY_LENGTH),
    "language": _language,
    "countries": lambda value: tuple(clean_codes(value or [], is_country, _("Choose countries from the list."))),
    "visibility": _one_of(VISIBILITIES, "members"),
    "licence": _one_of(LICENCES, LICENCES[0]),
}


def require_complete(content: Content, theme_count: int) -> None:
    """Raise `Invalid` unless the content holds what posting asks for: title, a body of 40 characters, a theme, own fields."""
    problems: dict[str, Message] = {}
    if not content.title:
        problems["title"] = _("Write a title.")
    if len(content.body) < SHORTEST_BODY:
        problems["body"] = _("Write a few sentences: at least %(number)s characters.", number=SHORTEST_BODY)
    if not 1 <= theme_count <= MOST_THEMES:
        problems["themes"] = _("Choose one to three themes.")
    for name in KINDS[content.kind].required:
        if name not in content.details:
            problems[name] = _("Choose an answer.")
    if problems:
        raise Invalid(problems)


def write_content(post: Post, content: Content) -> None:
    """Put checked content into a post's columns and links."""
    for name in ("kind", "title", "summary", "body", "language", "visibility", "licence"):
        setattr(post, name, getattr(content, name))
    post.details = dict(content.details)
    if [place.country for place in post.countries] != list(content.countries):
        kept = {place.country: place for place in post.countries}
        post.countries = [
            _placed(kept.get(code) or PostCountry(country=code), n) for n, code in enumerate(content.countries)
        ]
    if [link.concept_id for link in post.concepts] != list(content.concept_ids):
        links = {link.concept_id: link for link in post.concepts}
        post.concepts = [
            _placed(links.get(number) or PostConcept(concept_id=number), n)
            for n, number in enumerate(content.concept_ids)
        ]


def _placed(link: Any, position: int) -> Any:
    link.position = position
    return link
