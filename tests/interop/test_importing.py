"""What import takes, refuses and leaves alone."""

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from forum.accounts.models import Person
from forum.accounts.operations import sign_up
from forum.core.actor import SYSTEM, VISITOR
from forum.core.db import db
from forum.core.errors import ForumError
from forum.core.events import Event, backlog, consumers, deliver_batch
from forum.core.origins import Origin, origins_of
from forum.discussion.models import Comment, Mention
from forum.interop import importing
from forum.interop.known import Defaults
from forum.library.models import Post, PostVersion
from forum.library.operations import importing as importing_posts
from forum.library.operations.curating import hide_post
from forum.notifications.models import OutgoingMail
from forum.organisations.models import Membership, Organisation
from forum.vocabulary.models import Concept
from tests import factories
from tests.interop.files import comment, concept, membership, organisation, person, post


def one(model, **wanted):
    return db.session.scalars(select(model).filter_by(**wanted)).one()


def number_of(model):
    return db.session.scalar(select(func.count()).select_from(model))


def reasons(report):
    return {refusal.number: refusal.reason for refusal in report.refusals}


NETWORK = (
    organisation("o0", kind="network", name="Threshold"),
    organisation("o1", parent="o0", website="example.org/us", description="Two\nlines"),
    person("p1", reads=["fr", "xx"], interests=["green-circular", "<b>"], job_title="Coach"),
    membership("p1", "o1", role="editor"),
    post(
        "x1",
        organisation="o1",
        author="p1",
        countries=["BE", "NL"],
        target_groups=["migrants-refugees"],
        coauthors=["p1"],
    ),
    post("x2", language="nl", translation_of="x1", review="reviewed", status="archived", status_reason="Old"),
    comment("c1", author="p1"),
    comment("c2", parent="c1", language="fr"),
)


def test_a_network_comes_in_whole(take):
    assert take(*NETWORK).counts == {"imported": 8, "rejected": 0}
    sluis, an = one(Organisation, name="Organisation o1"), one(Person, name="Person p1")
    assert (sluis.parent.name, sluis.website, sluis.description) == (
        "Threshold",
        "https://example.org/us",
        "Two\nlines",
    )
    assert (an.email, an.password_hash, an.job_title, an.reads) == ("p1@example.org", None, "Coach", ["fr"])
    assert an.interests == ["green-circular"]
    assert an.confirmed_at
    belonging = one(Membership)
    assert (belonging.person_id, belonging.role, belonging.state) == (an.id, "editor", "active")
    first, second = one(Post, title="Title x1"), one(Post, title="Title x2")
    assert (first.organisation_id, first.author_id, first.status, first.visibility) == (
        sluis.id,
        an.id,
        "published",
        "public",
    )
    assert [place.country for place in first.countries] == ["BE", "NL"]
    assert [link.concept.key for link in first.concepts] == ["work-integration", "migrants-refugees"]
    assert f"{first.published_at:%Y-%m-%d %H}" == "2026-03-01 09"
    assert "<p>We help" in first.body_html
    assert (second.translation_of_id, second.review, second.status, second.status_reason) == (
        first.id,
        "reviewed",
        "archived",
        "Old",
    )
    answer = one(Comment, number=2)
    assert (answer.post_id, answer.language, answer.parent_id) == (first.id, "fr", one(Comment, number=1).id)
    assert first.comment_count == 2


def test_lines_may_stand_in_any_order(take):
    assert take(*reversed(NETWORK)).counts == {"imported": 8, "rejected": 0}
    assert one(Post, title="Title x2").translation_of_id == one(Post, title="Title x1").id
    assert one(Organisation, name="Organisation o1").parent.name == "Threshold"


def test_deep_trees_come_in_from_either_end(take, monkeypatch):
    monkeypatch.setattr(importing, "BATCH", 3)
    chain = [organisation(f"o{n}", kind="network", parent=f"o{n - 1}" if n else None) for n in range(20)]
    assert take(*reversed(chain)).counts == {"imported": 20, "rejected": 0}
    assert take(*[line | {"ref": "a" + line["ref"], "parent": line["parent"] and "a" + line["parent"]} for line in chain]
                ).counts["imported"] == 20  # fmt: skip


def test_a_second_import_changes_nothing(take):
    take(*NETWORK)
    events = number_of(Event)
    report = take(*reversed(NETWORK))
    assert report.counts == {"unchanged": 8, "rejected": 0}
    assert number_of(Event) == events
    assert number_of(Origin) == 8


def test_the_order_of_fields_is_no_change(take):
    line = post("x1")
    take(line)
    assert take(dict(reversed(line.items()))).counts["unchanged"] == 1


def test_sources_keep_their_refs_apart(take):
    take(post("x1"), source="a")
    assert take(post("x1", title="Another"), source="b").counts["imported"] == 1
    assert number_of(Post) == 2
    assert sorted(origins_of("post", [1, 2]).values()) == ["a:x1", "b:x1"]


def test_a_changed_line_changes_its_object_and_a_version_is_kept(take):
    take(*NETWORK)
    changed = [
        organisation("o1", parent=None, name="New name"),
        person("p1", name="New name"),
        membership("p1", "o1", role="member"),
        post("x1", title="New title", themes=["finance"], organisation="o1", author="p1"),
        comment("c1", body="New words", author="p1"),
    ]
    assert take(*changed).counts == {"updated": 5, "rejected": 0}
    assert one(Organisation, name="New name").parent_id is None
    assert one(Person, email="p1@example.org").name == "New name"
    assert one(Membership).role == "member"
    changed_post = one(Post, title="New title")
    assert [link.concept.key for link in changed_post.concepts] == ["finance"]
    assert changed_post.countries == []
    assert one(PostVersion).content["title"] == "Title x1"
    assert one(Comment, number=1).body == "New words"


def test_a_line_that_changes_nothing_of_its_object_counts_as_unchanged(take):
    take(*NETWORK)
    assert take(*[line | {"colour": "red"} for line in NETWORK]).counts == {"unchanged": 8, "rejected": 0}
    assert number_of(PostVersion) == 0


def test_updating_posts_takes_few_statements(take, count_sql):
    take(*[post(f"x{n}", countries=["BE"]) for n in range(60)])
    with count_sql() as statements:
        take(*[post(f"x{n}", countries=["BE"], summary="New") for n in range(60)])
    selects = [text for text in statements if text.startswith("SELECT")]
    assert len(selects) <= 60 + 15  # one a post for the number of its next version


def test_adding_posts_takes_no_statement_for_what_they_name(take, count_sql):
    lines = [post(f"x{n}", author="p1", organisation="o1", translation_of="x0" if n else None) for n in range(60)]
    take(organisation(), person())
    with count_sql() as statements:
        take(*lines)
    assert len([text for text in statements if text.startswith("SELECT")]) <= 15


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (post(title=""), "title is missing."),
        (post(kind="poem"), "kind: Choose what kind of post this is: practice, research, policy, question, news."),
        (post(title="x" * 121), "title: This is 121 characters long. Please keep it to 120."),
        (post(language="Dutch"), "language: Choose a language from the list."),
        (post(themes=["no-such-theme"]), "There is no theme called no-such-theme in the vocabulary."),
        (post(themes=["migrants-refugees"]), "There is no theme called migrants-refugees in the vocabulary."),
        (post(themes="finance"), "themes must be a list of names."),
        (post(countries=["Belgium"]), "countries: Choose countries from the list."),
        (post(status="lost"), "status must be one of draft, published, archived, withdrawn, hidden, declined."),
        (post(visibility="secret"), "visibility: Choose one of the answers offered."),
        (post(visibility="organisation"), "A post that only its organisation may see needs an organisation."),
        (post(published_at="yesterday"), "published_at must be a moment like 2026-03-01T09:00:00Z."),
        (post(details={"stage": "flying"}), "stage: Choose one of the answers offered."),
        (post(details=[]), None),
        (post(details=["x"]), "details: The details must be a set of named fields."),
        (post(body="x" * 100_001), "body: This is 100001 characters long. Please keep it to 100000."),
        (post(body="[" * 6000), "body: This text has too many links: at most 5000 square brackets."),
        (post(body="a\x00b"), "body: There are characters in this text that cannot be shown. Please type it again."),
        (post(title="\ud800"), "title: There are characters in this text that cannot be shown. Please type it again."),
        (post(organisation="o9"), "organisation: there is no organisation o9 here, and none came in with this file."),
        (post(author="p9"), "author: there is no person p9 here, and none came in with this file."),
        (post(coauthors=["p9"]), "coauthors: there is no person p9 here, and none came in with this file."),
        (post(coauthors=["\ud800"]), "coauthors: there is no person \ud800 here, and none came in with this file."),
        (post(translation_of="x9"), None),
        (comment(on="x9"), "post: there is no post x9 here, and none came in with this file."),
        (comment(body=" "), "body is missing."),
        (comment(body="x" * 20_001), "body: This is 20001 characters long. Please keep it to 20000."),
        (comment(parent="c9"), "parent: there is no comment c9 here, and none came in with this file."),
        (comment(accepted="maybe"), "accepted must be true or false."),
        (comment(created_at=["x"]), "created_at must be a moment like 2026-03-01T09:00:00Z."),
        (organisation(name=""), "name is missing."),
        (organisation(kind="club"), "kind must be one of member, network."),
        (organisation(parent="o9"), "parent: there is no organisation o9 here, and none came in with this file."),
        (organisation(country="Belgium"), "country must be a country code, like BE."),
        (organisation(website="ftp://x"), "website: Write the whole web address, like https://www.example.org."),
        (person(email="nobody"), "email is not a valid e-mail address."),
        (person(name=["x"]), "name: Write this as text."),
        (membership("p9", "o9"), "person: there is no person p9 here, and none came in with this file."),
        (concept("New Theme"), "ref: A concept's ref has small letters, digits and hyphens, at most 60."),
        (
            concept("new", scheme="dogs"),
            "scheme: Choose one of these: theme, target, principle, instrument, form, sector, situation, service.",
        ),
        (concept("new", labels={"nl": "Nieuw"}), "labels-en: Write the English label. The others fall back to it."),
        (concept("new", labels={"en": "\ud800"}), "labels: there are characters in these words that cannot be shown."),
        (
            concept("new", broader="no-such"),
            "broader: there is no concept no-such here, and none came in with this file.",
        ),
    ],
)
def test_a_bad_line_is_refused_in_plain_words_and_the_others_go_in(take, line, reason):
    around = [post("before"), post("after")] + ([post("x1")] if line["type"] == "comment" else [])
    report = take(around[0], line, *around[1:])
    if reason is None:
        assert report.counts["rejected"] == 0
    else:
        assert reasons(report) == {2: reason}
    assert report.counts["imported"] == len(around) + (reason is None)


def test_nothing_of_a_refused_line_stays(take):
    assert take(post("x1", body="[" * 6000), post("x2")).counts == {"imported": 1, "rejected": 1}
    assert number_of(Post) == 1
    assert number_of(Origin) == 1
    assert backlog("search") == 1


def test_nothing_of_a_line_stays_that_fails_half_way(take, monkeypatch):
    def fail(post, imported, html, _fill=importing_posts._fill):
        _fill(post, imported, html)
        db.session.add(post)
        db.session.flush()
        if "bad" in post.title:
            raise ZeroDivisionError

    monkeypatch.setattr(importing_posts, "_fill", fail)
    report = take(post("x1"), post("x2", title="bad"), post("x3"))
    assert report.counts == {"imported": 2, "rejected": 1}
    assert reasons(report) == {2: "This line could not be taken in: ZeroDivisionError()"}
    assert number_of(Post) == 2


def test_a_database_that_gives_up_stops_the_import_and_blames_no_line(take, monkeypatch):
    def fail(*_rest):
        raise OperationalError("INSERT", {}, Exception("database or disk is full"))

    monkeypatch.setattr(importing_posts, "_fill", fail)
    with pytest.raises(ForumError, match="The database stopped the import: database or disk is full"):
        take(post("x1"))


def test_what_waits_for_a_refused_line_is_refused_too(take):
    report = take(
        organisation("o1", name=""),
        organisation("o2", parent="o1"),
        person("p1"),
        membership("p1", "o2"),
        post("x1", organisation="o2"),
        comment("c1", on="x1"),
    )
    assert report.counts == {"imported": 1, "rejected": 5}
    assert reasons(report)[6] == "post: there is no post x1 here, and none came in with this file."


def test_organisations_that_contain_each_other_are_refused(take):
    report = take(
        organisation("a", kind="network", parent="b"), organisation("b", kind="network", parent="a"), organisation("c")
    )
    assert report.counts == {"imported": 1, "rejected": 2}


def test_a_repeated_ref_is_refused_unless_it_says_the_same(take):
    report = take(post("x1"), post("x1", title="Another"), post("x1"), post("x2"))
    assert report.counts == {"imported": 2, "unchanged": 1, "rejected": 1}
    assert reasons(report) == {2: "Line 1 has the ref x1 already. Give each object its own."}
    assert take(post("x1"), post("x1", title="Another"), post("x1"), post("x2")).counts == {
        "unchanged": 3,
        "rejected": 1,
    }


def test_fields_that_nobody_knows_are_ignored_and_named(take):
    report = take(post("x1", colour="red", details={"stage": "pilot", "mood": "good"}), post("x2", colour="blue"))
    assert report.counts == {"imported": 2, "rejected": 0}
    assert report.ignored == {"post.colour": 2, "practice.details.mood": 1}
    assert one(Post, title="Title x1").details == {"stage": "pilot"}


def test_what_a_list_of_rejected_lines_adds_is_no_change(take):
    take(post("x1"))
    assert take({"line": 3, "reason": "why"} | post("x1")).counts["unchanged"] == 1


def test_posts_without_organisation_and_author_get_the_defaults(take):
    sluis, an = factories.make_organisation().id, factories.make_person().id
    defaults = Defaults(organisation=sluis, author=an)
    take(person("p1"), post("x1"), post("x2", author="p1"), comment("c1"), defaults=defaults)
    assert (one(Post, title="Title x1").organisation_id, one(Post, title="Title x1").author_id) == (sluis, an)
    assert one(Post, title="Title x2").author.name == "Person p1"
    assert one(Comment).author_id == an
    assert take(post("x1"), defaults=defaults).counts["unchanged"] == 1
    assert take(post("x1")).counts["updated"] == 1
    assert take(person("p1"), defaults=defaults).counts["unchanged"] == 1


def test_a_post_needs_little(take):
    assert take({"type": "post", "ref": 5, "kind": "news", "title": "A fair"}).counts == {"imported": 1, "rejected": 0}
    found = one(Post)
    assert (found.status, found.visibility, found.review, found.language, found.body) == (
        "published",
        "members",
        "new",
        "en",
        "",
    )
    assert found.published_at


def test_a_date_given_once_stays_when_the_line_gives_none(take):
    line = post("x1")
    take(line)
    before = one(Post).published_at
    del line["published_at"]
    take(line | {"title": "New title"})
    assert one(Post).published_at == before


def test_the_language_is_guessed_where_it_is_missing(take):
    words = "Wij begeleiden mensen naar werk, stap voor stap, in onze werkplaats in Gent."
    take(
        post("x1", body=words, language=None),
        comment("c1", body="Merci beaucoup pour cette belle expérience.", language=""),
    )
    assert one(Post).language == "nl"
    assert one(Comment).language == "fr"


def test_a_draft_may_lack_everything_and_is_not_published(take):
    take(post("x1", status="draft", title="", body="", published_at=None))
    assert (one(Post).status, one(Post).published_at) == ("draft", None)
    take(post("x1"))
    assert [event.name for event in db.session.scalars(select(Event).order_by(Event.id))] == ["post.published"]


def test_mentions_become_ids(take):
    take(
        comment("c1", body="@[An](person:p1), @[Us](organisation:o1) and @[Nobody](person:p9)"),
        post("x1", body="Ask @[An](person:p1) how we help people into work."),
        person("p1"),
        organisation("o1"),
        membership("p1", "o1"),
    )
    an, us = one(Person), one(Organisation)
    assert one(Comment).body == f"@[An](person:{an.id}), @[Us](organisation:{us.id}) and @Nobody"
    assert f'href="/people/{an.id}"' in one(Post).body_html
    assert {(mention.person_id, mention.organisation_id) for mention in db.session.scalars(select(Mention))} == {
        (an.id, None),
        (None, us.id),
    }


def test_the_length_of_a_ref_does_not_count(take):
    ref = "p" * 150
    body = f"@[An](person:{ref}) " + "word " * 3_975
    assert len(body) > 20_000
    assert take(person(ref, name="An", email=None), post(), comment(body=body)).counts["rejected"] == 0


def test_deleted_and_hidden_comments_keep_their_place(take):
    lines = [
        post(),
        comment("c1", state="deleted", body=""),
        comment("c2", state="hidden"),
        comment("c3", parent="c1"),
    ]
    assert take(*lines).counts == {"imported": 4, "rejected": 0}
    first, second, third = db.session.scalars(select(Comment).order_by(Comment.number))
    assert (first.body, bool(first.deleted_at), bool(second.hidden_at), third.parent_id) == ("", True, True, first.id)
    assert one(Post).comment_count == 1


def test_a_comment_is_the_accepted_answer(take):
    take(post(kind="question"), comment("c1"), comment("c2", accepted=True))
    assert one(Post).accepted_comment_id == one(Comment, number=2).id
    assert take(comment("c1", accepted=True)).counts["updated"] == 1
    assert one(Post).accepted_comment_id == one(Comment, number=1).id


def test_a_comment_hidden_at_its_source_later_is_hidden_here(take):
    take(post(), comment("c1"))
    assert take(comment("c1", state="hidden")).counts["updated"] == 1
    assert one(Comment).hidden_at
    assert one(Post).comment_count == 0
    assert backlog("search") == 3


def test_what_moderators_did_here_stays(take):
    take(post("x1", review="new"))
    hide_post(SYSTEM, one(Post).id, "Names a person.")
    take(post("x1", title="New title"))
    assert (one(Post).status, one(Post).status_reason, one(Post).title) == ("hidden", "Names a person.", "New title")


def test_somebody_with_the_same_address_is_the_same_person(take):
    an = factories.make_person("An", email="an@example.org").id
    assert take(person("p1", name="An P.", email="AN@example.org"), post("x1", author="p1")).counts["unchanged"] == 1
    assert one(Person).name == "An"
    assert one(Post).author_id == an


def test_an_account_with_a_password_is_its_owners(take):
    take(person("p1"))
    one(Person).password_hash = "hash"
    db.session.commit()
    assert take(person("p1", name="Another")).counts == {"unchanged": 1, "rejected": 0}


def test_an_account_that_nobody_confirmed_becomes_the_persons(take):
    sign_up(VISITOR, "p1@example.org", "Mallory", "a password of hers", "en")
    take(person("p1"))
    assert (one(Person).name, one(Person).password_hash) == ("Person p1", None)
    assert one(Person).confirmed_at


def test_an_address_of_somebody_else_is_refused(take):
    take(person("p1"), person("p2"))
    assert reasons(take(person("p1", email="p2@example.org"))) == {
        1: "email: Somebody else has an account with this address."
    }


def test_people_may_come_without_an_address(take):
    assert take(person("p1", email=None), person("p2", email="")).counts == {"imported": 2, "rejected": 0}
    take(person("p1", email="p1@example.org"))
    take(person("p1", email=None, name="New name"))
    assert one(Person, name="New name").email == "p1@example.org"


def test_links_to_originals_may_come_in_any_order(take):
    chain = [post("a"), post("b", translation_of="a"), post("c", translation_of="b"), post("d", translation_of="c")]
    for number, order in enumerate(((0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 3, 0, 2))):
        source = f"s{number}"
        take(*[chain[place] for place in order], source=source)
        ids = {ref: db.session.scalar(select(Origin.subject_id).filter_by(source=source, ref=ref)) for ref in "abcd"}
        linked = {ref: db.session.get(Post, ids[ref]).translation_of_id for ref in "abcd"}
        assert linked == {"a": None, "b": ids["a"], "c": ids["a"], "d": ids["a"]}


def test_originals_that_come_with_a_later_file_are_linked_when_the_first_comes_again(take):
    take(post("b", translation_of="a"))
    take(post("a"))
    assert take(post("b", translation_of="a")).counts["unchanged"] == 1
    assert one(Post, title="Title b").translation_of_id == one(Post, title="Title a").id


def test_translations_of_one_another_end_somewhere(take):
    take(post("a", translation_of="b"), post("b", translation_of="c"), post("c", translation_of="a"))
    parents = {found.id: found.translation_of_id for found in db.session.scalars(select(Post))}
    roots = [number for number, parent in parents.items() if parent is None]
    assert len(roots) == 1
    assert set(parents.values()) == {None, *roots}


def test_a_link_is_taken_back_only_by_a_line_that_says_so(take):
    take(post("a"), post("b", translation_of="a"))
    take(post("b", title="New title"))
    assert one(Post, title="New title").translation_of_id
    take(post("b", title="Newer title", translation_of=None))
    assert one(Post, title="Newer title").translation_of_id is None


def test_a_trial_keeps_nothing(take):
    factories.make_organisation()
    report = take(*NETWORK, post("bad", title=""), concept("new"), is_trial=True)
    assert report.counts == {"imported": 9, "rejected": 1}
    for model, expected in ((Post, 0), (Person, 0), (Organisation, 1), (Origin, 0), (Event, 0)):
        assert number_of(model) == expected
    assert db.session.scalar(select(Concept).where(Concept.key == "new")) is None
    assert take(*NETWORK).counts["imported"] == 8


def test_concepts_come_before_the_posts_that_use_them(take):
    report = take(
        post("x1", themes=["smaller"]),
        concept("smaller", broader="larger", labels={"en": "Smaller", "nl": "Kleiner"}, alt={"en": ["Tiny"]}),
        concept("larger"),
    )
    assert report.counts == {"imported": 3, "rejected": 0}
    assert [link.concept.key for link in one(Post).concepts] == ["smaller"]


def test_a_closed_organisation_stays_closed(take):
    line = organisation("o1", closed_at="2025-01-01T00:00:00Z")
    take(line)
    assert one(Organisation).closed_at
    take(organisation("o1", name="New name"))
    assert one(Organisation).closed_at


def test_import_sends_no_mail(take):
    take(*NETWORK)
    assert backlog("mailing") == number_of(Membership)  # looked at by the mail room, and nobody is told
    deliver_batch(consumers.by_name["mailing"])
    assert number_of(OutgoingMail) == 0


def test_the_name_of_a_source_is_short(take):
    with pytest.raises(ForumError, match="--source"):
        take(post(), source="x" * 61)


def test_progress_reaches_the_number_of_lines(take):
    steps: list[int] = []
    take(*reversed(NETWORK), post("bad", title=""), on_start=steps.append, on_progress=steps.append)
    assert steps[0] == 9
    assert sum(steps[1:]) == 9
