"""Every route with a world behind it: what the generated walks over the whole site share."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from urllib.parse import quote_from_bytes, unquote_to_bytes, urlencode, urlsplit

from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RequestRedirect, Rule
from werkzeug.test import TestResponse

from forum.accounts.models import Person
from forum.core.clock import now
from forum.core.db import db
from forum.curation.models import Appeal, Decision, Flag, ModeratorNote
from forum.curation.offers.models import TransferOffer
from forum.curation.restructuring_models import Restructuring
from forum.library.models import Attachment, Post, PostVersion
from forum.notifications.models import SavedSearch
from forum.organisations.models import Invitation
from tests import factories
from tests.factories import LONG_AGO

ARGUMENT = re.compile(r"<(?:[^:<>]+:)?(\w+)>")
QUERY_NAME = re.compile(r"request\.(?:args|values)\.get(?:list)?\(\"(\w+)\"")
Body = list[tuple[str, str]]
_numbers = count(1)


@dataclass
class World:
    """One of everything: `values` by the names that routes have for them, and three people of growing power."""

    values: dict[str, str]
    people: dict[str, Person | None]

    def path(self, rule: Rule, **odd: str) -> str:
        """The address of a route here; `odd` takes the place of a value."""
        return ARGUMENT.sub(lambda found: (self.values | odd)[found[1]], rule.rule)


def make_world() -> World:
    """An organisation with its people, a post with all that hangs on it, and things that wait for an answer."""
    slug = f"world-{next(_numbers)}"
    home = factories.make_organisation(f"World {slug}", slug=slug)
    editor, colleague, asking, powerful = (factories.make_person() for _ in range(4))
    factories.make_membership(editor, home, "editor")
    factories.make_membership(powerful, home, "editor")
    membership = factories.make_membership(colleague, home)
    factories.make_membership(asking, home, state="requested")
    factories.make_role(powerful, "moderator")
    factories.make_role(powerful, "admin")
    post = factories.make_post(editor, home)
    comment = factories.make_comment(post, editor)
    file = Attachment(
        post_id=post.id, sha256="0" * 64, filename="a.pdf", mime="application/pdf", size=1, created_at=LONG_AGO
    )
    version = PostVersion(
        post_id=post.id, number=1, editor_id=editor.id, created_at=LONG_AGO, content=snapshot_of(post.title)
    )
    report = factories.make_adoption(post, factories.make_organisation(country="IT"))
    flag = Flag(post_id=post.id, reporter_id=colleague.id, reason="spam", created_at=LONG_AGO)
    invitation = Invitation(
        organisation_id=home.id,
        email=f"{slug}@example.org",
        invited_by_id=editor.id,
        created_at=LONG_AGO,
        expires_at=LONG_AGO,
    )
    for thing in (file, version, flag, invitation):
        factories.saved(thing)
    moment = {"since": LONG_AGO, "created_at": LONG_AGO, "next_look_at": LONG_AGO}
    search = factories.saved(
        SavedSearch(person_id=powerful.id, key=slug, name="x", wish=[["q", "x"]], alert="mail", **moment)
    )
    decision, appeal, note = make_decided(post, editor, powerful, colleague)
    collection = factories.make_collection(powerful, post)
    suggestion = factories.make_suggestion(post, powerful)
    step = factories.saved(Restructuring(step="convert", source_id=post.id, actor_id=powerful.id, at=LONG_AGO))
    offer = factories.saved(
        TransferOffer(
            post_id=post.id,
            from_id=home.id,
            organisation_id=report.organisation_id,
            offered_by_id=editor.id,
            reason="They do it now.",
            offered_at=now(),
        )
    )
    numbers = {
        "offer_id": offer,
        "restructuring_id": step,
        "collection_id": collection,
        "suggestion_id": suggestion,
        "decision_id": decision,
        "appeal_id": appeal,
        "note_id": note,
        "search_id": search,
        "post_id": post,
        "comment_id": comment,
        "attachment_id": file,
        "person_id": colleague,
        "organisation_id": home,
        "membership_id": membership,
        "flag_id": flag,
        "adoption_id": report,
        "invitation_id": invitation,
    }
    values = {name: str(thing.id) for name, thing in numbers.items()}
    words = {
        "kind": "practice",
        "key": "work-integration",
        "action": "hide",
        "purpose": "reset",
        "side": "new",
        "filename": "a.pdf",
        "part": "forms",
        "span": "0",
    }
    values |= words | {"slug": slug, "token": "t", "number": "1", "session_id": "1", "passkey_id": "1"}
    return World(values, {"visitor": None, "editor": editor, "powerful": powerful})


def make_decided(
    post: Post, author: Person, moderator: Person, other: Person
) -> tuple[Decision, Appeal, ModeratorNote]:
    """A decision on a post that another moderator is to look at again, and a note about somebody."""
    decision = factories.make_decision(post, author, other)
    appeal = factories.saved(
        Appeal(decision_id=decision.id, appellant_id=author.id, body="No.", language="en", created_at=LONG_AGO)
    )
    note = ModeratorNote(person_id=other.id, author_id=moderator.id, body="Kind.", created_at=LONG_AGO)
    return decision, appeal, factories.saved(note)


def snapshot_of(title: str) -> dict[str, Any]:
    """What a version holds."""
    return {"kind": "practice", "title": title, "body": "Before.", "visibility": "public", "language": "en"}


def routes(app: Flask, method: str) -> list[Rule]:
    """Every route that answers to a method, in a fixed order."""
    found = [rule for rule in app.url_map.iter_rules() if method in (rule.methods or ())]
    return sorted(found, key=lambda rule: (rule.rule, rule.endpoint))


def ask(browser: FlaskClient, path: str, query: str = "", method: str = "GET", **more: Any) -> TestResponse:
    """Ask for an address exactly as it is written, as a browser that mends nothing would."""
    raw = unquote_to_bytes(path).decode("latin-1")
    places = {"PATH_INFO": raw, "QUERY_STRING": query} | more.pop("environ_overrides", {})
    return browser.open("/", method=method, environ_overrides=places, **more)


def send(browser: FlaskClient, path: str, body: Iterable[tuple[str, str | bytes]], **more: Any) -> TestResponse:
    """Send a form; values that are bytes need not be UTF-8."""
    encoded = urlencode([(name, value) for name, value in body])
    return ask(browser, path, method="POST", data=encoded, content_type="application/x-www-form-urlencoded", **more)


def complaint(answer: TestResponse) -> str:
    """The sentence that an answer of 4xx has for people; empty when it has none."""
    if answer.is_json:
        return str((answer.json or {}).get("title", ""))
    if answer.mimetype != "text/html":
        return answer.text
    mains = html.fromstring(answer.text).xpath("//main")
    words = " ".join(mains[0].text_content().split()) if mains else ""
    return words if re.search(r"\w{2,}[.!?]", words) else ""


@dataclass
class Forms:
    """The names of the fields that each page's forms send, with what stands in them, by endpoint."""

    by_endpoint: dict[str, Body] = field(default_factory=dict)

    def of(self, rule: Rule) -> Body:
        """What the form of a route sends; those that scripts send have the fields of a new post."""
        return self.by_endpoint.get(rule.endpoint) or self.by_endpoint["posts.new_post"]


def crawl(app: Flask, world: World, browser_of: Callable[[Any], FlaskClient]) -> Forms:
    """Read every form of every page, as each of the people sees it."""
    forms = Forms()
    adapter = app.url_map.bind("localhost")
    for person in world.people.values():
        browser = browser_of(person)
        for rule in routes(app, "GET"):
            answer = browser.get(world.path(rule))
            if answer.mimetype != "text/html" or answer.status_code != 200:
                continue
            for form in html.fromstring(answer.text).xpath("//form[@method='post' or @method='POST']"):
                try:
                    endpoint, _values = adapter.match(urlsplit(form.get("action") or world.path(rule)).path, "POST")
                except (HTTPException, RequestRedirect):
                    continue
                known = dict(forms.by_endpoint.get(endpoint, []))
                forms.by_endpoint[endpoint] = list((known | dict(fields_of(form))).items())
    return forms


def fields_of(form: Any) -> Iterator[tuple[str, str]]:
    """(name, value) of every field of a form, chosen or not."""
    for one in form.xpath(".//input[@name] | .//textarea[@name] | .//select[@name] | .//button[@name]"):
        value = one.text if one.tag == "textarea" else one.get("value")
        yield one.get("name"), value or ""


def query_names(sources: Iterable[str]) -> list[str]:
    """The names that pages read from a query."""
    return sorted({name for source in sources for name in QUERY_NAME.findall(source)})


def everything_stored() -> Mapping[str, int]:
    """How many rows each table holds."""
    tables = db.metadata.sorted_tables
    found = {one.name: db.session.scalar(db.select(db.func.count()).select_from(one)) or 0 for one in tables}
    db.session.rollback()
    return found


def percent(raw: bytes) -> str:
    """Bytes as an address writes them."""
    return quote_from_bytes(raw, safe="")
