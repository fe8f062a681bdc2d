import socket

import pytest
from babel import Locale

from forum.core.languages import (
    COUNTRIES,
    EUROPE,
    INTERFACE_LANGUAGES,
    country_name,
    guess_language,
    is_country,
    is_language,
    language_name,
    native_name,
)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("en", "Street work with young people who left school early"),
        ("nl", "Straatwerk met jongeren in Gent, een praktijk uit Vlaanderen"),
        ("fr", "Travail de rue avec les jeunes qui ont quitté l'école"),
        ("de", "Streetwork mit jungen Menschen in Wien und Umgebung"),
        ("es", "Trabajo con jóvenes en la calle y en los barrios"),
        ("it", "Animazione di strada con i giovani della periferia"),
    ],
)
def test_a_plain_sentence_is_recognised(code: str, text: str) -> None:
    assert guess_language(text) == code
    assert guess_language(text, INTERFACE_LANGUAGES) == code


@pytest.mark.parametrize("text", ["", "   \n", "Hello", "1234567890 " * 20, "asdf qwer zxcv uiop hjkl", "?!" * 100])
def test_there_is_no_guess_for_a_text_that_is_short_or_says_nothing(text: str) -> None:
    assert guess_language(text) is None


def test_a_language_that_was_not_asked_for_is_not_guessed() -> None:
    assert guess_language("Travail de rue avec les jeunes qui ont quitté l'école", {"nl", "en"}) is None


def test_line_breaks_do_not_disturb_the_guess() -> None:
    assert guess_language("Travail de rue\n\navec les jeunes\r\nqui ont quitté l'école") == "fr"


def test_guessing_needs_no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("the network was asked")

    monkeypatch.setattr(socket, "socket", refuse)
    assert guess_language("Animazione di strada con i giovani della periferia") == "it"


def test_languages_and_countries_have_names_in_every_interface_language() -> None:
    for language in INTERFACE_LANGUAGES:
        assert all(language_name(code, language) != code for code in INTERFACE_LANGUAGES)
        assert all(country_name(code, language) != code for code in COUNTRIES)


def test_names_are_in_the_language_asked_for() -> None:
    assert language_name("nl", "fr") == "néerlandais"
    assert country_name("NL", "fr") == "Pays-Bas"
    assert language_name("nl", "pt-BR") == "holandês"


def test_an_unknown_code_is_its_own_name_and_english_stands_in_for_an_unknown_language() -> None:
    assert language_name("qqq", "nl") == "qqq"
    assert country_name("QQ", "nl") == "QQ"
    assert language_name("nl", "qqq") == "Dutch"
    assert language_name("nl", "../etc") == "Dutch"


def test_a_language_presents_itself_with_a_capital() -> None:
    assert [native_name(code) for code in INTERFACE_LANGUAGES] == [
        "English",
        "Nederlands",
        "Français",
        "Deutsch",
        "Español",
        "Italiano",
    ]


def test_europe_comes_first_and_no_country_comes_twice() -> None:
    assert COUNTRIES[: len(EUROPE)] == EUROPE
    assert list(EUROPE) == sorted(EUROPE)
    assert len(COUNTRIES) == len(set(COUNTRIES)) == 250  # the 249 of ISO 3166-1 and Kosovo
    assert set(COUNTRIES) <= set(Locale("en").territories)


@pytest.mark.parametrize("code", ["EU", "UN", "ZZ", "150", "be", "", "BEL"])
def test_what_is_not_a_country_is_not_taken_for_one(code: str) -> None:
    assert not is_country(code)
    assert is_country("BE")


@pytest.mark.parametrize("code", ["", "EN", "pt_BR", "und", "mul", "xx", "english"])
def test_what_is_not_a_language_is_not_taken_for_one(code: str) -> None:
    assert not is_language(code)
    assert is_language("nl")
    assert is_language("ast")
