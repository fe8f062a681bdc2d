"""The directory: order, filters and pages; names completed in forms."""

from collections.abc import Callable
from typing import Any

from forum.core.clock import now
from forum.core.db import db, transaction
from forum.organisations.directory import PAGE, Wish, children_of, complete_names, directory
from forum.organisations.models import Organisation
from tests.conftest import Cast
from tests.factories import make_membership, make_organisation, make_person


def names(wish: Wish, language: str = "en") -> list[str]:
    return [one.name for one in directory(wish, language).entries]


def test_countries_come_by_their_name_in_the_readers_language(cast: Cast) -> None:
    make_organisation("Neuland", country="DE")
    make_organisation("Brotzeit", country="AT")
    order = {code: [country for country, _name, _count in directory(Wish(), code).countries] for code in ("en", "de")}
    assert order == {"en": ["AT", "BE", "DE", "IT"], "de": ["BE", "DE", "IT", "AT"]}


def test_within_a_country_networks_lead_and_accents_do_not_matter(cast: Cast) -> None:
    for name in ("Zorg", "élan", "Elan vital", "Eau"):
        make_organisation(name)
    everything = ["Threshold Europe", "De Sluis", "Eau", "élan", "Elan vital", "Zorg", "Il Filo"]
    assert names(Wish()) == everything


def test_those_at_home_in_no_country_come_last(cast: Cast) -> None:
    make_organisation("Across", country="")
    assert names(Wish())[-1] == "Across"


def test_filters_narrow_down_together(cast: Cast) -> None:
    national = make_organisation("Rete", kind="network", country="IT", parent_id=cast.secretariat.id)
    make_organisation("Orto Comune", country="IT", parent_id=national.id)
    assert names(Wish(country="IT")) == ["Rete", "Il Filo", "Orto Comune"]
    assert names(Wish(network_id=national.id)) == ["Rete", "Orto Comune"]
    assert names(Wish(network_id=cast.secretariat.id, text="ORTO")) == ["Orto Comune"]
    assert names(Wish(text="mun óRto", country="IT")) == ["Orto Comune"]
    assert names(Wish(text="orto", country="BE")) == []


def test_closed_organisations_are_not_there(cast: Cast) -> None:
    with transaction():
        db.session.get_one(Organisation, cast.filo.id).closed_at = now()
    assert "Il Filo" not in names(Wish())
    assert complete_names("filo") == []
    assert [one.name for one in children_of(cast.secretariat)] == ["De Sluis"]


def test_only_people_who_belong_are_counted(cast: Cast) -> None:
    make_membership(make_person(erased_at=now(), email=None), cast.filo)
    make_membership(make_person(), cast.filo, state="requested")
    make_membership(make_person(), cast.filo, state="ended")
    people = directory(Wish(), "en").people
    assert (people[cast.filo.id], people[cast.sluis.id]) == (1, 3)


def test_pages_hold_fifty_and_no_page_is_too_high(cast: Cast, count_sql: Callable[[], Any]) -> None:
    with transaction():
        db.session.add_all(
            Organisation(name=f"Werk {number:03}", slug=f"werk-{number}", country="NL", created_at=now())
            for number in range(120)
        )
    with count_sql() as statements:
        found = directory(Wish(page=99), "en")
    assert (found.total, found.pages, found.page, len(found.entries)) == (123, 3, 3, 123 - 2 * PAGE)
    assert len(statements) == 2


def test_a_name_is_completed_at_the_beginning_of_any_word(cast: Cast) -> None:
    make_organisation("Sluisje")
    assert [one.name for one in complete_names("slui")] == ["Sluisje", "De Sluis"]
    assert complete_names(" ") == []
