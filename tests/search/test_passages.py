import pytest

from forum.search.grammar import understand
from forum.search.passages import Sought, best_passage, plain_text

pytestmark = pytest.mark.one_database


def passage(query: str, *texts: str, language: str = "en") -> str:
    found = best_passage(texts, language, Sought.of(understand(query).wanted))
    return found.__html__() if found else ""


def test_the_words_found_are_marked_in_all_their_forms() -> None:
    assert passage("bakery", "Our bakeries bake.") == "Our <mark>bakeries</mark> bake."
    assert passage("begeleiding", "Twee begeleidingen.", language="nl") == "Twee <mark>begeleidingen</mark>."


def test_everything_else_is_escaped() -> None:
    shown = passage("bakery", "<script>alert('x')</script> & \"bakery\" <b>")
    assert shown == "&lt;script&gt;alert(&#x27;x&#x27;)&lt;/script&gt; &amp; &quot;<mark>bakery</mark>&quot; &lt;b&gt;"


def test_phrases_and_beginnings_are_marked_too() -> None:
    assert passage('"work integration"', "Work integration.") == "<mark>Work</mark> <mark>integration</mark>."
    assert passage("integr*", "Integrated ways") == "<mark>Integrated</mark> ways"


def test_the_passage_that_answers_most_is_chosen() -> None:
    filling = "nothing to see here " * 30
    shown = passage("bakery refugees", f"A bakery. {filling} A bakery with refugees. {filling}")
    assert "<mark>bakery</mark> with <mark>refugees</mark>" in shown
    assert shown.startswith("… ")
    assert shown.endswith(" …")


def test_a_text_without_the_words_gives_no_passage() -> None:
    assert passage("bakery", "", "nothing") == ""
    assert passage("-bakery", "a bakery") == ""


def test_elided_words_are_found() -> None:
    assert passage("emploi", "L’emploi des jeunes", language="fr") == "L’<mark>emploi</mark> des jeunes"


def test_html_becomes_text_with_its_blocks_apart() -> None:
    assert plain_text("<p>One<em>self</em></p>\n<ul><li>two</li><li>a &amp; b</li></ul>").split() == [
        "Oneself",
        "two",
        "a",
        "&",
        "b",
    ]
