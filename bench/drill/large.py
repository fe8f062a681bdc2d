"""Many posts written straight into the database that the environment names: python -m bench.drill.large POSTS [--corpus FILE]

The demonstration network must be there. No index is built: backups have none, and restoring builds it.
"""

import argparse
import random
from itertools import islice
from pathlib import Path

from sqlalchemy import func, select

from bench.scale import BATCH, write
from bench.search import made_up_posts, posts_in
from forum.app import create_app
from forum.core.db import db
from forum.library.models import Post
from forum.organisations.models import Organisation
from forum.vocabulary.models import Concept

LONG_AGO = "2026-01-01T00:00:00+00:00"


def add_posts(number: int, corpus: Path | None) -> None:
    """Write so many posts, of a corpus or made up."""
    organisations = list(db.session.scalars(select(Organisation.id)))
    concepts = dict(db.session.execute(select(Concept.key, Concept.id)).all())
    first = (db.session.scalar(select(func.max(Post.id))) or 0) + 1
    found = posts_in(corpus, number) if corpus else made_up_posts(number, random.Random(11))
    posts = enumerate(({"published_at": LONG_AGO, **post} for post in found), first)
    while batch := list(islice(posts, BATCH)):
        write(batch, organisations, concepts)
    db.session.remove()


def main() -> None:
    """Read the arguments and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("posts", type=int)
    parser.add_argument("--corpus", type=Path)
    wish = parser.parse_args()
    with create_app().app_context():
        add_posts(wish.posts, wish.corpus)


if __name__ == "__main__":
    main()
