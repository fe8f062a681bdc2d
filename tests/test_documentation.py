"""Nothing that people rely on goes undocumented: settings, commands, events, kinds and make targets."""

import re
from pathlib import Path

import pytest
from flask import Flask

from forum.cli.main import forum
from forum.core.events import EVENT_KINDS
from forum.core.settings import Settings
from forum.library.kinds import KINDS

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize("name", sorted(Settings.model_fields))
def test_every_setting_stands_in_the_table_of_the_readme(name: str) -> None:
    assert f"| `FORUM_{name.upper()}` |" in README


def test_the_readme_names_no_setting_that_does_not_exist() -> None:
    named = set(re.findall(r"FORUM_([A-Z_]+)", README))
    assert {name.lower() for name in named} <= set(Settings.model_fields)


@pytest.mark.parametrize("name", sorted(forum.commands))
def test_every_command_stands_in_the_readme(name: str) -> None:
    assert f"`forum {name}" in README


def test_every_event_stands_in_the_list_of_events(app: Flask) -> None:
    listed = (ROOT / "docs" / "events.md").read_text(encoding="utf-8")
    assert [name for name in EVENT_KINDS if f"| `{name}` |" not in listed] == []


@pytest.mark.parametrize("kind", KINDS.values(), ids=list(KINDS))
def test_every_kind_and_field_stands_in_the_list_of_kinds(kind) -> None:  # type: ignore[no-untyped-def]
    listed = (ROOT / "docs" / "kinds.md").read_text(encoding="utf-8")
    _before, _heading, part = listed.partition(f"\n## {kind.name}\n")
    assert [field.name for field in kind.fields if f"| `{field.name}` |" not in part] == []


def test_every_make_target_says_what_it_does() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.MULTILINE))
    described = set(re.findall(r"^([a-z-]+):.*##", makefile, re.MULTILINE))
    assert targets == described


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-dev.lock", ".ci/node/package-lock.json"])
def test_locks_name_no_registry(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert not re.search(r"://|--extra-index-url|--find-links|--index-url", text)


def test_every_requirement_of_the_interface_names_tests_that_exist() -> None:
    page = (ROOT / "docs" / "interface.md").read_text(encoding="utf-8")
    tests = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    named = set(re.findall(r"`(test_[a-z0-9_]+)`", page))
    assert {one for one in named if f"def {one}(" not in tests} == set()
    requirements = re.findall(r"^\| (\d+) \|.*\| (.+) \|$", page, re.MULTILINE)
    assert [int(number) for number, _shown in requirements] == list(range(1, 27))
    assert all("`" in shown for _number, shown in requirements)


def test_pictures_of_person_checks_are_there_and_small() -> None:
    pictures = re.findall(
        r"\]\((images/interface/[^)]+)\)", (ROOT / "docs" / "interface.md").read_text(encoding="utf-8")
    )
    assert {one for one in pictures if (ROOT / "docs" / one).stat().st_size > 150_000} == set()
    assert pictures
