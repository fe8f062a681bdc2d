"""The units and the container file of docs/deploy: what a machine can tell of them without starting them."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from forum.cli.main import forum
from forum.core.settings import settings_from

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "deploy"
UNITS = sorted(path.name for path in EXAMPLES.glob("passerelle-*.*"))
SERVICES = [name for name in UNITS if name.endswith(".service")]
MOST_EXPOSED = 1.5
pytestmark = pytest.mark.one_database


@pytest.fixture(scope="module")
def units(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The units, with a program that exists on this machine."""
    if shutil.which("systemd-analyze") is None and not os.environ.get("CI"):
        pytest.skip("systemd-analyze is not installed: apt-get install systemd")
    folder = tmp_path_factory.mktemp("units")
    for name in UNITS:
        text = (EXAMPLES / name).read_text()
        (folder / name).write_text(text.replace("/srv/passerelle/.venv/bin/forum", "/bin/true"))
    return folder


def test_systemd_finds_nothing_wrong_with_the_units(units: Path) -> None:
    command = ["systemd-analyze", "verify", "--man=no", *(str(units / name) for name in UNITS)]
    found = subprocess.run(command, capture_output=True, text=True, timeout=120)
    mine = [line for line in found.stderr.splitlines() if "passerelle" in line]
    assert (found.returncode, mine) == (0, [])


@pytest.mark.parametrize("name", SERVICES)
def test_systemd_calls_every_service_hardened(name: str, units: Path) -> None:
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(units / name)]
    found = subprocess.run(command, capture_output=True, text=True, timeout=120)
    score = re.search(r"exposure level for \S+: ([\d.]+)", found.stdout)
    assert score, found.stderr
    assert float(score[1]) <= MOST_EXPOSED


@pytest.mark.parametrize("name", SERVICES)
def test_every_service_runs_a_command_that_exists_as_its_own_user(name: str) -> None:
    text = (EXAMPLES / name).read_text()
    command = re.search(r"^ExecStart=/srv/passerelle/\.venv/bin/forum ([a-z-]+)(.*)$", text, re.MULTILINE)
    assert command
    options = {option for parameter in forum.commands[command[1]].params for option in parameter.opts}
    assert set(re.findall(r"--[a-z-]+", command[2])) <= options
    assert "User=passerelle" in text.splitlines()
    assert "EnvironmentFile=/etc/passerelle.env" in text.splitlines()


@pytest.mark.parametrize("name", [name for name in UNITS if name.endswith(".timer")])
def test_every_timer_has_its_service(name: str) -> None:
    assert name.replace(".timer", ".service") in SERVICES


def test_the_example_of_settings_can_be_read() -> None:
    lines = (EXAMPLES / "passerelle.env.example").read_text().splitlines()
    given = dict(line.lstrip("#").split("=", 1) for line in lines if re.match(r"#?FORUM_", line))
    settings = settings_from(given)
    assert settings.is_secure
    assert settings.trusted_proxies == 1


def test_the_container_file_copies_what_there_is_and_runs_without_rights() -> None:
    text = (EXAMPLES / "Containerfile").read_text()
    copied = [word for line in re.findall(r"^COPY (?!--from)(.+) \S+$", text, re.MULTILINE) for word in line.split()]
    assert copied
    assert [word for word in copied if not (ROOT / word).exists()] == []
    _build, _from, last = text.rpartition("\nFROM ")
    assert last.index("\nUSER 10001") < last.index("\nCMD ")
    assert "HEALTHCHECK" in last
    assert '"serve", "--host", "0.0.0.0"' in last
    assert "NOT BUILT" in text
