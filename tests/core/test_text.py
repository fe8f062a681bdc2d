"""Names in the order of a language."""

import pytest

from forum.core.text import sorting_key

pytestmark = pytest.mark.one_database


def in_order(names: list[str], language: str) -> list[str]:
    return sorted(names, key=lambda name: sorting_key(name, language))


def test_accents_and_case_do_not_count() -> None:
    assert in_order(["Zypern", "Österreich", "Ägypten", "andorra"], "de") == [
        "Ägypten",
        "andorra",
        "Österreich",
        "Zypern",
    ]
    assert in_order(["Finlande", "Égypte", "Équateur", "Espagne"], "fr") == [
        "Égypte",
        "Équateur",
        "Espagne",
        "Finlande",
    ]


def test_a_letter_of_the_languages_own_has_its_place() -> None:
    assert in_order(["Ñandú", "Nube", "Oso"], "es") == ["Nube", "Ñandú", "Oso"]
    assert in_order(["Ñandú", "Nube", "Oso"], "en") == ["Ñandú", "Nube", "Oso"]


def test_it_does_not_matter_how_an_accent_is_written() -> None:
    assert sorting_key("Ñandu\u0301", "es") == sorting_key("N\u0303andú", "es")
