"""The moderators' desk: one queue of all that waits, what is done to it, and the way back."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from babel.dates import format_timedelta
from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from forum.core.actor import Actor
from forum.core.clock import now
from forum.core.errors import Invalid, Missing
from forum.core.text import CONTROL_CHARACTERS, Message
from forum.curation.checks.keeping import findings_of
from forum.curation.models import SUBJECT_LENGTH, Deed
from forum.curation.operations.deeds import Action, Batch, carry_out, own_batch, own_batches, undo_batch
from forum.curation.queue import Item, Key, Tallies, find_items, page_of_items, tally
from forum.library.models import Post
from forum.library.operations.steps import clean_reason
from forum.library.policy import readable
from forum.library.queries import bare_cards, card_query
from forum.web import desk_filters as filters
from forum.web.cards import Card, show_cards
from forum.web.checks import Found, in_words
from forum.web.decision_words import DONE
from forum.web.decision_words import REASONS as FLAG_LABELS
from forum.web.desk_filters import desk_url
from forum.web.desk_kinds import ACTION_WORDS, ACTIONS, BY_NAME, SOURCES, DeskKind
from forum.web.languages import babel_locale, say
from forum.web.review_area import area as area
from forum.web.routes import Need
from forum.web.safety import local_target
from forum.web.sessions import actor
from forum.web.wording.opinions import PROPOSALS

MOST_AT_ONCE = 50
ORDER = tuple(ACTION_WORDS)


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that waits, as the desk shows it; `post` is what it is about, if anything, with what the checks found in it."""

    item: Item
    kind: DeskKind
    post: Card | None
    checks: list[Found]

    @property
    def value(self) -> str:
        """How forms name it."""
        return f"{self.item.kind}:{self.item.subject}"


@dataclass(frozen=True, slots=True)
class Told:
    """What one press of a button did, as the desk tells it."""

    batch: Batch
    words: str
    done: list[tuple[Deed, Card | None]]
    refused: list[tuple[str, Card | None]]


@area.page("/review", needs=Need.MODERATOR, methods=("GET", "POST"))
def show_desk() -> Any:
    """What waits for a moderator; or do what was asked to what was ticked."""
    if request.method == "GET":
        return desk_page()
    name, keys = asked_for()
    action = ACTIONS.get(name)
    errors = {}
    if not keys:
        errors["tick"] = _("Tick something first.")
    elif action is None:
        errors["do"] = _("Choose what to do with it.")
    if errors or action is None:
        return desk_page(errors, keys), 422
    return act(actor(), action, keys[:MOST_AT_ONCE])


def desk_page(errors: Mapping[str, str] | None = None, ticked: Sequence[Key] = ()) -> str:
    """One page of the queue; a page that is no more shows the last one, since things leave the queue."""
    who, wanted = actor(), filters.wanted()
    found = tally(who, SOURCES, wanted)
    page = min(filters.page_number(), found.pages)
    items = page_of_items(who, SOURCES, wanted, page) if found.total else []
    batch = own_batch(who, request.args.get("done", "")) if request.args.get("done") else None
    findings = findings_of(item.post_id for item in items if item.post_id)
    posts = posts_of(who, [item.post_id for item in items] + ids_in([batch] if batch else []))
    return render_template(
        "curation/desk.html",
        rows=[
            Row(item, BY_NAME[item.kind], posts.get(item.post_id or 0), in_words(findings.get(item.post_id or 0, {})))
            for item in items
        ],
        told=tell(batch, posts) if batch else None,
        found=found,
        page=page,
        pages=found.pages,
        page_url=lambda number: desk_url(page=number),
        here=desk_url(page=page),
        clocks=filters.clock_links(found),
        choices=filters.choices(found),
        chosen=filters.chosen(),
        chosen_values=filters.chosen_values(),
        fairness=fairness(found),
        offers=offers(items),
        flag_labels=FLAG_LABELS,
        decision_words=DONE,
        proposal_words={one.value: said for one, said in PROPOSALS.items()},
        action_words=ACTION_WORDS,
        ticked={f"{key.kind}:{key.subject}" for key in ticked},
        errors=errors or {},
    )


def fairness(found: Tallies) -> list[tuple[str, list[tuple[str, str, int, int]]]]:
    """Open and late things by country and by language: (filter, rows of (address, name, open, late))."""
    return [
        (name, [(desk_url({name: code}), words, one.open, one.late) for code, words, one in rows])
        for name, rows in (("country", filters.by_country(found)), ("language", filters.by_language(found)))
    ]


def offers(items: Iterable[Item]) -> list[tuple[str, str]]:
    """(action, words) of what can be done to some of these."""
    kinds = [BY_NAME[name] for name in {item.kind for item in items}]
    possible = {name for name, action in ACTIONS.items() if any(kind.can(action) for kind in kinds)}
    return [(name, str(ACTION_WORDS[name].offer)) for name in ORDER if name in possible]


def posts_of(who: Actor, ids: Iterable[int | None]) -> dict[int, Card]:
    """Those of these posts that the moderator may read, as cards."""
    numbers = sorted({number for number in ids if number})
    cards = bare_cards(card_query(readable(who), Post.id.in_(numbers))) if numbers else []
    return {card.id: card for card in show_cards(cards)}


def ids_in(batches: Iterable[Batch]) -> list[int | None]:
    """The posts that batches are about."""
    return [deed.post_id for batch in batches for deed in (*batch.done, *batch.refused)]


def tell(batch: Batch, posts: Mapping[int, Card]) -> Told:
    """A batch in words, its posts by title where the moderator may read them."""
    refused = [
        (say(Message(str(deed.refusal["sentence"]), dict(deed.refusal["values"]))), posts.get(deed.post_id or 0))
        for deed in batch.refused
    ]
    done = [(deed, posts.get(deed.post_id or 0)) for deed in batch.done]
    return Told(batch, str(ACTION_WORDS[batch.action].told), done, refused)


def asked_for() -> tuple[str, list[Key]]:
    """What to do, and to which things: the button of one row says both, else the choice above the list and its ticks."""
    name, _space, one = request.form.get("one", "").partition(" ")
    values = [one] if one else request.form.getlist("item")
    keys = [Key(*value.split(":", 1)) for value in values if ":" in value]
    return name or request.form.get("do", ""), [key for key in keys if is_key(key)]


def is_key(key: Key) -> bool:
    """Whether something could have this name."""
    return key.kind in BY_NAME and 0 < len(key.subject) <= SUBJECT_LENGTH and not CONTROL_CHARACTERS.search(key.subject)


def act(who: Actor, action: Action, keys: Sequence[Key]) -> Any:
    """Do one thing to each of these, and go back to the desk, which tells what was done; or ask for the reason first."""
    reason = ""
    if action.needs_reason:
        try:
            reason = clean_reason(request.form.get("reason", ""))
        except Invalid as problem:
            errors = {"reason": say(problem.fields["reason"])} if "reason" in request.form else {}
            return ask_why(who, action, keys, errors), 422 if errors else 200
    batch = carry_out(who, SOURCES, action, keys, reason)
    target = desk_url(page=filters.page_number())
    return redirect(f"{target}{'&' if '?' in target else '?'}done={batch}", 303)


def ask_why(who: Actor, action: Action, keys: Sequence[Key], errors: Mapping[str, str]) -> str:
    """The page that says what will happen to which posts, and asks for a reason."""
    items = find_items(who, SOURCES, keys)
    posts = posts_of(who, [item.post_id for item in items.values()])
    if not posts:
        raise Missing(_("This no longer waits, or you may not do this to it."))
    return render_template(
        "curation/desk/reason.html",
        action=action,
        items=items.values(),
        posts=posts.values(),
        reason=request.form.get("reason", ""),
        errors=errors,
        back=desk_url(page=filters.page_number()),
    )


@area.page("/review/mine", needs=Need.MODERATOR)
def show_deeds() -> str:
    """What a moderator did on the desk in the last thirty days, each with its way back."""
    page = filters.page_number()
    batches, pages = own_batches(actor(), page)
    if page > pages:
        raise Missing
    posts = posts_of(actor(), ids_in(batches))
    told = [tell(batch, posts) for batch in batches]
    return render_template(
        "curation/desk/mine.html", told=told, page=page, pages=pages, kinds=BY_NAME, here=url_for("review.show_deeds")
    )


@area.page("/review/undo/<token>", needs=Need.MODERATOR, methods=("POST",))
def undo(token: str) -> Any:
    """Undo what one press of a button did, as far as nobody has changed it since."""
    undone, refusals = undo_batch(actor(), tuple(ACTIONS.values()), token)
    if undone:
        flash(ngettext("%(num)s thing is as it was before.", "%(num)s things are as they were before.", undone), "ok")
    for sentence in dict.fromkeys(say(refusal) for refusal in refusals):
        flash(_("This could not be undone: %(reason)s", reason=sentence), "warn")
    return redirect(local_target(request.form.get("next") or url_for("review.show_desk")), 303)


@area.app_template_filter("ago")
def ago(moment: datetime) -> str:
    """How long ago something was, like "10 minutes ago"."""
    passed = now() - moment
    return str(format_timedelta(-passed, add_direction=True, locale=babel_locale()))
