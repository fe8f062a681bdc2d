"""A value that a person or a file gives becomes a clean one, or is refused with a sentence."""

from typing import Any

import pytest

from forum.library.fields import Field, Refused, Type, clean_text, clean_value

pytestmark = pytest.mark.one_database

LINE = Field("name", Type.LINE, maximum=20)
TEXT = Field("story", Type.TEXT, maximum=50)
CHOICE = Field("stage", Type.CHOICE, choices=("idea", "pilot"))
CHOICES = Field("needs", Type.CHOICES, choices=("law", "funding", "partner"))
COUNT = Field("people", Type.INTEGER, maximum=100_000)
NUMBER = Field("staff", Type.NUMBER, maximum=100_000)
ROWS = Field("numbers", Type.ROWS, maximum=2, columns=(Field("what", Type.LINE), Field("many", Type.LINE)))


@pytest.mark.parametrize(
    ("field", "given", "clean"),
    [
        (LINE, "  two\n words\t", "two words"),
        (LINE, 2026, "2026"),
        (TEXT, "one\r\ntwo\rthree ", "one\ntwo\nthree"),
        (CHOICE, "pilot", "pilot"),
        (CHOICES, ["partner", "law", "law"], ["law", "partner"]),
        (CHOICES, "funding", ["funding"]),
        (COUNT, "48", 48),
        (COUNT, "1 250", 1250),
        (COUNT, "1.250", 1250),
        (COUNT, "1,250", 1250),
        (COUNT, "1\u202f250", 1250),
        (COUNT, "12.0", 12),
        (COUNT, 12.0, 12),
        (NUMBER, "2,5", 2.5),
        (NUMBER, " 2.50 ", 2.5),
        (NUMBER, 3.14159, 3.14),
        (NUMBER, "12", 12),
        (Field("d", Type.DATE), " 2026-06-07 ", "2026-06-07"),
        (Field("u", Type.URL), "https://example.org/a?b=c", "https://example.org/a?b=c"),
        (Field("y", Type.YES_NO), "yes", True),
        (Field("y", Type.YES_NO), "0", False),
        (Field("y", Type.YES_NO), False, False),
        (Field("c", Type.COUNTRIES), ["BE", "IT", "BE"], ["BE", "IT"]),
        (Field("l", Type.LANGUAGES), "nl", ["nl"]),
        (ROWS, [{"what": "jobs", "many": 14}, {"what": ""}, {}], [{"what": "jobs", "many": "14"}]),
        (ROWS, [{"what": "x", "unknown": "dropped"}], [{"what": "x"}]),
    ],
)
def test_what_is_given_becomes_clean(field: Field, given: Any, clean: Any) -> None:
    assert clean_value(field, given) == clean
    assert clean_value(field, clean) == clean


@pytest.mark.parametrize("given", [None, "", [], {}])
@pytest.mark.parametrize("field", [LINE, TEXT, CHOICE, CHOICES, COUNT, ROWS, Field("y", Type.YES_NO)])
def test_nothing_given_is_nothing(field: Field, given: Any) -> None:
    assert clean_value(field, given) is None


@pytest.mark.parametrize(
    ("field", "given"),
    [
        (LINE, "x" * 21),
        (LINE, ["a list"]),
        (LINE, True),
        (TEXT, "a\x00b"),
        (TEXT, "half a pair \ud800"),
        (CHOICE, "other"),
        (CHOICE, ["idea"]),
        (CHOICES, ["law", "other"]),
        (COUNT, "many"),
        (COUNT, "2.5"),
        (COUNT, "-1"),
        (COUNT, "100001"),
        (COUNT, "1e3"),
        (COUNT, "1_000"),
        (COUNT, "nan"),
        (COUNT, float("inf")),
        (COUNT, float("nan")),
        (COUNT, 10**400),
        (COUNT, True),
        (NUMBER, "1,250"),
        (NUMBER, "1.2.3"),
        (Field("d", Type.DATE), "7 June 2026"),
        (Field("d", Type.DATE), "2026-02-30"),
        (Field("u", Type.URL), "example.org"),
        (Field("u", Type.URL), "javascript:alert(1)"),
        (Field("u", Type.URL), "https://"),
        (Field("u", Type.URL), "https://[half"),
        (Field("u", Type.URL), "https://example.org/" + "x" * 500),
        (Field("u", Type.URL), 7),
        (Field("y", Type.YES_NO), "maybe"),
        (Field("c", Type.COUNTRIES), ["BE", "Belgium"]),
        (Field("l", Type.LANGUAGES), ["nl", "xx-nope"]),
        (ROWS, "a text"),
        (ROWS, ["no", "mapping"]),
        (ROWS, [{"what": "1"}, {"what": "2"}, {"what": "3"}]),
        (ROWS, [{"what": {"deep": "er"}}]),
    ],
)
def test_what_a_field_cannot_take_is_refused_with_a_sentence(field: Field, given: Any) -> None:
    with pytest.raises(Refused) as refusal:
        clean_value(field, given)
    assert str(refusal.value.sentence).endswith(".")


def test_a_text_that_is_too_long_says_by_how_much() -> None:
    with pytest.raises(Refused) as refusal:
        clean_text("x" * 130, 120, one_line=True)
    assert str(refusal.value.sentence) == "This is 130 characters long. Please keep it to 120."
