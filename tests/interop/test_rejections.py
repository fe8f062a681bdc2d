import json

import pytest

from forum.core.errors import ForumError
from forum.interop.importing import import_file
from forum.interop.rejections import rejected_line, write_rejections
from tests.interop.files import comment, post, read, write


def test_a_rejected_object_is_told_with_its_number_and_reason():
    assert rejected_line(b'{"type": "post", "line": 7}', 3, "why") == {"line": 3, "reason": "why", "type": "post"}
    assert rejected_line(b"\xffno", 4, "why") == {"line": 4, "reason": "why", "raw": "\ufffdno"}


def test_the_list_has_every_rejected_line_in_order(app, tmp_path):
    path = write(
        tmp_path / "f.jsonl",
        comment("c1", on="x9"),
        post("x1"),
        "nonsense",
        post("x2", title="\ud800"),
        post("x3", kind=""),
    )
    report = import_file(path, "a")
    target = write_rejections(path, report.refusals)
    assert target == tmp_path / "f.jsonl.rejected.jsonl"
    told = read(target)
    assert [one["line"] for one in told] == [1, 3, 4, 5]
    assert told[0] == {
        "line": 1,
        "reason": "post: there is no post x9 here, and none came in with this file.",
    } | comment("c1", on="x9")
    assert told[1] == {"line": 3, "reason": "The line is not valid JSON in UTF-8.", "raw": "nonsense"}


def test_a_mended_list_can_be_imported_as_it_is(app, tmp_path):
    path = write(tmp_path / "f.jsonl", post("x1"), post("x2", kind="practise"))
    target = write_rejections(path, import_file(path, "a").refusals)
    target.write_text(target.read_text().replace("practise", "practice"))
    assert import_file(target, "a").counts == {"imported": 1, "rejected": 0}
    path.write_text(path.read_text().replace("practise", "practice"))
    assert import_file(path, "a").counts == {"unchanged": 2, "rejected": 0}


def test_an_older_list_goes_once_nothing_is_rejected(app, tmp_path):
    path = write(tmp_path / "f.jsonl", post("x1"))
    (tmp_path / "f.jsonl.rejected.jsonl").write_text("{}")
    assert write_rejections(path, import_file(path, "a").refusals) is None
    assert [one.name for one in tmp_path.iterdir()] == ["f.jsonl"]


def test_a_list_that_cannot_be_written_is_named(app, tmp_path):
    path = write(tmp_path / "f.jsonl", "nonsense")
    (tmp_path / "f.jsonl.rejected.jsonl").mkdir()
    with pytest.raises(ForumError, match=r"cannot be written to .*f.jsonl.rejected.jsonl: Is a directory"):
        write_rejections(path, import_file(path, "a").refusals)


def test_thousands_of_rejected_lines_are_no_matter(app, tmp_path):
    path = write(tmp_path / "f.jsonl", *(json.dumps({"type": "post", "ref": n}) for n in range(3000)))
    report = import_file(path, "a")
    assert report.counts["rejected"] == 3000
    write_rejections(path, report.refusals)
    assert len(read(tmp_path / "f.jsonl.rejected.jsonl")) == 3000
