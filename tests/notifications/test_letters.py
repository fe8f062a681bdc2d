"""What our mails say: every template, in every language, with nothing of the recipient's making in the wrong place."""

from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from forum.core.resources import resource
from forum.core.settings import Settings
from forum.notifications.letters import Errand, write
from forum.notifications.mailing import MAILS
from forum.notifications.recipients import TELLERS

VALUES = {
    "link": "/there",
    "organisation": "De Sluis",
    "person": "Noor",
    "inviter": "Dora",
    "until": date(2026, 3, 1),
}
TEMPLATES = sorted(path.stem for path in (resource("templates") / "mail").glob("[!_]*.txt"))


@pytest.fixture
def settings(app: Flask) -> Settings:
    found: Settings = app.config["SETTINGS"].model_copy(update={"base_url": "https://forum.example.org"})
    return found


def test_every_mail_that_can_be_owed_has_a_template_and_a_teller() -> None:
    assert set(TEMPLATES) == {*TELLERS, "invitation"}
    assert len(MAILS) >= len(TEMPLATES)


@pytest.mark.parametrize("language", ["en", "nl", "fr", "de", "es", "it"])
@pytest.mark.parametrize("template", TEMPLATES)
def test_every_mail_is_whole_in_every_language(settings: Settings, template: str, language: str) -> None:
    words = write(Errand("An", "an@example.org", language, template, VALUES), settings)
    assert words.subject
    assert "\n" not in words.subject
    assert f"https://forum.example.org/{language}/there" in words.text
    assert f'<a href="https://forum.example.org/{language}/there">' in words.html
    assert f'<html lang="{language}"' in words.html
    assert words.subject not in words.text.splitlines()
    for text in (words.subject, words.text, words.html):
        assert "%(" not in text
        assert "{{" not in text


def test_a_language_that_the_site_does_not_speak_falls_back_to_its_first(settings: Settings) -> None:
    spoken = settings.model_copy(update={"languages": ("fr", "nl")})
    assert "https://forum.example.org/fr/there" in write(Errand("An", "", "it", "reset", VALUES), spoken).text


def test_a_name_brings_no_line_link_or_markup_of_its_own(settings: Settings) -> None:
    name = "Eva\n\nhttps://evil.example\n\n<b>x</b>"
    values = VALUES | {"organisation": name, "person": name, "inviter": name}
    for template in TEMPLATES:
        words = write(Errand(name, "an@example.org", "en", template, values), settings)
        assert "\n" not in words.subject
        assert "https://evil.example" not in words.text.splitlines()
        assert 'href="https://evil.example' not in words.html
        assert "<b>" not in words.html


def test_dates_are_told_in_words(settings: Settings) -> None:
    assert "1 mars 2026" in write(Errand("", "", "fr", "invitation", VALUES), settings).text
    assert "1 March 2026" in write(Errand("", "", "en", "invitation", VALUES), settings).text


def test_an_invitation_by_nobody_in_particular_is_whole(settings: Settings) -> None:
    assert "You are invited" in write(Errand("", "", "en", "invitation", VALUES | {"inviter": ""}), settings).text


def test_mails_fetch_nothing(settings: Settings) -> None:
    base = Path(resource("templates") / "mail" / "_base.html").read_text(encoding="utf-8")
    for word in ("<img", "<link", "<script", "src=", "url("):
        assert word not in base
