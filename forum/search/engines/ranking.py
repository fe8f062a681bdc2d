"""The order of hits: a title that is the query itself first; else by words, with a little more for what was reviewed and is fresh.

The reader's own language counts for more; the gentle factors never turn a much better match around.
"""

import numpy as np

from forum.search.engine import TITLE_KEY, Query
from forum.search.engines.segments import Leaf, Mask, Numbers, Places, Snapshot, Weights

REVIEWED = 0.05
FRESH = 0.05
OWN_LANGUAGE = 0.2
HALF_LIFE = 2 * 365 * 24 * 3600  # seconds: after two years half of the freshness is gone
MARKS = ("reviewed", "recommended", "in_expert_review")


def weighed(snapshot: Snapshot, leaf: Leaf, scores: Weights, mask: Mask, language: str = "") -> Weights:
    """The scores of the documents in a mask, with the gentle factors; `language` is that of the reader.

    Freshness counts from the newest post in the index, so that the same index always answers in the same order.
    """
    published = leaf.segment.numbers("published")[mask]
    age = np.maximum(snapshot.newest - published, 0)
    fresh = np.exp2(-age / HALF_LIFE).astype(np.float32)
    reviewed = leaf.having_any("review", MARKS)[mask]
    own = leaf.having_any("language", [language])[mask]
    found: Weights = scores[mask] * (1 + REVIEWED * reviewed + FRESH * fresh + OWN_LANGUAGE * own)
    return found


def has_exact_title(leaf: Leaf, query: Query) -> Mask:
    """Which documents have the query as their title."""
    return leaf.having_any(TITLE_KEY, [query.title] if query.title else [])


def order(query: Query, ids: Numbers, published: Numbers, scores: Weights, exact: Mask, partial: Mask) -> Places:
    """The places of hits in the order asked for; among equals the newer first."""
    if query.sort == "oldest":
        keys: tuple[Numbers | Weights | Mask, ...] = (ids, published)
    elif query.sort == "newest":
        keys = (-ids, -published)
    else:
        keys = (-ids, -published, -scores, partial, ~exact)
    return np.lexsort(keys).astype(np.int32)
