"""Three hundred texts of somebody who wants to run a script in other people's browsers, and what tells that one of them did.

`payloads.jsonl` holds them, each with its family; `{n}` in them is their number. Each calls `__ran`, or asks a canary.
"""

import json
import re
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request

FILE = Path(__file__).with_name("payloads.jsonl")
CANARY = "canary.example"
HARMLESS = re.compile(
    r"status of [45]\d\d"  # a page that is refused says so in the console
    r"|^Applying inline style violates .* directive 'default-src 'none''"  # the browser's own viewer of a file of ours,
    r"|^Blocked script execution in 'http://[^/]+/(\w\w/)?attachments/"  # whose policy lets nothing run, that viewer neither
    r"|^The specified value .* does not conform|^The specified value .* cannot be parsed"  # a field for numbers or addresses
)
# What no page of ours has: elements and attributes that act, and addresses with a scheme that runs. Gives what it finds.
ALIENS = """() => {
  const found = [];
  const ours = location.origin;
  const acts = ['iframe:not([sandbox][src^="/"])', 'frame', 'frameset', 'object', 'embed', 'applet', 'math', 'base', 'portal',
    'marquee', 'bgsound', 'keygen', 'audio', 'video', 'style', 'meta[http-equiv]', 'foreignObject', 'animate', 'set', 'feImage',
    '[srcdoc]', '[background]', '[autofocus][onfocus]', '[ping]'];
  const leading = ['href', 'src', 'action', 'formaction', 'xlink:href', 'poster', 'data', 'srcset'];
  const runs = /^(javascript|vbscript|livescript|data:text|data:image.svg|blob|jar|feed|view-source)/;
  for (const one of document.querySelectorAll(acts.join(','))) found.push(one.outerHTML.slice(0, 120));
  for (const one of document.querySelectorAll('*')) {
    const isScript = one.localName === 'script' && one.type !== 'speculationrules';
    if (one.localName.startsWith('x-') || (isScript && !one.src.startsWith(ours))) found.push(one.outerHTML.slice(0, 120));
    for (const each of one.attributes) {
      const value = each.value.replace(/[\\s\\x00-\\x20\\u200b\\u00a0]/g, '').toLowerCase();
      if (each.name.startsWith('on') || (leading.includes(each.name) && runs.test(value)))
        found.push(`${each.name}=${each.value.slice(0, 80)} in ${one.localName}`);
      if (each.name === 'style' && value.includes('canary')) found.push(one.outerHTML.slice(0, 120));
    }
  }
  return found;
}"""


@cache
def payloads() -> list[str]:
    """All of them, numbered from 1."""
    lines = FILE.read_text(encoding="ascii").splitlines()
    return [json.loads(line)[1].replace("{n}", str(number)) for number, line in enumerate(lines, start=1)]


def squeezed(text: str) -> str:
    """A text without what HTML and our forms may leave out or fold: white space and control characters."""
    return SPACE.sub("", text)


def numbers_in(text: str) -> set[int]:
    """The numbers of the payloads that stand in a text, each whole."""
    text = squeezed(text)
    return {number for number, one in enumerate(SQUEEZED, start=1) if one in text}


SPACE = re.compile(r"[\s\x00-\x20\x7f-\xa0\ufeff]+")
SQUEEZED = [squeezed(one) for one in payloads()]


class Watch:
    """Notes whatever a payload did in the pages of a browser."""

    def __init__(self, context: BrowserContext) -> None:
        self.did: list[str] = []
        context.expose_binding("__ran", lambda source, *args: self.did.append(f"ran {args} on {source['page'].url}"))
        context.on("page", self._follow)
        context.on("request", self._hear)
        context.on("console", self._listen)
        for page in context.pages:
            self._follow(page)

    def aliens(self, page: Page) -> None:
        """Note what stands in the document of a page that no page of ours has."""
        self.did += [f"{found!r} on {page.url[:120]}" for found in page.evaluate(ALIENS)]

    def _follow(self, page: Page) -> None:
        page.on("dialog", self._dismiss)
        page.on("pageerror", lambda error: self.did.append(f"script: {error} on {page.url[:120]}"))

    def _dismiss(self, dialog: Any) -> None:
        self.did.append(f"asked {dialog.message!r}")
        dialog.dismiss()

    def _hear(self, request: Request) -> None:
        if CANARY in urlsplit(request.url).netloc or request.url.startswith(("javascript:", "data:text")):
            self.did.append(f"asked for {request.url} from {request.frame.url[:120]}")

    def _listen(self, message: ConsoleMessage) -> None:
        if not HARMLESS.search(message.text):
            self.did.append(f"console: {message.text}")
