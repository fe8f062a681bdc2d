"""Which concepts a text speaks of: the longest phrases of the thesaurus in it, in any of its languages.

The rules are at the head of thesaurus.yaml. The search index tags documents with what `concepts_in` finds and maps
queries the same way; forms suggest themes with `suggest_themes`.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial

from forum.vocabulary import queries
from forum.vocabulary.models import ACRONYM, PREFERRED, WEAK
from forum.vocabulary.tree import ENGLISH, Vocabulary
from forum.vocabulary.words import is_inflection, plain, stem, tokens, words

JOINERS = re.compile(r"\s*,\s*|\s+(?:and|or|en|of|et|ou|und|oder|y|e|o|u|ed|od)\s+")
BRACKETS = re.compile(r"[()]")
IN_BRACKETS = re.compile(r"\([^)]*\)")
TIES = re.compile("[-'’\u2010\u2011]")
SHORTEST_START = 4
STRONG, HINT, TITLE, MOST_HINTS = 3, 1, 2, 3

Label = tuple[int, str, str, str]


@dataclass(frozen=True, slots=True)
class Phrase:
    """A label as folded words, and the concept that it names."""

    words: tuple[str, ...]
    concept_id: int
    is_weak: bool


@dataclass(slots=True)
class Node:
    """A step into the phrases that begin alike: what may follow, and what ends here."""

    following: dict[str, "Node"] = field(default_factory=dict)
    phrases: list[Phrase] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of words that names a concept."""

    start: int
    end: int
    phrases: tuple[Phrase, ...]

    @property
    def named(self) -> set[int]:
        """The concepts that these words name, not only hint at."""
        return {phrase.concept_id for phrase in self.phrases if not phrase.is_weak}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Concept ids to offer for a text, the likeliest first."""

    themes: tuple[int, ...]
    target_groups: tuple[int, ...]


class Matcher:
    """Finds the labels of a vocabulary in texts: a tree of stems for each language, and the acronyms as written."""

    def __init__(self, labels: Iterable[Label]):
        self.trees: dict[str, Node] = defaultdict(Node)
        self.acronyms: dict[str, list[tuple[int, str]]] = defaultdict(list)
        known = [label for label in labels if label[2] != ACRONYM or self._learn_acronym(label)]
        self.joined = frozenset(_joined(text for _id, _language, _kind, text in known))
        for concept_id, language, kind, text in known:
            for variant, is_weak in _variants(text, kind):
                self._learn(concept_id, language, variant, is_weak)

    def _learn_acronym(self, label: Label) -> bool:
        concept_id, language, _kind, text = label
        self.acronyms[text.rstrip(".")].append((concept_id, language))
        return False

    def _learn(self, concept_id: int, language: str, text: str, is_weak: bool) -> None:
        for joined in {self.joined, frozenset[str]()}:
            spelled = [word for token in tokens(text) for word in words(token, joined)]
            node = self.trees[language]
            for word in spelled:
                node = node.following.setdefault(stem(word, language), Node())
            phrase = Phrase(tuple(map(plain, spelled)), concept_id, is_weak)
            if spelled and phrase not in node.phrases:
                node.phrases.append(phrase)

    def concepts_in(self, text: str, language: str | None) -> Counter[int]:
        """How often a text names each concept, hints left out.

        Without a language (a query) every language counts. With one, single words of others do not, except English.
        """
        strong, _hints = self.hits(text, language)
        return strong

    def hits(self, text: str, language: str | None) -> tuple[Counter[int], Counter[int]]:
        """How often a text names each concept, and how often it holds a word that only hints at one."""
        written = tokens(text)
        spelled = [word for token in written for word in words(token, self.joined)]
        strong = Counter(concept_id for _word, concept_id in self._acronyms_in(written, language))
        hints: Counter[int] = Counter()
        for found in _longest(self._found(spelled, language)):
            strong.update(found.named)
            hints.update({phrase.concept_id for phrase in found.phrases} - found.named)
        return strong, hints

    def stretches(self, text: str, language: str | None) -> Iterator[tuple[frozenset[str], int]]:
        """Each stretch of a text that names a concept: its lower-case words, and the concept."""
        written = tokens(text)
        spelled = [word for token in written for word in words(token, self.joined)]
        for word, concept_id in self._acronyms_in(written, language):
            yield frozenset((word.casefold(),)), concept_id
        for found in _longest(self._found(spelled, language)):
            stretch = frozenset(spelled[found.start : found.end])
            yield from ((stretch, concept_id) for concept_id in sorted(found.named))

    def _acronyms_in(self, written: list[str], language: str | None) -> Iterator[tuple[str, int]]:
        for token in written:
            for part in [token] if token in self.acronyms else TIES.split(token):
                for concept_id, of_language in self.acronyms.get(part, ()):
                    if language in (None, of_language) or of_language == ENGLISH:
                        yield part, concept_id

    def _found(self, spelled: list[str], language: str | None) -> Iterator[Found]:
        folded = [plain(word) for word in spelled]
        for of_language, tree in self.trees.items():
            shortest = 1 if language in (None, of_language) or of_language == ENGLISH else 2
            stems = list(map(partial(stem, language=of_language), spelled))
            for start, first in enumerate(stems):
                node = tree.following.get(first)
                if node is not None:
                    yield from _from(node, stems, folded, start, shortest)


def _from(node: Node, stems: list[str], folded: list[str], start: int, shortest: int) -> Iterator[Found]:
    """The longest phrase that begins at `start`, whose first word led to `node`."""
    longest: Found | None = None
    end = start + 1
    while True:
        if node.phrases and end - start >= shortest:
            phrases = tuple(one for one in node.phrases if all(map(is_inflection, one.words, folded[start:end])))
            longest = Found(start, end, phrases) if phrases else longest
        following = node.following.get(stems[end]) if end < len(stems) else None
        if following is None:
            break
        node, end = following, end + 1
    if longest:
        yield longest


def _longest(every: Iterable[Found]) -> Iterator[Found]:
    """The longest finds, none over another; the same words may name something in several languages."""
    stretches: dict[tuple[int, int], dict[Phrase, None]] = defaultdict(dict)
    for found in every:
        stretches[found.start, found.end].update(dict.fromkeys(found.phrases))
    taken: set[int] = set()
    for start, end in sorted(stretches, key=lambda stretch: (stretch[0] - stretch[1], stretch)):
        if taken.isdisjoint(range(start, end)):
            taken.update(range(start, end))
            yield Found(start, end, tuple(stretches[start, end]))


def _variants(text: str, kind: str) -> Iterator[tuple[str, bool]]:
    """The phrases that a label stands for, and whether each is weak: itself, without brackets, parts of "X and Y"."""
    yield BRACKETS.sub("", text), kind == WEAK
    bare = IN_BRACKETS.sub(" ", text)
    if bare != text:
        yield bare, kind == WEAK
    if kind == PREFERRED:
        for part in JOINERS.split(bare):
            spelled = part.split()
            if len(spelled) > 1 and len(spelled[0]) >= SHORTEST_START:
                yield part, False


def _joined(texts: Iterable[str]) -> Iterator[str]:
    """The words of labels that a text may write with a hyphen: those written with one, without it, and all others."""
    for text in texts:
        for token in tokens(BRACKETS.sub("", text)):
            for piece in token.casefold().split("'"):
                yield plain(re.sub("[-\u2010\u2011]", "", piece))


@dataclass(slots=True)
class Kept:
    """What this process remembers: the matcher of the vocabulary as last committed."""

    matcher: Matcher | None = None
    stamp: tuple[object, ...] | None = None


_kept = Kept()


def matcher() -> Matcher:
    """The matcher of the vocabulary as it is now."""
    stamp = queries.vocabulary().stamp
    if stamp is None:
        return Matcher(queries.every_label())
    if _kept.matcher is None or _kept.stamp != stamp:
        _kept.matcher, _kept.stamp = Matcher(queries.every_label()), stamp
    return _kept.matcher


def concepts_in(text: str, language: str | None) -> Counter[int]:
    """How often a text names each concept of the vocabulary as it is now."""
    return matcher().concepts_in(text, language)


def suggest_themes(text: str, language: str | None, limit: int = 3, *, title: str = "") -> Suggestion:
    """Themes and target groups for a text, by what it names; the title counts twice, narrow ones go before broad."""
    scores: Counter[int] = Counter()
    for part, weight in ((title, TITLE), (text, 1)):
        strong, hints = matcher().hits(part, language)
        for concept_id, number in strong.items():
            scores[concept_id] += weight * STRONG * number
        for concept_id, number in hints.items():
            scores[concept_id] += weight * HINT * min(number, MOST_HINTS)
    known = queries.vocabulary()
    return Suggestion(_best(known, scores, "theme", limit), _best(known, scores, "target", limit))


def _best(known: Vocabulary, scores: Counter[int], scheme: str, limit: int) -> tuple[int, ...]:
    """The concepts of a scheme with most points; one is left out when one below it is in already."""
    entries = known.entries(scores, scheme)
    chosen: list[int] = []
    for entry in sorted(entries, key=lambda one: (-scores[one.id], -one.depth, one.id)):
        if len(chosen) < limit and not set(entry.descendants) & set(chosen):
            chosen.append(entry.id)
    return tuple(chosen)
