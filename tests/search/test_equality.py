"""Whatever people do, the index equals the database once the worker has taken it in."""

from dataclasses import replace

import pytest

from forum.core.actor import SYSTEM
from forum.discussion.operations import marking, moderating, writing
from forum.interop.importing import import_file
from forum.library.content import content_of
from forum.library.operations import curating
from forum.library.operations.writing import edit_post, invite_coauthor
from forum.search.service import check_index
from tests import factories
from tests.interop.files import comment, organisation, person, post, write

STEPS = {
    "edit": lambda cast, one: edit_post(SYSTEM, one.id, replace(content_of(one), title="New title"), one.revision),
    "narrow": lambda cast, one: edit_post(SYSTEM, one.id, replace(content_of(one), visibility="members"), one.revision),
    "co-author": lambda cast, one: invite_coauthor(cast.actor("an"), one.id, cast.chiara.id),
    "hide": lambda cast, one: curating.hide_post(SYSTEM, one.id, "Why."),
    "restore": lambda cast, one: (curating.hide_post(SYSTEM, one.id, "Why."), curating.restore_post(SYSTEM, one.id)),
    "archive": lambda cast, one: curating.archive_post(SYSTEM, one.id, "Why."),
    "withdraw": lambda cast, one: curating.withdraw_post(SYSTEM, one.id, "Why."),
    "lock": lambda cast, one: curating.lock_post(SYSTEM, one.id, locked=True),
    "feature": lambda cast, one: curating.feature_post(SYSTEM, one.id, featured=True),
    "review": lambda cast, one: curating.mark_review(SYSTEM, one.id, "reviewed"),
    "transfer": lambda cast, one: curating.transfer_post(SYSTEM, one.id, cast.filo.id),
    "useful post": lambda cast, one: marking.mark_post_useful(cast.actor("chiara"), one.id),
    "useful comment": lambda cast, one: marking.mark_useful(cast.actor("chiara"), talk(cast, one).id),
    "answer": lambda cast, one: marking.accept_answer(cast.actor("an"), talk(cast, one).id),
    "delete comment": lambda cast, one: writing.delete_comment(cast.actor("bert"), talk(cast, one).id),
    "hide comment": lambda cast, one: moderating.hide_comment(SYSTEM, talk(cast, one).id, "Why."),
    "restore comment": lambda cast, one: moderating.restore_comment(
        SYSTEM, moderating.hide_comment(SYSTEM, talk(cast, one).id, "Why.").id
    ),
}


def talk(cast, one):
    return writing.post_comment(cast.actor("bert"), one.id, "This is how we do it.")


@pytest.mark.parametrize("name", STEPS)
def test_after_every_step(cast, search_index, name):
    kind = "question" if name == "answer" else "practice"
    one = factories.make_post(
        cast.an, cast.sluis, kind=kind, details={"stage": "running"} if kind == "practice" else {}
    )
    search_index.build()
    STEPS[name](cast, one)
    search_index.take_in()
    report = check_index()
    assert report.is_sound, str(report)


def test_after_imports(cast, search_index, tmp_path):
    lines = [organisation(), person(), post("a", translation_of="b"), post("b"), comment(on="a")]
    changed = [post("a", status="hidden"), post("b", title="New", translation_of="a"), comment(on="a", state="hidden")]
    for number, content in enumerate((lines, changed, lines)):
        import_file(write(tmp_path / f"{number}.jsonl", *content), "test")
        search_index.take_in()
        report = check_index()
        assert report.is_sound, str(report)
