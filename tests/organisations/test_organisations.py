"""Adding, changing, placing and closing organisations; their names in addresses, websites and e-mail domains."""

from dataclasses import replace

import pytest

from forum.core.db import db
from forum.core.errors import Conflict, Denied, Invalid
from forum.core.events import Event
from forum.organisations.details import Details, website_problem
from forum.organisations.domains import is_public, normal_domain
from forum.organisations.memberships import offered_to
from forum.organisations.models import Organisation
from forum.organisations.operations.organisations import (
    add_organisation,
    change_organisation,
    close_organisation,
    reopen_organisation,
    set_contact,
    set_domains,
)
from forum.organisations.policy import can_edit_organisation
from forum.organisations.queries import networks_above, organisation_for_page, organisations_of
from tests.conftest import Cast
from tests.factories import make_membership, make_organisation, make_person, make_role

BRUG = Details(name="De Brug", country="BE", language="nl")


def details_of(organisation: Organisation) -> Details:
    names = ("name", "kind", "parent_id", "country", "language", "website", "description")
    return Details(**{name: getattr(organisation, name) for name in names})


def happened(name: str) -> list[Event]:
    return list(db.session.scalars(db.select(Event).where(Event.name == name).order_by(Event.id)))


def test_a_moderator_adds_an_organisation(cast: Cast) -> None:
    added = add_organisation(cast.actor("mia"), replace(BRUG, parent_id=cast.secretariat.id))
    assert (added.slug, added.parent_id) == ("de-brug", cast.secretariat.id)
    assert [event.subject_id for event in happened("organisation.added")] == [added.id]


@pytest.mark.parametrize("who", ["visitor", "noor", "an", "dora"])
def test_others_add_none(cast: Cast, who: str) -> None:
    with pytest.raises(Denied):
        add_organisation(cast.actor(who), replace(BRUG, parent_id=cast.secretariat.id))


def test_a_moderator_of_a_theme_adds_none(cast: Cast) -> None:
    make_role(cast.chiara, "moderator", "theme:finance")
    with pytest.raises(Denied):
        add_organisation(cast.actor("chiara"), BRUG)


def test_an_editor_of_a_network_adds_below_it_and_nowhere_else(cast: Cast) -> None:
    helen = make_person("Helen")
    make_membership(helen, cast.secretariat, "editor")
    cast.noor = helen
    add_organisation(cast.actor("noor"), replace(BRUG, parent_id=cast.secretariat.id))
    for elsewhere in (None, cast.sluis.id):
        with pytest.raises(Denied):
            add_organisation(cast.actor("noor"), replace(BRUG, name="Elders", parent_id=elsewhere))


def test_sending_the_form_twice_adds_one_organisation(cast: Cast) -> None:
    add_organisation(cast.actor("mia"), BRUG)
    with pytest.raises(Invalid, match="already"):
        add_organisation(cast.actor("mia"), replace(BRUG, name="De  BRUG "))


def test_names_in_addresses_are_unique_and_never_a_number(cast: Cast) -> None:
    mia = cast.actor("mia")
    slugs = [add_organisation(mia, replace(BRUG, country=code)).slug for code in ("BE", "NL", "DE")]
    assert slugs == ["de-brug", "de-brug-2", "de-brug-3"]
    odd = [add_organisation(mia, replace(BRUG, name=name)).slug for name in ("112", "Мост", "New", "Élan & Cie")]
    assert odd == ["organisation-112", "organisation", "organisation-new", "elan-cie"]


def test_a_new_name_keeps_the_address(cast: Cast) -> None:
    changed = change_organisation(cast.actor("dora"), cast.sluis.id, replace(BRUG, name="De Nieuwe Sluis"), 1)
    assert (changed.name, changed.slug, changed.revision) == ("De Nieuwe Sluis", "de-sluis", 2)
    assert happened("organisation.changed")[0].data == {"fields": ["name"]}


def test_nothing_happens_when_nothing_changes(cast: Cast) -> None:
    change_organisation(cast.actor("dora"), cast.sluis.id, details_of(cast.sluis), 1)
    assert not happened("organisation.changed")


def test_an_editor_cannot_move_the_organisation_or_make_it_a_network(cast: Cast) -> None:
    other = make_organisation("Andere Koepel", kind="network")
    wish = replace(details_of(cast.sluis), kind="network", parent_id=other.id)
    change_organisation(cast.actor("dora"), cast.sluis.id, wish, 1)
    kept = organisation_for_page("de-sluis")
    assert (kept.kind, kept.parent_id) == ("member", cast.secretariat.id)
    change_organisation(cast.actor("mia"), cast.sluis.id, wish, 1)
    assert (kept.kind, kept.parent_id) == ("network", other.id)


def test_an_old_form_does_not_overwrite_what_somebody_saved(cast: Cast) -> None:
    change_organisation(cast.actor("dora"), cast.sluis.id, replace(BRUG, name="Eerst"), 1)
    with pytest.raises(Conflict):
        change_organisation(cast.actor("dora"), cast.sluis.id, replace(BRUG, name="Daarna"), 1)


@pytest.mark.parametrize("who", ["visitor", "noor", "an", "chiara"])
def test_others_change_nothing(cast: Cast, who: str) -> None:
    with pytest.raises(Denied):
        change_organisation(cast.actor(who), cast.sluis.id, BRUG, 1)


def test_networks_contain_and_members_do_not(cast: Cast) -> None:
    mia = cast.actor("mia")
    with pytest.raises(Invalid) as below_a_member:
        add_organisation(mia, replace(BRUG, parent_id=cast.sluis.id))
    with pytest.raises(Invalid) as with_children:
        change_organisation(mia, cast.secretariat.id, replace(details_of(cast.secretariat), kind="member"), 1)
    assert set(below_a_member.value.fields) == {"parent"}
    assert set(with_children.value.fields) == {"kind"}


def test_a_network_cannot_belong_to_itself(cast: Cast) -> None:
    mia, top = cast.actor("mia"), cast.secretariat
    national = add_organisation(mia, Details("Koepel", "network", top.id, "BE", "nl"))
    regional = add_organisation(mia, Details("Regio", "network", national.id, "BE", "nl"))
    for below in (top, national, regional):
        with pytest.raises(Invalid, match="itself"):
            change_organisation(mia, top.id, replace(details_of(top), parent_id=below.id), 1)
    assert [one.name for one in networks_above(regional)] == ["Threshold Europe", "Koepel"]


def test_everything_wrong_is_said_at_once(cast: Cast) -> None:
    wrong = Details(name=" ", kind="club", country="XX", language="klingon", website="x", description="y" * 5001)
    with pytest.raises(Invalid) as problem:
        add_organisation(cast.actor("mia"), wrong)
    assert set(problem.value.fields) == {"name", "kind", "country", "language", "website", "description"}


@pytest.mark.parametrize("name", ["Win at https://evil.example", "www.evil.example", "n" * 201])
def test_a_name_holds_no_address_and_is_short(cast: Cast, name: str) -> None:
    with pytest.raises(Invalid):
        add_organisation(cast.actor("mia"), replace(BRUG, name=name))


def test_a_member_needs_a_country_and_a_network_does_not(cast: Cast) -> None:
    add_organisation(cast.actor("mia"), Details(name="Everywhere", kind="network", language="en"))
    with pytest.raises(Invalid, match="country"):
        add_organisation(cast.actor("mia"), replace(BRUG, country=""))


def test_what_cannot_be_shown_is_left_out(cast: Cast) -> None:
    odd = replace(BRUG, name="De\x00 \tBrug\x0b", description=" Eén.\r\n\r\nTwee.\x00 ")
    added = add_organisation(cast.actor("mia"), odd)
    assert (added.name, added.description) == ("De Brug", "Eén.\n\nTwee.")


@pytest.mark.parametrize("written", ["www.de-brug.example", "http://de-brug.example/nl?a=1", "https://düren.example"])
def test_a_website_may_be_written_in_short(cast: Cast, written: str) -> None:
    added = add_organisation(cast.actor("mia"), replace(BRUG, website=written))
    assert added.website.endswith(written)
    assert added.website.startswith("http")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "https://user:secret@example.org",
        "https://",
        "https://[::1",
        "https://x",
        "ftp://example.org",
        "https://example.org/ a",
        f"https://example.org/{'a' * 500}",
    ],
)
def test_other_addresses_are_no_website(address: str) -> None:
    assert website_problem(address)


# Contact and e-mail domains


def test_the_contact_is_somebody_who_belongs_there(cast: Cast) -> None:
    dora = cast.actor("dora")
    set_contact(dora, cast.sluis.id, cast.an.id)
    assert organisation_for_page("de-sluis").contact_id == cast.an.id
    with pytest.raises(Invalid):
        set_contact(dora, cast.sluis.id, cast.chiara.id)
    set_contact(dora, cast.sluis.id, None)
    assert organisation_for_page("de-sluis").contact_id is None


def test_editors_cannot_set_their_own_email_domains(cast: Cast) -> None:
    with pytest.raises(Denied):
        set_domains(cast.actor("dora"), cast.sluis.id, ["de-sluis.org"])


def test_editors_of_the_network_set_email_domains(cast: Cast) -> None:
    make_membership(cast.noor, cast.secretariat, "editor")
    set_domains(cast.actor("noor"), cast.sluis.id, [" @De-Sluis.org ", "de-sluis.org", ""])
    assert [one.domain for one in organisation_for_page("de-sluis").domains] == ["de-sluis.org"]


def test_a_domain_belongs_to_one_organisation(cast: Cast) -> None:
    mia = cast.actor("mia")
    set_domains(mia, cast.sluis.id, ["de-sluis.org"])
    with pytest.raises(Invalid, match="De Sluis"):
        set_domains(mia, cast.filo.id, ["filo.org", "de-sluis.org"])
    set_domains(mia, cast.sluis.id, [])
    set_domains(mia, cast.filo.id, ["de-sluis.org"])


@pytest.mark.parametrize("domain", ["gmail.com", "Yahoo.co.uk", "hotmail.fr", "web.de", "posteo.de", "libero.it"])
def test_public_mail_domains_are_refused(cast: Cast, domain: str) -> None:
    with pytest.raises(Invalid, match="Anybody"):
        set_domains(cast.actor("mia"), cast.sluis.id, [domain])


@pytest.mark.parametrize("domain", ["org", "a b.org", "x@y.org", "-", "http://de-sluis.org", "d" * 300 + ".org"])
def test_what_is_no_domain_is_refused(cast: Cast, domain: str) -> None:
    with pytest.raises(Invalid):
        set_domains(cast.actor("mia"), cast.sluis.id, [domain])


def test_too_many_domains_are_refused(cast: Cast) -> None:
    with pytest.raises(Invalid, match="at most 20"):
        set_domains(cast.actor("mia"), cast.sluis.id, [f"d{number}.org" for number in range(21)])


def test_domains_of_ones_own_are_taken() -> None:
    assert [is_public(domain) for domain in ("live.de-sluis.org", "outlook-groep.be", "gmx.at")] == [False, False, True]
    assert normal_domain("MÜLLER.example.org") == "müller.example.org"


# Closing


def test_a_closed_organisation_has_no_people_until_it_opens_again(cast: Cast) -> None:
    make_membership(cast.noor, cast.secretariat, "editor")
    close_organisation(cast.actor("mia"), cast.sluis.id)
    for who in ("an", "dora"):
        assert not cast.actor(who).is_member
    assert organisations_of(cast.an.id) == []
    assert not can_edit_organisation(cast.actor("dora"), cast.sluis)
    assert not can_edit_organisation(cast.actor("noor"), cast.sluis)
    assert can_edit_organisation(cast.actor("mia"), cast.sluis)
    reopen_organisation(cast.actor("mia"), cast.sluis.id)
    assert cast.actor("dora").editor_ids == {cast.sluis.id}
    assert [event.name for event in (*happened("organisation.closed"), *happened("organisation.reopened"))] == [
        "organisation.closed",
        "organisation.reopened",
    ]


def test_closing_twice_happens_once(cast: Cast) -> None:
    close_organisation(cast.actor("mia"), cast.sluis.id)
    close_organisation(cast.actor("mia"), cast.sluis.id)
    assert len(happened("organisation.closed")) == 1


def test_only_moderators_close(cast: Cast) -> None:
    make_membership(cast.noor, cast.secretariat, "editor")
    for who in ("dora", "noor", "an"):
        with pytest.raises(Denied):
            close_organisation(cast.actor(who), cast.sluis.id)


def test_a_closed_organisation_offers_nobody_to_join(cast: Cast) -> None:
    mia = cast.actor("mia")
    set_domains(mia, cast.sluis.id, ["example.org"])
    assert offered_to(cast.actor("noor")) is not None
    close_organisation(mia, cast.sluis.id)
    assert offered_to(cast.actor("noor")) is None
