"""What people write, paste and upload in the editor runs nowhere, in Chromium: the preview, the pasted words, the files.

Once as the site sends it, once with the content security policy gone.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Error, Page, expect

from tests.journeys.conftest import Site, sign_in
from tests.journeys.disguises import DRESS, NAMES, PAGE, REFUSED, disguised
from tests.journeys.payloads import Watch, numbers_in, payloads

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

KATRIN = "katrin@example.org"
TEXTS = payloads()
HOSTILE = (Path(__file__).parent / "pasted" / "hostile.html").read_text(encoding="utf-8")
NEVER_SHOWN = re.compile(
    "^console: (Applying inline style|Setting the document's base URI)"
)  # in what is read and never shown
WRAPS = (  # as programs put words on the clipboard
    "{0}",
    "<html><head><meta charset=utf-8></head><body><!--StartFragment--><p>We {0} sew</p><!--EndFragment--></body></html>",
    "<p class=MsoNormal style='mso-list:l0 level1 lfo1'><span style='mso-list:Ignore'>1. </span>{0}</p>",
    "<h1>{0}</h1>",
    "<ul><li>We<ul><li>{0}</li></ul></li></ul>",
    "<table><tr><td>a</td><td>{0}</td></tr><tr><td>{0}</td><td>b</td></tr></table>",
    "<pre>{0}</pre>",
    "<blockquote><b>{0}</b></blockquote>",
)
WRITE = """(area, text) => {
    area.value = text;
    area.dispatchEvent(new Event('input', { bubbles: true }));
}"""  # typing so much takes a browser long
# Pastes one thing after the other into an empty text, and tells what each became.
PASTE = """async (area, pasted) => {
    const became = [];
    for (const [html, plain] of pasted) {
        area.value = '';
        area.focus();
        const clipboardData = new DataTransfer();
        clipboardData.setData('text/html', html);
        clipboardData.setData('text/plain', plain);
        const done = new Promise((resolve) => { area.addEventListener('input', resolve, { once: true }); });
        area.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
        await done;
        became.push(area.value);
    }
    return became;
}"""
COPY = """(html) => document.addEventListener('copy', (event) => {
    event.clipboardData.setData('text/html', html);
    event.clipboardData.setData('text/plain', 'plain');
    event.preventDefault();
}, { once: true })"""
# Sends each file under each name as the editor does; tells what was taken, and the sentences about the others.
ADD = """async ([address, files]) => {
    const said = [];
    for (const [what, name, type, bytes] of files) {
        const sent = new FormData();
        sent.append('csrf_token', document.querySelector('[name=csrf_token]').value);
        sent.append('file', new File([Uint8Array.from(bytes)], name, { type }));
        const answer = await fetch(address, { method: 'POST', body: sent });
        said.push([what, name, answer.status, await answer.text()]);
    }
    return said;
}"""
DROP = """(place, files) => {
    const dataTransfer = new DataTransfer();
    for (const [name, type, bytes] of files) dataTransfer.items.add(new File([Uint8Array.from(bytes)], name, { type }));
    place.dispatchEvent(new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true }));
}"""
# Puts files into a page in every way that might run them, as somebody could who got as far as that. What neither loads nor
# fails (a frame whose file is saved) is waited for no longer than the others are worth.
EMBED = """(addresses) => Promise.all(addresses.flatMap((address) => [['script', 'src'], ['iframe', 'src'], ['embed', 'src'],
    ['object', 'data'], ['img', 'src'], ['link', 'href'], ['video', 'src']].map(([name, attribute]) => new Promise((resolve) => {
        const one = Object.assign(document.createElement(name), { rel: 'stylesheet' });
        one.onload = one.onerror = resolve;
        one.setAttribute(attribute, address);
        document.body.append(one);
        setTimeout(resolve, 1000);
    }))))"""


@dataclass
class Writing:
    """Katrin's browser on the form for a practice, watched."""

    page: Page
    watch: Watch

    @property
    def area(self) -> Any:
        """The text of the post."""
        return self.page.get_by_label("What we do", exact=True)

    @property
    def pane(self) -> Any:
        """How it will look."""
        return self.page.locator(".editor-preview").first

    def preview(self, text: str) -> set[int]:
        """Write a text, look at its preview by script: which payloads stand in it as text."""
        self.area.evaluate(WRITE, f"{text}\n\nthe end of {len(text)}")
        tool = self.page.get_by_role("toolbar").get_by_role("button", name="Preview beside the text", exact=True)
        if tool.get_attribute("aria-pressed") == "true":
            tool.click()
        tool.click()
        expect(self.pane).to_contain_text(f"the end of {len(text)}", timeout=20_000)
        self.watch.aliens(self.page)
        return numbers_in(self.pane.text_content())


@pytest.fixture(params=[False, True], ids=["as sent", "without policy"])
def writing(request: pytest.FixtureRequest, chromium: Browser, site: Site) -> Iterator[Writing]:
    """The editor with an empty text; whatever ran in it fails the test."""
    context = chromium.new_context(base_url=site.url, locale="en-GB", bypass_csp=request.param)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.set_default_timeout(20_000)
    sign_in(page, KATRIN)
    watch = Watch(context)
    page.goto("/en/posts/new/practice")
    yield Writing(page, watch)
    context.close()
    assert "\n".join(sorted({did for did in watch.did if not NEVER_SHOWN.search(did)})) == ""


def test_the_preview_while_typing_runs_nothing(writing: Writing) -> None:
    half = len(TEXTS) // 2
    shown = writing.preview("\n\n".join(TEXTS)) | writing.preview("\n\n".join(TEXTS[half:] + TEXTS[:half]))
    assert len(shown) >= 250  # of the others, what Markdown makes a link, a table or a quotation of is shown as that
    writing.preview("\n\n".join(f"[here](/posts/1) {text.upper()}" for text in TEXTS[:40]))
    expect(writing.page.locator(".advice").first).to_be_visible()
    writing.watch.aliens(writing.page)


def test_words_pasted_from_elsewhere_run_nothing(writing: Writing) -> None:
    each = [(WRAPS[number % len(WRAPS)].format(text), text) for number, text in enumerate(TEXTS)]
    became = writing.area.evaluate(PASTE, [*each, (HOSTILE, "plain")])
    words = "".join(f"<p>{escape(' and '.join(TEXTS[start : start + 20]))}</p>" for start in range(0, len(TEXTS), 20))
    links = "".join(f'<a href="{escape(text)}" title="{escape(text)}">x</a> ' for text in TEXTS)
    writing.area.fill("")
    writing.page.evaluate(COPY, words + links)
    writing.page.keyboard.press("Control+c")
    writing.page.keyboard.press("Control+v")
    expect(writing.area).not_to_have_value("", timeout=20_000)
    assert len(writing.preview("\n\n".join((writing.area.input_value(), *became)))) >= 300


def test_disguised_files_run_nothing(writing: Writing) -> None:
    page = writing.page
    page.get_by_label("Title").fill("A workshop for disguises")
    writing.area.fill("We sew masks with people who look for their first job.")
    page.get_by_role("button", name="Save as draft").click()
    page.wait_for_url(re.compile(r"/posts/\d+/edit"))
    post = page.url.removesuffix("/edit")
    refuse(writing, f"{post}/files/add")
    drop(writing)
    page.goto(f"{post}/files")
    page.locator("[type=file]").set_input_files({"name": NAMES[0], "mimeType": "image/png", "buffer": PAGE})
    page.get_by_label("Caption").fill(TEXTS[0])
    send_files(writing)
    refused = page.locator("main")
    expect(refused.get_by_role("alert").or_(refused.locator("#error-summary")).first).to_contain_text(NAMES[0])
    expect(page.get_by_label("Caption")).to_have_value(TEXTS[0])
    writing.watch.aliens(page)
    page.locator("[type=file]").set_input_files(disguised())
    page.get_by_label("What does the picture show?").fill(TEXTS[1])
    page.get_by_label("Everybody in the picture agreed").check()
    send_files(writing)
    writing.watch.aliens(page)
    page.goto(f"{post}/files")
    writing.watch.aliens(page)
    links = page.locator(".card-title a")
    assert links.count() == len(disguised())
    look_at(writing, [link.get_attribute("href") or "" for link in links.all()])


def send_files(writing: Writing) -> None:
    """Press the button below the files."""
    with writing.page.expect_navigation():
        writing.page.get_by_role("button", name="Add the files").click()


def refuse(writing: Writing, address: str) -> None:
    """Send what is not to be taken."""
    files = [[what, name, type, list(content)] for what, content in REFUSED.items() for name, type in DRESS]
    answers = writing.page.evaluate(ADD, [address, files])
    assert [(what, name) for what, name, status, _text in answers if status != 422] == []
    assert all(json.loads(text)["errors"]["file"] for _what, _name, _status, text in answers)


def drop(writing: Writing) -> None:
    """Drop files whose names are payloads on the text; what is said of them is text."""
    page, dialog = writing.page, writing.page.get_by_role("dialog", name="Add a picture")
    said = page.locator(".editor-files")
    names = (f"{NAMES[0]}.heic", NAMES[1], f"{NAMES[2]}.svg")
    writing.area.evaluate(
        DROP, [[name, type, list(PAGE)] for name, type in zip(names, ("", "image/png", ""), strict=True)]
    )
    expect(dialog).to_contain_text(names[1])
    expect(said).to_contain_text(names[0])
    writing.watch.aliens(page)
    dialog.get_by_role("button", name="Leave it out").click()
    expect(said).to_contain_text(names[2])
    writing.watch.aliens(page)


def look_at(writing: Writing, addresses: list[str]) -> None:
    """Open files as pages, and put them into a page in every way that might run them: they come as what cannot run."""
    page, watch = writing.page, writing.watch
    for address in addresses:
        try:
            page.goto(address)
        except Error as saved:
            if "Download is starting" not in str(saved):
                raise
    before = len(watch.did)
    page.goto("/en/help")
    page.evaluate(EMBED, addresses)
    embedded = [
        did for did in watch.did[before:] if not did.startswith("console: ")
    ]  # there the browser says what it refuses
    watch.did[before:] = embedded
    for address in addresses:
        answer = page.context.request.get(address)
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
        is_picture = answer.headers["content-type"].startswith("image/")
        assert is_picture or answer.headers["content-disposition"].startswith("attachment;")
        assert not (is_picture and b"__ran" in answer.body())
