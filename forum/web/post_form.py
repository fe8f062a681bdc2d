"""What a form about a post sends: lists of texts by name. From there to content, and back for showing it again.

A name that a form did not send keeps what the post said before; so a small form never empties a large record. Groups of
boxes send an empty text along, so that "nothing ticked" is not "not asked". Names other than these are not read at all.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from werkzeug.datastructures import MultiDict

from forum.core.actor import Actor
from forum.core.errors import Invalid
from forum.core.languages import guess_language
from forum.library.content import Content, clean_content
from forum.library.fields import Field, Type
from forum.library.kinds import KINDS, Kind
from forum.vocabulary.matcher import suggest_themes
from forum.vocabulary.queries import vocabulary
from forum.web.labels import SCHEMES
from forum.web.languages import say

Values = Mapping[str, Sequence[str]]

SINGLE = ("title", "summary", "body", "visibility", "licence")
SEVERAL = (Type.CHOICES, Type.COUNTRIES, Type.LANGUAGES)
NOT_KEPT = ("csrf_token", "action", "add")
UNKNOWN = 0
MOST_ROWS = 60
KEY_LENGTH = 64


def values_in(form: "MultiDict[str, str]") -> dict[str, list[str]]:
    """What was sent, without what belongs to the sending itself."""
    return {name: form.getlist(name) for name in form if name not in NOT_KEPT}


def text_in(values: Values, name: str, default: str = "") -> str:
    """The text under a name; the last of several, for a group of choices sends an empty one first."""
    found = values.get(name) or ()
    return found[-1] if found else default


def number_in(values: Values, name: str) -> int | None:
    """A whole number of at most nine digits under a name; None for anything else."""
    text = text_in(values, name)
    return int(text) if re.fullmatch("[0-9]{1,9}", text) else None


def request_key_in(values: Values) -> str:
    """The key that makes a form sent twice one post."""
    return re.sub(r"[^\w-]", "", text_in(values, "request_key"))[:KEY_LENGTH]


def errors_of(problem: Invalid) -> dict[str, str]:
    """The sentences of a refusal by field, in the reader's language."""
    return {name: say(sentence) for name, sentence in problem.fields.items()}


def content_in(values: Values, base: Content, actor: Actor) -> Content:
    """What the post is to say: the form over what it said before. Raises `Invalid`."""
    return clean_content(raw_content(values, base, actor))


def valid_content_in(values: Values, base: Content, actor: Actor) -> tuple[Content, bool]:
    """As `content_in`, but what cannot be taken stays as it was; and whether everything could be taken."""
    raw = raw_content(values, base, actor)
    try:
        return clean_content(raw), True
    except Invalid as problem:
        before = base.snapshot()
        for name in problem.fields:
            if name in KINDS[base.kind].by_name:
                raw["details"] = {key: value for key, value in raw["details"].items() if key != name}
                raw["details"] |= {name: base.details[name]} if name in base.details else {}
            else:
                key = "concept_ids" if name == "themes" else name
                raw[key] = before[key]
        return clean_content(raw), False


def raw_content(values: Values, base: Content, actor: Actor) -> dict[str, Any]:
    """The form over what the post said before, not yet checked."""
    kind = KINDS[base.kind]
    raw = base.snapshot()
    raw |= {name: text_in(values, name) for name in SINGLE if name in values}
    if "countries" in values:
        raw["countries"] = [code for code in values["countries"] if code]
    raw["concept_ids"] = concept_ids_in(values, base.concept_ids)
    raw["details"] = details_in(kind, values, base.details)
    if "language" in values:
        raw["language"] = text_in(values, "language") or guessed_language(values, actor)
    return raw


def guessed_language(values: Values, actor: Actor) -> str:
    """The language that a text is in; the writer's own when that cannot be told."""
    return guess_language(f"{text_in(values, 'title')}. {text_in(values, 'body')}") or actor.language


def concept_ids_in(values: Values, before: Sequence[int]) -> list[int]:
    """The chosen concepts: for each scheme that the form asks, its answer; the others as before."""
    known = vocabulary()
    kept = {scheme: [entry.id for entry in known.entries(before, scheme)] for scheme in SCHEMES.values()}
    for name, scheme in SCHEMES.items():
        if name in values:
            entries = [known.by_key(key) for key in values[name] if key]
            kept[scheme] = [entry.id if entry and entry.scheme == scheme else UNKNOWN for entry in entries]
    chosen = [number for numbers in kept.values() for number in numbers]
    return list(before) if sorted(chosen) == sorted(before) else chosen


def details_in(kind: Kind, values: Values, before: Mapping[str, Any]) -> dict[str, Any]:
    """The kind's own fields, as they were sent or as they were before."""
    details = {name: value for name, value in before.items() if name in kind.by_name}
    for one in kind.fields:
        if one.name in values:
            sent = detail_in(one, values)
            details[one.name] = as_ordered(sent, details.get(one.name)) if one.type in SEVERAL else sent
    return details


def as_ordered(chosen: list[str], before: list[str] | None) -> list[str]:
    """The same boxes ticked as before are no change, whatever the order in which the form lists them."""
    return before if before and sorted(chosen) == sorted(before) else chosen


def detail_in(one: Field, values: Values) -> Any:
    """One own field as it was sent."""
    if one.type is Type.ROWS:
        return rows_in(one, values)
    if one.type in SEVERAL:
        return [value for value in values[one.name] if value]
    return text_in(values, one.name)


def rows_in(one: Field, values: Values) -> list[dict[str, str]]:
    """The rows of a field, sent as `numbers-0-indicator`; a field of rows itself sends how many there are."""
    names = [column.name for column in one.columns]
    count = row_count(one.name, values)
    return [{name: text_in(values, f"{one.name}-{row}-{name}") for name in names} for row in range(count)]


def row_count(name: str, values: Values) -> int:
    """How many rows of a field were sent."""
    return min(number_in(values, name) or 0, MOST_ROWS)


def values_of(content: Content) -> dict[str, list[str]]:
    """What a form shows for content: the way back from `content_in`."""
    known = vocabulary()
    values = {name: [str(getattr(content, name))] for name in (*SINGLE, "language")}
    values["countries"] = list(content.countries)
    for name, scheme in SCHEMES.items():
        values[name] = [entry.key for entry in known.entries(content.concept_ids, scheme)]
    for one in KINDS[content.kind].fields:
        if one.name in content.details:
            values |= _detail_values(one, content.details[one.name])
    return values


def _detail_values(one: Field, value: Any) -> dict[str, list[str]]:
    if one.type is Type.ROWS:
        cells = {f"{one.name}-{row}-{name}": [cell] for row, cells in enumerate(value) for name, cell in cells.items()}
        return cells | {one.name: [str(len(value))]}
    if one.type is Type.YES_NO:
        return {one.name: ["yes" if value else "no"]}
    return {one.name: [str(part) for part in value] if isinstance(value, list) else [str(value)]}


def with_suggested_themes(values: Values) -> tuple[dict[str, list[str]], list[str]]:
    """The values with themes that the text suggests ticked, when none is; and the keys of those suggested."""
    found = {name: list(texts) for name, texts in values.items()}
    keys = suggested_themes(text_in(values, "title"), text_in(values, "body"), text_in(values, "language"))
    if keys and not any(found.get("themes", [])):
        found["themes"] = keys
    return found, keys


def suggested_themes(title: str, body: str, language: str) -> list[str]:
    """The keys of the themes that a text speaks of, the likeliest first."""
    suggestion = suggest_themes(body, language or guess_language(body), title=title)
    return [entry.key for entry in vocabulary().entries(suggestion.themes)]


def starting_content(kind: Kind, actor: Actor, country: str) -> Content:
    """What a new post begins with."""
    details = {"stage": "running"} if "stage" in kind.by_name else {}
    content = Content(kind=kind.name, language=actor.language, details=details)
    return replace(content, countries=(country,)) if country else content
