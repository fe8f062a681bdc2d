"""Put payloads into every text that people can write, in the showroom: `python -m tests.journeys.planting`.

Each column says its name and then payloads, from row to row beginning with another one: no page cuts all of them off.
Columns of many rows have a share in each row, all others have all. They go round the checks of forms and their limits, for it
is the pages that are to be tried. `STAYS` says what stays as it is, and why.
"""

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import JSON, Table, inspect, select, update

from forum.adoption import content as adoption
from forum.app import create_app
from forum.cli.context import prepare_site
from forum.core.db import db, transaction
from forum.core.limits import forget_counts
from forum.core.markdown import render
from forum.library.fields import Field, Type
from forum.library.kinds import KINDS
from forum.personal.columns import BY_NAME, SOURCES
from forum.search.service import rebuild_index
from tests.journeys import showroom
from tests.journeys.payloads import payloads

STAYS = {
    "people.email": "signs in",
    "people.reads": "codes of languages",
    "people.interests": "keys of concepts",
    "people.hints_closed": "keys of hints",
    "address_changes.old_email": "signs in",
    "address_changes.new_email": "will sign in",
    "identities.subject": "a number at another site",
    "organisations.slug": "is an address",
    "organisations.website": "an address of the web, which forms check",
    "organisation_domains.domain": "a name of the network, which forms check",
    "posts.evidence_url": "an address of the web, which forms check",
    "form_drafts.place": "a place of the program's own",
    "freshness_tokens.email": "is compared with the person's",
    "expert_links.email": "is compared with the invitation's",
    "expert_invitations.email": "is compared with the link's",
    "tokens.email": "is compared with the person's",
    "links.url": "an address of the web, which forms check",
    "events.data": "what the program notes about an event",
    "origins.ref": "a number at another site",
    "deeds.before": "codes of a state",
    "deeds.after": "codes of a state",
    "deliveries.last_error": "what the program says of itself",
    "outgoing_mails.last_error": "what the program says of itself",
}
SHORT = {
    "attachments.filename": 200,
    "sessions.browser": 200,
    "reader_messages.page": 500,
}  # parts of addresses and headers
SHARES = {"posts": 40, "post_versions": 40, "comments": 80, "concept_labels": 3, "adoptions": 80}
COMMON_TEXTS = {"title", "summary", "body", "q", "note", "reason", "sentence", "name", "proposed"}
BLOCKS = {"posts.body", "comments.body", "comment_versions.body", "collections.introduction", "request_messages.body"}
TEXTS = payloads()


def fields() -> Iterator[Field]:
    """Every field of every kind and of a report, with those of their rows."""
    for field in (*(one for kind in KINDS.values() for one in kind.fields), *adoption.FIELDS):
        yield field
        yield from field.columns


WORDED = COMMON_TEXTS | {field.name for field in fields() if field.type in (Type.LINE, Type.TEXT)}


def sown(place: str, row: int) -> str:
    """Payloads behind the name of a column, beginning with another one in each row."""
    share = SHARES.get(place.partition(".")[0], 0)
    start = row * (share or 17) % len(TEXTS)
    texts = (TEXTS[start:] + TEXTS[:start])[: share or None]
    if place in SHORT:
        return " ".join((place, *texts[:2]))[: SHORT[place]].replace("/", "\N{FRACTION SLASH}")
    if place in BLOCKS:
        return "\n\n".join((place, *texts)).replace("\x01", "")
    return " ".join((place, *texts)).replace("\x01", "")


def sown_within(place: str, value: Any, row: int, name: str = "") -> Any:
    """A JSON value with its texts replaced; keys, codes and numbers stay."""
    if isinstance(value, dict):
        return {key: sown_within(f"{place}.{key}", each, row, key) for key, each in value.items()}
    if isinstance(value, list) and value and value[0] == "q":  # a pair of a saved search
        return ["q", sown(place, row)]
    if isinstance(value, list):
        return [sown_within(place, each, row, name) for each in value]
    return sown(place, row) if isinstance(value, str) and name in WORDED else value


def planted_columns(table: Table) -> list[str]:
    """The columns of a table that hold what people write."""
    known = BY_NAME[table.name]
    names = [name for fate in ("emptied", "scrubbed", "dropped", "ours") for name in known.columns(fate)]
    return [name for name in names if f"{table.name}.{name}" not in STAYS]


def plant() -> list[str]:
    """Sow every column of every row; the names of the columns that have rows."""
    done = []
    for table in db.metadata.sorted_tables:
        for name in planted_columns(table):
            if sum(sow(table, name, row) for row in keys_of(table, name)):
                done.append(f"{table.name}.{name}")
        for name in BY_NAME[table.name].columns("rendered"):
            make_again(table, name)
    return done


def keys_of(table: Table, name: str) -> list[tuple[Any, Any]]:
    """(condition for a row, value of the column) of every row."""
    primary = list(inspect(table).primary_key)
    rows = db.session.execute(select(*primary, table.c[name])).all()
    return [([column == value for column, value in zip(primary, row, strict=False)], row[-1]) for row in rows]


def sow(table: Table, name: str, row: tuple[Any, Any]) -> bool:
    """Replace one value; False when nothing is there to replace."""
    where, value = row
    place = f"{table.name}.{name}"
    number = abs(hash(str([str(one.right.value) for one in where]))) % 997 if len(where) > 1 else int_of(where[0])
    new = sown_within(place, value, number) if isinstance(table.c[name].type, JSON) else sown(place, number)
    if value is None and isinstance(table.c[name].type, JSON):
        return False
    db.session.execute(update(table).where(*where).values({name: new}))
    return True


def int_of(condition: Any) -> int:
    """The number of a row; 0 for one that is known by a word."""
    value = condition.right.value
    return value if isinstance(value, int) else 0


def make_again(table: Table, name: str) -> None:
    """Render what is made of a text."""
    source = table.c[SOURCES[name]]
    for where, text in keys_of(table, source.name):
        db.session.execute(update(table).where(*where).values({name: render(text).html}))


def main() -> None:
    """Make the showroom, then sow."""
    app = create_app()
    with app.app_context():
        prepare_site(app.config["SETTINGS"])
        made = showroom.make(app)
        with transaction():
            made["values"]["planted"] = " ".join(plant())
        rebuild_index()
        forget_counts()
    print(json.dumps(made))


if __name__ == "__main__":
    main()
