"""My searches: what is new under each, how I am told, and the page behind the link in a mail that stops one of them."""

from typing import Any

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext

from forum.core.errors import Invalid
from forum.notifications import saved_searches
from forum.notifications.models import SavedSearch
from forum.notifications.stopping import read_search_token
from forum.web.cards import show_cards
from forum.web.comment_forms import number_from
from forum.web.feeds import name_of
from forum.web.languages import say
from forum.web.mail_choices import ONE_CLICK
from forum.web.routes import Area, Need
from forum.web.search import search_url
from forum.web.security import from_anywhere
from forum.web.sessions import actor
from forum.web.wishes import read_wish

area = Area("searches", __name__)

PAGE = 10
SHOWN = 3
ALERTS = {
    "mail": lazy_gettext("We write to you, once a day at most."),
    "site": lazy_gettext("What is new stands on this page only."),
    "off": lazy_gettext("Paused: we do not look for what is new."),
}
CHOICES = {
    "mail": lazy_gettext("Write to me"),
    "site": lazy_gettext("Show it here only"),
    "off": lazy_gettext("Pause"),
}


@area.page("/searches", needs=Need.PERSON, methods=("GET", "POST"))
def list_searches() -> Any:
    """My saved searches, the latest first, with what is new under each; or save one more."""
    if request.method == "POST":
        return save()
    page = number_from(request.args.get("page")) or 1
    total = saved_searches.count_searches(actor())
    searches = saved_searches.searches_of(actor(), PAGE, (page - 1) * PAGE)
    new = saved_searches.unseen_posts(actor(), searches)
    return render_template(
        "searches/list.html",
        searches=[
            (one, url_of(one), show_cards(new.get(one.id, [])[:SHOWN]), len(new.get(one.id, []))) for one in searches
        ],
        total=total,
        alerts=ALERTS,
        choices=CHOICES,
        page=page,
        pages=max(1, -(-total // PAGE)),
        page_url=lambda number: url_for("searches.list_searches", page=number if number > 1 else None),
    )


def save() -> Any:
    """Keep the search of the form; the page of its results comes back."""
    wish = read_wish(request.form).wish
    try:
        saved = saved_searches.save_search(actor(), wish, name_of(wish))
    except Invalid as problem:
        flash(say(problem.sentence), "bad")
        return redirect(search_url(wish, page=1), 303)
    by_mail = _("Your search is saved. We write to you when something new matches, once a day at most.")
    on_site = _("Your search is saved. What is new stands under “My searches”.")
    flash(by_mail if saved.alert == "mail" else on_site, "ok")
    return redirect(search_url(wish, page=1), 303)


@area.page("/searches/<int:search_id>/alert", needs=Need.PERSON, methods=("POST",))
def choose_alert(search_id: int) -> Any:
    """Be told by mail, here only, or not for now."""
    search = saved_searches.choose_alert(actor(), search_id, request.form.get("alert", ""))
    flash(str(ALERTS[search.alert]), "ok")
    return _back()


@area.page("/searches/<int:search_id>/seen", needs=Need.PERSON, methods=("POST",))
def mark_seen(search_id: int) -> Any:
    """Take what is new as seen."""
    saved_searches.mark_seen(actor(), search_id)
    return _back()


@area.page("/searches/<int:search_id>/delete", needs=Need.PERSON, methods=("GET", "POST"))
def delete(search_id: int) -> Any:
    """Say what deleting a search means; then do it."""
    search = saved_searches.own_search(actor(), search_id)
    if request.method != "POST":
        return render_template("searches/delete.html", search=search)
    saved_searches.delete_search(actor(), search_id)
    flash(_("The search is deleted."), "ok")
    return _back()


@area.page("/searches/stop/<token>", needs=Need.ANYONE, methods=("GET", "POST"))
@from_anywhere
def stop(token: str) -> Any:
    """Ask whether to pause a search, and pause it; once that is done, say so and offer to go on. From the link in a mail."""
    search = _read(token)
    if request.method != "POST":
        page = render_template("searches/stop.html", token=token, search=search)
        return page, {"X-Robots-Tag": "noindex", "Cache-Control": "no-store"}
    saved_searches.choose_alert_by_link(search.id, "off")
    if request.form.get(ONE_CLICK[0]) == ONE_CLICK[1]:
        return _("These mails are stopped"), {"Content-Type": "text/plain; charset=utf-8"}
    return redirect(url_for("searches.stop", token=token), 303)


@area.page("/searches/start/<token>", needs=Need.ANYONE, methods=("POST",))
@from_anywhere
def start(token: str) -> Any:
    """Go on with a search that was paused."""
    saved_searches.choose_alert_by_link(_read(token).id, "mail")
    return redirect(url_for("searches.stop", token=token), 303)


def url_of(search: SavedSearch) -> str:
    """Where a saved search is found again."""
    return search_url(saved_searches.wish_of(search.wish), sort="newest")


def _read(token: str) -> SavedSearch:
    return read_search_token(current_app.config["SETTINGS"], token)


def _back() -> Any:
    return redirect(url_for("searches.list_searches"), 303)
