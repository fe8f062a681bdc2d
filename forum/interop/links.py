"""Which posts translate which: settled once all posts of a file are in, for an original may stand further on."""

from dataclasses import dataclass, field

from sqlalchemy import select

from forum.core.actor import Actor
from forum.core.db import db, transaction
from forum.core.origins import Origin
from forum.interop.lines import Rejected, clean_ref
from forum.interop.sourcefile import Entry
from forum.library.models import Post
from forum.library.operations.importing import link_translations, originals_of

BATCH = 500


@dataclass(slots=True)
class Links:
    """Posts that say they translate another: their ids, and the other's ref."""

    wanted: list[tuple[int, str]] = field(default_factory=list)

    def note(self, entry: Entry, post_id: int | None) -> None:
        """Keep for later what the line of a post says it translates."""
        if entry.type != "post" or post_id is None:
            return
        try:
            original = clean_ref(entry.found, "translation_of")
        except Rejected:
            return
        if original:
            self.wanted.append((post_id, original))

    def settle(self, actor: Actor, source: str) -> None:
        """Make the links whose originals are here; others may come with a later file."""
        for start in range(0, len(self.wanted), BATCH):
            part = self.wanted[start : start + BATCH]
            with transaction():
                link_translations(actor, _missing(source, part))


def _missing(source: str, wanted: list[tuple[int, str]]) -> list[tuple[int, int]]:
    """Those of these links that are possible and not made yet: three statements."""
    refs = {ref for _post_id, ref in wanted}
    rows = select(Origin.ref, Origin.subject_id).where(
        Origin.source == source, Origin.type == "post", Origin.ref.in_(refs)
    )
    by_ref = dict(db.session.execute(rows).all())
    first = originals_of(by_ref.values())
    ids = [post_id for post_id, _ref in wanted]
    present = dict(db.session.execute(select(Post.id, Post.translation_of_id).where(Post.id.in_(ids))).all())
    found = [(post_id, by_ref[ref]) for post_id, ref in wanted if ref in by_ref and post_id in present]
    return [
        (post_id, original) for post_id, original in found if first.get(original) not in (post_id, present[post_id])
    ]
