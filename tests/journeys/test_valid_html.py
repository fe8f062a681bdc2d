"""The Nu HTML checker finds no error and no warning in the HTML of every page in every state."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys import visiting
from tests.journeys.serving import Site
from tests.journeys.states import STATES
from tests.journeys.visiting import file_name

pytestmark = [pytest.mark.browser, pytest.mark.one_database]

ROOT = Path(__file__).resolve().parents[2]
NU = ROOT / ".ci" / "node" / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
# One parameter a language: the translated pages have other words in the same places, and attributes are where it shows.
LANGUAGES = ("en", "de")


@pytest.fixture(scope="module")
def nu() -> list[str]:
    """The command of the checker; without Java or the package its tests are skipped, but never on CI."""
    missing = [name for name, there in (("Java", shutil.which("java")), ("vnu-jar", NU.exists())) if not there]
    if missing and os.environ.get("CI"):
        pytest.fail(f"{missing} missing; .ci/run installs them")
    if missing:
        pytest.skip(f"{missing} missing: apt-get install default-jre-headless, and make .ci/node/installed")
    return ["java", "-Xss4m", "-jar", str(NU), "--stdout", "--exit-zero-always", "--format", "json"]


def findings(nu: list[str], folder: Path) -> list[str]:
    """What the checker says about the files of a folder: errors, warnings and infos."""
    done = subprocess.run([*nu, str(folder)], capture_output=True, text=True, check=True)
    said = json.loads(done.stdout)["messages"]
    return sorted(f"{Path(one['url']).stem}: {one['message']} {one.get('extract', '')[:120]!r}" for one in said)


def pages(chromium: Browser, sites: Mapping[str, Site], language: str) -> Iterator[tuple[str, str]]:
    """(label, HTML) of every state, as the server sent it."""
    with visiting.visitors(chromium, sites, language, java_script_enabled=False) as people:
        for state in (*STATES, *people.others()):
            yield state.label, people.visit(state).html


@pytest.mark.timeout(480)  # one checker for all pages: it takes longer to start than to check
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_valid_html(
    language: str, nu: list[str], chromium: Browser, sites: Mapping[str, Site], tmp_path: Path
) -> None:
    for label, text in pages(chromium, sites, language):
        (tmp_path / f"{file_name(label)}.html").write_text(text, encoding="utf-8")
    assert len(list(tmp_path.iterdir())) >= len(STATES)
    assert "\n".join(findings(nu, tmp_path)) == ""
