import os
from concurrent.futures import ThreadPoolExecutor

import pytest

from forum.core.errors import Misconfigured
from forum.core.settings import prepare_data_dir, secret_key, settings_from


def test_what_is_not_placed_goes_into_the_data_directory(tmp_path):
    settings = settings_from({"FORUM_DATA_DIR": str(tmp_path), "FORUM_DATABASE_URL": ""})
    assert settings.database_url == f"sqlite:///{tmp_path}/forum.sqlite3"
    assert settings.search_url == f"whoosh:{tmp_path}/index"
    assert settings.mail_url == f"file:{tmp_path}/mail"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("FORUM_LANGUAGES", "en,xx", "FORUM_LANGUAGES: choose from en, nl, fr, de, es, it."),
        ("FORUM_LANGUAGES", ",", "FORUM_LANGUAGES: choose from en, nl, fr, de, es, it."),
        (
            "FORUM_BASE_URL",
            "forum.example.org",
            "FORUM_BASE_URL: write the whole address, like https://forum.example.org.",
        ),
        (
            "FORUM_DATABASE_URL",
            "mysql://x",
            "FORUM_DATABASE_URL: use sqlite:///PATH or postgresql://user:password@host/name.",
        ),
        ("FORUM_SEARCH_URL", "solr://x", "FORUM_SEARCH_URL: use whoosh:PATH or none:."),
        ("FORUM_WORKERS", "many", "FORUM_WORKERS: Input should be a valid integer"),
        ("FORUM_OPEN_SIGNUP", "maybe", "FORUM_OPEN_SIGNUP: Input should be a valid boolean"),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_write(name, value, sentence):
    with pytest.raises(Misconfigured) as caught:
        settings_from({name: value})
    assert f"A setting is wrong. {sentence}" in str(caught.value)


def test_every_wrong_setting_is_named():
    with pytest.raises(Misconfigured, match=r"FORUM_BASE_URL: .*; FORUM_WORKERS: "):
        settings_from({"FORUM_WORKERS": "0", "FORUM_BASE_URL": "x"})


def test_a_data_directory_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file" / "var", tmp_path / "file"):
        with pytest.raises(Misconfigured, match=r"cannot be used: .* Set FORUM_DATA_DIR to a writable place"):
            prepare_data_dir(settings_from({"FORUM_DATA_DIR": str(place)}))


def test_the_data_directory_is_for_its_owner_only(tmp_path):
    settings = settings_from({"FORUM_DATA_DIR": str(tmp_path / "new" / "var")})
    prepare_data_dir(settings)
    assert settings.data_dir.stat().st_mode & 0o077 == 0


def test_the_secret_key_is_made_once_and_for_its_owner_only(tmp_path):
    settings = settings_from({"FORUM_DATA_DIR": str(tmp_path)})
    with ThreadPoolExecutor(8) as pool:
        keys = set(pool.map(secret_key, [settings] * 32))
    assert len(keys) == 1
    assert len(keys.pop()) == 64
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
    assert os.listdir(tmp_path) == ["secret_key"]


def test_a_secret_key_that_is_set_is_kept_nowhere(tmp_path):
    assert secret_key(settings_from({"FORUM_DATA_DIR": str(tmp_path), "FORUM_SECRET_KEY": "mine"})) == "mine"
    assert os.listdir(tmp_path) == []
