import pytest

from forum.search.analysis import is_small, query_stems, stems_of, words_of

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("L'emploi d’aujourd'hui", ["emploi", "aujourd", "hui"]),
        ("dell'impresa qu'elle", ["impresa", "elle"]),
        ("Rock'n'roll", ["rock", "roll"]),
        ("co-operative work/life 24/7", ["co", "operative", "work", "life", "24", "7"]),
        ("cafe\u0301 soft\u00adhyphen", ["café", "softhyphen"]),
        ("Straße GROß", ["strasse", "gross"]),
        ("under_score", ["under", "score"]),
        ("x" * 100, ["x" * 60]),
        ("", []),
    ],
)
def test_text_becomes_words(text: str, expected: list[str]) -> None:
    assert words_of(text) == expected


def test_stems_are_cut_before_accents_are_folded() -> None:
    assert stems_of(["verhältnisse"], "de") == stems_of(["verhältnis"], "de")


def test_one_of_the_stems_of_a_query_is_in_every_text() -> None:
    for language, word in (
        ("nl", "begeleiding"),
        ("fr", "économie"),
        ("de", "häuser"),
        ("es", "inserción"),
        ("it", "città"),
    ):
        assert stems_of([word], language)[0] in query_stems(word)
    assert stems_of(["crianças"], "pt")[0] in query_stems("crianças")


def test_small_words_are_those_of_all_languages() -> None:
    assert all(
        map(is_small, ("the", "een", "des", "und", "para", "della", "à", "él", "waarom", "wieso", "pourquoi", "perche"))
    )
    assert not any(map(is_small, ("work", "werk", "travail", "arbeit", "trabajo", "lavoro", "it's")))
