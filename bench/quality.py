"""How well the search finds: python -m bench.quality [--worst 10] [--site FOLDER]

Loads the demonstration network, and the dictionaries of this machine if it has any, into a site that is thrown away; asks
every query of the judged set (tests/search/judged.json) as a member of all organisations would, in every variant; and prints
for each language:

- same nDCG, same MRR: the posts in the language of the query, in the order in which they come among themselves;
- across: how many of the good posts in other languages are among the first twenty hits;
- all nDCG: the first ten hits as they come, in any language.

A third of the queries is held out: nobody looks at what they miss, and nothing is tuned by them.
"""

import argparse
import json
import os
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from statistics import fmean
from typing import Any

from sqlalchemy import select

from bench.corpus import forum
from bench.measures import Grades, has_good, ndcg, recall, reciprocal_rank
from bench.servers import print_table
from forum.app import create_app
from forum.core.actor import Actor
from forum.core.db import db
from forum.core.languages import INTERFACE_LANGUAGES
from forum.core.origins import Origin
from forum.interop.demonstration import SOURCE
from forum.library.models import Post
from forum.organisations.models import Organisation
from forum.search.dictionaries.dictd import FOLDER, dictionaries_in
from forum.search.dictionaries.table import current_table
from forum.search.finding import Wish, find_posts
from forum.search.service import current_engine

JUDGED = Path(__file__).parents[1] / "tests" / "search" / "judged.json"
SHOWN = 20
VARIANTS: Mapping[str, Mapping[str, Any]] = {
    "words alone": {"across_languages": False},
    "dictionaries": {"by_concepts": False},
    "concepts": {"by_dictionaries": False},
    "concepts and dictionaries": {},
}


@dataclass(frozen=True, slots=True)
class Judged:
    """A query, what it is an example of, and the grades of posts in its own language and in others."""

    query: str
    language: str
    about: tuple[str, ...]
    held_out: bool
    same: Grades
    across: Grades

    @property
    def grades(self) -> Grades:
        """The grades of all posts."""
        return {**self.same, **self.across}


@dataclass(frozen=True, slots=True)
class Outcome:
    """A judged query, the refs that were found, and those of them in the language of the query."""

    judged: Judged
    ranking: list[str]
    own: list[str]

    @property
    def measures(self) -> dict[str, float]:
        """The measures that make sense for this query: one without good posts in its language has none of those."""
        one = self.judged
        found: dict[str, float] = {}
        if has_good(one.same):
            found |= {"same nDCG": ndcg(self.own, one.same), "same MRR": reciprocal_rank(self.own, one.same)}
            found |= {"same recall": recall(self.own, one.same)}
        if has_good(one.across):
            found |= {"across recall": recall(self.ranking, one.across)}
        return found | {
            "all nDCG": ndcg(self.ranking, one.grades),
            "all MRR": reciprocal_rank(self.ranking, one.grades),
        }


def judged_queries(path: Path = JUDGED) -> list[Judged]:
    """The judged set."""
    return [Judged(**{**line, "about": tuple(line["about"])}) for line in json.loads(path.read_text(encoding="utf-8"))]


def member_of_all() -> Actor:
    """Somebody who may see all that is shown."""
    return Actor(person_id=0, organisation_ids=frozenset(db.session.scalars(select(Organisation.id))))


def ask(queries: Iterable[Judged], **switches: Any) -> list[Outcome]:
    """What the present site finds for each of these, in the order of the queries."""
    posts = select(Post.id, Origin.ref, Post.language).join(Origin, Origin.subject_id == Post.id)
    known = {row.id: row for row in db.session.execute(posts.where(Origin.type == "post", Origin.source == SOURCE))}
    actor, found = member_of_all(), []
    for one in queries:
        wish = Wish(one.query, per_page=SHOWN, facets=(), reader_language=one.language, grouped=False, **switches)
        rows = [known[card.id] for card in find_posts(current_engine(), actor, wish).cards if card.id in known]
        own = [row.ref for row in rows if row.language == one.language]
        found.append(Outcome(one, [row.ref for row in rows], own))
    return found


def means(outcomes: Iterable[Outcome]) -> dict[str, float]:
    """The mean of every measure, over the queries that it makes sense for."""
    every: dict[str, list[float]] = defaultdict(list)
    for outcome in outcomes:
        for name, figure in outcome.measures.items():
            every[name].append(figure)
    return {name: fmean(figures) for name, figures in every.items()}


def by_group(outcomes: list[Outcome]) -> dict[str, list[Outcome]]:
    """The outcomes by language, those of each sort of query, those tuned by and held out, and all of them."""
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        groups[outcome.judged.language].append(outcome)
    for outcome in outcomes:
        for name in outcome.judged.about:
            groups[f"({name})"].append(outcome)
    for outcome in outcomes:
        groups["held out" if outcome.judged.held_out else "tuned by"].append(outcome)
    return {**groups, "all": outcomes}


def print_means(groups: Mapping[str, list[Outcome]]) -> None:
    """A row for each group; a dash where a measure makes no sense."""
    names = list(means(groups["all"]))
    rows = {}
    for group, outcomes in groups.items():
        figures = means(outcomes)
        rows[f"{group}, {len(outcomes)}"] = {name: f"{figures[name]:.2f}" if name in figures else "-" for name in names}
    print_table(rows, "queries")


def print_variants(every: Mapping[str, list[Outcome]]) -> None:
    """What each variant finds in other languages, by group, and what it does to the order of posts in the same one."""
    groups = {variant: by_group(outcomes) for variant, outcomes in every.items()}
    for measure in ("across recall", "same nDCG"):
        rows: dict[str, dict[str, str]] = defaultdict(dict)
        for variant, of_variant in groups.items():
            for group, outcomes in of_variant.items():
                rows[group][variant] = f"{means(outcomes).get(measure, float('nan')):.2f}"
        print(f"{measure}:\n")
        print_table(rows, "queries")
        print()


def print_worst(outcomes: list[Outcome], number: int) -> None:
    """The queries that do worst among those not held out, with what came instead."""
    tuned = [outcome for outcome in outcomes if not outcome.judged.held_out]
    for outcome in sorted(tuned, key=lambda one: min(one.measures.values()))[:number]:
        one = outcome.judged
        print(f"{one.language} {one.query}: {', '.join(f'{k} {v:.2f}' for k, v in outcome.measures.items())}")
        print("   found ", " ".join(f"{ref}={one.grades.get(ref, 0)}" for ref in outcome.ranking[:10]))
        print("   missed", " ".join(ref for ref in one.grades if ref not in outcome.ranking), flush=True)


def make_site(folder: Path) -> None:
    """The demonstration network, and every dictionary that is here."""
    forum("demo", folder=folder)
    if dictionaries_in(FOLDER, INTERFACE_LANGUAGES) if FOLDER.is_dir() else ():
        forum("dictionaries", "load", folder=folder)


def measure(site: Path, worst: int) -> None:
    """Ask the site in every variant, and print."""
    os.environ |= {"FORUM_DATA_DIR": str(site), "FORUM_DATABASE_URL": "", "FORUM_SEARCH_URL": ""}
    with create_app().app_context():
        variants = VARIANTS if current_table() else {name: VARIANTS[name] for name in ("words alone", "concepts")}
        every = {variant: ask(judged_queries(), **switches) for variant, switches in variants.items()}
    for variant, outcomes in every.items():
        print(f"{variant}:\n")
        print_means(by_group(outcomes))
        print()
    print_variants(every)
    print_worst(list(every.values())[-1], worst)


def main() -> None:
    """Make a site, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--worst", type=int, default=0, help="show so many of the queries that do worst")
    parser.add_argument("--site", type=Path, help="the folder of a site that exists, with the demonstration network")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-quality-") as name:
        if not options.site:
            make_site(Path(name))
        measure(options.site or Path(name), options.worst)


if __name__ == "__main__":
    main()
