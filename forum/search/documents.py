"""Posts as documents: what the database holds about a batch of posts now, in seven statements, cut into words."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from sqlalchemy import Select, case, select

from forum.adoption.content import written
from forum.adoption.models import Adoption
from forum.adoption.policy import counted, indexed
from forum.adoption.tried import tried_codes
from forum.core.db import db
from forum.discussion.models import Comment
from forum.library.evidence import level_of
from forum.library.fields import Field, Type
from forum.library.kinds import KINDS
from forum.library.models import Attachment, AttachmentText, Post, PostConcept, PostCountry
from forum.library.policy import SHOWN, audience
from forum.organisations.models import Organisation
from forum.search.analysis import folded, stems_of, title_key, words_of
from forum.search.engine import AUDIENCE, BREAK, FOR_MEMBERS, TITLE_KEY, Document
from forum.search.lexicon import forget_lexicon, splitter_for
from forum.search.passages import plain_text
from forum.vocabulary.matcher import matcher
from forum.vocabulary.queries import vocabulary
from forum.vocabulary.tree import Entry, Vocabulary

BATCH = 500
SCHEMES = {
    "theme": "theme",
    "target_group": "target",
    "principle": "principle",
    "instrument": "instrument",
    "form": "form",
}
SHORTEST_OFFERED = 4
COMPOUNDED = ("title", "text")
CHOSEN, MOST_MENTIONS = 2, 5


@dataclass(slots=True)
class Passage:
    """A piece of text that a post is found by, with its language and the field it counts for.

    What is not written in the post itself (labels of its concepts) is no place to look for phrases.
    """

    field: str
    text: str
    language: str
    is_written: bool = True


@dataclass(slots=True)
class Around:
    """What stands around a post in other tables."""

    organisation: tuple[str, str] | None = None
    countries: list[str] = field(default_factory=list)
    concept_ids: list[int] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    files_text: list[str] = field(default_factory=list)
    comments: list[tuple[str, str]] = field(default_factory=list)
    reports: list[tuple[str, str]] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)
    tried_openly: list[str] = field(default_factory=list)


COLUMNS = (
    Post.id,
    Post.version,
    Post.kind,
    Post.title,
    Post.summary,
    Post.body_html,
    Post.language,
    Post.details,
    Post.evidence_level,
    Post.organisation_id,
    Post.status,
    Post.visibility,
    Post.review,
    Post.published_at,
    Post.translation_of_id,
)


def documents_of(ids: Iterable[int]) -> Iterator[Document]:
    """A document for each of these posts that is shown; the others (hidden, drafts, gone) give none."""
    remaining = iter(sorted(set(ids)))
    while batch := list(islice(remaining, BATCH)):
        yield from _documents(db.session.execute(_shown().where(Post.id.in_(batch))).all())


def every_document() -> Iterator[Document]:
    """A document for every post that is shown, in bounded memory."""
    forget_lexicon()
    last = 0
    while posts := db.session.execute(_shown().where(Post.id > last).limit(BATCH)).all():
        last = posts[-1].id
        yield from _documents(posts)
        db.session.rollback()  # ends the reading transaction: building takes long, and what follows may be newer


def documents_between(first: int, end: int) -> list[Document]:
    """A document for every post that is shown and whose id is `first` or more, and less than `end`."""
    return _documents(db.session.execute(_shown().where(Post.id >= first, Post.id < end)).all())


def _shown() -> Select[Any]:
    return select(*COLUMNS).where(Post.status.in_(SHOWN)).order_by(Post.id)


def _documents(posts: Sequence[Any]) -> list[Document]:
    around, known = _surroundings(posts), vocabulary()
    return [_document(post, around[post.id], known) for post in posts]


def _document(post: Any, around: Around, known: Vocabulary) -> Document:
    entries = known.entries(around.concept_ids)
    passages = list(_passages(post, around, entries))
    published = post.published_at or datetime.fromtimestamp(0, UTC)
    stems: dict[str, list[str]] = defaultdict(list)
    words: list[str] = []
    for passage in passages:
        found = words_of(passage.text)
        stems[passage.field] += stems_of(found, passage.language)
        splitter = splitter_for(passage.language) if passage.field in COMPOUNDED else None
        stems["parts"] += splitter.stems(found) if splitter else []
        words += [*folded(found), BREAK] if passage.is_written else []
    return Document(
        id=post.id,
        revision=post.version,
        published=int(published.timestamp()),
        group=post.translation_of_id or 0,
        stems=stems,
        words=words,
        offered=_offered(passages, post.language),
        keywords=_keywords(post, around, entries, known)
        | {"year": (str(published.year),), TITLE_KEY: (title_key(post.title),)},
        **_named(passages, entries, known),
    )


def _named(passages: Iterable[Passage], chosen: Iterable[Entry], known: Vocabulary) -> dict[str, list[str]]:
    """The concepts that a post's texts name, as often as they do, and those its author chose; and all above them."""
    counts = Counter({entry.id: CHOSEN for entry in chosen})
    for passage in passages:
        if passage.is_written:
            counts.update(matcher().concepts_in(passage.text, passage.language))
    named = {entry.key: min(counts[entry.id], MOST_MENTIONS) for entry in known.entries(counts)}
    above = Counter(one.key for entry in known.entries(counts) for one in known.ancestors(entry.id))
    return {
        "concepts": [key for key, number in named.items() for _time in range(number)],
        "broader": [key for key, number in above.items() for _time in range(min(number, MOST_MENTIONS))],
    }


def _passages(post: Any, around: Around, entries: Iterable[Entry]) -> Iterator[Passage]:
    """Everything a post can be found by."""
    yield Passage("title", post.title, post.language)
    yield Passage("text", post.summary, post.language)
    yield Passage("text", plain_text(post.body_html), post.language)
    for text in details_text(post.kind, post.details):
        yield Passage("text", text, post.language)
    if around.organisation:
        yield Passage("about", *around.organisation)
    for text in around.files:
        yield Passage("about", text, post.language)
    for entry in entries:
        for language, label in entry.labels.items():
            yield Passage("about", label, language, is_written=False)
    for text in around.files_text:
        yield Passage("files", text, post.language)
    for html, language in around.comments:
        yield Passage("comments", plain_text(html), language)
    for text, language in around.reports:
        yield Passage("comments", text, language)


def details_text(kind: str, details: Mapping[str, Any]) -> Iterator[str]:
    """What people wrote into a kind's own fields, in the order of the kind."""
    for one in KINDS[kind].fields:
        yield from _written(one, details.get(one.name))


def _written(one: Field, value: Any) -> Iterator[str]:
    if one.type in (Type.LINE, Type.TEXT) and value:
        yield str(value)
    elif one.type is Type.ROWS:
        for row in value or ():
            for column in one.columns:
                yield from _written(column, row.get(column.name))


def _offered(passages: Iterable[Passage], language: str) -> tuple[str, ...]:
    """The words to complete what somebody types: those of the title, and of names and labels in the post's language."""
    own = [one for one in passages if one.field == "title" or (one.field == "about" and one.language == language)]
    words = (word for passage in own for word in words_of(passage.text))
    return tuple(dict.fromkeys(word for word in words if len(word) >= SHORTEST_OFFERED and not word.isdigit()))


def _keywords(post: Any, around: Around, entries: Sequence[Entry], known: Vocabulary) -> dict[str, tuple[str, ...]]:
    level = level_of(post)
    return {
        "kind": (post.kind,),
        **{facet: _with_broader(entries, scheme, known) for facet, scheme in SCHEMES.items()},
        "country": tuple(around.countries),
        "language": (post.language,),
        "organisation": (str(post.organisation_id),) if post.organisation_id else (),
        "status": (post.status,),
        "review": (post.review,),
        "evidence": () if level is None else tuple(map(str, range(level + 1))),
        "adopted": tuple(dict.fromkeys(around.tried_openly)),
        FOR_MEMBERS["adopted"]: tuple(dict.fromkeys(around.tried)),
        AUDIENCE: tuple(sorted(audience(post))),
    }


def _with_broader(entries: Iterable[Entry], scheme: str, known: Vocabulary) -> tuple[str, ...]:
    """The keys of concepts of a scheme and of all those above them."""
    families = ([entry, *known.ancestors(entry.id)] for entry in entries if entry.scheme == scheme)
    return tuple(dict.fromkeys(one.key for family in families for one in family))


def _surroundings(posts: Sequence[Any]) -> dict[int, Around]:
    """Organisations, countries, concepts, files, comments and reports of these posts: one statement each."""
    found = {post.id: Around() for post in posts}
    ids = list(found)
    owners = {row.id: (row.name, row.language) for row in _organisations(posts)}
    for post in posts:
        found[post.id].organisation = owners.get(post.organisation_id)
    places = select(PostCountry.post_id, PostCountry.country).where(PostCountry.post_id.in_(ids))
    for post_id, country in db.session.execute(places.order_by(PostCountry.post_id, PostCountry.position)):
        found[post_id].countries.append(country)
    concepts = select(PostConcept.post_id, PostConcept.concept_id).where(PostConcept.post_id.in_(ids))
    for post_id, concept_id in db.session.execute(concepts.order_by(PostConcept.post_id, PostConcept.position)):
        found[post_id].concept_ids.append(concept_id)
    for post_id, filename, caption, text in db.session.execute(_files(ids)):
        found[post_id].files.append(f"{filename} {caption}")
        if text:
            found[post_id].files_text.append(text)
    for post_id, html, language in db.session.execute(_comments(ids)):
        found[post_id].comments.append((html, language))
    for one in db.session.execute(_reports(ids)):
        _take_report(found[one.post_id], one)
    return found


def _take_report(around: Around, one: Any) -> None:
    """What a report says of how it went counts for members; its words, and that for all, only where every reader may know."""
    codes = tried_codes(one.intent, one.outcome)
    around.tried += codes
    if one.is_for_all:
        around.tried_openly += codes
        around.reports += [(text, one.language) for text in written(one.details)]


def _organisations(posts: Sequence[Any]) -> Any:
    numbers = {post.organisation_id for post in posts if post.organisation_id}
    query = select(Organisation.id, Organisation.name, Organisation.language)
    return db.session.execute(query.where(Organisation.id.in_(numbers)))


def _files(ids: Sequence[int]) -> Any:
    query = select(Attachment.post_id, Attachment.filename, Attachment.caption, AttachmentText.text)
    query = query.outerjoin(AttachmentText, AttachmentText.sha256 == Attachment.sha256)
    return query.where(Attachment.post_id.in_(ids), Attachment.removed_at.is_(None)).order_by(Attachment.id)


def _comments(ids: Sequence[int]) -> Any:
    query = select(Comment.post_id, Comment.body_html, Comment.language)
    shown = query.where(Comment.post_id.in_(ids), Comment.deleted_at.is_(None), Comment.hidden_at.is_(None))
    return shown.order_by(Comment.post_id, Comment.number)


def _reports(ids: Sequence[int]) -> Any:
    """What others told of trying a practice, and whether every reader of the post may read it."""
    columns = (Adoption.post_id, Adoption.intent, Adoption.outcome, Adoption.details, Adoption.language)
    query = select(*columns, case((indexed(), 1), else_=0).label("is_for_all")).join(Post, Post.id == Adoption.post_id)
    return query.where(Adoption.post_id.in_(ids), counted()).order_by(Adoption.id)
