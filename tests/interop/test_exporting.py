"""Export, and the promise that export, import into an empty site and export again give the same file."""

import json
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from forum.accounts.models import Person
from forum.accounts.operations import sign_up
from forum.core.actor import SYSTEM, VISITOR
from forum.core.db import db, transaction
from forum.core.errors import ForumError
from forum.discussion.operations.marking import accept_answer
from forum.discussion.operations.moderating import hide_comment
from forum.discussion.operations.writing import delete_comment, edit_comment, post_comment
from forum.interop.demonstration import load_demonstration
from forum.interop.exporting import export_file
from forum.interop.importing import import_file
from forum.library.content import clean_content, content_of
from forum.library.operations.curating import archive_post, decline_post, hide_post, restore_post, withdraw_post
from forum.library.operations.writing import edit_field, edit_post, invite_coauthor, post_now, start_draft
from forum.organisations.operations.memberships import end_membership, request_membership
from forum.organisations.operations.organisations import close_organisation
from forum.vocabulary.operations import add_concept, merge_concepts, move_concept
from forum.vocabulary.wording import Wording
from tests import factories
from tests.interop.files import comment, organisation, person, post, read, write


def exported(path):
    export_file(path)
    return path.read_bytes()


def lines_of(path, type_name):
    export_file(path)
    return [line for line in read(path) if line["type"] == type_name]


def assert_same_after_moving(folder, empty_again):
    """Move everything to an empty site and compare; a second import there changes nothing."""
    first = exported(folder / "first.jsonl")
    empty_again()
    report = import_file(folder / "first.jsonl", "moved")
    assert [one.reason for one in report.refusals] == []
    second = exported(folder / "second.jsonl")
    assert second.decode().split("\n") == first.decode().split("\n")
    assert second == first


def assert_nothing_new(folder):
    """Import once more what was moved here."""
    lines = (folder / "first.jsonl").read_bytes().count(b"\n")
    assert import_file(folder / "first.jsonl", "moved").counts == {"unchanged": lines, "rejected": 0}
    assert exported(folder / "third.jsonl") == (folder / "first.jsonl").read_bytes()


def test_the_demonstration_moves_without_a_change(app, tmp_path, empty_again):
    load_demonstration()
    assert_same_after_moving(tmp_path, empty_again)
    assert_nothing_new(tmp_path)


def test_what_was_made_here_moves_without_a_change(cast, tmp_path, empty_again):
    make_everything(cast)
    assert_same_after_moving(tmp_path, empty_again)
    assert_nothing_new(tmp_path)


def make_everything(cast):
    """Things in every state, made as people make them."""
    an, chiara = cast.actor("an"), cast.actor("chiara")
    themes = (factories.concept("finance").id, factories.concept("work-integration").id)
    content = clean_content({
        "kind": "practice", "title": "Sewing “together”\u2028 – 100 %", "concept_ids": themes, "countries": ["NL", "BE"],
        "body": f"We sew.\r\n\n@[An](person:{cast.an.id}) and @[Gone](person:999)\n\n`@[An](person:{cast.an.id})`" + " more" * 9,
        "details": {"stage": "running", "staff_fte": 2.5, "numbers": [{"indicator": "jobs", "value": "12"}]},
    })  # fmt: skip
    shown = post_now(an, content, cast.sluis.id)
    question = post_now(chiara, replace(content, kind="question", details={}, visibility="organisation"), cast.filo.id)
    states = [post_now(an, replace(content, title=f"Title {n}"), cast.sluis.id) for n in range(5)]
    for change, one in zip((archive_post, withdraw_post, hide_post, decline_post), states, strict=False):
        change(SYSTEM, one.id, "A reason.")
    restore_post(SYSTEM, states[0].id)
    start_draft(an, clean_content({"kind": "policy"}), cast.sluis.id)
    invite_coauthor(an, start_draft(an, replace(content, title="Draft"), cast.sluis.id).id, cast.chiara.id)
    edit_post(an, shown.id, replace(content_of(shown), title="New title", licence="all-rights"), shown.revision)
    edit_field(an, shown.id, "problem", "Put in afterwards", shown.revision)
    talk(cast, shown, question)
    change_network(cast)


def talk(cast, shown, question):
    """A conversation with everything in it."""
    bert, chiara = cast.actor("bert"), cast.actor("chiara")
    first = post_comment(bert, shown.id, f"Which @[An](person:{cast.an.id})?\n\n> quoted", language="nl")
    reply = post_comment(bert, shown.id, "And @Il Filo?", parent_id=first.id)
    post_comment(bert, shown.id, "Deeper", parent_id=reply.id)
    delete_comment(bert, first.id)
    hide_comment(SYSTEM, post_comment(bert, shown.id, "Rude").id, "Rude.")
    edited = post_comment(bert, shown.id, "Fisrt")
    edit_comment(bert, edited.id, "First", edited.revision)
    accept_answer(chiara, post_comment(chiara, question.id, "This is how.").id)


def change_network(cast):
    """People and places in every state, and a vocabulary that moderators worked on."""
    sign_up(VISITOR, "new@example.org", "Never confirmed", "long enough words", "en")
    request_membership(cast.actor("noor"), cast.filo.id)
    with transaction():
        erased = db.session.get_one(Person, cast.bert.id)
        erased.email, erased.name, erased.erased_at = None, "Former member", erased.created_at
    end_membership(SYSTEM, 1)
    close_organisation(SYSTEM, cast.filo.id)
    above = add_concept(SYSTEM, "theme", None, Wording({"en": "Wholly new", "nl": "Heel nieuw"}, {"en": ["brand new"]}))
    finance, above = factories.concept("finance"), factories.concept(above)
    move_concept(SYSTEM, finance.id, finance.revision, above.id)
    merge_concepts(SYSTEM, factories.concept("digital-transition").id, finance.id)


def test_an_object_keeps_the_ref_it_came_with(app, tmp_path):
    import_file(
        write(tmp_path / "in.jsonl", organisation("o1"), person("p1"), post("x1", organisation="o1", author="p1")), "a"
    )
    (line,) = lines_of(tmp_path / "out.jsonl", "post")
    assert (line["ref"], line["organisation"], line["author"]) == ("x1", "o1", "p1")


def test_what_was_made_here_is_called_after_its_type_and_id(cast, tmp_path):
    made, an = factories.make_post(cast.an, cast.sluis).id, cast.an.id
    (line,) = lines_of(tmp_path / "out.jsonl", "post")
    assert (line["ref"], line["author"]) == (f"post-{made}", f"person-{an}")


def test_one_ref_from_two_sources_gets_the_sources_names(app, tmp_path, empty_again):
    path = write(tmp_path / "in.jsonl", post("x1"), post("post-3"))
    import_file(path, "a")
    import_file(path, "b")
    factories.make_post()
    factories.make_post()
    refs = [line["ref"] for line in lines_of(tmp_path / "out.jsonl", "post")]
    assert refs == ["a/x1", "a/post-3", "b/x1", "b/post-3", "post-5", "post-6"]
    assert_same_after_moving(tmp_path, empty_again)


def test_a_ref_made_here_avoids_those_that_came(app, tmp_path, empty_again):
    import_file(write(tmp_path / "in.jsonl", post("post-2"), comment(on="post-2")), "a")
    factories.make_post()
    assert [line["ref"] for line in lines_of(tmp_path / "out.jsonl", "post")] == ["post-2", "here/post-2"]
    assert_same_after_moving(tmp_path, empty_again)


def test_no_secret_leaves_the_site(cast, tmp_path):
    with transaction():
        db.session.get_one(Person, cast.an.id).password_hash = "$argon2id$secret"
    sign_up(VISITOR, "new@example.org", "Never confirmed", "long enough words", "en")
    text = exported(tmp_path / "out.jsonl").decode()
    assert "argon2" not in text
    assert "password" not in text
    assert "Never confirmed" not in text
    assert (tmp_path / "out.jsonl").stat().st_mode & 0o077 == 0


def test_lines_have_the_fields_of_the_format_in_one_order(cast, tmp_path):
    shown = factories.make_post(cast.an, cast.sluis)
    factories.make_comment(shown, cast.bert)
    export_file(tmp_path / "out.jsonl")
    by_type = {line["type"]: list(line) for line in read(tmp_path / "out.jsonl")}
    assert list(by_type) == ["concept", "organisation", "person", "membership", "post", "comment"]
    assert by_type["post"] == [
        *("type", "ref", "kind", "title", "summary", "body", "language", "organisation", "author", "countries"),
        *("themes", "target_groups", "principles", "instruments", "forms", "details"),
        *("status", "review", "visibility", "published_at", "translation_of"),
    ]
    assert by_type["comment"] == ["type", "ref", "post", "parent", "author", "body", "language", "created_at"]
    assert by_type["organisation"] == [
        *("type", "ref", "name", "kind", "parent", "country", "language", "website", "description")
    ]


def test_parents_stand_before_what_is_under_them(cast, tmp_path):
    child = factories.make_organisation("Child")
    with transaction():
        db.session.get_one(type(child), cast.secretariat.id).parent_id = factories.make_organisation(
            "Top", kind="network"
        ).id
    seen = set()
    for line in lines_of(tmp_path / "out.jsonl", "organisation"):
        assert line["parent"] is None or line["parent"] in seen
        seen.add(line["ref"])


def test_an_export_takes_few_statements(cast, tmp_path, count_sql):
    for _number in range(40):
        factories.make_comment(factories.make_post(cast.an, cast.sluis), cast.bert)
    with count_sql() as statements:
        export_file(tmp_path / "out.jsonl")
    assert len(statements) <= 40


@pytest.mark.parametrize("name", ["no/such/place.jsonl", "."])
def test_a_place_that_cannot_be_written_is_named(app, tmp_path, name):
    with pytest.raises(ForumError, match="cannot be written"):
        export_file(tmp_path / name)


def test_half_an_export_never_stays(app, tmp_path, monkeypatch):
    (tmp_path / "out.jsonl").write_text("the former one")

    def fail(*_rest, **_options):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(json, "dumps", fail)
    with pytest.raises(ForumError, match="No space left on device"):
        export_file(tmp_path / "out.jsonl")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("out.jsonl", "the former one")]


WORDS = st.text(st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t@[]()`:"), max_size=40)
LINES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=30).filter(str.strip)


@st.composite
def posts(draw, number):
    ref = f"x{number}"
    return post(
        ref,
        title=draw(LINES),
        body=draw(WORDS)
        + draw(st.sampled_from(["", "@[A](person:p0)", "@[B](organisation:o 1)", "@[C](person:none)"])),
        language=draw(st.sampled_from(["nl", "fr", None])),
        organisation=draw(st.sampled_from(["o0", "o 1"])),
        author=draw(st.sampled_from([None, "p0", "p1"])),
        status=draw(st.sampled_from(["published", "draft", "archived", "hidden", "withdrawn"])),
        visibility=draw(st.sampled_from(["public", "members", "organisation"])),
        published_at=draw(
            st.sampled_from([None, "2026-03-01T09:00:00.123Z", "0999-01-01", "2026-03-01T09:00:00+05:00"])
        ),
        translation_of=draw(st.sampled_from([None, "x0", "x1", "x2"])),
        coauthors=draw(st.lists(st.sampled_from(["p0", "p1"]), max_size=2)),
    )


@st.composite
def comments(draw, number):
    body = draw(WORDS.filter(str.strip)) + "@[A](person:p1) word"
    state = draw(st.sampled_from(["", "deleted", "hidden"]))
    parent = draw(st.sampled_from([None, *(f"c{n}" for n in range(number))]))
    return comment(
        f"c{number}", on="x0", body=body, state=state, parent=parent, author=draw(st.sampled_from([None, "p0"]))
    )


@st.composite
def networks(draw):
    lines = [
        organisation("o0", kind="network"),
        organisation("o 1", parent="o0", name=draw(LINES), description=draw(WORDS)),
        person("p0", name=draw(LINES), about=draw(WORDS)),
        person("p1", email=None),
        *(draw(posts(number)) for number in range(draw(st.integers(1, 4)))),
        *(draw(comments(number)) for number in range(draw(st.integers(0, 5)))),
    ]
    return draw(st.permutations(lines))


@pytest.mark.timeout(480)  # ten networks, each moved there and back
@settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(lines=networks())
def test_any_network_moves_without_a_change(app, tmp_path, empty_again, lines):
    empty_again()
    import_file(write(tmp_path / "in.jsonl", *lines), "made-up")
    assert_same_after_moving(tmp_path, empty_again)
