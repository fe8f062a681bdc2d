"""The words of a concept as somebody gives them: cleaned, checked, and turned into labels."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from forum.core.errors import Invalid
from forum.core.languages import is_language
from forum.core.text import Message, single_line
from forum.core.text import message as _
from forum.vocabulary.models import ACRONYM, ALTERNATIVE, LABEL_LENGTH, PREFERRED, WEAK, ConceptLabel
from forum.vocabulary.tree import ENGLISH

Texts = Mapping[str, Iterable[str]]


@dataclass(frozen=True, slots=True)
class Wording:
    """All words of a concept by language. `labels` are shown; the others are only matched, `weak` ones only hint."""

    labels: Mapping[str, str]
    alt: Texts = field(default_factory=dict)
    weak: Texts = field(default_factory=dict)
    acronyms: Texts = field(default_factory=dict)

    @classmethod
    def of_line(cls, line: Mapping[str, Any]) -> "Wording":
        """From a line of the interchange format; raises `Invalid` for other shapes."""
        given = {name: line.get(name) or {} for name in ("labels", "alt", "weak", "acronyms")}
        for name, texts in given.items():
            wanted = str if name == "labels" else list
            if not isinstance(texts, dict) or not all(isinstance(text, wanted) for text in texts.values()):
                raise Invalid({name: _('Give one label by language, and lists of other words: {"en": "work"}.')})
        return cls(**given)

    def checked(self) -> list[ConceptLabel]:
        """The labels to store, each word once; raises `Invalid` with fields named like `labels-en`."""
        errors: dict[str, Message] = {}
        found: list[ConceptLabel] = []
        seen: set[tuple[str, str, str]] = set()
        for name, kind, language, text in self._every_word():
            problem = _problem(language, text)
            if problem:
                errors.setdefault(f"{name}-{language}", problem)
            elif (kind, language, text) not in seen:
                seen.add((kind, language, text))
                found.append(ConceptLabel(language=language, kind=kind, text=text))
        if not any(label.kind == PREFERRED and label.language == ENGLISH for label in found):
            errors.setdefault(f"labels-{ENGLISH}", _("Write the English label. The others fall back to it."))
        if errors:
            raise Invalid(errors)
        return found

    def _every_word(self) -> Iterator[tuple[str, str, str, str]]:
        preferred = {language: [text] for language, text in self.labels.items()}
        for name, kind, words in (
            ("labels", PREFERRED, preferred),
            ("alt", ALTERNATIVE, self.alt),
            ("weak", WEAK, self.weak),
            ("acronyms", ACRONYM, self.acronyms),
        ):
            for language, texts in words.items():
                for text in map(single_line, texts):
                    if text:
                        yield name, kind, language, text


def _problem(language: str, text: str) -> Message | None:
    if not is_language(language):
        return _("“%(code)s” is not the code of a language.", code=language[:20])
    if len(text) > LABEL_LENGTH:
        return _("“%(word)s…” is too long. A label may have %(limit)s characters.", word=text[:30], limit=LABEL_LENGTH)
    return None
