"""Answers travel compressed when the browser can take it, and are the same when it cannot."""

import gzip

import brotli
import pytest
from flask.testing import FlaskClient

UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}


@pytest.mark.parametrize("encoding", UNPACK)
@pytest.mark.parametrize("path", ["/help", "/static/css/site.css", "/static/pictures.svg"])
def test_a_compressed_answer_says_the_same_in_fewer_bytes(client: FlaskClient, path: str, encoding: str) -> None:
    plain = client.get(path, buffered=True)
    packed = client.get(path, headers={"Accept-Encoding": encoding}, buffered=True)
    assert packed.headers["Content-Encoding"] == encoding
    assert UNPACK[encoding](packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert "Accept-Encoding" in packed.headers["Vary"]


def test_what_a_browser_has_already_is_not_sent_again(client: FlaskClient) -> None:
    headers = {"Accept-Encoding": "br"}
    first = client.get("/static/css/site.css", headers=headers, buffered=True)
    again = client.get(
        "/static/css/site.css", headers=headers | {"If-None-Match": first.headers["ETag"]}, buffered=True
    )
    assert again.status_code == 304


def test_a_page_says_what_it_depends_on(client: FlaskClient) -> None:
    varies = client.get("/help", headers={"Accept-Encoding": "br"}).vary
    assert {"Cookie", "Accept-Language", "Accept-Encoding"} <= set(varies)
