"""Static files: kept for ever at an address with the right fingerprint, asked for again at any other."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient

from forum.web.stylesheets import TOGETHER, shortened

ROOT = Path(__file__).resolve().parent.parent.parent


def address_of(name: str, client: FlaskClient) -> str:
    """The address by which the home page calls a static file."""
    found = re.search(rf'"(/static/{re.escape(name)}\?v=[0-9a-f]+)"', client.get("/").text)
    assert found is not None, name
    return found[1]


def test_a_browser_keeps_a_static_file_for_ever(client: FlaskClient) -> None:
    answer = client.get(address_of("css/site.css", client), buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize("query", ["", "?v=", "?v=0123456789ab", "?v=../../wsgi.py"])
def test_an_address_without_the_right_fingerprint_is_asked_for_again(query: str, client: FlaskClient) -> None:
    answer = client.get(f"/static/css/site.css{query}", buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-cache"


def test_an_unchanged_static_file_is_not_sent_again(client: FlaskClient) -> None:
    address = address_of("css/site.css", client)
    tag = client.get(address, buffered=True).headers["ETag"]
    again = client.get(address, headers={"If-None-Match": tag}, buffered=True)
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_what_is_not_there_is_not_kept(client: FlaskClient) -> None:
    answer = client.get("/static/css/none.css?v=0123456789ab")
    assert answer.status_code == 404
    assert "immutable" not in answer.headers["Cache-Control"]


def test_style_sheets_travel_short_and_the_tokens_with_what_all_pages_share(client: FlaskClient) -> None:
    page = client.get("/").text
    assert "css/tokens.css" not in page
    sheet = client.get(address_of("css/site.css", client), buffered=True).text
    assert "--paper: #fbfaf7" in sheet
    assert ".skip-link" in sheet
    assert "/*" not in sheet
    assert ".masthead" in sheet
    written = sum((ROOT / "static" / name).stat().st_size for name in TOGETHER["css/site.css"])
    assert len(sheet) < 0.9 * written


def test_only_idle_white_space_is_taken_out() -> None:
    css = 'a { content: "x  ;  \\"y"; /* why */ color: red; }\nnav :is(ul, ol) > li + li { margin: calc(1px + 2px) }'
    assert shortened(css) == 'a{content: "x  ;  \\"y"; color: red}nav :is(ul,ol) > li + li{margin: calc(1px + 2px)}'


@pytest.mark.parametrize("path", sorted((ROOT / "static" / "css").glob("*.css")), ids=lambda path: path.name)
def test_a_short_style_sheet_has_the_same_selectors(path: Path) -> None:
    written = re.sub(r"\s+", " ", re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL))
    short = shortened(path.read_text(encoding="utf-8"))
    for descendant in re.findall(r"[\w\])] :[\w-]+", written):
        assert descendant in short
    assert re.sub(r"\s|;(?=\s*\})", "", written) == re.sub(r"\s", "", short)
