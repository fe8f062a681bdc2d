"""What the command line says to settings and files that it cannot use: one plain sentence, never a traceback."""

import os

import pytest

from forum.core.settings import Settings

WRONG = {
    "FORUM_DATA_DIR": ["\x01" * 300, "/dev/null"],
    "FORUM_DATABASE_URL": [
        "mysql://x",
        "sqlite://x",
        "postgresql+x://y",
        "sqlite:////dev/null/x.sqlite3",
        "postgresql://127.0.0.1:1/x",
        "postgresql://[",
        "postgresql://h:port/x",
    ],
    "FORUM_SEARCH_URL": ["solr://x", "whoosh:/dev/null/x"],
    "FORUM_BASE_URL": ["forum.example.org", "http://", "http://[", "ftp://x", "http://h:port"],
    "FORUM_MAIL_URL": ["pigeon://x", "smtp://", "smtp://h:port", "smtp://["],
    "FORUM_MAIL_FROM": ["nobody", "a@b\r\nBcc: c@d"],
    "FORUM_CONTACT": ["a\r\nb"],
    "FORUM_LANGUAGES": ["xx", ",", "en,en,xx"],
    "FORUM_NAME": ["n" * 61],
    "FORUM_WORKERS": ["0", "65", "many", "9" * 5000],
    "FORUM_OPEN_SIGNUP": ["perhaps"],
    "FORUM_REQUIRE_SECOND_FACTOR": ["perhaps"],
    "FORUM_TRUSTED_PROXIES": ["-1", "6", "all"],
    "FORUM_DEVELOPMENT": ["perhaps"],
    "FORUM_SECRET_KEY": [],
    "FORUM_OIDC_ISSUER": ["http://login.example.org", "x", "https://login.example.org"],
    "FORUM_OIDC_CLIENT_ID": ["passerelle", "x" * 256],
    "FORUM_OIDC_CLIENT_SECRET": [],
    "FORUM_OIDC_NAME": ["n" * 61],
    "FORUM_MIN_FREE_MB": ["-1", "much"],
    "FORUM_LOG_FORMAT": ["xml"],
    "FORUM_METRICS_FROM": ["everywhere", "10.0.0.0/99"],
    "FORUM_METRICS_TOKEN": ["short", "a" * 24 + "\r\nb"],
}
PAIRS = [(name, value) for name, values in WRONG.items() for value in values]


def is_plain(text: str) -> bool:
    """Whether a text is a sentence or two for people."""
    return bool(text.strip()) and "Traceback" not in text and "Error(" not in text and len(text) < 2000


@pytest.mark.one_database
def test_every_setting_is_given_wrongly_here():
    assert set(WRONG) == {f"FORUM_{name.upper()}" for name in Settings.model_fields}


@pytest.mark.one_database
@pytest.mark.parametrize(("name", "value"), PAIRS, ids=lambda part: repr(part)[:40])
def test_a_wrong_setting_is_told_in_a_sentence(site, name, value):
    result = site.run("doctor", **{name: value})
    assert result.exit_code == 1
    assert is_plain(result.stderr)


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff" * 5000, b"[" * 100_000, b"\n\n\n", b"PK\x03\x04" + os.urandom(500)], ids=range(5)
)
def test_a_file_that_holds_no_lines_is_told_and_nothing_goes_in(site, tmp_path, content):
    path = tmp_path / "odd.jsonl"
    path.write_bytes(content)
    result = site.run("import", path)
    assert result.exit_code in (0, 1)
    assert is_plain(result.output)
    assert result.exit_code == 1 or result.stdout.startswith("0 imported")


@pytest.mark.parametrize("place", [".", "missing.jsonl", "missing/deep.jsonl", "n" * 300, "a\nb"], ids=repr)
def test_a_file_that_cannot_be_read_ends_with_1(site, tmp_path, place):
    result = site.run("import", tmp_path / place)
    assert result.exit_code == 1
    assert is_plain(result.stderr)


@pytest.mark.parametrize("place", [".", "missing/deep.jsonl", "n" * 300], ids=repr)
def test_a_file_that_cannot_be_written_ends_with_1_and_leaves_nothing(site, tmp_path, place):
    (tmp_path / "out").mkdir()
    result = site.run("export", tmp_path / "out" / place)
    assert result.exit_code == 1
    assert is_plain(result.stderr)
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("person", "add", "--email", "no address", "--name", "A"),
        ("person", "add", "--email", "a@example.org", "--name", "\x00"),
        ("person", "add", "--email", "a@example.org", "--name", "n" * 5000),
        ("person", "add", "--email", "a\x00@example.org", "--name", "A"),
        ("person", "add", "--email", "a@example.org", "--name", "A", "--language", "klingon"),
        ("person", "add", "--email", "a@example.org", "--name", "A", "--organisation", "a\x00b"),
        ("person", "role", "--email", "a\x00b", "--role", "admin"),
        ("import", "--source", "a\x00b", "FILE"),
        ("import", "--source", "s" * 5000, "FILE"),
        ("import", "--author", "a\x00b", "FILE"),
        ("import", "--organisation", "a\x00b", "FILE"),
        ("restore", "FOLDER"),
    ],
    ids=lambda words: " ".join(words)[:60].replace("\0", "0"),
)
def test_odd_words_are_told_in_a_sentence(site, tmp_path, words):
    (tmp_path / "f.jsonl").write_text('{"type": "organisation", "ref": "o", "name": "O"}\n')
    places = {"FILE": str(tmp_path / "f.jsonl"), "FOLDER": str(tmp_path)}
    result = site.run(*(places.get(one, one) for one in words))
    assert result.exit_code == 1
    assert is_plain(result.stderr)
