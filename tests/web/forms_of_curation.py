"""The forms of curation: who of the cast may send which, and how the post stands. `test_access_of_curation` walks them."""

from dataclasses import dataclass, field
from typing import Any

PEOPLE = ("visitor", "noor", "chiara", "an", "bert", "dora", "mia", "ada", "max")
SIDE, OTHERS = {"an", "bert", "dora"}, {"mia", "ada"}
MODERATORS = {"dora", *OTHERS}
MEMBERS = {"an", "bert", "dora", "chiara", "mia", "ada", "max"}
SIGNED_IN = MEMBERS | {"noor"}
CURATORS = MODERATORS | {"max"}


@dataclass(frozen=True)
class Form:
    """A form, who may send it, what is sent, and how the post stands: any column of `Post`."""

    endpoint: str
    who: set[str]
    sent: dict[str, str] = field(default_factory=dict)
    arguments: dict[str, str] = field(default_factory=dict)
    post: dict[str, Any] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Its name in reports."""
        below = [name for name in ("adoption",) if name in self.sent]
        return " ".join([self.endpoint, *below, *self.arguments.values(), *map(str, self.post.values())])


def moderating(action: str, who: set[str], **post: Any) -> Form:
    """What a moderator does to a post."""
    return Form("review.moderate_post", who, {"reason": "Because."}, {"action": action}, post)


REVIEWED: dict[str, Any] = {"review": "reviewed"}
PRIVATE: dict[str, Any] = {"title": "In a private collection of Chiara's"}
OF_A_COLLECTION = (
    *("edit_collection", "arrange_collection", "annotate_entry", "take_out"),
    *("delete_collection", "bring_back_collection"),
)
RUNNING: dict[str, Any] = {"details": {"stage": "running"}}
FORMS = (
    moderating("reviewed", OTHERS),
    moderating("reviewed", OTHERS, review="recommended"),
    moderating("reviewed", set(), status="draft"),
    moderating("new", OTHERS, review="reviewed"),
    moderating("needs_recheck", OTHERS, review="reviewed"),
    moderating("hide", OTHERS),
    moderating("hide", set(), status="draft"),
    moderating("hide", set(), visibility="organisation"),
    moderating("decline", OTHERS),
    moderating("archive", MODERATORS),
    moderating("withdraw", OTHERS),
    moderating("restore", MODERATORS, status="hidden"),
    moderating("restore", MODERATORS, status="declined"),
    moderating("restore", MODERATORS, status="withdrawn"),
    moderating("lock", MODERATORS),
    moderating("unlock", MODERATORS),
    moderating("feature", MODERATORS),
    moderating("unfeature", MODERATORS),
    Form("review.move_themes", MODERATORS, {"themes": "1"}),
    Form("review.flag_post", SIGNED_IN, {"reason": "spam"}),
    Form("review.flag_post", MEMBERS, {"reason": "spam"}, post={"visibility": "members"}),
    Form("review.flag_post", SIDE, {"reason": "spam"}, post={"visibility": "organisation"}),
    Form("review.resolve_flag", MODERATORS | {"max"}, {"outcome": "acted"}),
    Form("posts.archive", SIDE, {"reason": "It ended."}),
    Form("posts.archive", set(), {"reason": "It ended."}, post={"status": "draft"}),
    Form("posts.withdraw", SIDE, {"reason": "It was wrong."}),
    Form("posts.bring_back", SIDE, post={"status": "archived"}),
    Form("posts.set_evidence", OTHERS, {"level": "3", "url": "https://example.org"}),
    Form("posts.ask_experts", OTHERS, {"email": "eva@u.example", "language": "en", "why": "Why"}, post=REVIEWED),
    Form("posts.take_back_expert", OTHERS, post=REVIEWED),
    Form("posts.recommend", OTHERS, post=REVIEWED),
    Form("posts.end_expert_review", OTHERS, post={"review": "in_expert_review"}),
    Form("improving.show_request", {"an", *MODERATORS}, {"body": "Thank you."}),
    Form("improving.show_request", set(), {"body": "Thank you."}, post={"status": "withdrawn"}),
    Form("improving.keep_message", {"an", *MODERATORS}, {"body": "Thank"}),
    Form("improving.ask_again", {"an", "dora"}, post={"review": "changes_suggested"}),
    Form("improving.agree", SIDE, {"agreed": "1"}),
    Form("suggesting.suggest", OTHERS, {"field": "title", "text": "Better", "sentence": "It is shorter."}),
    Form("suggesting.suggest", set(), {"field": "title", "text": "Better", "sentence": "x"}, post={"status": "hidden"}),
    Form("suggesting.send", OTHERS),
    Form("suggesting.remove", OTHERS),
    Form("suggesting.accept", {"an", "dora"}, post=RUNNING),
    Form("suggesting.accept", set(), post=RUNNING | {"status": "withdrawn"}),
    Form("suggesting.change", {"an", "dora"}, {"text": "Our own words", "revision": "1"}, post=RUNNING),
    Form("suggesting.decline", {"an", "dora"}, {"because-{suggestion_id}": "No."}),
    Form("posts.recommend", OTHERS, post={"review": "in_expert_review"}),
    Form("posts.split", MODERATORS, {"title": "Part"}),
    Form("posts.transfer", SIDE | OTHERS, {"organisation": "1"}),
    Form("posts.edit_post", SIDE, {"title": "Other"}),
    Form("posts.edit_post", {"an"}, {"title": "Other"}, post={"status": "draft"}),
    Form("posts.edit_post", {"an"}, {"title": "Other"}, post={"status": "declined"}),
    Form("posts.edit_post", set(), {"title": "Other"}, post={"status": "hidden"}),
    Form("posts.edit_post", set(), {"title": "Other"}, post={"status": "withdrawn"}),
    Form("posts.discard", {"an"}, post={"status": "draft"}),
    Form("freshness.confirm_post", SIDE | OTHERS, post={"review": "needs_recheck"}),
    Form("freshness.report_outdated", SIGNED_IN, {"note": "The law changed."}),
    Form("freshness.report_outdated", MEMBERS, {"note": "The law changed."}, post={"visibility": "members"}),
    Form("decisions.decide", OTHERS, {"action": "hide"}),
    Form("decisions.decide", set(), {"action": "hide"}, post={"status": "draft"}),
    Form("notices.send_notice", SIGNED_IN | {"visitor"}, {"note": "x"}),
    Form("notices.send_notice", MEMBERS, {"note": "x"}, post={"visibility": "members"}),
    Form("posts.merge", SIDE | OTHERS, {"other": "{other_id}", "reason": "The same."}),
    Form("posts.merge", SIDE, {"other": "{other_id}", "reason": "The same."}, post={"visibility": "organisation"}),
    Form("posts.supersede", SIDE | OTHERS, {"other": "{other_id}", "reason": "Newer."}),
    Form("posts.convert", SIDE | OTHERS, {"kind": "news"}, post={"kind": "question"}),
    Form("posts.practice_from", {"chiara"}),
    Form("posts.bring_version_back", SIDE, {"revision": "2"}, {"number": "1"}, RUNNING),
    Form("posts.undo", SIDE | OTHERS),
    Form("posts.answer_offer", MODERATORS, {"answer": "accept"}),
    Form("posts.answer_offer", {"dora"}, {"answer": "decline"}, post={"visibility": "organisation"}),
    Form("posts.answer_offer", SIDE | OTHERS, {"answer": "cancel"}),
    Form("adoption.answer_report", SIDE, {"answer": "Thank you."}),
    Form("adoption.change_report", {"chiara"}, {"intent": "x"}),
    Form("adoption.keep_change", {"chiara"}, {"intent": "x"}),
    Form("adoption.withdraw_report", {"chiara"}),
    Form("adoption.bring_back_report", {"chiara"}),
    Form("adoption.hide_report", OTHERS, {"reason": "Abuse."}),
    Form("review.flag_post", SIGNED_IN, {"reason": "unkind", "adoption": "{adoption_id}"}),
    Form(
        "review.flag_post", SIDE, {"reason": "unkind", "adoption": "{adoption_id}"}, post={"visibility": "organisation"}
    ),
    Form("notices.send_notice", SIGNED_IN | {"visitor"}, {"why": "x", "adoption": "{adoption_id}"}),
    Form("decisions.decide", OTHERS, {"action": "hide", "adoption": "{adoption_id}"}),
    Form("adoption.restore_report", MODERATORS),
    Form("collections.new_collection", SIGNED_IN, {"title": "Bread"}),
    Form("collections.collect_post", SIGNED_IN, {"title": "Bread"}),
    Form("collections.collect_post", MEMBERS, {"title": "Bread"}, post={"visibility": "members"}),
    *(
        Form(f"collections.{view}", CURATORS, {"title": "Bread", "revision": "1", "audience": "public"})
        for view in OF_A_COLLECTION
    ),
    *(Form(f"collections.{view}", {"chiara"}, {"revision": "1"}, post=PRIVATE) for view in OF_A_COLLECTION),
    Form("collections.feature_collection", CURATORS),
    Form("collections.renew_link", {"chiara"}, post=PRIVATE),
    Form("adoption.new_report", {"chiara", *OTHERS}, {"intent": "x"}),
    Form("adoption.new_report", set(), {"intent": "x"}, post={"visibility": "organisation"}),
    Form("adoption.keep_new", {"chiara", *OTHERS}, {"intent": "x"}),
    Form("sanctions.add_note", MODERATORS | {"max"}, {"note": "x"}),
    Form("sanctions.decide", MODERATORS, {"action": "warn"}),
)
AREAS = (
    *("review", "improving", "suggesting", "freshness", "decisions", "notices", "sanctions"),
    *("opinions", "collections", "adoption"),
)
POST_PAGES = (
    *("posts.archive", "posts.withdraw", "posts.bring_back", "posts.set_evidence", "posts.ask_experts"),
    *("posts.end_expert_review", "posts.recommend", "posts.take_back_expert", "posts.split", "posts.transfer"),
    *("posts.edit_post", "posts.discard", "posts.merge", "posts.supersede", "posts.convert", "posts.practice_from"),
    *("posts.bring_version_back", "posts.undo", "posts.answer_offer"),
)
ELSEWHERE = {  # forms about one's own things, and about secrets in mails: who may send them is told where they are tested
    "review.show_desk": "tests/web/test_desk.py",
    "review.undo": "tests/web/test_desk.py",
    "freshness.answer": "tests/web/test_freshness.py",
    "freshness.leave": "tests/web/test_freshness.py",
    "freshness.confirm_organisation": "tests/web/test_freshness.py",
    "opinions.answer_expert": "tests/curation/test_experts.py",
    "opinions.withdraw_opinion": "tests/curation/test_experts.py",
    "decisions.answer_appeal": "tests/curation/test_decisions.py",
    "decisions.show_decision": "tests/curation/test_decisions.py",
    "decisions.show_statement": "tests/curation/test_decisions.py",
    "notices.show_notice": "tests/curation/test_decisions.py",
    "sanctions.edit_note": "tests/curation/test_decisions.py",
}
