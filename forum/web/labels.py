"""What kinds of post, their fields and answers, statuses and the like are called: in the reader's language.

The words themselves are in `forum/web/wording/`. A test walks the kinds and fails when one is missing.
"""

from collections.abc import Mapping
from typing import Any

from forum.library.fields import Field, Type
from forum.library.kinds import KINDS
from forum.web.wording import common, policy, practice, research, short
from forum.web.wording.words import Words

OWN_FIELDS: Mapping[str, Mapping[str, Words]] = {
    "practice": practice.FIELDS,
    "research": research.FIELDS,
    "policy": policy.FIELDS,
    "question": short.QUESTION,
    "news": short.NEWS,
}
SCHEMES = {
    "themes": "theme",
    "target_groups": "target",
    "principles": "principle",
    "instruments": "instrument",
    "forms": "form",
}


def kind_label(kind: str) -> str:
    """What a kind of post is called: "Good practice"."""
    return str(common.KINDS[kind].label) if kind in common.KINDS else kind


def kind_hint(kind: str) -> str:
    """What a kind of post is for, in a sentence."""
    return str(common.KINDS[kind].hint)


def kind_invitation(kind: str) -> str:
    """What one does with a kind of post: "Share a good practice"."""
    return str(common.KINDS[kind].question)


def words_for(kind: str, name: str) -> Words:
    """The words of a field of a kind, its own or one that all kinds have."""
    if name == "body":
        return common.BODIES[kind]
    if name == "title":
        return Words(common.FIELDS["title"].label, common.TITLES[kind])
    return OWN_FIELDS[kind].get(name) or common.FIELDS[name]


def field_label(kind: str, name: str) -> str:
    """What a field is called; its bare name when nobody gave it one."""
    if name in OWN_FIELDS.get(kind, {}) or name in common.FIELDS:
        return str(words_for(kind, name).label)
    return name


def field_hint(kind: str, name: str) -> str:
    """How to fill in a field, with an example."""
    return str(words_for(kind, name).hint)


def field_question(kind: str, name: str) -> str:
    """The question "what would help others next" asks for a field."""
    words = words_for(kind, name)
    return str(words.question or words.label)


def choice_label(kind: str, name: str, choice: Any) -> str:
    """What an answer is called; `True` and `False` are yes and no."""
    key = ("no", "yes")[choice] if isinstance(choice, bool) else str(choice)
    return str(words_for(kind, name).choices.get(key, key))


def choices_of(kind: str, field: Field) -> list[tuple[str, str]]:
    """The answers of a field as (value, label), for a form; none when the answer is free."""
    if field.type in (Type.CHOICE, Type.CHOICES):
        return [(choice, choice_label(kind, field.name, choice)) for choice in field.choices]
    if field.type is Type.YES_NO:
        return [("yes", choice_label(kind, field.name, True)), ("no", choice_label(kind, field.name, False))]
    if field.type is Type.INTEGER:
        return [(value, str(label)) for value, label in words_for(kind, field.name).choices.items()]
    return []


def column_label(kind: str, name: str, column: str) -> str:
    """What a part of a row is called."""
    return str(words_for(kind, name).columns.get(column, column))


def section_label(section: str) -> str:
    """The heading over a group of fields."""
    return str(common.SECTIONS[section])


def status_label(status: str) -> str:
    """What a status is called."""
    return str(common.STATUSES.get(status, status))


def review_label(review: str) -> str:
    """What a mark of the moderators is called."""
    return str(common.REVIEWS.get(review, review))


def visibility_label(visibility: str) -> str:
    """What an audience is called."""
    return str(common.VISIBILITIES[visibility].label) if visibility in common.VISIBILITIES else visibility


def visibility_consequence(visibility: str, organisation: str = "") -> str:
    """Who can see a post with this audience, in a sentence."""
    sentence = str(common.VISIBILITIES[visibility].hint)
    return sentence % {"organisation": organisation} if "%(" in sentence else sentence


def licence_label(licence: str) -> str:
    """What others may do with a post."""
    return str(common.LICENCES.get(licence, licence))


def kind_choices() -> list[tuple[str, str]]:
    """Every kind as (value, label)."""
    return [(kind, kind_label(kind)) for kind in KINDS]
