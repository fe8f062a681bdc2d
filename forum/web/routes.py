"""Areas of pages: every page declares whom it is for; a page without a declaration stops the app at start."""

from collections.abc import Callable
from enum import Enum
from typing import Any, TypeVar

from flask import Blueprint, Flask, request
from werkzeug.routing import IntegerConverter, Map

from forum.accounts.policy import require_voice
from forum.core.actor import Actor
from forum.core.errors import Denied
from forum.core.text import message as _
from forum.web.proof import require_proof
from forum.web.sessions import FactorNeeded, SignInNeeded, actor

View = TypeVar("View", bound=Callable[..., Any])

OPEN_TO_SILENCED = frozenset(
    {
        *("accounts", "decisions", "help", "hints", "home", "invitations", "learning", "mail_choices", "memberships"),
        *("notices", "searches", "review.flag_post", "factors", "second_step", "mailed_links", "address", "sign_on"),
        *("freshness.answer", "freshness.leave"),
    }
)
LARGEST_NUMBER = 2**31 - 1
STATIC = "static"  # style, scripts and pictures, which are nobody's secret


class RowNumber(IntegerConverter):
    """A number in an address, at most as large as that of a row: a larger one names no page, so no query is asked."""

    def __init__(self, url_map: Map, *_args: Any, **_options: Any):
        super().__init__(url_map, max=LARGEST_NUMBER)


class Need(Enum):
    """Whom a page is for."""

    ANYONE = "anyone"
    PERSON = "person"
    MEMBER = "member"
    MODERATOR = "moderator"
    ADMIN = "admin"


class Area(Blueprint):
    """A blueprint whose pages each say whom they are for."""

    def __init__(self, name: str, import_name: str, **options: Any):
        super().__init__(name, import_name, **options)
        self.needs: dict[str, Need] = {}
        self.fresh: set[str] = set()

    def page(
        self, rule: str, *, needs: Need, methods: tuple[str, ...] = ("GET",), fresh: bool = False, **options: Any
    ) -> Callable[[View], View]:
        """Serve `rule` with the decorated view, for those who meet `needs`; `fresh` ones show anew that it is them."""

        def declare(view: View) -> View:
            endpoint = options.pop("endpoint", view.__name__)
            if self.needs.setdefault(endpoint, needs) is not needs:
                raise RuntimeError(f"the page {endpoint} is declared for {self.needs[endpoint]} and for {needs}")
            if fresh:
                self.fresh.add(endpoint)
            self.add_url_rule(rule, endpoint, view, methods=list(methods), **options)
            return view

        return declare


def guard_routes(app: Flask) -> None:
    """Refuse to start with an undeclared route, and check the need of every request before its view runs."""
    needs = {
        f"{name}.{endpoint}": need
        for name, area in app.blueprints.items()
        if isinstance(area, Area)
        for endpoint, need in area.needs.items()
    }
    fresh = {f"{name}.{end}" for name, area in app.blueprints.items() if isinstance(area, Area) for end in area.fresh}
    undeclared = {rule.endpoint for rule in app.url_map.iter_rules()} - {*needs, STATIC}
    if undeclared:
        raise RuntimeError(f"these routes do not say whom they are for: {', '.join(sorted(undeclared))}")
    app.extensions["needs"] = needs
    app.extensions["fresh"] = fresh

    @app.before_request
    def check_need() -> None:
        if request.endpoint in (None, STATIC):
            return
        if request.endpoint not in needs:  # added after the start, by an extension perhaps
            raise Denied(_("You may not do this."))
        require(actor(), needs[request.endpoint])
        if request.method == "POST" and not is_open_to_silenced(request.endpoint):
            require_voice(actor())
        if request.endpoint in fresh:
            require_proof()


def is_open_to_silenced(endpoint: str) -> bool:
    """Whether somebody who may only read now may send this form: about their own account, or to object or report."""
    return endpoint.partition(".")[0] in OPEN_TO_SILENCED or endpoint in OPEN_TO_SILENCED


def require(who: Actor, need: Need) -> None:
    """Raise `SignInNeeded` or `Denied` unless the actor meets the need."""
    if need is Need.ANYONE:
        return
    if not who:
        raise SignInNeeded
    if who.waits_for_factor and need in (Need.MODERATOR, Need.ADMIN):
        raise FactorNeeded
    if need is Need.MEMBER and not who.is_member:
        raise Denied(_("This is for members. Join your organisation first: find it under Organisations."))
    if need is Need.MODERATOR and not who.is_moderator:
        raise Denied(_("This page is for moderators."))
    if need is Need.ADMIN and not who.is_admin:
        raise Denied(_("This page is for administrators."))
