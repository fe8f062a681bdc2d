"""People: the page of one, and the administrators' list with the roles they give."""

from typing import Any
from urllib.parse import urlencode

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _

from forum.accounts import roles
from forum.accounts.policy import can_change_roles, can_see_details
from forum.accounts.queries import list_people, require_person
from forum.core.errors import Invalid
from forum.core.languages import INTERFACE_LANGUAGES, language_name
from forum.discussion.models import Comment
from forum.discussion.queries.recent import latest_comments
from forum.library.models import Post
from forum.library.queries import count_posts, latest_cards
from forum.organisations.queries import organisations_of
from forum.vocabulary.queries import vocabulary
from forum.web.accounts import said
from forum.web.cards import show_cards
from forum.web.languages import interface_language
from forum.web.routes import Area, Need
from forum.web.sessions import actor

area = Area("people", __name__)

POSTS_A_PAGE = 20
COMMENTS = 5


@area.page("/people", needs=Need.ADMIN)
def list_all() -> str:
    """Everybody with an account, by name; for administrators."""
    words = request.args.get("q", "")
    found = list_people(words, page_number())
    return render_template(
        "people/list.html",
        found=found,
        words=words,
        page=found.page,
        pages=found.pages,
        page_url=page_address,
        theme_name=theme_name,
    )


@area.page("/people/<int:person_id>", needs=Need.ANYONE)
def show_person(person_id: int) -> str:
    """A person with organisations, and the posts and comments that the reader may read."""
    person = require_person(person_id)
    mine = Post.author_id == person.id
    page = page_number()
    total = count_posts(actor(), mine)
    return render_template(
        "people/person.html",
        person=person,
        organisations=[] if person.erased_at else organisations_of(person.id),
        shows_details=can_see_details(actor(), person),
        may_change_roles=can_change_roles(actor()) and not person.erased_at,
        posts=show_cards(latest_cards(actor(), mine, limit=POSTS_A_PAGE, offset=(page - 1) * POSTS_A_PAGE)),
        said=latest_comments(actor(), Comment.author_id == person.id, limit=COMMENTS) if page == 1 else [],
        total=total,
        page=page,
        pages=-(-total // POSTS_A_PAGE),
        page_url=page_address,
    )


@area.page("/people/<int:person_id>/roles", needs=Need.ADMIN, methods=("GET", "POST"), fresh=True)
def edit_roles(person_id: int) -> Any:
    """Give and take a person's roles for the network."""
    person = require_person(person_id)
    errors = {}
    if request.method == "POST":
        try:
            _change_role(person_id)
            flash(_("The roles of %(name)s are changed.", name=person.name), "ok")
            return redirect(url_for("people.edit_roles", person_id=person_id), 303)
        except Invalid as problem:
            errors = said(problem)
    page = render_template(
        "people/roles.html",
        person=person,
        form=request.form,
        errors=errors,
        scopes=scope_choices(),
        theme_name=theme_name,
    )
    return page, 422 if errors else 200


def _change_role(person_id: int) -> None:
    change = roles.withdraw_role if request.form.get("step") == "withdraw" else roles.grant_role
    change(actor(), person_id, request.form.get("role", ""), request.form.get("scope", roles.NETWORK))


def scope_choices() -> list[Any]:
    """What a moderator may look after: the network, a language or a theme, as options of a form."""
    here = interface_language()
    languages = [(f"language:{code}", language_name(code, here)) for code in INTERFACE_LANGUAGES]
    themes = [(f"theme:{option.value}", option.label) for option in vocabulary().options("theme", here)]
    return [(roles.NETWORK, _("The whole network")), (_("A language"), languages), (_("A theme"), themes)]


def theme_name(key: str) -> str:
    """The name of a theme in the language of the page."""
    entry = vocabulary().by_key(key)
    return vocabulary().label(entry.id, interface_language()) if entry else key


def page_address(number: int) -> str:
    """The address of another page of this list, the rest of the query kept."""
    query = request.args.to_dict(flat=False) | {"page": [str(number)]}
    return f"{request.script_root}{request.path}?{urlencode(query, doseq=True)}"


def page_number() -> int:
    """The page of a list that was asked for; anything odd is the first."""
    asked = request.args.get("page", "1")
    return max(1, int(asked)) if asked.isdecimal() and len(asked) < 7 else 1
