"""The style page shows every component; whoever adds one shows it there, or this fails."""

from collections.abc import Iterator
from pathlib import Path

import lxml.html
import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import Environment, nodes

from forum.core.languages import INTERFACE_LANGUAGES
from forum.web.style import PARTS

ROOT = Path(__file__).parents[2]
TEMPLATES, SPRITE = ROOT / "templates", ROOT / "static" / "pictures.svg"
COMPONENTS = sorted(path.name for path in (TEMPLATES / "components").glob("*.html"))
SHOWN_BY_THE_LAYOUT = {("status.html", "status_messages")}
PAGES = ["/style", *(f"/style/{part}" for part in PARTS)]


@pytest.fixture
def developing(app: Flask) -> Iterator[None]:
    """The site in development."""
    before = app.config["SETTINGS"]
    app.config["SETTINGS"] = before.model_copy(update={"development": True})
    yield
    app.config["SETTINGS"] = before


def tree_of(path: Path) -> nodes.Template:
    parser = Environment(extensions=["jinja2.ext.i18n"], autoescape=True)
    return parser.parse(path.read_text(encoding="utf-8"))


def macros_in(path: Path) -> set[str]:
    """The macros that a file offers to others."""
    return {one.name for one in tree_of(path).find_all(nodes.Macro) if not one.name.startswith("_")}


def macros_shown() -> set[tuple[str, str]]:
    """The macros that the style pages call, as (file, name)."""
    shown = set(SHOWN_BY_THE_LAYOUT)
    for path in (TEMPLATES / "style").glob("*.html"):
        tree = tree_of(path)
        called = {one.node.name for one in tree.find_all(nodes.Call) if isinstance(one.node, nodes.Name)}
        for imported in tree.find_all(nodes.FromImport):
            assert isinstance(imported.template, nodes.Const)
            file = str(imported.template.value).removeprefix("components/")
            shown |= {(file, str(name)) for name in imported.names if name in called}
    return shown


@pytest.mark.parametrize("file", COMPONENTS)
def test_every_component_is_shown(file: str) -> None:
    offered = {(file, name) for name in macros_in(TEMPLATES / "components" / file)}
    assert offered - macros_shown() == set()


@pytest.mark.usefixtures("developing")
@pytest.mark.parametrize("path", PAGES)
def test_style_pages_are_sound_in_every_language(client: FlaskClient, path: str) -> None:
    for language in INTERFACE_LANGUAGES:
        answer = client.get(f"/{language}{path}")
        assert answer.status_code == 200
        page = lxml.html.fromstring(answer.text)
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids))
        assert page.xpath("//*[@data-scheme='light']")
        assert page.xpath("//*[@data-scheme='dark']")


@pytest.mark.usefixtures("developing")
def test_colours_are_shown_with_their_contrast(client: FlaskClient) -> None:
    page = lxml.html.fromstring(client.get("/style").text)
    rows = [[cell.text_content() for cell in row] for row in page.xpath("//table[@id='pairs-dark']/tbody/tr")]
    assert ["ink on paper", "Aa", "15.7", "7"] in rows
    assert all(float(contrast) >= float(wanted) for _pair, _sample, contrast, wanted in rows)


@pytest.mark.usefixtures("developing")
def test_every_drawing_of_the_sprite_is_shown(client: FlaskClient) -> None:
    drawn = lxml.html.fromstring(SPRITE.read_bytes()).xpath("//symbol/@id")
    used = lxml.html.fromstring(client.get("/style").text).xpath("//main//use/@href")
    assert {one.rsplit("#")[-1] for one in used} >= set(drawn)


@pytest.mark.usefixtures("developing")
def test_long_words_are_those_of_the_thesaurus(client: FlaskClient) -> None:
    page = lxml.html.fromstring(client.get("/style/languages").text)
    titles = page.xpath("//section[@data-scheme='light']//*[@class='phone-title']")
    assert [title.getparent().get("lang") for title in titles] == list(INTERFACE_LANGUAGES)
    assert max(len(word) for word in titles[3].text_content().split()) > 15


@pytest.mark.usefixtures("developing")
def test_there_is_no_other_part(client: FlaskClient) -> None:
    assert client.get("/style/nothing").status_code == 404


@pytest.mark.parametrize("path", ["/style", "/style/forms"])
def test_outside_development_there_is_no_style_page(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code == 404
