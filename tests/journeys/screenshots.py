"""`make screenshots`: every page in every state, narrow and wide, light and dark, with a page of thumbnails for people."""

import shutil
import tempfile
from collections.abc import Iterator
from html import escape
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.journeys import visiting
from tests.journeys.looks import LOOKS, show
from tests.journeys.serving import launch, showroom
from tests.journeys.states import STATES
from tests.journeys.visiting import Visit, file_name

FOLDER = Path("artefacts") / "screenshots"
QUALITY = 60
TALLEST = 6000
PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Every page in every state</title>
<style>
  body {{ font: 1rem/1.5 sans-serif; margin: 1rem; }}
  section div {{ display: flex; flex-wrap: wrap; gap: 1rem; align-items: start; }}
  img {{ inline-size: 18rem; block-size: 18rem; object-fit: cover; object-position: top; border: 1px solid; }}
  h2 {{ font-size: 1rem; }}
</style>
<h1>Every page in every state</h1>
{sections}
</html>
"""


def main() -> None:
    """Take the pictures anew."""
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        showroom(Path(folder) / "full") as full,
        showroom(Path(folder) / "empty", empty=True) as empty,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        with visiting.visitors(browser, {"showroom": full, "empty": empty}) as people:
            taken = {state.label: list(pictures_of(people.visit(state))) for state in (*STATES, *people.others())}
        browser.close()
    sections = "\n".join(section(label, names) for label, names in taken.items())
    (FOLDER / "index.html").write_text(PAGE.format(sections=sections), encoding="utf-8")
    print(f"{len(taken)} states: {FOLDER / 'index.html'}")


def pictures_of(visit: Visit) -> Iterator[str]:
    """Take the pictures of a page; the names of their files."""
    for width, scheme in LOOKS:
        name = f"{file_name(visit.state.label)}-{width}-{scheme}.jpg"
        show(visit.page, width, scheme)
        tall = min(TALLEST, int(visit.page.evaluate("document.documentElement.scrollHeight")))
        clip = {"x": 0.0, "y": 0.0, "width": float(width), "height": float(tall)}
        visit.page.screenshot(path=FOLDER / name, type="jpeg", quality=QUALITY, full_page=True, clip=clip)
        yield name


def section(label: str, names: list[str]) -> str:
    """The thumbnails of a state."""
    links = "".join(f'<a href="{name}"><img src="{name}" alt="{name}" loading="lazy"></a>' for name in names)
    return f"<section><h2>{escape(label)}</h2><div>{links}</div></section>"


if __name__ == "__main__":
    main()
