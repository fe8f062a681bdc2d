"""`make lighthouse`: Lighthouse on a phone's settings, for the four pages people meet first; prints and keeps the table."""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

from tests.journeys.serving import ARGUMENTS, CHROMIUM, Site, environment_of, free_port, launch, run_python, serving
from tests.journeys.visiting import ADDRESSES, sign_in

ROOT = Path(__file__).resolve().parents[2]
LIGHTHOUSE = ROOT / ".ci" / "node" / "node_modules" / "lighthouse" / "cli" / "index.js"
TABLE = ROOT / "artefacts" / "lighthouse.md"
# The search page without a question: answers to questions are kept out of search engines on purpose, which costs points.
PAGES = {"home": "", "search": "search", "post": "", "form": "posts/new/practice"}
# Timings on a shared machine waver; what does not depend on time must be without fault.
WANTED = {"performance": 95, "accessibility": 100, "best-practices": 100, "seo": 100}
STRICT = ("accessibility", "best-practices", "seo")
TRIES = 3
Audit = dict[str, Any]


def main() -> int:
    """Audit the pages of a demonstration, print the table; 1 when a category that does not depend on time has a fault."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        environment = environment_of(Path(folder), port)
        run_python(environment, "forum", "demo")
        with serving(Path(folder), port, environment) as url:
            audits = dict(audits_of(Site(url, Path(folder))))
    table = "\n".join(lines_of(audits))
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(table + "\n", encoding="utf-8")
    print(table)
    return int(any(score(audit, name) < WANTED[name] for audit in audits.values() for name in STRICT))


def audits_of(site: Site) -> Iterator[tuple[str, Audit]]:
    """Each page's name and audit; the form as a member sees it."""
    cookie, post = member(site)
    for name, path in (PAGES | {"post": post}).items():
        yield name, audit_of(f"{site.url}/en/{path}", cookie if name == "form" else "")


def member(site: Site) -> tuple[str, str]:
    """The session of a member, as a header, and the path of a post for everybody."""
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_context(base_url=site.url).new_page()
        found = page.request.get("/en/api/v1/search?kind=practice").json()["items"][0]["url"]
        sign_in(page, ADDRESSES["member"])
        kept = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies())
        browser.close()
    return kept, str(found).removeprefix("/").removeprefix("en/")


def audit_of(url: str, cookie: str) -> Audit:
    """Lighthouse's report on an address, with its own settings for a phone."""
    headers = ["--extra-headers", json.dumps({"Cookie": cookie})] if cookie else []
    flags = " ".join([*ARGUMENTS, "--headless=new"])
    command = ["node", str(LIGHTHOUSE), url, "--output=json", "--quiet", f"--chrome-flags={flags}", *headers]
    only = "--only-categories=performance,accessibility,best-practices,seo"
    environment = {"CHROME_PATH": str(CHROMIUM), "PATH": "/usr/local/bin:/usr/bin:/bin", "HOME": tempfile.gettempdir()}
    for _try in range(TRIES):
        done = subprocess.run([*command, only], env=environment, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            report: Audit = json.loads(done.stdout)
            return report
        if "Runtime error" not in done.stderr:  # else Lighthouse lost its browser: it asks to be run again
            break
    sys.exit(f"{url}: {done.stderr}")


def score(audit: Audit, category: str) -> int:
    """The points of a category, of 100."""
    return round(100 * (audit["categories"][category]["score"] or 0))


def lines_of(audits: dict[str, Audit]) -> Iterator[str]:
    """The table, and what is below full marks."""
    yield "| page | " + " | ".join(WANTED) + " | largest paint | blocked | shift |"
    yield "|---|" + "--:|" * (len(WANTED) + 3)
    for name, audit in audits.items():
        shown = [audit["audits"][one]["displayValue"].replace("\xa0", " ") for one in TIMES]
        yield f"| {name} | " + " | ".join([*(str(score(audit, one)) for one in WANTED), *shown]) + " |"
    for name, audit in audits.items():
        for one in STRICT:
            yield from (f"- {name}, {one}: {fault}" for fault in faults_of(audit, one))


TIMES = ("largest-contentful-paint", "total-blocking-time", "cumulative-layout-shift")


def faults_of(audit: Audit, category: str) -> Iterator[str]:
    """The titles of audits of a category that are not passed, with the first place."""
    for reference in audit["categories"][category]["auditRefs"]:
        found = audit["audits"][reference["id"]]
        if reference["weight"] and found["score"] is not None and found["score"] < 1:
            places = (found.get("details") or {}).get("items") or [""]
            yield f"{found['title']} {json.dumps(places[0])[:300]}"


if __name__ == "__main__":
    sys.exit(main())
