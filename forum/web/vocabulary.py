"""Moderators' pages for the vocabulary: find a concept, reword it, move it, merge it, add one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.core.errors import Conflict, Invalid
from forum.core.languages import native_name
from forum.core.text import fold
from forum.core.text import message as sentence
from forum.library.queries import about_concepts, count_posts
from forum.search.learning import normalised
from forum.vocabulary import operations
from forum.vocabulary.models import ACRONYM, ALTERNATIVE, PREFERRED, WEAK, Concept
from forum.vocabulary.queries import concept_with_labels, every_label, vocabulary, words_of
from forum.vocabulary.schemes import SCHEMES
from forum.vocabulary.tree import Entry, Option, Vocabulary
from forum.vocabulary.wording import Wording
from forum.web.languages import interface_language, say, site_languages
from forum.web.routes import Area, Need
from forum.web.sessions import actor

area = Area("vocabulary", __name__)

FIELDS = {"labels": PREFERRED, "alt": ALTERNATIVE, "acronyms": ACRONYM, "weak": WEAK}


@dataclass(slots=True)
class WordForm:
    """The words of a concept as the form shows them: for each language and field the text of its box."""

    texts: dict[str, dict[str, str]]

    @classmethod
    def of(cls, concept: Concept) -> "WordForm":
        """As they are stored."""
        return cls({field: _lines(words_of(concept, kind)) for field, kind in FIELDS.items()})

    @classmethod
    def typed(cls) -> "WordForm":
        """As they were sent."""
        texts: dict[str, dict[str, str]] = {field: {} for field in FIELDS}
        for name, value in request.form.items():
            field, _hyphen, language = name.partition("-")
            if field in texts and language:
                texts[field][language] = value
        return cls(texts)

    def with_word_of_address(self) -> "WordForm":
        """With one more word for the same, when the address brings one: from a search that found nothing."""
        word, language = normalised(request.args.get("word", "")), request.args.get("language", "")
        known = self.texts["alt"].get(language, "")
        if word and language in site_languages() and word not in known.casefold().splitlines():
            self.texts["alt"][language] = f"{known}\n{word}".strip()
        return self

    def wording(self) -> Wording:
        """What the operations take."""
        lists = {
            field: {language: text.splitlines() for language, text in self.texts[field].items()}
            for field in ("alt", "weak", "acronyms")
        }
        return Wording(labels=self.texts["labels"], **lists)

    def languages(self) -> list[tuple[str, str]]:
        """(code, native name) of the site's languages, and of every other one that has words."""
        codes = dict.fromkeys((*site_languages(), *(code for texts in self.texts.values() for code in texts)))
        return [(code, native_name(code)) for code in codes]


@area.page("/vocabulary", needs=Need.MODERATOR)
def list_concepts() -> str:
    """Every concept by scheme, or those with a word like the one asked for."""
    known, wanted = vocabulary(), request.args.get("q", "").strip()
    keys = _keys_with(known, wanted)
    schemes = [
        (scheme, [option for option in known.options(code, interface_language()) if option.value in keys])
        for code, scheme in SCHEMES.items()
    ]
    return render_template("vocabulary/list.html", schemes=schemes, wanted=wanted, total=len(keys))


@area.page("/vocabulary/new", needs=Need.MODERATOR, methods=("GET", "POST"))
def add_concept() -> Any:
    """A new concept: its place, and its words."""
    form, errors = WordForm({field: {} for field in FIELDS}), {}
    place = request.values.get("broader", "theme:")
    if request.method == "POST":
        form = WordForm.typed()
        try:
            scheme, broader_id = _chosen_place(place)
            made = operations.add_concept(actor(), scheme, broader_id, form.wording())
            flash(_("The concept is added. Posts can use it from now on."), "ok")
            return redirect(url_for("vocabulary.edit_concept", key=made), 303)
        except Invalid as problem:
            errors = _said(problem)
    page = render_template("vocabulary/new.html", form=form, errors=errors, place=place, places=_places())
    return page, 422 if errors else 200


@area.page("/vocabulary/<key>", needs=Need.MODERATOR, methods=("GET", "POST"))
def edit_concept(key: str) -> Any:
    """The words of a concept in every language."""
    concept = concept_with_labels(key)
    if concept.merged_into_id:
        return _to_heir(concept)
    if request.method == "GET":
        return _edit_page(concept, WordForm.of(concept).with_word_of_address())
    form = WordForm.typed()
    try:
        operations.change_labels(actor(), concept.id, _revision(), form.wording())
    except Invalid as problem:
        return _edit_page(concept, form, _said(problem)), 422
    except Conflict as problem:
        return _edit_page(concept_with_labels(key), form, conflict=say(problem.sentence)), 409
    flash(_("The words are saved."), "ok")
    return redirect(url_for("vocabulary.edit_concept", key=key), 303)


@area.page("/vocabulary/<key>/move", needs=Need.MODERATOR, methods=("POST",))
def move_concept(key: str) -> Any:
    """Another place in the tree."""
    concept = concept_with_labels(key)
    try:
        operations.move_concept(actor(), concept.id, _revision(), _broader_id(request.form.get("broader", "")))
    except Invalid as problem:
        return _edit_page(concept, WordForm.of(concept), _said(problem)), 422
    flash(_("The concept has a new place."), "ok")
    return redirect(url_for("vocabulary.edit_concept", key=key), 303)


@area.page("/vocabulary/<key>/merge", needs=Need.MODERATOR, methods=("GET", "POST"))
def merge_concept(key: str) -> Any:
    """First choose the heir, then read what will happen, then do it."""
    concept = concept_with_labels(key)
    if concept.merged_into_id:
        return _to_heir(concept)
    into = request.values.get("into", "")
    heir = vocabulary().by_key(into)
    if heir is None:
        return _merge_page(concept, {"into": _("Choose the concept that stays.")} if "into" in request.values else {})
    if request.method == "GET":
        return _merge_page(concept, {}, heir)
    try:
        operations.merge_concepts(actor(), concept.id, heir.id, _revision())
    except Invalid as problem:
        return _merge_page(concept, _said(problem))
    flash(_("The two concepts are one now."), "ok")
    return redirect(url_for("vocabulary.edit_concept", key=heir.key), 303)


def _merge_page(concept: Concept, errors: Mapping[str, str], heir: Entry | None = None) -> tuple[str, int]:
    """With an heir the page says what will happen; without, it asks for one."""
    known, language = vocabulary(), interface_language()
    page = render_template(
        "vocabulary/merge.html",
        concept=concept,
        errors=errors,
        into=request.values.get("into", ""),
        heir=heir,
        label=known.heading(concept.id, language),
        heir_label=known.heading(heir.id, language) if heir else "",
        posts=count_posts(actor(), about_concepts(known.covering(concept.id))) if heir else 0,
        below=known.narrower(concept.id),
        choices=_others(known, concept),
    )
    return page, 422 if errors else 200


def _edit_page(concept: Concept, form: WordForm, errors: Mapping[str, str] | None = None, conflict: str = "") -> str:
    known, language = vocabulary(), interface_language()
    above = known.ancestors(concept.id)
    return render_template(
        "vocabulary/edit.html",
        concept=concept,
        form=form,
        added=normalised(request.args.get("word", "")),
        errors=errors or {},
        conflict=conflict,
        stored=WordForm.of(concept) if conflict else None,
        label=known.heading(concept.id, language),
        scheme=SCHEMES[concept.scheme],
        broader=request.form.get("broader", above[0].key if above else ""),
        choices=_others(known, concept),
    )


def _others(known: Vocabulary, concept: Concept) -> list[Option]:
    """The other concepts of the scheme, as choices."""
    return [option for option in known.options(concept.scheme, interface_language()) if option.value != concept.key]


def _keys_with(known: Vocabulary, wanted: str) -> set[str]:
    """The keys of the concepts that have a word, or a key, with these letters in it; all when nothing is asked for."""
    if not wanted:
        return {entry.key for entry in known}
    letters = fold(wanted)
    ids = {concept_id for concept_id, _language, _kind, text in every_label() if letters in fold(text)}
    return {entry.key for entry in known if entry.id in ids or letters in entry.key}


def _places() -> list[tuple[str, list[tuple[str, str]]]]:
    """Where a new concept may stand: at the top of each scheme, or below any concept of it."""
    known, language = vocabulary(), interface_language()
    return [
        (
            say(scheme.name),
            [(f"{code}:", _("At the top of: %(scheme)s", scheme=say(scheme.name)))]
            + [(f"{code}:{option.value}", option.label) for option in known.options(code, language)],
        )
        for code, scheme in SCHEMES.items()
    ]


def _chosen_place(place: str) -> tuple[str, int | None]:
    """The scheme and the id of the broader concept that a choice of `_places` stands for."""
    scheme, _colon, key = place.partition(":")
    if scheme not in SCHEMES:
        raise Invalid({"broader": sentence("Choose where the concept belongs.")})
    return scheme, _broader_id(key)


def _broader_id(key: str) -> int | None:
    """The id of a broader concept that was chosen; None for none."""
    entry = vocabulary().by_key(key)
    if key and entry is None:
        raise Invalid({"broader": sentence("Choose where the concept belongs.")})
    return entry.id if entry else None


def _to_heir(concept: Concept) -> Any:
    heir = vocabulary().by_key(concept.key)
    return redirect(url_for("vocabulary.edit_concept", key=heir.key if heir else concept.key), 303)


def _revision() -> int:
    return request.form.get("revision", 0, type=int)


def _lines(words: Mapping[str, list[str]]) -> dict[str, str]:
    return {language: "\n".join(texts) for language, texts in words.items()}


def _said(problem: Invalid) -> dict[str, str]:
    return {field: say(sentence) for field, sentence in problem.fields.items()}
