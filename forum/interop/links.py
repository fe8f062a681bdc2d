"""Which posts translate which, or support which: settled once all posts of a file are in, for the other may stand further on."""

from dataclasses import dataclass, field

from sqlalchemy import select

from forum.core.actor import Actor
from forum.core.db import db, transaction
from forum.core.origins import Origin
from forum.interop.lines import Rejected, clean_ref
from forum.interop.sourcefile import Entry
from forum.library.models import Post
from forum.library.operations.importing import link_evidence, link_translations, originals_of

BATCH = 500


@dataclass(slots=True)
class Links:
    """Posts that say they translate another, or name it as the source of their evidence: their ids, and the other's ref."""

    wanted: list[tuple[int, str]] = field(default_factory=list)
    sources: list[tuple[int, str]] = field(default_factory=list)

    def note(self, entry: Entry, post_id: int | None) -> None:
        """Keep for later what the line of a post says it translates, and what its evidence is."""
        if entry.type != "post" or post_id is None:
            return
        for links, name in ((self.wanted, "translation_of"), (self.sources, "evidence_post")):
            try:
                other = clean_ref(entry.found, name)
            except Rejected:
                continue
            if other:
                links.append((post_id, other))

    def settle(self, actor: Actor, source: str) -> None:
        """Make the links whose originals are here; others may come with a later file."""
        for start in range(0, len(self.wanted), BATCH):
            part = self.wanted[start : start + BATCH]
            with transaction():
                link_translations(actor, _missing(source, part))
        for start in range(0, len(self.sources), BATCH):
            part = self.sources[start : start + BATCH]
            with transaction():
                by_ref = _posts_called(source, {ref for _post_id, ref in part})
                link_evidence(actor, [(post_id, by_ref[ref]) for post_id, ref in part if ref in by_ref])


def _missing(source: str, wanted: list[tuple[int, str]]) -> list[tuple[int, int]]:
    """Those of these links that are possible and not made yet: three statements."""
    by_ref = _posts_called(source, {ref for _post_id, ref in wanted})
    first = originals_of(by_ref.values())
    ids = [post_id for post_id, _ref in wanted]
    present = dict(db.session.execute(select(Post.id, Post.translation_of_id).where(Post.id.in_(ids))).all())
    found = [(post_id, by_ref[ref]) for post_id, ref in wanted if ref in by_ref and post_id in present]
    return [
        (post_id, original) for post_id, original in found if first.get(original) not in (post_id, present[post_id])
    ]


def _posts_called(source: str, refs: set[str]) -> dict[str, int]:
    """The ids of the posts that have these names in a source."""
    rows = select(Origin.ref, Origin.subject_id).where(
        Origin.source == source, Origin.type == "post", Origin.ref.in_(refs)
    )
    return dict(db.session.execute(rows).all())
