from hypothesis import given
from hypothesis import strategies as st

from forum.interop.mentions import refs_in, with_ids, with_refs

IDS = {("person", "p-an"): 12, ("organisation", "o/sluis (nl)"): 3, ("person", "p~`1%"): 7}
REFS = {number: ref for (_type, ref), number in IDS.items()}


def to_ids(text):
    return with_ids(text, lambda type_name, ref: IDS.get((type_name, ref)))


def to_refs(text):
    return with_refs(text, lambda _type, number: REFS.get(number))


def test_a_mention_by_ref_becomes_one_by_id():
    assert to_ids("Ask @[An Peeters](person:p-an)!") == "Ask @[An Peeters](person:12)!"


def test_a_mention_by_id_becomes_one_by_ref():
    assert to_refs("Ask @[An Peeters](person:12)!") == "Ask @[An Peeters](person:p-an)!"


def test_a_ref_with_brackets_spaces_or_code_marks_survives():
    for source in ("@[De Sluis](organisation:3)", "@[X](person:7) and ~~~no code"):
        written = to_refs(source)
        assert to_ids(written) == source
        assert "(nl)" not in written
        assert "`" not in written


def test_a_mention_of_nobody_known_becomes_a_plain_name():
    assert to_ids("Ask @[Bo \\[x\\]](person:nobody).") == "Ask @Bo \\[x\\]."
    assert to_refs("Ask @[Bo](person:99) or @[Bo](person:p-an).") == "Ask @Bo or @Bo."


def test_an_id_in_a_file_is_a_ref_like_any_other():
    assert to_ids("@[An](person:12)") == "@An"


def test_code_is_left_alone():
    text = "Write `@[An](person:p-an)`:\n```\n@[An](person:p-an)\n```\n@[An](person:p-an)"
    assert to_ids(text) == text[: text.rindex("p-an")] + "12)"
    assert to_refs(to_ids(text)) == text


def test_what_only_looks_like_a_mention_stays():
    for text in ("An@[x](page:1)", "@[An]", "@[An](person:)", "[An](person:p-an)", "@[An] (person:p-an)"):
        assert to_ids(text) == text


def test_the_refs_of_a_text_are_found():
    text = "@[An](person:p-an) @[De Sluis](organisation:o/sluis%20%28nl%29) @[?](person:x)"
    assert list(refs_in(text)) == [("person", "p-an"), ("organisation", "o/sluis (nl)"), ("person", "x")]


@given(st.text(st.sampled_from("@[]()`~\\ \n:person12an%-"), max_size=60))
def test_export_and_import_and_export_again_give_one_text(text):
    exported = to_refs(text.replace("@[]", "@[An](person:12)"))
    assert to_refs(to_ids(exported)) == exported
