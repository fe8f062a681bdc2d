"""Documents for the tests of engines, made of plain text."""

from forum.search.analysis import folded, stems_of, title_key, words_of
from forum.search.engine import AUDIENCE, BREAK, TITLE_KEY, Document, Hits, Query
from forum.search.engines.whoosh import WhooshEngine
from forum.search.grammar import understand

PUBLIC = frozenset({"public"})
MEMBERS = frozenset({"public", "members"})


def document(
    number: int,
    title: str = "",
    text: str = "",
    *,
    language: str = "en",
    revision: int = 1,
    published: int = 0,
    audience: tuple[str, ...] = ("public",),
    group: int = 0,
    **keywords: tuple[str, ...],
) -> Document:
    """A document as `search.documents` would make it."""
    passages = {"title": words_of(title), "text": words_of(text)}
    return Document(
        id=number,
        revision=revision,
        published=published or number,
        group=group,
        stems={name: stems_of(words, language) for name, words in passages.items()},
        words=[word for words in passages.values() for word in [*folded(words), BREAK]],
        offered=passages["title"],
        keywords={
            "status": ("published",),
            "language": (language,),
            TITLE_KEY: (title_key(title),),
            **keywords,
            AUDIENCE: audience,
        },
    )


def ask(engine: WhooshEngine, text: str, audience: frozenset[str] = PUBLIC, **more: object) -> Hits:
    """What an engine finds for what somebody typed."""
    asked = understand(text, engine.languages())
    return engine.search(Query(audience, asked.wanted, asked.unwanted, title=title_key(asked.words), **more))  # type: ignore[arg-type]
