"""Writing in a real browser: the tools, clean paste, files, completion, drafts in two windows; and all of it without a script."""

import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import Site, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

OpenBrowser = Callable[..., Page]
AN = "an@example.org"


@pytest.fixture
def writing(chromium: Browser, site: Site) -> Iterator[Page]:
    """An's browser, with script, on an empty form for a practice; any console error fails the test."""
    context = chromium.new_context(base_url=site.url, viewport={"width": 1280, "height": 900}, locale="en-GB")
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page, problems = context.new_page(), []
    page.set_default_timeout(10_000)
    page.on("console", lambda told: problems.append(told.text) if told.type == "error" else None)
    page.on("pageerror", lambda error: problems.append(str(error)))
    sign_in(page, AN)
    page.goto("/en/posts/new/practice")
    yield page
    context.close()
    expected = ("status of 4", "ERR_INTERNET_DISCONNECTED")
    assert [problem for problem in problems if not any(words in problem for words in expected)] == []


def axe_findings(page: Page) -> list[str]:
    """What axe has to say: the rule, and the first place that breaks it."""
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html']}" for one in found]


def words_of(page: Page) -> Locator:
    """The text area of the post."""
    return page.get_by_label("What we do", exact=True)


def tool(page: Page, name: str) -> Locator:
    """A tool of the writing surface."""
    return page.get_by_role("toolbar").get_by_role("button", name=name, exact=True)


def select(area: Locator, start: int, end: int) -> None:
    """Select characters of a text area."""
    area.evaluate("(area, [start, end]) => { area.focus(); area.setSelectionRange(start, end); }", [start, end])


def test_tools_change_the_text_and_undo_takes_it_back(writing: Page) -> None:
    area = words_of(writing)
    area.click()
    writing.keyboard.type("We sew jackets")
    select(area, 3, 6)
    tool(writing, "Bold").click()
    expect(area).to_have_value("We **sew** jackets")
    expect(tool(writing, "Bold")).to_have_attribute("aria-pressed", "true")
    tool(writing, "Bold").click()
    expect(area).to_have_value("We sew jackets")
    writing.keyboard.press("Control+i")
    expect(area).to_have_value("We *sew* jackets")
    tool(writing, "Heading").click()
    expect(area).to_have_value("## We *sew* jackets")
    writing.keyboard.press("Control+z")
    expect(area).to_have_value("We *sew* jackets")
    tool(writing, "Undo").click()
    expect(area).to_have_value("We sew jackets")


def test_lists_go_on_and_end_by_themselves(writing: Page) -> None:
    area = words_of(writing)
    area.click()
    writing.keyboard.type("Bread\nJam")
    area.press("Control+a")
    tool(writing, "Numbered list").click()
    expect(area).to_have_value("1. Bread\n2. Jam")
    area.press("End")
    writing.keyboard.type("\nTea\n\nDone")
    expect(area).to_have_value("1. Bread\n2. Jam\n3. Tea\nDone")


def test_the_toolbar_is_one_stop_of_the_tab_key_and_large_enough(writing: Page) -> None:
    bold, heading = tool(writing, "Bold"), tool(writing, "Heading")
    bold.focus()
    writing.keyboard.press("ArrowRight")
    writing.keyboard.press("ArrowRight")
    expect(heading).to_be_focused()
    writing.keyboard.press("End")
    expect(tool(writing, "Preview beside the text")).to_be_focused()
    writing.keyboard.press("Tab")
    expect(words_of(writing)).to_be_focused()
    writing.keyboard.press("Shift+Tab")
    expect(tool(writing, "Preview beside the text")).to_be_focused()
    writing.set_viewport_size({"width": 320, "height": 800})
    for one in writing.get_by_role("toolbar").get_by_role("button").all():
        box = one.bounding_box()
        assert box is not None
        assert (box["width"], box["height"]) >= (44, 44)
        assert box["x"] + box["width"] <= 320


def test_a_preview_and_advice_come_while_typing(writing: Page) -> None:
    area = words_of(writing)
    tool(writing, "Preview beside the text").click()
    area.click()
    writing.keyboard.type("A *good* day. See [here](/posts/1) now.")
    pane = writing.get_by_role("region", name="How it will look")
    expect(pane.locator("em")).to_have_text("good")
    advice = writing.get_by_role("button", name=re.compile("does not say where it leads"))
    expect(advice).to_be_visible()
    advice.click()
    assert area.evaluate("area => area.value.slice(area.selectionStart, area.selectionEnd)") == "[here](/posts/1)"


def test_a_link_to_a_post_is_completed(writing: Page) -> None:
    area = words_of(writing)
    area.click()
    expect(area).to_have_attribute("aria-autocomplete", "list")  # nobody types before the script is there
    tool(writing, "Link to a post or organisation").click()
    writing.keyboard.type("sarto", delay=30)
    expect(writing.get_by_role("option", name="Una sartoria che forma")).to_be_visible()
    writing.keyboard.press("Enter")
    expect(area).to_have_value(re.compile(r"^\[Una sartoria che forma\]\(/posts/\d+\) $"))
    writing.keyboard.type("and @giul")
    expect(writing.get_by_role("option", name="Giulia Ferrari")).to_be_visible()
    writing.keyboard.press("Tab")
    expect(area).to_have_value(re.compile(r"and @\[Giulia Ferrari\]\(person:\d+\) $"))


PASTED = Path(__file__).parent / "pasted"
GIVE = """(area, [html, plain]) => {
    const clipboardData = new DataTransfer();
    if (html) clipboardData.setData('text/html', html);
    clipboardData.setData('text/plain', plain);
    area.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
}"""


@pytest.mark.parametrize("source", sorted(path.stem for path in PASTED.glob("*.html")))
def test_words_from_elsewhere_become_markdown(writing: Page, source: str) -> None:
    html = (PASTED / f"{source}.html").read_text(encoding="utf-8")
    expected = (PASTED / f"{source}.md").read_text(encoding="utf-8").rstrip("\n")
    assert (
        writing.evaluate("html => import('/static/js/paste.js').then(({ fromHtml }) => fromHtml(html))", html)
        == expected
    )
    assert writing.evaluate("window.pasted") is None


def test_a_paste_can_be_undone_and_comes_plain_on_request(writing: Page) -> None:
    area = words_of(writing)
    area.click()
    writing.keyboard.type("Before ")
    area.evaluate(GIVE, ["<p>We <b>sew</b></p>", "We sew"])
    expect(area).to_have_value("Before We **sew**")
    writing.keyboard.press("Control+z")
    expect(area).to_have_value("Before ")
    area.evaluate(GIVE, ["<img src='https://example.org/p.gif'>", ""])
    expect(area).to_have_value("Before ")
    writing.evaluate(
        "() => navigator.clipboard.write([new ClipboardItem({'text/html': new Blob(['<b>sew</b>'], {type: 'text/html'}),"
        " 'text/plain': new Blob(['sew'], {type: 'text/plain'})})])"
    )
    writing.keyboard.press("Control+v")
    expect(area).to_have_value("Before **sew**")
    writing.keyboard.press("Control+Shift+v")
    expect(area).to_have_value("Before **sew**sew")


def test_headings_are_inserted(open_browser: OpenBrowser) -> None:
    page = open_browser(AN, "/en/posts/new/practice")
    words_of(page).fill("What I wrote.")
    page.get_by_role("button", name="Insert headings").click()
    expect(words_of(page)).to_have_value(re.compile(r"^What I wrote\.\n\n## What we do\n\n## For whom\n\n"))


def test_of_two_windows_one_saves_and_the_other_says_so(writing: Page) -> None:
    words_of(writing).fill("Written in the first window.")
    status = writing.locator("[data-draft-status]")
    expect(status).to_contain_text("Draft saved at")
    writing.goto("/en/drafts")
    writing.get_by_role("main").get_by_role("link", name="Without a title").first.click()
    second = writing.context.new_page()
    second.goto(writing.url)
    words_of(second).fill("Written in the second window.")
    expect(second.locator("[data-draft-status]")).to_contain_text("Draft saved at")
    expect(status).to_contain_text("This text was changed in another window")
    words_of(writing).fill("Also in the first window.")
    writing.get_by_role("button", name="Write here instead").click()
    expect(words_of(writing)).to_have_value("Written in the second window.")
    writing.get_by_role("button", name="Put back the text that this device has kept").click()
    expect(words_of(writing)).to_have_value("Also in the first window.")
    expect(status).to_contain_text("Draft saved at")
    expect(second.locator("[data-draft-status]")).to_contain_text("This text was changed in another window")


def test_what_was_typed_without_a_connection_is_offered_again(writing: Page) -> None:
    words_of(writing).fill("First words.")
    status = writing.locator("[data-draft-status]")
    expect(status).to_contain_text("Draft saved at")
    writing.context.set_offline(True)
    words_of(writing).fill("First words, and more in the train.")
    expect(status).to_contain_text("There is no connection.")
    writing.context.set_offline(False)
    writing.goto("about:blank")
    writing.goto("/en/posts/new/practice")
    writing.get_by_role("button", name="Put back the text that this device has kept").click()
    expect(words_of(writing)).to_have_value("First words, and more in the train.")
    expect(status).to_contain_text("Draft saved at")


def test_the_form_is_sent_while_it_is_being_saved(writing: Page) -> None:
    writing.get_by_label("Title").fill("A workshop for jackets")
    words_of(writing).fill("We sew jackets with people who look for their first job.")
    writing.get_by_label("Skills and lifelong learning").check()
    writing.get_by_label("Title").evaluate("title => title.form.dispatchEvent(new CustomEvent('keep', { detail: {} }))")
    writing.get_by_role("button", name="Post", exact=True).click()
    expect(writing.get_by_role("status").first).to_contain_text("it is posted")


def photo() -> bytes:
    """A small picture."""
    target = BytesIO()
    Image.new("RGB", (800, 600), (20, 90, 80)).save(target, "JPEG")
    return target.getvalue()


DROP = """(place, [name, type, bytes]) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([Uint8Array.from(bytes)], name, { type }));
    for (const kind of ['dragover', 'drop']) {
        place.dispatchEvent(new DragEvent(kind, { dataTransfer, bubbles: true, cancelable: true }));
    }
}"""


def test_a_photo_is_dropped_described_and_stands_in_the_text(writing: Page) -> None:
    area = words_of(writing)
    area.click()
    writing.keyboard.type("Our workshop.")
    area.evaluate(DROP, ["IMG_1.jpg", "image/jpeg", list(photo())])
    dialog = writing.get_by_role("dialog", name="Add a picture")
    expect(dialog.get_by_text("IMG_1.jpg")).to_be_visible()
    dialog.get_by_role("button", name="Add the picture").click()
    expect(dialog.get_by_text("Describe the picture for those who cannot see it")).to_be_visible()
    what = dialog.get_by_label("What does the picture show?")
    expect(what).to_be_focused()
    what.fill("A green wall")
    dialog.get_by_label("Everybody in the picture agreed").check()
    dialog.get_by_role("button", name="Add the picture").click()
    expect(area).to_have_value(
        re.compile(r"^Our workshop\.\n\n!\[A green wall\]\(/attachments/\d+/IMG_1\.jpg\?size=800x600\)\n\n$")
    )
    expect(area).to_be_focused()
    tool(writing, "Preview beside the text").click()
    picture = writing.get_by_role("region", name="How it will look").get_by_role("img", name="A green wall")
    expect(picture).to_have_js_property("naturalWidth", 640)


def test_what_cannot_be_taken_is_said_in_plain_words(writing: Page) -> None:
    area = words_of(writing)
    area.fill("Our workshop.")
    area.evaluate(DROP, ["IMG_2.HEIC", "", [1, 2, 3]])
    expect(
        writing.get_by_text("IMG_2.HEIC: this picture is in a format that many browsers cannot show.")
    ).to_be_visible()
    area.evaluate(DROP, ["notes.exe", "", [77, 90, 3]])
    expect(writing.locator(".editor-files")).to_contain_text("notes.exe:")
    expect(area).to_have_value("Our workshop.")


@pytest.mark.parametrize("width", [320, 1280])
def test_the_writing_surface_is_accessible_in_every_state(writing: Page, width: int) -> None:
    writing.set_viewport_size({"width": width, "height": 900})
    area = words_of(writing)
    tool(writing, "Preview beside the text").click()
    area.click()
    writing.keyboard.insert_text("## WHAT WE DO HERE\n\nSee [here](/posts/1).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n")
    expect(writing.get_by_role("button", name=re.compile("does not say where it leads"))).to_be_visible()
    assert axe_findings(writing) == []
    writing.keyboard.type("[[sarto")
    expect(writing.get_by_role("option").first).to_be_visible()
    assert axe_findings(writing) == []
    writing.keyboard.press("Escape")
    area.evaluate(DROP, ["IMG_1.jpg", "image/jpeg", list(photo())])
    dialog = writing.get_by_role("dialog", name="Add a picture")
    dialog.get_by_role("button", name="Add the picture").click()
    expect(dialog.get_by_text("Describe the picture")).to_be_visible()
    assert axe_findings(writing) == []
    assert writing.evaluate("document.documentElement.scrollWidth") <= width
    writing.keyboard.press("Escape")
    expect(area).to_be_focused()


def test_a_part_of_the_long_form_opens_where_it_is(writing: Page) -> None:
    words_of(writing).fill("Our workshop.")
    writing.get_by_role("button", name="Save as draft").click()
    expect(writing.get_by_role("status").first).to_contain_text("The draft is saved.")
    words_of(writing).fill("Our workshop, changed.")
    writing.get_by_role("button", name="Open The story").click()
    expect(writing.get_by_label("The problem")).to_be_visible()
    expect(writing.get_by_role("heading", name="The story")).to_be_focused()
    expect(words_of(writing)).to_have_value("Our workshop, changed.")
