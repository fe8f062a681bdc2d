"""The vocabulary's pages: moderators only; what is typed is kept; nobody overwrites a colleague unseen."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from forum.vocabulary.models import ACRONYM, ALTERNATIVE, PREFERRED, WEAK
from forum.vocabulary.operations import change_labels, merge_concepts
from forum.vocabulary.queries import concept_with_labels, vocabulary, words_of
from forum.vocabulary.thesaurus import read_thesaurus
from forum.vocabulary.wording import Wording
from tests.conftest import Cast
from tests.factories import concept, make_post, make_role

Browsers = Callable[[Any], FlaskClient]

ADDRESSES = ("/en/vocabulary", "/en/vocabulary/new", "/en/vocabulary/job-coaching", "/en/vocabulary/job-coaching/merge")
BUDGET = 8


@pytest.fixture
def mia(browser_of: Browsers, cast: Cast) -> FlaskClient:
    return browser_of(cast.mia)


@pytest.mark.parametrize("address", ADDRESSES)
def test_only_moderators_see_these_pages(browser_of: Browsers, cast: Cast, address: str) -> None:
    assert browser_of(None).get(address).status_code == 302
    for person in (cast.noor, cast.an, cast.dora, cast.chiara):
        assert browser_of(person).get(address).status_code == 403
    for person in (cast.mia, cast.ada):
        assert browser_of(person).get(address).status_code == 200


@pytest.mark.parametrize("address", ["/vocabulary/new", "/vocabulary/job-coaching", "/vocabulary/job-coaching/move"])
def test_nobody_else_can_send_their_forms(browser_of: Browsers, cast: Cast, address: str) -> None:
    for person, status in ((None, 401), (cast.noor, 403), (cast.an, 403)):
        assert browser_of(person).post(address, data={"labels-en": "x", "revision": 1}).status_code == status
    assert vocabulary().label(concept("job-coaching").id, "en") == "coaching on the work floor"


def test_a_concept_that_is_not_there_has_no_pages(mia: FlaskClient) -> None:
    assert mia.get("/en/vocabulary/not-there").status_code == 404
    assert mia.get("/en/vocabulary/not-there/merge").status_code == 404
    assert mia.post("/en/vocabulary/not-there/move").status_code == 404


def test_the_list_finds_concepts_by_any_word_of_any_language(mia: FlaskClient) -> None:
    html = mia.get("/en/vocabulary?q=Maatwerkbedrijf").text
    assert "/en/vocabulary/wise" in html
    assert "/en/vocabulary/finance" not in html
    assert "1 concept<" in html
    assert "No concept has this word" in mia.get("/en/vocabulary?q=xyzzy").text
    assert f"{len(read_thesaurus())} concepts" in mia.get("/en/vocabulary").text


def test_words_are_edited_language_by_language(mia: FlaskClient) -> None:
    html = mia.get("/en/vocabulary/job-coaching").text
    assert 'value="begeleiding op de werkvloer"' in html
    assert "jobcoaching\njobcoach\n" in html
    answer = mia.post(
        "/en/vocabulary/job-coaching",
        data={
            "revision": 1,
            "labels-en": "Coaching",
            "labels-nl": "Begeleiding",
            "alt-en": "job coaching\r\n\r\n workplace coaching ",
            "acronyms-en": "JC",
            "weak-nl": "coach",
        },
    )
    assert (answer.status_code, answer.location) == (303, "/en/vocabulary/job-coaching")
    saved = concept_with_labels("job-coaching")
    assert words_of(saved, PREFERRED) == {"en": ["Coaching"], "nl": ["Begeleiding"]}
    assert words_of(saved, ALTERNATIVE) == {"en": ["job coaching", "workplace coaching"]}
    assert words_of(saved, ACRONYM) == {"en": ["JC"]}
    assert words_of(saved, WEAK) == {"nl": ["coach"]}
    assert "The words are saved." in mia.get("/en/vocabulary/job-coaching").text


def test_what_was_wrong_is_said_at_the_field_and_what_was_typed_is_kept(mia: FlaskClient) -> None:
    data = {"revision": 1, "labels-en": " ", "labels-nl": "Begeleiding <b>", "alt-fr": "x" * 201}
    answer = mia.post("/en/vocabulary/job-coaching", data=data)
    assert answer.status_code == 422
    assert "<title>Error:" in answer.text
    assert 'href="#field-labels-en"' in answer.text
    assert 'id="error-alt-fr"' in answer.text
    assert 'value="Begeleiding &lt;b&gt;"' in answer.text
    assert concept_with_labels("job-coaching").revision == 1


def test_a_stale_form_is_given_back_beside_what_is_stored(mia: FlaskClient, cast: Cast) -> None:
    change_labels(cast.actor("ada"), concept("job-coaching").id, 1, Wording({"en": "What Ada wrote"}))
    mine = {"revision": 1, "labels-en": "What Mia wrote"}
    answer = mia.post("/en/vocabulary/job-coaching", data=mine)
    assert answer.status_code == 409
    assert 'value="What Mia wrote"' in answer.text
    assert "<td>What Ada wrote</td>" in answer.text
    assert vocabulary().label(concept("job-coaching").id, "en") == "What Ada wrote"
    assert 'name="revision" value="2"' in answer.text
    assert mia.post("/en/vocabulary/job-coaching", data=mine | {"revision": 2}).status_code == 303
    assert vocabulary().label(concept("job-coaching").id, "en") == "What Mia wrote"


def test_words_in_a_language_that_the_site_does_not_speak_are_kept(mia: FlaskClient, cast: Cast) -> None:
    wording = Wording({"en": "Coaching", "pt": "Acompanhamento"})
    change_labels(cast.actor("mia"), concept("job-coaching").id, 1, wording)
    html = mia.get("/en/vocabulary/job-coaching").text
    assert 'name="labels-pt" type="text" value="Acompanhamento"' in html


def test_a_concept_is_added_in_its_place(mia: FlaskClient) -> None:
    data = {"broader": "theme:green-spaces", "labels-en": "Rooftop gardens", "labels-de": "Dachgärten"}
    answer = mia.post("/en/vocabulary/new", data=data)
    assert (answer.status_code, answer.location) == (303, "/en/vocabulary/rooftop-gardens")
    known = vocabulary()
    made = known.by_key("rooftop-gardens")
    assert made is not None
    assert known.ancestors(made.id)[0].key == "green-spaces"
    assert "Dachgärten" in mia.get("/de/themes/green-spaces").text


def test_a_concept_is_added_at_the_top_of_a_scheme(mia: FlaskClient) -> None:
    mia.post("/en/vocabulary/new", data={"broader": "target:", "labels-en": "Widows"})
    assert [entry.key for entry in vocabulary().top("target")] == ["disadvantaged-people", "widows"]


def test_a_concept_without_an_english_label_or_a_place_is_not_added(mia: FlaskClient) -> None:
    answer = mia.post("/en/vocabulary/new", data={"broader": "theme:", "labels-de": "Dachgärten"})
    assert answer.status_code == 422
    assert 'value="Dachgärten"' in answer.text
    answer = mia.post("/en/vocabulary/new", data={"broader": "nowhere", "labels-en": "Gardens"})
    assert answer.status_code == 422
    assert 'href="#field-broader"' in answer.text


def test_a_moderator_of_one_theme_adds_below_it_only(browser_of: Browsers, cast: Cast) -> None:
    make_role(cast.bert, "moderator", "theme:finance")
    bert = browser_of(cast.bert)
    assert bert.post("/en/vocabulary/new", data={"broader": "theme:", "labels-en": "Mine"}).status_code == 403
    assert bert.post("/en/vocabulary/new", data={"broader": "theme:finance", "labels-en": "Mine"}).status_code == 303


def test_a_concept_moves(mia: FlaskClient) -> None:
    move = "/en/vocabulary/job-coaching/move"
    assert mia.post(move, data={"revision": 1, "broader": "skills-learning"}).status_code == 303
    assert vocabulary().ancestors(concept("job-coaching").id)[0].key == "skills-learning"
    assert mia.post(move, data={"revision": 2, "broader": ""}).status_code == 303
    assert not vocabulary().ancestors(concept("job-coaching").id)
    assert mia.post(move, data={"revision": 2, "broader": "finance"}).status_code == 409


def test_a_concept_does_not_move_below_itself(mia: FlaskClient) -> None:
    for broader in ("eu-funds", "finance", "not-there"):
        answer = mia.post("/en/vocabulary/finance/move", data={"revision": 1, "broader": broader})
        assert answer.status_code == 422
        assert 'href="#field-broader"' in answer.text


def test_merging_first_says_what_will_happen(mia: FlaskClient, cast: Cast) -> None:
    make_post(cast.an, cast.sluis, themes=("finance",))
    make_post(cast.an, cast.sluis, themes=("eu-funds",), visibility="members")
    assert "Which concept stays?" in mia.get("/en/vocabulary/finance/merge").text
    html = mia.get("/en/vocabulary/finance/merge?into=policy-law").text
    assert "<h1>Merge “Funding and finance” into “Policy and legislation”?</h1>" in html
    assert "2 posts move" in html
    assert f"{len(vocabulary().narrower(concept('finance').id))} narrower concepts move" in html
    assert "You cannot undo this." in html
    assert len(vocabulary().top("theme")) == 13
    answer = mia.post("/en/vocabulary/finance/merge", data={"revision": 1, "into": "policy-law"})
    assert (answer.status_code, answer.location) == (303, "/en/vocabulary/policy-law")
    assert len(vocabulary().top("theme")) == 12


def test_a_merge_needs_a_concept_that_stays(mia: FlaskClient) -> None:
    for into in ("", "not-there"):
        answer = mia.get(f"/en/vocabulary/finance/merge?into={into}")
        assert answer.status_code == 422
        assert 'href="#field-into"' in answer.text
        assert mia.post("/en/vocabulary/finance/merge", data={"revision": 1, "into": into}).status_code == 422


@pytest.mark.parametrize("into", ["finance", "eu-funds", "young-people"])
def test_an_impossible_merge_is_refused_in_words(mia: FlaskClient, into: str) -> None:
    answer = mia.post("/en/vocabulary/finance/merge", data={"revision": 1, "into": into})
    assert answer.status_code == 422
    assert 'href="#field-into"' in answer.text


def test_a_merged_concept_is_edited_as_its_heir(mia: FlaskClient, cast: Cast) -> None:
    merge_concepts(cast.actor("mia"), concept("finance").id, concept("policy-law").id)
    assert mia.get("/en/vocabulary/finance").location == "/en/vocabulary/policy-law"
    assert mia.get("/en/vocabulary/finance/merge").location == "/en/vocabulary/policy-law"


@pytest.mark.parametrize(
    "address", [*ADDRESSES, "/en/vocabulary?q=work", "/en/vocabulary/finance/merge?into=policy-law"]
)
def test_the_pages_stay_within_their_budget(mia: FlaskClient, count_sql: Any, address: str) -> None:
    with count_sql() as statements:
        mia.get(address)
    assert len(statements) <= BUDGET
