"""Any string up to ten thousand characters is a search: the page and the interface for programs answer it in words."""

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from forum.core.limits import forget_counts
from forum.library.models import Post
from forum.search.engine import FILTERS
from forum.web import wishes
from tests.conftest import Cast, SearchIndex
from tests.factories import make_post

PIECES = (
    *(
        '"',
        "“",
        "-",
        "*",
        "OR",
        "AND",
        "NOT",
        ":",
        "(",
        ")",
        "|",
        "^",
        "~",
        "[a TO z]",
        "?",
        "\\",
        "/",
        "%",
        "_",
        "\x00",
    ),
    *(
        "title:",
        "org:",
        "country:belgium",
        "year:0-9999",
        "year:2024",
        "theme:finance",
        "lang:",
        "\u202e",
        "\ud800",
        "ß",
    ),
    *(
        "wo*",
        "bakery",
        "l'entreprise",
        "WISE",
        "'; DROP TABLE posts; --",
        "<script>",
        "\U0001f41d",
        "\n",
        "a" * 300,
        "é",
    ),
)
text = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=400).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=400).map("".join),
    st.text(max_size=300),
    st.text(alphabet=st.characters(), min_size=1, max_size=20).flatmap(
        lambda part: st.integers(1, 10_000 // len(part)).map(lambda times: part * times)
    ),
)
odd = st.one_of(st.text(max_size=30), st.sampled_from(["-1", "0", "9" * 40, "1e9", "²", "٣", "\x00", "BE", "finance"]))
NAMES = (*FILTERS, "sort", "page", "per_page", "concepts", "spelling")


@pytest.fixture
def library(search_index: SearchIndex, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> list[Post]:
    """A few posts, and readers who may search as often as they like."""
    posts = [make_post(cast.an, cast.sluis, title=f"A bakery {number}") for number in range(3)]
    search_index.build()
    monkeypatch.setattr(wishes, "SEARCHES", 10**9)
    forget_counts()
    return posts


def as_sent(text: str) -> bytes:
    """What a browser would send, and lone surrogates as no browser does."""
    return text[:10_000].encode("utf-8", "surrogatepass")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=text, filters=st.dictionaries(st.sampled_from(NAMES), odd, max_size=3))
@example(text="(" * 10_000, filters={})
@example(text="title:" * 1600, filters={"page": "9" * 400})
@example(text='"a b" ' * 1600, filters={"year": "99999999"})
def test_any_string_and_any_filter_is_answered(
    library: list[Post], client: FlaskClient, text: str, filters: dict[str, str]
) -> None:
    query = {"q": as_sent(text), **{name: as_sent(value) for name, value in filters.items()}}
    assert client.get("/en/search", query_string=query).status_code == 200
    assert client.get("/api/v1/search", query_string=query).status_code in (200, 422)
    assert client.get("/api/v1/suggest", query_string=query).status_code == 200
