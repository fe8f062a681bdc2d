"""Advice about a text: what is named, where it stands, and what is left alone."""

import pytest

from forum.core.advice import Advice, advise

LONG = (
    "We work together with the town, the schools and the employers of the valley so that every young person who left "
    "school without a diploma finds a trade that fits."
)


def kinds(source: str) -> list[str]:
    return [one.kind for one in advise(source)]


def test_a_sentence_over_25_words_is_named_with_its_place() -> None:
    source = f"# Title\n\nA short one. {LONG} Another."
    assert advise(source) == [Advice("long_sentence", source.index("We"), source.index(" Another"), LONG, 30)]
    assert source[advise(source)[0].start : advise(source)[0].end] == LONG


def test_a_sentence_of_25_words_is_well() -> None:
    assert kinds(" ".join(["word"] * 25) + ".") == []
    assert kinds(" ".join(["word"] * 26) + ".") == ["long_sentence"]


def test_an_abbreviation_does_not_end_a_sentence_and_a_link_counts_as_its_words() -> None:
    assert kinds("Dit is zo bijv. omdat " + "woord " * 24 + "klaar.") == ["long_sentence"]
    assert kinds("[" + "word " * 20 + "](https://example.org/a-b-c-d-e-f-g-h-i) is fine.") == []


def test_quotations_tables_and_code_are_left_alone() -> None:
    for source in (f"> {LONG}", f"| {LONG} |\n|---|", f"```\n{LONG}\nhttp://example.org\n```"):
        assert kinds(source) == []


def test_each_item_of_a_list_is_read_by_itself() -> None:
    assert kinds("- " + "word " * 20 + "\n- " + "word " * 20) == []
    assert kinds("1. " + "word " * 30) == ["long_sentence"]


@pytest.mark.parametrize(
    "words",
    ["click here", "Hier", "klik hier.", "Cliquez ici", "Hier klicken", "aquí", "Aqui", "Clicca qui", "read more »"],
)
def test_links_that_do_not_say_where_they_lead(words: str) -> None:
    source = f"The form is [{words}](https://example.org/form)."
    assert advise(source) == [Advice("link_text", 12, len(source) - 1, words)]


def test_links_that_say_where_they_lead_are_well() -> None:
    assert kinds("Read [the yearly report of De Brug](/posts/7) and ask @[An](person:3).") == []


def test_a_bare_address_is_named_and_one_as_the_words_of_a_link_too() -> None:
    assert kinds("See https://example.org/a?b=1 for more.") == ["bare_address"]
    assert kinds("See [https://example.org](https://example.org).") == ["link_text"]
    assert kinds("See [www.example.org](https://example.org).") == ["link_text"]


def test_a_picture_needs_words_and_a_file_name_is_none() -> None:
    assert kinds("![](/attachments/3/a.jpg)") == ["picture_text"]
    assert kinds("![IMG_1234.JPG](/attachments/3/a.jpg)") == ["picture_text"]
    assert kinds("![Two women repair a bicycle](/attachments/3/a.jpg)") == []


def test_a_heading_in_capitals_is_named_but_not_an_abbreviation() -> None:
    assert kinds("## WHAT WE DO AND WHY") == ["capitals"]
    assert kinds("## UNIZO\n\n## What the ESF+ pays") == []


def test_there_is_never_too_much_advice_and_it_is_quick_with_anything() -> None:
    assert len(advise("[here](x) " * 500)) == 20
    for hostile in ("[" * 5000, "![" * 5000, "[a](" * 5000, "www." * 20000, "a." * 40000, "`" * 90000, "- " * 40000):
        advise(hostile)
