"""Reports on a practice are words it is found by, for those who may read them."""

from flask.testing import FlaskClient

from forum.adoption import operations
from tests import factories
from tests.conftest import Cast, SearchIndex


def found(client: FlaskClient, word: str) -> int:
    return int(client.get(f"/api/v1/search?q={word}").json["total"])


def test_a_practice_is_found_by_what_others_told_of_it_for_everybody(
    cast: Cast, search_index: SearchIndex, client: FlaskClient
) -> None:
    post, chiara = factories.make_post(cast.an, cast.sluis), cast.actor("chiara")
    words = {"intent": "running", "outcome": "worked", "language": "en", "details": {"what_helped": "zirkonbread"}}
    told = operations.report_adoption(chiara, post.id, cast.filo.id, words | {"permission": "members"})
    search_index.take_in()
    assert found(client, "zirkonbread") == 0
    operations.change_adoption(chiara, told.id, words | {"permission": "public"}, 1)
    search_index.take_in()
    assert found(client, "zirkonbread") == 1
    operations.withdraw_adoption(chiara, told.id)
    search_index.take_in()
    assert found(client, "zirkonbread") == 0
