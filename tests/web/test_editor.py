"""What the writing surface asks the server: a preview with advice, addresses for links; and the same without a script."""

from collections.abc import Callable
from typing import Any

import lxml.html
import pytest
from flask.testing import FlaskClient

from forum.core.limits import forget_counts
from forum.library.kinds import KINDS
from tests import factories
from tests.conftest import Cast
from tests.web.test_posting import PRACTICE, fields_of

Browsers = Callable[[Any], FlaskClient]

LONG = "We work with " + "many " * 25 + "people."


def previewed(browser: FlaskClient, body: str) -> Any:
    forget_counts()
    return browser.post("/editor/preview", data={"body": body, "language": "en"})


def test_a_preview_is_what_the_page_will_show_and_never_what_was_typed(cast: Cast, browser_of: Browsers) -> None:
    answer = previewed(
        browser_of(cast.an), "## Why\n\nA *good* day. <script>alert(1)</script> [x](javascript:alert(1))"
    )
    html = answer.json["html"]
    assert "<em>good</em>" in html
    assert "<h2>Why</h2>" in html
    assert "<script" not in html
    assert "href" not in html


def test_a_preview_brings_advice_with_its_places_as_a_browser_counts(cast: Cast, browser_of: Browsers) -> None:
    body = f"\U0001f41d\r\n\r\n{LONG} See [here](/posts/1)."
    answer = previewed(browser_of(cast.an), body).json
    assert answer["number"] == 2
    buttons = lxml.html.fromstring(answer["advice"]).xpath("//button")
    in_browser = body.replace("\r\n", "\n").encode("utf-16-le")
    marked = [in_browser[int(one.get("data-start")) * 2 : int(one.get("data-end")) * 2] for one in buttons]
    assert [text.decode("utf-16-le") for text in marked] == [LONG, "[here](/posts/1)"]
    assert "This sentence has 29 words." in buttons[0].text_content()
    assert "does not say where it leads" in buttons[1].text_content()


def test_advice_shows_hostile_words_as_words(cast: Cast, browser_of: Browsers) -> None:
    advice = previewed(browser_of(cast.an), '[here](/x"onclick="x) ' + "<img src=x> " * 30 + "end.").json["advice"]
    assert not lxml.html.fromstring(advice).xpath("//img | //@onclick")


def test_a_preview_has_its_limits(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    assert previewed(browser, "x" * 100_001).status_code == 422
    assert browser_of(None).post("/editor/preview", data={"body": "x"}).status_code == 401
    assert {browser.post("/editor/preview", data={"body": "x"}).status_code for _try in range(100)} == {200, 429}
    forget_counts()


def test_links_are_offered_within_what_the_writer_may_see(cast: Cast, browser_of: Browsers) -> None:
    public = factories.make_post(cast.chiara, cast.filo, title="A [sewing] workshop")
    factories.make_post(cast.chiara, cast.filo, title="A secret workshop", visibility="organisation")
    factories.make_post(cast.chiara, cast.filo, title="A draft of a workshop", status="draft")
    factories.make_post(cast.an, cast.sluis, title="Something else")
    browser = browser_of(cast.an)
    items = browser.get("/editor/links?q=workshop+a").json["items"]
    assert [(one["name"], one["source"]) for one in items] == [
        ("A [sewing] workshop", rf"[A \[sewing\] workshop](/posts/{public.id})")
    ]
    named = browser.get("/editor/links?q=slui").json["items"]
    assert [one["source"] for one in named] == [f"[De Sluis](/organisations/{cast.sluis.id})"]
    assert browser.get(f"/organisations/{cast.sluis.id}").status_code in (301, 302, 308)
    assert browser.get("/editor/links?q=a").json == {"items": []}
    assert browser.get("/editor/links?q=a%00workshop").json["items"] == items
    assert browser_of(None).get("/editor/links?q=workshop").status_code == 302
    assert browser_of(cast.noor).get("/editor/links?q=workshop").status_code == 403


@pytest.mark.parametrize("kind", KINDS)
def test_headings_come_without_a_script_and_overwrite_nothing(cast: Cast, browser_of: Browsers, kind: str) -> None:
    browser = browser_of(cast.an)
    shown = browser.post(f"/posts/new/{kind}", data={"body": "My first words.\n\n", "title": "T", "add": "headings"})
    sent = fields_of(shown.text)
    lines = [line for line in sent["body"][0].splitlines() if line]
    assert lines[0] == "My first words."
    assert len(lines) >= 4
    assert all(line.startswith("## ") for line in lines[1:])
    again = fields_of(browser.post(f"/posts/new/{kind}", data=sent | {"add": "headings"}).text)
    assert (again["body"], again["title"]) == (sent["body"], ["T"])


def test_headings_speak_the_language_of_the_interface(cast: Cast, browser_of: Browsers) -> None:
    page = lxml.html.fromstring(browser_of(cast.an).get("/en/posts/new/practice").text)
    assert page.xpath("//@data-headings") == [
        "## What we do\n## For whom\n## What came of it\n## What we would do differently"
    ]


def test_the_page_of_a_preview_gives_the_same_advice(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    sent = PRACTICE | {"body": LONG, "action": "preview"}
    page = lxml.html.fromstring(browser.post("/posts/new/practice", data=sent).text)
    assert "This sentence has 29 words." in page.xpath("//section[@aria-labelledby='preview']")[0].text_content()
    assert not page.xpath("//section[@aria-labelledby='preview']//button")


def test_the_whole_form_shows_a_part_when_it_is_asked_for(cast: Cast, browser_of: Browsers) -> None:
    draft = factories.make_post(
        cast.an, cast.sluis, status="draft", title="T", details={"problem": "Nobody hired them."}
    )
    browser = browser_of(cast.an)
    address = f"/posts/{draft.id}/edit"
    shown = browser.get(address)
    assert len(shown.data) <= 30_000
    assert "problem" not in fields_of(shown.text)
    opened = fields_of(browser.post(address, data=fields_of(shown.text) | {"add": "part-story"}).text)
    assert opened["problem"] == ["Nobody hired them."]
    both = fields_of(browser.post(address, data=opened | {"problem": "A. B.", "add": "part-belonging"}).text)
    assert (both["problem"], both["licence"]) == (["A. B."], ["CC-BY-4.0"])
    browser.post(address, data=fields_of(shown.text) | {"title": "Changed", "action": "draft"})
    assert fields_of(browser.post(address, data=opened | {"add": "part-story"}).text)["problem"] == [
        "Nobody hired them."
    ]


def test_all_themes_come_on_asking(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.an)
    shown = browser.get("/posts/new/practice")
    assert 'value="reuse-repair"' not in shown.text
    more = browser.post("/posts/new/practice", data=fields_of(shown.text) | {"title": "T", "add": "themes"})
    assert 'value="reuse-repair"' in more.text
    assert fields_of(more.text)["title"] == ["T"]


def test_the_dialog_about_a_picture_asks_what_it_shows(cast: Cast, browser_of: Browsers) -> None:
    answer = browser_of(cast.an).get("/editor/picture?language=nl")
    page = lxml.html.fromstring(answer.text)
    assert answer.status_code == 200
    labels = [" ".join(one.text_content().split()) for one in page.xpath("//dialog//label")]
    assert labels[0] == "What does the picture show?"
    assert page.xpath("//input[@name='alt']/@lang") == ["nl"]
    assert "JPEG" in page.xpath("//dialog/@data-heic")[0]


@pytest.mark.parametrize("kind", KINDS)
def test_forms_about_posts_are_light(cast: Cast, browser_of: Browsers, kind: str) -> None:
    draft = factories.make_post(cast.an, cast.sluis, kind=kind, status="draft", title="T", body="")
    browser = browser_of(cast.an)
    for path in (f"/posts/new/{kind}", f"/posts/{draft.id}/edit"):
        page = browser.get(path)
        assert len(page.data) <= 30_000, path
        tree = lxml.html.fromstring(page.text)
        loaded = {
            address.split("#")[0]
            for address in tree.xpath("//link[@rel!='alternate']/@href | //script/@src | //use/@href")
        }
        assert len(loaded) + 1 <= 10, path
        scripts = [browser.get(address, buffered=True).data for address in tree.xpath("//script/@src")]
        assert sum(map(len, scripts)) <= 30_000
