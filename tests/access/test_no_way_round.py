"""No query goes round visibility: whatever selects content also names the rule that says who may see it.

Where it does not, `unfiltered.csv` gives the reason: what the system does for itself, what an operation checks otherwise, what was
checked by the caller. The rule is a policy of the domain, used in the same function or in one that it calls in its module.
"""

import ast
from collections.abc import Iterator
from fnmatch import fnmatch
from pathlib import Path

import pytest

from tests.access.tables import table

pytestmark = pytest.mark.one_database

ROOT = Path(__file__).resolve().parents[2] / "forum"
CONTENT = {
    *("Post", "PostVersion", "Attachment", "AttachmentText", "FormDraft", "Comment", "CommentVersion"),
    *("Adoption", "AdoptionVersion", "Collection", "CollectionEntry", "Flag", "Decision", "Appeal", "ModeratorNote"),
    *("RequestMessage", "Suggestion", "ExpertInvitation", "ExpertOpinion", "ReaderMessage", "SavedSearch"),
}
ASKS = {"select", "get", "get_one", "query"}
RULES = {
    *("listed", "listed_within", "readable", "can_read", "require_read", "version_readable"),
    *("version_readable_within", "require_edit", "require_moderate", "require_restore", "can_moderate"),
    *("could_read", "loggable", "require_see", "require_change", "changeable", "mine", "published"),
    *("can_see_decision", "moderator_sees", "require_part", "may_take_part", "may_answer"),
    *("require_reading", "require_own", "require_inviter", "require_comment", "require_text"),
    *("require_author", "require_suggesting", "require_answering", "require_report", "require_second"),
    *("shown", "cards_by_id", "require_decider", "require_moderator", "require_message_reader"),
    *("find_post", "post_for_page"),
}


def called(node: ast.AST) -> str:
    """The name of what a call calls."""
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def names_in(node: ast.AST) -> set[str]:
    """Every name in a piece of code."""
    return {called(one) for one in ast.walk(node)} - {""}


def calls_in(node: ast.AST) -> set[str]:
    """The name of everything that is called in a piece of code."""
    return {called(one.func) for one in ast.walk(node) if isinstance(one, ast.Call)}


def asks_for_content(function: ast.AST) -> bool:
    """Whether a function selects rows of content, or loads one by its number."""
    calls = [one for one in ast.walk(function) if isinstance(one, ast.Call) and called(one.func) in ASKS]
    return any(CONTENT & names_in(argument) for one in calls for argument in one.args)


def unfiltered(source: str) -> Iterator[str]:
    """The functions that select content and name no rule, nor anything of their module that does."""
    tree = ast.parse(source)
    functions = {one.name: one for one in ast.walk(tree) if isinstance(one, ast.FunctionDef)}
    known = {name: calls_in(function) for name, function in functions.items()}

    def is_ruled(name: str, passed: frozenset[str] = frozenset()) -> bool:
        inner = (known[name] & set(functions)) - {name} - passed
        return bool(known[name] & RULES) or any(is_ruled(one, passed | {name}) for one in inner)

    for name, function in functions.items():
        if asks_for_content(function) and not is_ruled(name):
            yield name


def every_unfiltered() -> dict[str, set[str]]:
    """Those functions, by the module they stand in."""
    found = {
        str(path.relative_to(ROOT)): set(unfiltered(path.read_text(encoding="utf-8")))
        for path in sorted(ROOT.rglob("*.py"))
    }
    return {module: names for module, names in found.items() if names}


def test_content_is_selected_by_the_rules_of_its_domain_or_for_a_reason() -> None:
    reasons = table("unfiltered.csv")
    undeclared = [
        f"{module}: {name}"
        for module, names in every_unfiltered().items()
        for name in sorted(names)
        if not any(fnmatch(module, row["module"]) and fnmatch(name, row["function"]) for row in reasons)
    ]
    assert undeclared == []


def test_no_reason_is_left_over() -> None:
    found = [(module, name) for module, names in every_unfiltered().items() for name in names]
    stale = [
        row
        for row in table("unfiltered.csv")
        if not any(fnmatch(module, row["module"]) and fnmatch(name, row["function"]) for module, name in found)
    ]
    assert stale == []
    assert all(len(row["reason"]) > 8 for row in table("unfiltered.csv"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("def latest():\n    return select(Post).order_by(Post.id)", ["latest"]),
        ("def one(number):\n    return db.session.get(Comment, number)", ["one"]),
        ("def latest(actor):\n    return select(Post).where(listed(actor))", []),
        (
            "def latest(actor):\n    return select(Post).where(seen(actor))\ndef seen(actor):\n    return listed(actor)",
            [],
        ),
        ("def people():\n    return select(Person)", []),
        ("def count():\n    return select(func.count(Post.id))", ["count"]),
    ],
)
def test_the_rule_finds_a_query_that_goes_round(source: str, expected: list[str]) -> None:
    assert list(unfiltered(source)) == expected


def test_pages_and_their_templates_ask_queries_never_tables() -> None:
    """On the floor of pages, nothing selects content at all but what the list names."""
    found = {name for module, names in every_unfiltered().items() if module.startswith("web/") for name in names}
    assert found <= {row["function"] for row in table("unfiltered.csv") if row["module"].startswith("web/")}
