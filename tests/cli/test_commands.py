"""What every command has in common."""

import subprocess
import sys
from pathlib import Path

import click
import pytest

from forum.cli.main import forum

ROOT = Path(__file__).resolve().parents[2]


def all_commands(command=forum, words=()):
    yield words
    for name, inner in getattr(command, "commands", {}).items():
        yield from all_commands(inner, (*words, name))


COMMANDS = list(all_commands())


@pytest.mark.one_database
@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_explains_itself(site, words):
    for option in ("--help", "-h"):
        result = site.run(*words, option)
        assert result.exit_code == 0
        assert result.stdout.startswith(f"Usage: forum {' '.join(words)}".rstrip())
        assert not site.data_dir.exists()


@pytest.mark.one_database
def test_every_option_is_explained():
    for words in COMMANDS:
        command = forum
        for word in words:
            command = command.commands[word]
        assert command.help, words
        for parameter in command.params:
            if isinstance(parameter, click.Option):
                assert parameter.help, (words, parameter.name)


@pytest.mark.one_database
@pytest.mark.parametrize(
    "words",
    [
        *((*words, "--no-such-option") for words in COMMANDS),
        ("no-such-command",),
        ("import",),
        ("export",),
        ("backup",),
        ("restore", "no/such/place"),
        ("person", "add", "--name", "A"),
        ("person", "add", "--name", "A", "--email", "a@example.org", "--role", "king"),
        ("serve", "--port", "0"),
        ("serve", "--port", "http"),
        ("serve", "--workers", "0"),
    ],
    ids=" ".join,
)
def test_wrong_use_ends_with_2_and_an_explanation(site, words):
    result = site.run(*words)
    assert result.exit_code == 2
    assert result.stderr.startswith("Usage: forum")
    assert "Error: " in result.stderr
    assert not site.data_dir.exists()


NEEDS_A_SITE = [
    ("import", "f.jsonl"),
    ("export", "f.jsonl"),
    ("demo",),
    ("reindex",),
    ("check-index",),
    ("dictionaries",),
    ("backup", "b"),
    ("restore", "."),
    ("doctor",),
    ("person", "add", "--name", "A", "--email", "a@example.org"),
    ("person", "role", "--role", "admin", "--email", "a@example.org"),
    ("worker",),
    ("serve",),
]


@pytest.mark.parametrize("words", NEEDS_A_SITE, ids=" ".join)
def test_a_wrong_setting_ends_with_1_and_its_name(site, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    result = site.run(*words, FORUM_LANGUAGES="xx")
    assert result.exit_code == 1
    assert result.stderr == "A setting is wrong. FORUM_LANGUAGES: choose from en, nl, fr, de, es, it.\n"
    assert result.stdout == ""


@pytest.mark.parametrize("words", NEEDS_A_SITE, ids=" ".join)
def test_a_data_directory_that_cannot_be_used_ends_with_1_and_its_name(site, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").write_text("")
    result = site.run(*words, FORUM_DATA_DIR=str(tmp_path / "file" / "var"))
    assert result.exit_code == 1
    assert "cannot be used: Not a directory. Set FORUM_DATA_DIR to a writable place." in result.stderr


@pytest.mark.parametrize("words", [("check-index",), ("export", "f.jsonl"), ("demo", "--if-empty")], ids=" ".join)
def test_a_database_that_cannot_be_used_ends_with_1_and_a_reason(site, words, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "no.sqlite3").write_text("This is no database, however long one looks at it.")
    result = site.run(*words, FORUM_DATABASE_URL=f"sqlite:///{tmp_path / 'no.sqlite3'}")
    assert result.exit_code == 1
    assert result.stderr == "The database does not do its work: file is not a database\nRun: forum doctor\n"


@pytest.mark.one_database
def test_a_database_of_a_newer_version_is_left_alone(site):
    assert site.run("check-index").exit_code == 0
    site.change("UPDATE alembic_version SET version_num = 'from the future'")
    result = site.run("check-index")
    assert result.exit_code == 1
    assert result.stderr == "The data is of a newer version of Passerelle (from the future). Install that one.\n"


@pytest.mark.parametrize("words", [("check-index",), ("reindex",), ("doctor",)], ids=" ".join)
def test_a_command_on_a_new_data_directory_makes_what_it_needs(site, words):
    result = site.run(*words)
    assert (result.exit_code, result.stderr.replace("Indexing\n", "")) == (0, "")
    assert site.data_dir.stat().st_mode & 0o077 == 0
    assert site.run("check-index").stdout == "The search index equals the database: 0 posts.\n"


@pytest.mark.one_database
def test_python_m_forum_is_the_command(tmp_path):
    words = [sys.executable, "-m", "forum", "--version"]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("forum, version ")
    assert done.stderr == ""


@pytest.mark.one_database
def test_two_commands_at_once_on_a_new_data_directory_get_along(site):
    words = [sys.executable, "-m", "forum", "check-index"]
    environment = {"PATH": "/usr/bin:/bin", **site.environment}
    started = [
        subprocess.Popen(words, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        for _number in range(3)
    ]
    ends = [(process.communicate()[0], process.returncode) for process in started]
    assert ends == [("The search index equals the database: 0 posts.\n", 0)] * 3
