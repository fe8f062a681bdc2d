"""Reports on a practice as pages show them: on the practice itself, on the page of all reports, and one alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import url_for

from forum.adoption.content import BLOCKS, FIGURES, TEXTS, content_of_version, report_of
from forum.adoption.models import Adoption
from forum.adoption.policy import can_answer, is_own, is_shown, may_download, refusal
from forum.adoption.queries import PAGE, Node, Tally, history_of, reports_for_practice, reports_on, tally_of, tree_of
from forum.core.actor import Actor
from forum.core.errors import Missing
from forum.core.languages import country_name
from forum.curation.policy import can_decide
from forum.library.models import SHOWN_STATUSES, Post
from forum.library.policy import can_moderate
from forum.web.adoption_words import (
    details_text,
    field_label,
    report_differences,
    state_label,
    summary_sentences,
    told_label,
)
from forum.web.differences import Difference
from forum.web.insights_maps import CountryMap, country_map
from forum.web.languages import interface_language, say

ON_POST = 3


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as its card and its page show it; `may` holds what the reader may do: change, answer, report to moderators, ..."""

    adoption: Adoption
    url: str
    state: str
    country: str
    passages: list[tuple[str, list[str]]]
    facts: list[tuple[str, str]]
    may: frozenset[str]

    @property
    def reporter(self) -> str:
        """Who wrote it; empty when they closed their account."""
        person = self.adoption.reporter
        return person.name if person and person.erased_at is None else ""

    @property
    def answerer(self) -> str:
        """Who answered it."""
        person = self.adoption.answered_by
        return person.name if person and person.erased_at is None else ""


def report_view(actor: Actor, post: Post, adoption: Adoption, may: frozenset[str] | None = None) -> ReportView:
    """Gather what a report says."""
    report, language = report_of(adoption), interface_language()
    texts = ((name, details_text(report, name)) for name in TEXTS)
    short = ("helped", "blocked", BLOCKS, *FIGURES, "contact_with_owner")
    facts = ((told_label(name), details_text(report, name)) for name in short)
    return ReportView(
        adoption,
        url_for("adoption.show_report", adoption_id=adoption.id),
        state_label(report.intent, report.outcome),
        country_name(report.country, language) if report.country else "",
        [(field_label(name), text.split("\n\n")) for name, text in texts if text],
        [(label, text) for label, text in facts if text],
        _may(actor, post, adoption) if may is None else may,
    )


def _may(actor: Actor, post: Post, adoption: Adoption) -> frozenset[str]:
    tests = {
        "change": bool(actor) and is_own(actor, adoption),
        "answer": can_answer(actor, post) and adoption.hidden_at is None and adoption.withdrawn_at is None,
        "moderate": can_moderate(actor, post),
        "decide": can_decide(actor, post, adoption.reporter_id, adoption.organisation_id),
        "flag": bool(actor) and is_shown(actor, adoption) and not is_own(actor, adoption),
        "notice": not actor and is_shown(actor, adoption),
    }
    return frozenset(name for name, possible in tests.items() if possible)


@dataclass(frozen=True, slots=True)
class Tried:
    """What the page of a practice shows of reports on it: the counts, the latest few, and what the reader may do."""

    post: Post
    tally: Tally
    reports: list[ReportView]
    own: list[Adoption]
    may_report: bool
    refusal: str

    @property
    def sentences(self) -> list[str]:
        """The counts in words."""
        return summary_sentences(self.tally)


def tried(actor: Actor, post: Post) -> Tried | None:
    """What others did with a practice: two statements, none where nobody tried it; None for what is no practice."""
    if post.kind != "practice" or post.status not in SHOWN_STATUSES:
        return None
    latest, own = reports_for_practice(actor, post, ON_POST) if post.adoption_count else ([], [])
    tally = tally_of(actor, post.id) if latest else Tally()
    views = [report_view(actor, post, one, frozenset()) for one in latest]
    reason = refusal(actor, post)
    return Tried(post, tally, views, own, reason is None, say(reason) if reason else "")


@dataclass(frozen=True, slots=True)
class AllReports:
    """The page of all reports on a practice."""

    tried: Tried
    reports: list[ReportView]
    map: CountryMap
    tree: list[Node]
    country: str
    page: int
    pages: int
    may_download: bool

    def state_of(self, node: Node) -> str:
        """How it went with an organisation of the tree."""
        return state_label(node.intent, node.outcome)

    def country_of(self, node: Node) -> str:
        """Where an organisation of the tree tried it."""
        return country_name(node.country, interface_language()) if node.country else ""

    @property
    def only_from(self) -> str:
        """The name of the country whose reports are shown alone; empty for all."""
        return country_name(self.country, interface_language()) if self.country else ""

    def page_url(self, page: int) -> str:
        """The address of another page of reports."""
        return url_for(
            "adoption.list_reports",
            post_id=self.tried.post.id,
            country=self.country or None,
            page=page if page > 1 else None,
        )


def all_reports(actor: Actor, post: Post, page: int, country: str = "") -> AllReports:
    """Everything about who tried a practice, as far as the reader may know, in six statements. Raises `Missing`."""
    found = tried(actor, post)
    country = country if found and country in found.tally.everywhere else ""
    number = 0 if found is None else found.tally.everywhere[country] if country else found.tally.total
    pages = max(1, -(-number // PAGE))
    if found is None or not 1 <= page <= pages:
        raise Missing
    reports = [report_view(actor, post, one) for one in reports_on(actor, post, page, country=country)]
    here = partial(url_for, "adoption.list_reports", post_id=post.id, _anchor="reports")
    return AllReports(
        found,
        reports,
        country_map(found.tally.countries, lambda code: here(country=code)),
        tree_of(actor, post.id),
        country,
        page,
        pages,
        may_download(actor, post),
    )


def former_texts(adoption: Adoption) -> Iterator[tuple[Any, list[Difference]]]:
    """What a report said before: each state (the latest first) with how the next one differs from it."""
    after = report_of(adoption)
    for version in history_of(adoption):
        before = content_of_version(version.content)
        yield version, report_differences(before, after)
        after = before
