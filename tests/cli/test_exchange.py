"""Import, export and the demonstration through the command."""

import pytest
from sqlalchemy import select

from forum.core.events import Delivery
from forum.core.origins import Origin
from forum.interop.demonstration import FILE
from forum.library.models import Post
from tests.interop.files import comment, membership, organisation, person, post, read, write


def found_by(site, words):
    answer = site.app().test_client().get("/api/v1/search", query_string={"q": words})
    return [item["title"] for item in answer.get_json()["items"]]


def test_what_is_imported_can_be_found_when_the_command_ends(site, tmp_path):
    path = write(
        tmp_path / "in.jsonl",
        post("x1", title="Bicycle workshop", body="We mend bicycles with jobseekers in Ghent."),
        comment(),
    )
    result = site.run("import", path)
    assert (result.exit_code, result.stdout) == (0, "2 imported, 0 updated, 0 unchanged, 0 rejected\n")
    assert result.stderr == "Importing\nIndexing\n"
    assert found_by(site, "bicycles") == ["Bicycle workshop"]
    assert site.read(select(Delivery.id).where(Delivery.consumer == "search")) == []
    assert site.run("check-index").exit_code == 0
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == ["in.jsonl"]


def test_a_second_import_changes_nothing(site, tmp_path):
    path = write(tmp_path / "in.jsonl", organisation(), person(), post(organisation="o1", author="p1"), comment())
    assert site.run("import", path, "--source", "a").exit_code == 0
    result = site.run("import", path, "--source", "a")
    assert (result.exit_code, result.stdout) == (0, "0 imported, 0 updated, 4 unchanged, 0 rejected\n")


def test_the_source_is_called_like_the_file_unless_it_is_named(site, tmp_path):
    path = write(tmp_path / "network.jsonl", post())
    site.run("import", path)
    site.run("import", path, "--source", "elsewhere")
    assert site.read(select(Origin.source).order_by(Origin.id)) == ["network", "elsewhere"]
    long = write(tmp_path / f"{'x' * 61}.jsonl", post())
    result = site.run("import", long)
    assert result.exit_code == 1
    assert "Give the source a name of 1 to 60 characters with --source." in result.stderr


def test_rejected_lines_are_listed_and_the_others_go_in(site, tmp_path):
    path = write(tmp_path / "in.jsonl", post("x1"), "nonsense", post("x2", kind="poem"), post("x3"))
    result = site.run("import", path)
    assert (result.exit_code, result.stdout) == (1, "2 imported, 0 updated, 0 unchanged, 2 rejected\n")
    listed = tmp_path / "in.jsonl.rejected.jsonl"
    assert result.stderr.endswith(f"The rejected lines are in {listed}, each with its reason.\n")
    assert [(one["line"], one["reason"]) for one in read(listed)] == [
        (2, "The line is not valid JSON in UTF-8."),
        (3, "kind: Choose what kind of post this is: practice, research, policy, question, news."),
    ]
    assert len(found_by(site, "people")) == 2
    assert site.run("import", path).exit_code == 1


def test_unknown_fields_are_named(site, tmp_path):
    result = site.run("import", write(tmp_path / "in.jsonl", post("x1", colour="red"), post("x2", colour="blue")))
    assert result.exit_code == 0
    assert "These fields are unknown here and were left out: post.colour (2).\n" in result.stderr


def test_a_trial_keeps_nothing(site, tmp_path):
    path = write(tmp_path / "in.jsonl", post("x1"), post("x2", kind="poem"))
    result = site.run("import", path, "--dry-run")
    assert (result.exit_code, result.stdout) == (
        1,
        "1 imported, 0 updated, 0 unchanged, 1 rejected (a trial: nothing was kept)\n",
    )
    assert site.read(select(Post)) == []
    assert len(read(tmp_path / "in.jsonl.rejected.jsonl")) == 1


def test_defaults_are_for_lines_that_name_nobody(site, tmp_path):
    site.run("import", write(tmp_path / "o.jsonl", organisation(name="De Brug"), person()))
    path = write(tmp_path / "in.jsonl", post())
    result = site.run("import", path, "--organisation", "de-brug", "--author", "p1@example.org")
    assert result.exit_code == 0
    assert [(one.organisation_id, one.author_id) for one in site.read(select(Post))] == [(1, 1)]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--author", "nobody@example.org"), "There is no account with the address nobody@example.org."),
        (("--organisation", "De Brug"), "There is no organisation called De Brug."),
    ],
)
def test_defaults_that_do_not_exist_are_named(site, tmp_path, words, sentence):
    result = site.run("import", write(tmp_path / "in.jsonl", post()), *words)
    assert result.exit_code == 1
    assert result.stderr.startswith(sentence)
    assert site.read(select(Post)) == []


def test_a_file_that_cannot_be_read_is_named(site, tmp_path):
    result = site.run("import", tmp_path / "missing.jsonl")
    assert result.exit_code == 1
    assert f"The file {tmp_path / 'missing.jsonl'} cannot be read: No such file or directory." in result.stderr


def test_an_index_that_fails_is_said_and_nothing_is_lost(site, tmp_path, monkeypatch):
    assert site.run("check-index").exit_code == 0
    monkeypatch.setattr("forum.worker.MOST_ATTEMPTS", 1)
    monkeypatch.setattr("forum.search.indexing.documents_of", lambda _ids: 1 / 0)
    result = site.run("import", write(tmp_path / "in.jsonl", post()))
    assert result.exit_code == 1
    assert "Everything is saved, but the search index could not take it in: ZeroDivisionError" in result.stderr
    assert len(site.read(select(Post))) == 1


def test_an_export_imported_elsewhere_and_exported_again_is_the_same_file(make_site, tmp_path):
    here, there = make_site("here"), make_site("there")
    lines = (organisation(), person(), membership(), post(organisation="o1", author="p1"), comment(author="p1"))
    assert here.run("import", write(tmp_path / "in.jsonl", *lines)).exit_code == 0
    first = here.run("export", tmp_path / "first.jsonl")
    lines = (tmp_path / "first.jsonl").read_text(encoding="utf-8").count("\n")
    assert (first.exit_code, first.stdout) == (0, f"{lines} lines in {tmp_path / 'first.jsonl'}\n")
    assert there.run("import", tmp_path / "first.jsonl").exit_code == 0
    assert there.run("export", tmp_path / "second.jsonl").exit_code == 0
    assert (tmp_path / "second.jsonl").read_bytes() == (tmp_path / "first.jsonl").read_bytes()
    assert there.run("check-index").exit_code == 0


def test_a_place_that_cannot_be_written_is_named(site, tmp_path):
    result = site.run("export", tmp_path / "no" / "out.jsonl")
    assert result.exit_code == 1
    assert "cannot be written: No such file or directory." in result.stderr


def test_the_demonstration_comes_in_once(site):
    lines = FILE.read_text(encoding="utf-8").count("\n")
    assert site.run("demo", "--if-empty").stdout == f"{lines} imported, 0 updated, 0 unchanged, 0 rejected\n"
    assert site.run("demo", "--if-empty").stdout == ""
    assert site.run("demo").stdout == f"0 imported, 0 updated, {lines} unchanged, 0 rejected\n"
    assert site.run("check-index").exit_code == 0
    assert found_by(site, "werk")


def test_the_demonstration_leaves_a_site_alone_that_is_in_use(site):
    site.run("person", "add", "--email", "an@example.org", "--name", "An")
    assert site.run("demo", "--if-empty").stdout == ""
    assert site.read(select(Post)) == []


def test_lines_are_json_for_anybody(site, tmp_path):
    site.run("import", write(tmp_path / "in.jsonl", post(title="Café ☕")))
    site.run("export", tmp_path / "out.jsonl")
    assert '"title": "Café ☕"' in (tmp_path / "out.jsonl").read_text(encoding="utf-8")
