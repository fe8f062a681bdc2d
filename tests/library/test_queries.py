"""Posts as cards, and what is like a post: few statements, and never more than the reader may see."""

from typing import Any

import pytest

from forum.library.models import slug_of
from forum.library.queries import (
    cards_by_id,
    count_posts,
    featured_cards,
    latest_cards,
    most_discussed_cards,
    plain_beginning,
)
from forum.library.similar import similar_titles
from tests import factories
from tests.conftest import Cast


def test_a_card_without_a_summary_begins_with_the_text(cast: Cast, count_sql: Any) -> None:
    body = "# Heading\n\nWe **repair** bicycles & more, see [here](https://example.org/x). " + "Many words. " * 200
    factories.make_post(cast.an, cast.sluis, body=body)
    factories.make_post(cast.an, cast.sluis, summary="In short.")
    visitor = cast.actor("visitor")
    with count_sql() as statements:
        cards = latest_cards(visitor)
    assert len(statements) <= 3
    assert cards[0].summary == "In short."
    assert cards[1].summary.startswith("Heading We repair bicycles & more, see here")
    assert cards[1].summary.endswith("…")
    assert "<" not in cards[1].summary


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        ("<p>One</p><p>two", " One  two"),
        ("<p>a &amp; b &am", " a & b "),
        ('<p>see <a href="https://exa', " see  "),
        ("plain &lt;b&gt;", "plain <b>"),
        ("", ""),
    ],
)
def test_the_beginning_of_a_cut_text_is_plain(html: str, plain: str) -> None:
    assert plain_beginning(html) == plain


def test_lists_hold_what_the_reader_may_see(cast: Cast) -> None:
    public = factories.make_post(cast.an, cast.sluis, comment_count=1)
    members = factories.make_post(cast.an, cast.sluis, visibility="members", comment_count=2)
    closed = factories.make_post(cast.an, cast.sluis, visibility="organisation", comment_count=3)
    others = [factories.make_post(cast.an, cast.sluis, status=status) for status in ("draft", "archived", "hidden")]
    ids = [one.id for one in (public, members, closed, *others)]
    for who, seen in (("visitor", [public]), ("chiara", [public, members]), ("bert", [public, members, closed])):
        actor, wanted = cast.actor(who), {one.id for one in seen}
        assert {card.id for card in latest_cards(actor)} == wanted
        assert {card.id for card in most_discussed_cards(actor)} == wanted
        assert count_posts(actor) == len(wanted)
        assert {card.id for card in cards_by_id(actor, ids)} == wanted | {others[1].id}
        assert [card.id for card in cards_by_id(actor, ids, ("published",))] == [one.id for one in seen]
    assert [card.id for card in featured_cards(cast.actor("visitor"))] == []


def test_similar_titles_share_their_words(cast: Cast) -> None:
    alike = factories.make_post(cast.an, cast.sluis, title="Fietsatelier met école d'été")
    factories.make_post(cast.an, cast.sluis, title="Something else altogether")
    factories.make_post(cast.an, cast.sluis, title="Fietsatelier, geheim", visibility="organisation")
    factories.make_post(cast.an, cast.sluis, title="Fietsatelier als concept", status="draft")
    chiara = cast.actor("chiara")
    assert [card.id for card in similar_titles(chiara, "Een fietsatelier in Gent")] == [alike.id]
    assert similar_titles(chiara, "Een fietsatelier", but=alike.id) == []
    assert similar_titles(chiara, "a in de") == []
    assert similar_titles(chiara, "100% _ \\ %") == []


def test_an_address_never_takes_the_name_of_a_page() -> None:
    assert slug_of("Éditer l'été") == "editer-l-ete"
    assert slug_of("History") == "history-"
    assert slug_of("History of work") == "history-of-work"
    assert slug_of("") == "-"
