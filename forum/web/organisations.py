"""Organisations for readers: the directory, and the page of one."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from flask import redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.adoption.queries import tried_by
from forum.core.languages import country_name
from forum.curation.offers.queries import waiting_for
from forum.library.browsing import newest_of_each_kind
from forum.library.kinds import KINDS
from forum.library.models import Post
from forum.library.queries import counts_by
from forum.organisations.directory import PAGE, Entry, Wish, children_of, directory
from forum.organisations.memberships import people_of, standing_of
from forum.organisations.policy import can_add, can_edit_organisation, can_place, can_see_people
from forum.organisations.queries import member_counts, networks_above, organisation_for_page, require_organisation
from forum.web.adoption_words import state_label
from forum.web.cards import show_cards
from forum.web.insights_maps import map_of_organisations
from forum.web.languages import interface_language
from forum.web.people import page_number
from forum.web.routes import Area, Need
from forum.web.sessions import actor

area = Area("organisations", __name__)

LONGEST_QUERY = 200


@dataclass(frozen=True, slots=True)
class OrganisationCard:
    """An organisation in a list, as `organisation_card` in templates/components/cards.html shows it."""

    name: str
    url: str
    kind: str
    language: str
    country: str
    country_name: str
    network_id: int | None
    post_count: int
    member_count: int


@area.page("/organisations", needs=Need.ANYONE)
def list_organisations() -> str:
    """The directory, country by country, with a form to narrow it down."""
    wish = Wish(
        country=request.args.get("country", ""),
        network_id=number(request.args.get("network", "")),
        text=request.args.get("q", "").strip()[:LONGEST_QUERY],
        page=page_number(),
    )
    found = directory(wish, interface_language())
    cards = organisation_cards(found.entries, found.people)
    return render_template(
        "organisations/directory.html",
        wish=wish,
        found=found,
        chosen=chosen_filters(wish, found.network_names),
        country_options=[(code, f"{name} ({count})") for code, name, count in found.countries],
        countries=map_of_organisations({code: count for code, _name, count in found.countries}),
        network_names=found.network_names,
        network_options=[(one.id, one.name) for one in found.networks],
        groups=[(code, list(group)) for code, group in groupby(cards, key=lambda card: card.country)],
        page=found.page,
        pages=found.pages,
        first=(found.page - 1) * PAGE + 1,
        may_add=can_add(actor(), (one.id for one in found.networks)),
        page_url=lambda page: directory_url(wish, page=page),
    )


@area.page("/organisations/<int:organisation_id>", needs=Need.ANYONE)
def show_by_number(organisation_id: int) -> Any:
    """The address that mentions use: on to the organisation's own."""
    slug = require_organisation(organisation_id).slug
    return redirect(url_for("organisations.show_organisation", slug=slug))


@area.page("/organisations/<slug>", needs=Need.ANYONE)
def show_organisation(slug: str) -> str:
    """An organisation with what it posted, its people (for members), and what the reader may do here."""
    organisation = organisation_for_page(slug)
    people = people_of(actor(), organisation)
    mine = Post.organisation_id == organisation.id
    children, kinds = children_of(organisation), posts_by_kind(mine)
    waiting, offered = waiting_for(actor(), organisation)
    return render_template(
        "organisations/organisation.html",
        organisation=organisation,
        networks=networks_above(organisation),
        people=people,
        people_count=len(people)
        if can_see_people(actor())
        else member_counts([organisation.id]).get(organisation.id, 0),
        standing=standing_of(actor(), organisation),
        kinds=kinds,
        post_count=sum(count for _kind, count, _cards in kinds),
        last_posted=max((card.published_at for _kind, _count, cards in kinds for card in cards), default=None),
        tried=[(one, state_label(one.intent, one.outcome)) for one in tried_by(actor(), organisation.id)],
        children=organisation_cards(children[:PAGE], member_counts(one.id for one in children[:PAGE])),
        child_total=len(children),
        may_edit=can_edit_organisation(actor(), organisation),
        may_place=can_place(actor()),
        waiting=waiting,
        offered=offered,
    )


def posts_by_kind(condition: Any) -> list[tuple[str, int, list[Any]]]:
    """The kinds that have listed posts under a condition: kind, how many there are, cards of the newest."""
    cards = show_cards(newest_of_each_kind(actor(), condition))
    counts = counts_by(actor(), Post.kind, condition) if cards else {}
    return [(kind, counts[kind], [card for card in cards if card.kind == kind]) for kind in KINDS if counts.get(kind)]


def organisation_cards(entries: Iterable[Entry], people: Mapping[int, int]) -> list[OrganisationCard]:
    """Cards of organisations with the number of posts that the reader may see: one statement."""
    found = list(entries)
    language = interface_language()
    mine = Post.organisation_id.in_([one.id for one in found])
    posts = counts_by(actor(), Post.organisation_id, mine) if found else Counter()
    return [
        OrganisationCard(
            name=one.name,
            url=url_for("organisations.show_organisation", slug=one.slug),
            kind=one.kind,
            language=one.language,
            country=one.country,
            country_name=country_name(one.country, language) if one.country else "",
            network_id=one.parent_id,
            post_count=posts[str(one.id)],
            member_count=people.get(one.id, 0),
        )
        for one in found
    ]


def directory_url(wish: Wish, **changed: Any) -> str:
    """The address of the directory for a wish; what is empty is left out."""
    values = {"country": wish.country, "network": wish.network_id, "q": wish.text} | changed
    kept = {name: value for name, value in values.items() if value and (name, value) != ("page", 1)}
    return url_for("organisations.list_organisations", **kept)


def chosen_filters(wish: Wish, networks: Mapping[int, str]) -> list[tuple[str, str, str]]:
    """The filters in force: their group, their value in words, and the address without them."""
    found = []
    if wish.text:
        found.append((_("Name"), wish.text, directory_url(wish, q="")))
    if wish.country:
        found.append((_("Country"), country_name(wish.country, interface_language()), directory_url(wish, country="")))
    if wish.network_id:
        found.append((_("Network"), networks.get(wish.network_id, "?"), directory_url(wish, network="")))
    return found


def number(text: str) -> int | None:
    """The number that a form or an address holds; None for anything else."""
    return int(text) if text.isdecimal() and len(text) < 10 else None
