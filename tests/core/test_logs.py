import logging

import structlog

from forum.core.logs import prepare_logs


def test_an_event_is_one_line_with_its_values(capsys):
    prepare_logs()
    structlog.get_logger().warning("mail put off", to=7, reason="no\nanswer \x1b[31m")
    line = capsys.readouterr().err
    assert line.count("\n") == 1
    assert line.endswith("Z warning mail put off to=7 reason='no\\nanswer \\x1b[31m'\n")


def test_a_traceback_shows_no_values(capsys):
    prepare_logs()
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
    prepare_logs(logging.WARNING)
    structlog.get_logger().info("nothing new")
    structlog.get_logger().warning("mind this")
    assert capsys.readouterr().err.endswith("warning mind this\n")
    prepare_logs()
