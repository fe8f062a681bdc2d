"""From dictionaries to the table: translations weighed, both directions joined, English between where no pair is.

Dictionaries say nothing about how frequent a translation is. What comes first, in more entries, and in the dictionary of
the other direction too, counts for more.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from itertools import combinations, permutations
from pathlib import Path

from forum.core.errors import ForumError
from forum.core.text import message as _
from forum.search.dictionaries.dictd import Dictionary, Entry, dictionaries_in, entries_of, places_in
from forum.search.dictionaries.table import MOST_KEPT, Pair, as_line, folded_term, key_of, write_table

BETWEEN = "en"
MOST_STEPS = 2
MOST_SENSES, MOST_TERMS = 4, 4  # of an entry; what comes later is rare
BACKWARDS, SPECIAL = 0.5, 0.5

Step = Callable[[int], None]
Weights = dict[str, dict[str, float]]
Translations = dict[str, tuple[str, ...]]


def _nothing(_number: int) -> None:
    return


def load_dictionaries(
    folder: Path, path: Path, languages: Collection[str], start: Step = _nothing, move: Step = _nothing
) -> dict[Pair, int]:
    """Make the table from the dictionaries in a folder; give how many words each pair of languages has.

    Raises `ForumError` when there are none, or one is damaged; the former table stays then.
    """
    found = dictionaries_in(folder, languages) if folder.is_dir() else []
    if not found:
        raise ForumError(_("No dictionaries between the languages of this site are in %(path)s.", path=str(folder)))
    places = {one: places_in(one) for one in found}
    start(sum(map(len, places.values())))
    known = _direct(places, move)
    for pair in permutations(languages, 2):
        if BETWEEN not in pair:
            _bridge(known, *pair)
    words = {pair: len(known[pair]) for pair in permutations(languages, 2) if known.get(pair)}
    write_table(path, (line for language in languages for line in _lines(known, language)), words)
    return words


def _direct(places: dict[Dictionary, list[tuple[int, int]]], move: Step) -> dict[Pair, Translations]:
    """The translations of each pair that has a dictionary, in either direction. One pair is weighed at a time."""
    known: dict[Pair, Translations] = {}
    by_pair = {(one.source, one.target): one for one in places}
    languages = dict.fromkeys(language for pair in by_pair for language in pair)
    for one, other in combinations(languages, 2):
        weights: dict[Pair, Weights] = {pair: defaultdict(dict) for pair in ((one, other), (other, one))}
        for pair in weights:
            if dictionary := by_pair.get(pair):
                back = weights[pair[1], pair[0]]
                for entry in entries_of(dictionary, places.pop(dictionary)):
                    _weigh(entry, weights[pair], back)
                    move(1)
        for pair in tuple(weights):
            known[pair] = {word: _best(terms, pair[1]) for word, terms in weights.pop(pair).items()}
    return known


def _weigh(entry: Entry, forward: Weights, back: Weights) -> None:
    """Add what an entry says, in its direction and, for less, in the other."""
    for rank, sense in enumerate(entry.senses[:MOST_SENSES], start=1):
        for place, term in enumerate(sense.terms[:MOST_TERMS], start=1):
            weight = (SPECIAL if sense.is_special else 1.0) / (rank * place)
            for headword in entry.headwords:
                _add(forward, headword, term, weight)
                if " " not in term:  # two words that only explain one are nothing to look for
                    _add(back, term, headword, weight * BACKWARDS)


def _add(weights: Weights, headword: str, term: str, weight: float) -> None:
    terms = weights[folded_term(headword)]
    terms[term] = terms.get(term, 0.0) + weight


def _best(terms: dict[str, float], language: str) -> tuple[str, ...]:
    """The terms of most weight; forms of one word count together, and the best of them stands for all."""
    if len(terms) == 1:
        return tuple(terms)
    totals: Counter[str] = Counter()
    forms: dict[str, str] = {}
    for term in sorted(terms, key=lambda term: -terms[term]):
        key = key_of(term, language)
        totals[key] += terms[term]  # type: ignore[assignment]  # a Counter counts in fractions as well
        forms.setdefault(key, term)
    return tuple(forms[key] for key, _weight in totals.most_common(MOST_KEPT))


def _bridge(known: dict[Pair, Translations], source: str, target: str) -> None:
    """Translate by way of English what has no translation yet: two senses at most at each step.

    Of several translations that there are, those that English leads to as well come first.
    """
    first, second = known.get((source, BETWEEN), {}), known.get((BETWEEN, target), {})
    direct = known.setdefault((source, target), {})
    for word, between in first.items():
        ways = [second.get(folded_term(one), ()) for one in between]
        if word in direct:
            likely = {term for terms in ways for term in terms}
            direct[word] = tuple(sorted(direct[word], key=lambda term: term not in likely))
        elif terms := [term for terms in ways[:MOST_STEPS] for term in terms[:MOST_STEPS]]:
            direct[word] = tuple(dict.fromkeys(terms))[:MOST_KEPT]


def _lines(known: dict[Pair, Translations], source: str) -> Iterator[str]:
    """The lines of a language; of forms of one word that mean the same, only the shortest has one."""
    pairs = {target: terms for (one, target), terms in known.items() if one == source}
    forms: dict[str, list[str]] = defaultdict(list)
    for word in set().union(*pairs.values()):
        forms[key_of(word, source)].append(word)
    for key, words in forms.items():
        taken: list[dict[str, str]] = []
        for word in sorted(words, key=lambda word: (len(word), word)):
            translations = {target: terms[word] for target, terms in pairs.items() if word in terms}
            means = {to: key_of(terms[0], to) for to, terms in translations.items()} if len(words) > 1 else {}
            if not any(means.items() <= other.items() for other in taken):
                taken.append(means)
                yield as_line(source, word, translations, key)
