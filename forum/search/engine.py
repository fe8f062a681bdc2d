"""What a search engine does, and the plain things it takes and gives. Engines live in `engines/`, behind this protocol."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from forum.core.errors import ForumError
from forum.core.text import Message

TEXT_FIELDS = ("title", "text", "about", "comments", "files", "parts")
COMPOUNDING = ("de", "nl")
CONCEPT_FIELDS = ("concepts", "broader")
FACETS = (
    "kind",
    "theme",
    "target_group",
    "principle",
    "country",
    "language",
    "organisation",
    "year",
    "status",
    "evidence",
    "adopted",
)
FILTERS = (*FACETS, "instrument", "form")
AUDIENCE = "audience"
TITLE_KEY = "title_key"
FOR_MEMBERS = {"adopted": "adopted_members"}
KEYWORDS = (*FILTERS, *FOR_MEMBERS.values(), "review", AUDIENCE, TITLE_KEY)
BREAK = "|"
SHORTEST_NEAR, SHORTEST_FOR_TWO_SLIPS = 4, 8

Sort = Literal["relevance", "newest", "oldest"]
SORTS: tuple[Sort, ...] = ("relevance", "newest", "oldest")


@dataclass(frozen=True, slots=True)
class Document:
    """A post as an engine keeps it, cut into words already (see `analysis`): an engine only compares and counts.

    `stems` are by text field; `words` are folded, in order, with a BREAK between passages, for phrases and beginnings;
    `offered` are words as people write them, to complete what somebody types; `keywords` are codes by filter, and the
    audience tokens of `library.policy`. A level of evidence has the codes of all levels up to it: a filter means "at least".
    What only members may know of a post for everybody is in a keyword of its own, by `FOR_MEMBERS`: the one that they search by.
    `concepts` are the keys of those that the text names, as often as it does, and `broader` those above them. `published` is
    in seconds since 1970. `group` is the number of the post that this one is a translation of; 0 when it is none.
    """

    id: int
    revision: int
    published: int
    stems: Mapping[str, Sequence[str]]
    words: Sequence[str] = ()
    offered: Sequence[str] = ()
    keywords: Mapping[str, Sequence[str]] = field(default_factory=dict)
    concepts: Sequence[str] = ()
    broader: Sequence[str] = ()
    group: int = 0


@dataclass(frozen=True, slots=True)
class Word:
    """A word, as the stems it may have; it is found in any text field, or in those named."""

    stems: tuple[str, ...]
    fields: tuple[str, ...] = TEXT_FIELDS


@dataclass(frozen=True, slots=True)
class Phrase:
    """Folded words that follow one another."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a folded word begins."""

    letters: str


@dataclass(frozen=True, slots=True)
class ConceptTag:
    """A concept by its key: found in texts of any language that name it or a concept below it."""

    key: str


@dataclass(frozen=True, slots=True)
class Compound:
    """A word that may be made of two, as ways to split it: stems that the first may have, and the stem of the second.

    It is found in texts of languages that make such words, where both are.
    """

    splits: tuple[tuple[tuple[str, ...], str], ...]


@dataclass(frozen=True, slots=True)
class Translated:
    """What a word is in other languages, by its stems: found in posts in these languages that have all of them.

    It counts for less than a concept: dictionaries do not know what is meant.
    """

    stems: tuple[str, ...]
    languages: tuple[str, ...]


Part = Word | Phrase | Beginning | ConceptTag | Compound | Translated


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for, by whom.

    Every group of `wanted` must be met by one of its parts, and no part of `unwanted`. Several values of a filter mean
    "or". `audience` are the tokens that the reader listens to. A post with `title` for a title key comes first. Posts in
    `without` do not exist for this query. With `grouped`, posts that are translations of one another are one hit, shown
    in `language` where that text may be seen and meets the filters (with `as_matched`, the words too); totals and facets
    count such groups.
    A lenient query finds, after what meets every group, what meets a good part of them: the rarer a group, the more it counts.
    """

    audience: frozenset[str]
    wanted: tuple[tuple[Part, ...], ...] = ()
    unwanted: tuple[Part, ...] = ()
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    facets: tuple[str, ...] = ()
    title: str = ""
    sort: Sort = "relevance"
    offset: int = 0
    limit: int = 20
    without: frozenset[int] = frozenset()
    grouped: bool = False
    language: str = ""
    as_matched: bool = False
    is_lenient: bool = False


@dataclass(frozen=True, slots=True)
class Hits:
    """What was found: ids in order with their scores, how many in all, and for each facet how many have each value.

    A facet's counts are under all filters but its own. `siblings` has, by id, the other texts of a group that may be seen.
    """

    ids: list[int] = field(default_factory=list)
    scores: list[float] = field(default_factory=list)
    total: int = 0
    facets: dict[str, dict[str, int]] = field(default_factory=dict)
    siblings: dict[int, tuple[int, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Health:
    """Whether an engine can answer, how many posts it knows, what is wrong when it cannot, and if building anew helps."""

    is_well: bool
    documents: int = 0
    trouble: Message | None = None
    is_mendable: bool = True


def most_slips(word: str) -> int:
    """How many letters may be wrong in a word of this length for another to be near."""
    return 0 if len(word) < SHORTEST_NEAR else 1 if len(word) < SHORTEST_FOR_TWO_SLIPS else 2


class IndexUnusable(ForumError):
    """There is no index, or it cannot be read. Readers get an answer from the database meanwhile."""


Revisions = dict[int, int]
Changes = tuple[Iterable[Document], Iterable[int]]
CatchUp = Callable[[Revisions], Changes]


class Engine(Protocol):
    """An index of posts. Any number of processes may search it, one at a time writes; what is written is on disk.

    Everything may raise `IndexUnusable`, and writing `Conflict` when another process writes.
    """

    def index(self, documents: Iterable[Document], gone: Iterable[int] = ()) -> None:
        """Put documents in, in place of what the index has of these posts, and take the posts in `gone` out."""

    def remove(self, ids: Iterable[int]) -> None:
        """Take posts out."""

    def search(self, query: Query) -> Hits:
        """Find posts."""

    def suggest(
        self, letters: str, audience: frozenset[str], without: frozenset[int] = frozenset(), limit: int = 8
    ) -> list[str]:
        """Words that begin with folded letters, from posts of the audience, the most frequent first."""

    def near_words(
        self, word: str, audience: frozenset[str], language: str, without: frozenset[int] = frozenset(), limit: int = 3
    ) -> list[str]:
        """Words from posts of the audience that differ by a slip or two from a folded one, the likeliest first."""

    def numbers_of(
        self, parts: Sequence[Translated], audience: frozenset[str], without: frozenset[int] = frozenset()
    ) -> list[int]:
        """In how many posts of the audience each translation is."""

    def languages(self) -> tuple[str, ...]:
        """The languages of the texts in the index, that of most texts first."""

    def concerned(self, wanted: Iterable[Sequence[Part]]) -> set[int]:
        """The posts that have all parts of one of these, whoever may see them: to keep the index true, never for readers."""

    def revisions(self) -> Revisions:
        """The id and revision of every post in the index."""

    def rebuild(self, documents: Iterable[Document], catch_up: CatchUp, *, by_two: bool = False) -> None:
        """Build a new index beside the present one, which serves on, and change over to it in one step.

        Just before, `catch_up` is told what the new index holds, and gives what changed meanwhile; nobody writes then.
        With `by_two` somebody waits for it, and there are two processors to write with.
        """

    def health(self) -> Health:
        """Whether the index can be read; never raises."""

    def report(self, trouble: str) -> None:
        """Leave word that searching failed, for whoever looks after the index."""

    def close(self) -> None:
        """Let go of files."""
