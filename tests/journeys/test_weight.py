"""How much a page weighs, measured in Chromium, with nothing kept and on a second visit; the table is an artefact.

Budgets are of bytes on the line, as a slow line feels them. The table also has each kind of content as it is unpacked,
because an old machine must read it all; docs/interface.md says where that is more than we want.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page

from tests.journeys.states import STATES, State
from tests.journeys.visiting import Visitors, file_name

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

KB = 1000
MOST_COLD, MOST_WARM, MOST_OF_A_KIND = 150 * KB, 40 * KB, 30 * KB
MOST_REQUESTS = 11  # ten, and the picture in a text that has everything
MOST_UNPACKED = {"HTML": 40 * KB, "CSS": 36 * KB, "JS": 30 * KB}  # unpacked; 30 kB each is what we want
KINDS = {"Document": "HTML", "Stylesheet": "CSS", "Script": "JS"}
FOLDER = Path("artefacts") / "weights"
HEAD = "| page | requests | cold | HTML | CSS | JS | warm |\n|---|--:|--:|--:|--:|--:|--:|\n"


@dataclass
class Scales:
    """What the browser's network reports of one page."""

    line: CDPSession
    requests: dict[str, str] = field(default_factory=dict)
    sent: Counter[str] = field(default_factory=Counter)
    unpacked: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.line.send("Network.enable")
        self.line.on("Network.requestWillBeSent", self.note_request)
        self.line.on("Network.dataReceived", lambda said: self.unpacked.update({said["requestId"]: said["dataLength"]}))
        self.line.on("Network.loadingFinished", lambda said: self.sent.update(finished(said)))

    def note_request(self, said: Mapping[str, Any]) -> None:
        """Note a request that the page makes; what a data: address holds came with the page."""
        if said["request"]["url"].startswith("http"):
            self.requests[said["requestId"]] = said.get("type", "Other")

    def weigh(self, page: Page, url: str, *, cold: bool) -> dict[str, int]:
        """Open a page and say what that took."""
        for notes in (self.requests, self.sent, self.unpacked):
            notes.clear()
        if cold:
            self.line.send("Network.clearBrowserCache")
        page.mouse.move(0, 0)  # where it lay on a link, that link's page may be fetched ahead
        page.goto(url, wait_until="networkidle")
        kinds, packed = Counter[str](), Counter[str]()
        for number, kind in self.requests.items():
            kinds[KINDS.get(kind, "other")] += self.unpacked[number]
            packed[f"{KINDS.get(kind, 'other')} sent"] += self.sent[number]
        return {"requests": len(self.requests), "sent": packed.total(), **kinds, **packed}


def finished(said: Mapping[str, Any]) -> dict[str, int]:
    """The bytes on the line of a request that is finished."""
    return {said["requestId"]: int(said["encodedDataLength"])}


def too_heavy(cold: Mapping[str, int], warm: Mapping[str, int]) -> dict[str, int]:
    """What is over its budget."""
    budgets = {"requests": MOST_REQUESTS, "sent": MOST_COLD} | MOST_UNPACKED
    budgets |= {f"{kind} sent": MOST_OF_A_KIND for kind in KINDS.values()}
    over = {name: cold[name] for name, most in budgets.items() if cold.get(name, 0) > most}
    return over | ({"warm": warm["sent"]} if warm["sent"] > MOST_WARM else {})


def weighed(people: Visitors, states: list[State]) -> tuple[list[str], list[str]]:
    """The lines of the table, and the pages that are too heavy."""
    lines, wrong = [], []
    for state in states:
        page = people.page_of(state.who)
        url = people.visit(state).page.url
        scales = Scales(page.context.new_cdp_session(page))
        cold, warm = scales.weigh(page, url, cold=True), scales.weigh(page, url, cold=False)
        scales.line.detach()
        figures = [cold["requests"], cold["sent"], *(cold.get(kind, 0) for kind in KINDS.values()), warm["sent"]]
        lines.append(f"| {state.label} | " + " | ".join(f"{figure:,}" for figure in figures) + " |")
        wrong += [f"{state.label}: {name} {number:,}" for name, number in too_heavy(cold, warm).items()]
    return lines, wrong


@pytest.mark.timeout(480)
@pytest.mark.parametrize("who", sorted({state.who for state in STATES}))
def test_pages_are_light(who: str, people: Visitors) -> None:
    pages = [one for one in STATES if (one.who, one.site, one.act) == (who, "showroom", None) and one.status == 200]
    others = [one for one in people.others() if one.who == who]
    lines, wrong = weighed(people, [*pages, *others])
    FOLDER.mkdir(parents=True, exist_ok=True)
    (FOLDER / f"{file_name(who)}.md").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    assert "\n".join(wrong) == ""
