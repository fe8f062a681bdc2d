"""The rules of the house that no linter knows."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = sorted((ROOT / "forum").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
SAFE_PLACE = ROOT / "forum" / "web" / "templating.py"

pytestmark = pytest.mark.one_database


def lines_with(pattern: str, files: list[Path]) -> list[str]:
    """`file:line` of every line that matches."""
    found = []
    for path in files:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if re.search(pattern, line):
                found.append(f"{path.relative_to(ROOT)}:{number}")
    return found


def test_only_the_transaction_of_an_operation_commits() -> None:
    commits = lines_with(r"\.commit\(\)", CODE)
    assert [
        place
        for place in commits
        if not place.startswith(("forum/core/db.py", "forum/search/engines/", "forum/core/limits.py"))
    ] == []


def test_packages_hold_nothing_in_their_init_files() -> None:
    filled = [path for path in CODE if path.name == "__init__.py" and path.read_text(encoding="utf-8").strip()]
    assert filled == [ROOT / "forum" / "__init__.py"]


def test_no_import_hides_in_a_function() -> None:
    assert (
        lines_with(r"^ +(from \S+ import|import )", [path for path in CODE if "TYPE_CHECKING" not in path.read_text()])
        == []
    )


def test_html_is_marked_safe_in_one_place() -> None:
    assert lines_with(r"\|\s*safe\b(?!_)", TEMPLATES) == []
    assert [place for place in lines_with(r"\bMarkup\(", CODE) if not place.startswith("forum/web/templating.py")] == []


def test_templates_hold_no_inline_script_style_or_handler() -> None:
    pages = [path for path in TEMPLATES if "mail" not in path.parts]
    assert lines_with(r"<style|\sstyle=|\son[a-z]+=|javascript:", pages) == []
    assert lines_with(r"<script(?![^>]*\bsrc=)", pages) == []


def test_nothing_is_called_utils() -> None:
    vague = ("utils", "util", "helpers", "misc", "manager", "common2", "data2")
    assert [str(path) for path in [*CODE, *TEMPLATES] if path.stem in vague] == []


def test_no_page_asks_another_site_for_anything() -> None:
    pages = [path for path in TEMPLATES if "mail" not in path.parts]
    assert lines_with(r"(src|srcset|action)=\"(https?:)?//", pages) == []
    assert lines_with(r"<link[^>]+href=\"(https?:)?//", pages) == []


def test_no_file_names_a_path_of_one_machine() -> None:
    files = [
        *CODE,
        *TEMPLATES,
        *(ROOT / "tests").rglob("*.py"),
        *(ROOT / "docs").rglob("*.md"),
        ROOT / "README.md",
        ROOT / "Makefile",
    ]
    pattern = "(^|[^a-z./])/(" + "|".join(("work", "farm", "root")) + ")/"
    assert lines_with(pattern, [path for path in files if path.exists()]) == []
