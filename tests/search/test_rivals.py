"""What ours is measured against finds the same, so that the measures compare like with like."""

from pathlib import Path
from random import Random

from bench.rivals import RIVALS, SIX
from bench.search import as_document, made_up_posts, queries_of, splitters_from

POSTS = list(made_up_posts(120, Random(3)))


def test_all_rivals_agree_on_hits_and_facets(tmp_path: Path) -> None:
    splitters = splitters_from(POSTS)
    documents = [as_document(number, post, splitters) for number, post in enumerate(POSTS, start=1)]
    queries = queries_of([(post["language"], post["body"]) for post in POSTS], 28)
    answers = {}
    for name, make in RIVALS.items():
        rival = make(tmp_path / name.replace(" ", ""))
        rival.build(documents)
        rival.save(documents[0])
        answers[name] = [rival.ask(query) for query in queries]
    ours = answers.pop("ours")
    assert max(total for total, _facets in ours) > 0
    assert all(set(facets) == set(SIX) for _total, facets in ours)
    for name, theirs in answers.items():
        assert theirs == ours, name
