import pytest

from forum.core.errors import ForumError
from forum.interop.lines import LONGEST_LINE
from forum.interop.sourcefile import scan
from tests.interop.files import organisation, person, post, write


def found_in(path):
    source = scan(path)
    return [entry for places in source.places.values() for entry in source.entries(places)], source.refusals


def test_lines_are_found_by_type_with_their_numbers(tmp_path):
    path = write(tmp_path / "f.jsonl", post("x1"), organisation("o1"), person("p1"), post("x2"))
    entries, refusals = found_in(path)
    assert [(one.type, one.ref, one.number) for one in entries] == [
        ("organisation", "o1", 2),
        ("person", "p1", 3),
        ("post", "x1", 1),
        ("post", "x2", 4),
    ]
    assert refusals == []


def test_byte_order_marks_windows_line_ends_and_blank_lines_are_no_matter(tmp_path):
    path = tmp_path / "f.jsonl"
    path.write_bytes(b'\xef\xbb\xbf{"type": "person", "ref": "p1"}\r\n\r\n  {"type": "person", "ref": "p2"}')
    entries, refusals = found_in(path)
    assert [(one.ref, one.number) for one in entries] == [("p1", 1), ("p2", 3)]
    assert refusals == []


def test_bad_lines_are_refused_and_the_others_found(tmp_path):
    good = person("p1")
    bad = [b"\xff\xfe{}", b"{", b"[1]", b'"text"', b'{"type": "dog", "ref": "d"}', b'{"type": "post"}', b"[" * 100_000]
    entries, refusals = found_in(write(tmp_path / "f.jsonl", *bad, good))
    assert [one.ref for one in entries] == ["p1"]
    assert [one.number for one in refusals] == [1, 2, 3, 4, 5, 6, 7]
    assert refusals[0].reason == "The line is not valid JSON in UTF-8."
    assert refusals[4].reason.startswith("type must be one of concept, organisation")
    assert refusals[5].reason == "ref is missing."


def test_a_huge_line_is_refused_without_losing_its_neighbours(tmp_path):
    huge = b'{"type": "post", "ref": "' + b"x" * (2 * LONGEST_LINE) + b'"}'
    entries, refusals = found_in(write(tmp_path / "f.jsonl", person("p1"), huge, person("p2"), huge))
    assert [(one.ref, one.number) for one in entries] == [("p1", 1), ("p2", 3)]
    assert [(one.number, one.reason) for one in refusals] == [
        (2, "The line is longer than 2 MB."),
        (4, "The line is longer than 2 MB."),
    ]


def test_a_line_of_nearly_two_megabytes_is_read(tmp_path):
    line = person("p1", about="x" * (LONGEST_LINE - 200))
    entries, _refusals = found_in(write(tmp_path / "f.jsonl", line, person("p2")))
    assert [one.found["about"][:2] for one in entries if one.ref == "p1"] == ["xx"]
    assert len(entries) == 2


def test_a_repeated_ref_names_the_line_that_had_it_first(tmp_path):
    path = write(tmp_path / "f.jsonl", person("a"), organisation("a"), person("b"), person("a"))
    entries, _refusals = found_in(path)
    assert [(one.type, one.ref, one.repeats) for one in entries if one.repeats] == [("person", "a", 1)]


def test_whole_numbers_are_refs_too(tmp_path):
    entries, _refusals = found_in(write(tmp_path / "f.jsonl", person(7), '{"type": "person", "ref": true}'))
    assert [one.ref for one in entries] == ["7"]


@pytest.mark.parametrize("name", ["missing.jsonl", ""])
def test_a_file_that_cannot_be_read_is_named(tmp_path, name):
    with pytest.raises(ForumError, match=r"cannot be read: (No such file|Is a directory)"):
        scan(tmp_path / name)


def test_a_file_that_changes_meanwhile_is_noticed(tmp_path):
    path = write(tmp_path / "f.jsonl", person("p1"), person("p2"))
    source = scan(path)
    path.write_bytes(b"{}")
    with pytest.raises(ForumError, match="changed while it was being read"):
        list(source.entries(source.places["person"]))
