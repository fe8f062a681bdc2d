"""Numbers as pictures show them: which tint a count gets, and how long its bar is."""

STEPS = 4


def step(count: int, largest: int) -> int:
    """The tint of a count from 1 (some) to 4 (most); 0 for none. Small numbers get a step each, larger ones share four."""
    if count <= 0:
        return 0
    return count if largest <= STEPS else -(-count * STEPS // largest)


def share(count: int, largest: int) -> float:
    """How much of a bar's full length a count fills, in per cent."""
    return round(100 * count / largest, 1) if largest > 0 else 0.0
