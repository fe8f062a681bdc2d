import errno
import io
import json
import logging
import sys

import pytest
import structlog

from forum.core.logs import prepare_logs, wants_json


def test_an_event_is_one_line_with_its_values(capsys):
    prepare_logs(as_json=False)
    structlog.get_logger().warning("mail put off", to=7, reason="no\nanswer \x1b[31m")
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert line.endswith("Z warning mail put off to=7 reason='no\\nanswer \\x1b[31m'\n")


def test_a_traceback_shows_no_values(capsys):
    prepare_logs(as_json=False)
    secret = "a password of hers"
    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        structlog.get_logger().exception("failed\nforged", length=len(secret))
    written = capsys.readouterr().err
    assert "error failed\\nforged length=18\nTraceback" in written
    assert "ZeroDivisionError" in written
    assert secret not in written.replace('secret = "a password of hers"', "")


def test_what_matters_less_is_left_out(capsys):
    prepare_logs(logging.WARNING, as_json=False)
    structlog.get_logger().info("nothing new")
    structlog.get_logger().warning("mind this")
    assert capsys.readouterr().err.endswith("warning mind this\n")
    prepare_logs(as_json=False)


def test_as_json_an_event_is_one_line_whatever_it_holds(capsys):
    prepare_logs(as_json=True)
    try:
        raise ValueError("two\nlines")
    except ValueError:
        structlog.get_logger().exception("failed\n{forged}", post=7, name='É "\u2028\x85\x1b[31m\x7f')
    prepare_logs(as_json=False)
    written = capsys.readouterr().err
    assert written.count("\n") == 1
    assert written.strip().isprintable()
    told = json.loads(written)
    assert (told["level"], told["event"], told["post"]) == ("error", "failed\n{forged}", 7)
    assert told["name"] == 'É "\u2028\x85\x1b[31m\x7f'
    assert told["exception"].endswith("ValueError: two\nlines")


def test_characters_that_turn_a_line_around_are_escaped(capsys):
    prepare_logs(as_json=False)
    structlog.get_logger().warning("a\u202eb\u2028c\x9b31m")
    assert capsys.readouterr().err.endswith("warning a\\u202eb\\u2028c\\x9b31m\n")


def test_the_loggers_of_libraries_write_as_we_do(capsys):
    prepare_logs(as_json=False)
    logging.getLogger("some.library").warning("look at %s", "an@example.org")
    assert capsys.readouterr().err.endswith("warning look at … logger='some.library'\n")


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("refused an@example.org: no", "refused … no"),
        ("postgresql://forum:geheim@localhost/forum", "…"),
        ("GET /stop?person=7&key=geheim HTTP", "GET /stop?… HTTP"),
        ("Authorization: Bearer geheim", "Authorization: Bearer …"),
        ("at /invitations/Zx81-aaaaaaaaaaaaaaaaaaaaaaa", "at /invitations/…"),
        ("[SQL: SELECT 1]\n[parameters: ('geheim',)]", "[SQL: SELECT 1]\n[parameters: …"),
        ("duplicate key\nDETAIL: Key (name)=(geheim) exists", "duplicate key\nDETAIL: …"),
        ("Is that so? Then 12 = 12.", "Is that so? Then 12 = 12."),
        ({"token": "an@example.org"}, "{'token': '…'}"),
    ],
)
def test_what_a_log_may_not_hold_is_taken_out(value, shown, capsys):
    prepare_logs(as_json=False)
    structlog.get_logger().warning("told", reason=value)
    assert f"told reason={shown!r}\n" in capsys.readouterr().err


def test_a_value_with_the_name_of_a_secret_is_never_written(capsys):
    prepare_logs(as_json=False)
    structlog.get_logger().warning("told", password="kort", csrf_token="kort", email="kort", sha256="a1" * 32, number=3)
    said = capsys.readouterr().err
    assert "kort" not in said
    assert said.endswith(f"password='…' csrf_token='…' email='…' sha256='{'a1' * 32}' number=3\n")


@pytest.mark.parametrize(
    ("setting", "is_public", "on_a_terminal", "expected"),
    [
        ("json", False, True, True),
        ("text", True, False, False),
        ("auto", True, False, True),
        ("auto", True, True, False),
        ("auto", False, False, False),
    ],
)
def test_a_public_site_writes_json_unless_somebody_reads_along(
    setting, is_public, on_a_terminal, expected, monkeypatch
):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: on_a_terminal, raising=False)
    assert wants_json(setting, is_public) is expected


class FullDisk(io.StringIO):
    """A file on a disk where nothing fits any more."""

    def write(self, _text: str) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("level", ["debug", "info", "warning", "error", "exception", "critical"])
def test_a_log_on_a_full_disk_fails_nobody(monkeypatch, level):
    monkeypatch.setattr(sys, "stderr", FullDisk())
    prepare_logs(as_json=False)
    getattr(structlog.get_logger(), level)("nobody will read this")
    logging.getLogger("granian").error("nor this")
