"""How good a ranking is, by grades that people gave: nDCG (Järvelin, Kekäläinen, TOIS 2002), reciprocal rank, recall.

A ranking is a list of keys, the best first; grades are from 3 (exactly this) to 1 (somewhat). What has no grade is 0.
"""

import math
from collections.abc import Mapping, Sequence

Grades = Mapping[str, int]
GOOD = 2


def ndcg(ranking: Sequence[str], grades: Grades, at: int = 10) -> float:
    """The gain of the first places, each worth less than the one before, as a share of the best there could be."""
    best = _gain(sorted(grades.values(), reverse=True)[:at])
    return _gain([grades.get(key, 0) for key in ranking[:at]]) / best if best else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum((2.0**grade - 1) / math.log2(place + 1) for place, grade in enumerate(grades, start=1))


def reciprocal_rank(ranking: Sequence[str], grades: Grades) -> float:
    """One divided by the place of the first good one; 0 without any."""
    return next((1 / place for place, key in enumerate(ranking, start=1) if grades.get(key, 0) >= GOOD), 0.0)


def recall(ranking: Sequence[str], grades: Grades, at: int = 20) -> float:
    """The share of the good ones that is in the first places."""
    good = {key for key, grade in grades.items() if grade >= GOOD}
    return len(good.intersection(ranking[:at])) / len(good) if good else 0.0


def has_good(grades: Grades) -> bool:
    """Whether there is anything good to find."""
    return any(grade >= GOOD for grade in grades.values())
