"""Rules of the house about what may reach a page, the database or another machine, read from the code itself."""

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CODE = sorted((ROOT / "forum").rglob("*.py"))
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
PAGES = [path for path in TEMPLATES if path.suffix == ".html" and "mail" not in path.parts]
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
TREES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in CODE}

pytestmark = pytest.mark.one_database


def calls(wanted: Callable[[str, ast.Call], bool], files: dict[Path, ast.Module] | None = None) -> list[str]:
    """`file: function` of every call that is wanted, told by the dotted name of what is called."""
    return sorted(
        f"{path.relative_to(ROOT)}: {dotted(node.func)}"
        for path, tree in (files or TREES).items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and wanted(dotted(node.func), node)
    )


def dotted(node: ast.AST) -> str:
    """The name of what is called: `db.session.execute`, or its last part where something else stands before."""
    if isinstance(node, ast.Attribute):
        return f"{dotted(node.value)}.{node.attr}".lstrip(".")
    return node.id if isinstance(node, ast.Name) else ""


def imports() -> Iterator[tuple[str, str]]:
    """(file, module) of every import."""
    for path, tree in TREES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((str(path.relative_to(ROOT)), one.name) for one in node.names)
            elif isinstance(node, ast.ImportFrom):
                yield str(path.relative_to(ROOT)), node.module or ""


def found_in(pattern: str, files: list[Path]) -> list[str]:
    """`file: match` of every match, also over the end of a line."""
    return [
        f"{path.relative_to(ROOT)}: {match[0][:60]!r}"
        for path in files
        for match in re.finditer(pattern, path.read_text(encoding="utf-8"), re.IGNORECASE)
    ]


def test_nothing_runs_code_that_it_was_given() -> None:
    names = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle.loads", "pickle.load"}
    assert calls(lambda name, _call: name in names) == []
    assert calls(lambda _name, call: any(one.arg == "shell" for one in call.keywords)) == []
    assert [one for one in imports() if one[1] in {"pickle", "shelve", "marshal", "dill", "jsonpickle"}] == []


def test_other_programs_are_started_in_two_places_only() -> None:
    assert sorted({file for file, module in imports() if module == "subprocess"}) == [
        "forum/core/extraction.py",  # ourselves, with less power
        "forum/interop/dumps.py",  # pg_dump and pg_restore
    ]


def test_yaml_makes_plain_values_only() -> None:
    loads = calls(lambda name, _call: name.startswith("yaml.") and "load" in name)
    safe = calls(
        lambda name, call: name == "yaml.load" and any(dotted(one.value) == "yaml.CSafeLoader" for one in call.keywords)
    )
    assert loads == safe


def test_the_server_asks_other_machines_in_two_places_only() -> None:
    clients = {
        "http.client",
        "urllib.request",
        "requests",
        "httpx",
        "aiohttp",
        "urllib3",
        "smtplib",
        "ftplib",
        "telnetlib",
    }
    asking = sorted({file for file, module in imports() if module in clients or module.startswith("authlib")})
    allowed = {
        "forum/core/mail.py",  # the mail server of the settings
        "forum/curation/links/fetching.py",  # the link checker, public addresses only
    }
    assert set(asking) - allowed <= {file for file in asking if file.startswith("forum/accounts/sso")}
    assert allowed <= set(asking)


def test_every_absolute_address_begins_with_the_base_url() -> None:
    external = calls(lambda _name, call: any(one.arg in ("_external", "_scheme") for one in call.keywords))
    assert external == []
    assert found_in(r"_external|request\.(host|url|base_url|url_root|host_url)\b", TEMPLATES) == []
    assert found_in(r"\brequest\.(host_url|url_root|base_url|url)\b", CODE) == []
    assert {one.partition(":")[0] for one in found_in(r"\brequest\.host\b", CODE)} == {"forum/web/security.py"}


SQL_RUNNERS = ("text", "db.text", "execute", "exec_driver_sql", "executescript", "literal_column", "scalar", "scalars")


def is_made_up(node: ast.AST) -> bool:
    """Whether a text is put together from pieces where it is used."""
    if isinstance(node, ast.JoinedStr):
        return any(isinstance(part, ast.FormattedValue) for part in node.values)
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, ast.Add | ast.Mod) and any(
            isinstance(one, ast.Constant | ast.JoinedStr) and isinstance(getattr(one, "value", ""), str)
            for one in (node.left, node.right)
        )
    return isinstance(node, ast.Call) and dotted(node.func).endswith("format")


def test_no_sql_is_put_together_from_pieces() -> None:
    made_up = calls(
        lambda name, call: (
            name.rpartition(".")[2] in {one.rpartition(".")[2] for one in SQL_RUNNERS}
            and any(is_made_up(one) for one in call.args[:1])
        )
    )
    assert made_up == ["forum/core/db.py: cursor.execute"]  # PRAGMAs, our own words
    sql = re.compile(r"\b(select|insert|update|delete)\b.+\b(from|into|set|where)\b", re.IGNORECASE | re.DOTALL)
    woven = [
        str(path.relative_to(ROOT))
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and is_made_up(node) and sql.search(ast.unparse(node))
    ]
    assert woven == ["forum/interop/dumps.py"]  # names of our own tables, which no parameter can stand for


def test_only_operations_commit_or_write_by_themselves() -> None:
    committing = calls(lambda name, _call: name.rpartition(".")[2] in ("commit", "autocommit"))
    allowed = ("forum/core/db.py", "forum/core/limits.py", "forum/search/engines/")
    assert [one for one in committing if not one.startswith(allowed)] == []
    opened = {one.partition(":")[0] for one in calls(lambda name, _call: name == "transaction")}
    assert [one for one in opened if one.startswith("forum/web/")] == []


def test_html_is_marked_as_safe_in_one_place_and_escaped_everywhere_else() -> None:
    marked = calls(lambda name, _call: name.rpartition(".")[2] in ("Markup", "mark_safe", "do_mark_safe"))
    assert marked == ["forum/web/templating.py: Markup"]
    assert found_in(r"\|\s*safe\b(?!_)|autoescape\s*(false|off)|\{%-?\s*autoescape|\|\s*urlize", PAGES) == []
    environments = calls(lambda name, _call: name == "Environment")
    assert environments == [
        "forum/notifications/letters.py: Environment"
    ]  # of mails: HTML is escaped, plain text is not
    written_by_hand = [
        str(path.relative_to(ROOT))
        for path, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name == "__html__"
    ]
    assert written_by_hand == ["forum/search/passages.py"]  # `<mark>` round escaped words


def test_templates_hold_no_script_style_or_handler() -> None:
    assert found_in(r"<style|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:|<object|<embed|<base\b", PAGES) == []
    assert found_in(r"<iframe(?![^>]*\bsandbox=)", PAGES) == []
    plain = [one for one in found_in(r"<script(?![^>]*\bsrc=)[^>]*>", PAGES) if "application/ld+json" not in one]
    assert plain == []
    assert found_in(r"\s[a-z-]+=\{\{", PAGES) == []  # an attribute without quotation marks is the easiest to leave


def test_scripts_make_no_html_from_texts() -> None:
    dangerous = r"\beval\(|new Function|document\.write|outerHTML\s*=|setAttribute\(\s*['\"]on|srcdoc"
    assert found_in(dangerous, SCRIPTS) == []
    makers = r"innerHTML\s*\+?=|insertAdjacentHTML|createContextualFragment|setHTMLUnsafe"
    html = {one.partition(":")[0] for one in found_in(makers, SCRIPTS)}
    assert html == {"static/js/live-preview.js"}  # what the server rendered and cleaned


def test_every_exception_from_the_security_rules_says_why() -> None:
    lines = [
        (f"{path.relative_to(ROOT)}:{number}", line)
        for path in (*CODE, *(ROOT / "bench").rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        if re.search(r"# noqa: S\d|nosec", line)
    ]
    assert [place for place, line in lines if not re.search(r"# (noqa|nosec).*# (?!nosec)\w.*", line)] == []
