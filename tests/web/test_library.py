"""The page of a post: its one address, what it shows, and to whom."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from forum.library.models import Post
from tests import factories
from tests.conftest import Cast

Browsers = Callable[[Any], FlaskClient]


def address_of(post: Post) -> str:
    return f"/posts/{post.id}/{post.slug}"


def test_a_post_has_one_address(cast: Cast, client: FlaskClient) -> None:
    post = factories.make_post(cast.an, cast.sluis, title="A bicycle workshop")
    for path in (f"/posts/{post.id}", f"/posts/{post.id}/wrong"):
        answer = client.get(f"{path}?page=2")
        assert answer.status_code == 302
        assert answer.location == f"/posts/{post.id}/a-bicycle-workshop?page=2"
    assert client.get(address_of(post)).status_code == 200
