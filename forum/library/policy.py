"""Who may see and do what with a post.

One idea serves every reader: a post has an *audience* (a few tokens), an actor *listens* to some tokens, and the two meet
or do not. `can_read` says it of one object, `readable` in SQL, and the search engine filters by the same tokens.
"""

from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, and_, bindparam, false, or_, select, true

from forum.accounts.policy import require_voice
from forum.core.actor import Actor
from forum.core.errors import Denied, Missing
from forum.core.text import Message
from forum.core.text import message as _
from forum.library.models import SHOWN_STATUSES, Post, PostCoauthor, PostVersion

NO_POST = _("This post does not exist, or you may not read it.")

SHOWN = SHOWN_STATUSES
MODERATORS_SEE = ("hidden", "declined")
OWN = "own_organisations"


def audience(post: Post) -> frozenset[str]:
    """The tokens of those who may read a post: `public`, `members`, `organisation:3`, `person:7`, `moderators`."""
    if post.status in SHOWN:
        return frozenset(
            {f"organisation:{post.organisation_id}" if post.visibility == "organisation" else post.visibility}
        )
    if post.status == "draft":
        return frozenset({f"person:{post.author_id}"} | {f"person:{one.person_id}" for one in post.coauthors})
    if post.status in MODERATORS_SEE:
        return frozenset({f"person:{post.author_id}", "moderators"})
    return frozenset()


def listens_to(actor: Actor) -> frozenset[str]:
    """The audience tokens that an actor belongs to."""
    tokens = {"public"} | {f"organisation:{number}" for number in actor.organisation_ids}
    if actor.is_member:
        tokens.add("members")
    if actor.is_moderator:
        tokens.add("moderators")
    if actor:
        tokens.add(f"person:{actor.person_id}")
    return frozenset(tokens)


def can_read(actor: Actor, post: Post) -> bool:
    """Whether an actor may read a post."""
    return actor.is_system or not audience(post).isdisjoint(listens_to(actor))


def readable(actor: Actor) -> ColumnElement[bool]:
    """The same as `can_read`, as a condition on `Post` for any SELECT."""
    if actor.is_system:
        return true()
    shown = and_(Post.status.in_(SHOWN), _visible_to(actor))
    if not actor:
        return shown
    mine = or_(Post.author_id == actor.person_id, and_(Post.status == "draft", Post.id.in_(_coauthored_by(actor))))
    own = and_(Post.status.in_(("draft", *MODERATORS_SEE)), mine)
    curated = Post.status.in_(MODERATORS_SEE) if actor.is_moderator else false()
    return or_(shown, own, curated)


def listed(actor: Actor, statuses: tuple[str, ...] = ("published",)) -> ColumnElement[bool]:
    """A condition for lists, counts and search: readable, and in one of these shown statuses."""
    return _listed(reach_of(actor), statuses, sorted(actor.organisation_ids))


def _visible_to(actor: Actor) -> ColumnElement[bool]:
    return _visible(reach_of(actor), sorted(actor.organisation_ids))


class Reach(NamedTuple):
    """What of a reader shapes a statement. Statements that are asked often are built once for each of the five reaches."""

    is_system: bool
    is_member: bool
    belongs: bool


def reach_of(actor: Actor) -> Reach:
    """The reach of an actor."""
    return Reach(actor.is_system, actor.is_member, bool(actor.organisation_ids))


def listed_within(reach: Reach, statuses: tuple[str, ...] = ("published",)) -> ColumnElement[bool]:
    """As `listed`, for a statement that is built once and executed with `reader`, without which it fails."""
    return _listed(reach, statuses, bindparam(OWN, expanding=True))


def reader(actor: Actor) -> dict[str, Any]:
    """What a statement built for the actor's reach is executed with."""
    return {OWN: sorted(actor.organisation_ids)}


Own = list[int] | BindParameter[Any]


def _listed(reach: Reach, statuses: tuple[str, ...], own: Own) -> ColumnElement[bool]:
    wanted = [status for status in statuses if status in SHOWN]
    return and_(Post.status.in_(wanted), true() if reach.is_system else _visible(reach, own))


def _visible(reach: Reach, own: Own) -> ColumnElement[bool]:
    seen = [Post.visibility == "public"]
    if reach.is_member:
        seen.append(Post.visibility == "members")
    if reach.belongs:
        seen.append(and_(Post.visibility == "organisation", Post.organisation_id.in_(own)))
    return or_(*seen)


def _coauthored_by(actor: Actor) -> Select[int]:
    return select(PostCoauthor.post_id).where(PostCoauthor.person_id == actor.person_id)


def version_readable(actor: Actor) -> ColumnElement[bool]:
    """A condition on `PostVersion` (joined to its `Post`): the actor could read the post with that version's visibility too."""
    return _version_readable(reach_of(actor), sorted(actor.organisation_ids))


def version_readable_within(reach: Reach) -> ColumnElement[bool]:
    """As `version_readable`, for a statement that is built once and executed with `reader`."""
    return _version_readable(reach, bindparam(OWN, expanding=True))


def _version_readable(reach: Reach, own: Own) -> ColumnElement[bool]:
    if reach.is_system:
        return true()
    then = PostVersion.content["visibility"].as_string()
    seen: ColumnElement[bool] = then.in_(["public", "members"] if reach.is_member else ["public"])
    return or_(seen, and_(then == "organisation", Post.organisation_id.in_(own))) if reach.belongs else seen


def can_write(actor: Actor) -> bool:
    """Whether an actor may post at all: members of an organisation may, unless they were silenced."""
    return actor.is_system or (bool(actor) and actor.is_member and not actor.is_silenced)


def can_edit(actor: Actor, post: Post) -> bool:
    """Whether an actor may edit a post: its author, co-authors of a draft, and colleagues in its organisation once it is shown."""
    if actor.is_system:
        return True
    if not actor or actor.is_silenced or not can_read(actor, post):
        return False
    if post.status not in ("draft", *SHOWN, "declined"):
        return False
    if post.author_id == actor.person_id or any(one.person_id == actor.person_id for one in post.coauthors):
        return True
    return post.status in SHOWN and post.organisation_id in actor.organisation_ids


def can_moderate(actor: Actor, post: Post) -> bool:
    """Whether an actor may curate a post: a moderator whose scope covers it, who may see it."""
    return can_read(actor, post) and _has_in_scope(actor, post)


def _has_in_scope(actor: Actor, post: Post) -> bool:
    if not actor.is_moderator or actor.is_silenced:
        return False
    return actor.moderates_any(language=post.language) or actor.moderates_any(
        frozenset(link.concept.key for link in post.concepts)
    )


def could_read(actor: Actor, post: Post) -> bool:
    """Whether an actor may see the tombstone of a withdrawn post: those who could read the post before."""
    if post.status != "withdrawn":
        return False
    before = {f"organisation:{post.organisation_id}", f"person:{post.author_id}"}
    if post.visibility != "organisation":
        before.add(post.visibility)
    return actor.is_system or not before.isdisjoint(listens_to(actor))


def could_moderate(actor: Actor, post: Post) -> bool:
    """Whether an actor may still curate a withdrawn post: a moderator whose scope covers it, who could read it before."""
    return could_read(actor, post) and _has_in_scope(actor, post)


def can_restore(actor: Actor, post: Post) -> bool:
    """Whether an actor may bring a post back: moderators, and of an archived post those who may edit it."""
    if post.status == "withdrawn":
        return could_moderate(actor, post)
    return (post.status == "archived" and can_edit(actor, post)) or can_moderate(actor, post)


def can_review(actor: Actor, post: Post) -> bool:
    """Whether an actor may mark a post reviewed: never a record of one's own organisation."""
    return (
        can_moderate(actor, post)
        and post.author_id != actor.person_id
        and post.organisation_id not in actor.organisation_ids
    )


def require_read(actor: Actor, post: Post | None, otherwise: Message = NO_POST) -> Post:
    """The post, or `Missing` when there is none that the actor may know of.

    Whoever asked for something on the post gets the sentence for that, so that nobody can tell whether there is one.
    """
    if post is None or not can_read(actor, post):
        raise Missing(otherwise)
    return post


def require_edit(actor: Actor, post: Post | None) -> Post:
    """The post, or `Missing` / `Denied` when the actor may not edit it."""
    found = require_read(actor, post)
    require_voice(actor)
    if not can_edit(actor, found):
        raise Denied(_("Only the people of the organisation that posted this may edit it."))
    return found


def require_moderate(actor: Actor, post: Post | None) -> Post:
    """The post, or `Missing` / `Denied` when the actor may not curate it."""
    found = require_read(actor, post)
    if not can_moderate(actor, found):
        raise Denied(_("Only a moderator may do this."))
    return found


def require_restore(actor: Actor, post: Post | None) -> Post:
    """The post, or `Missing` / `Denied` when the actor may not bring it back."""
    if post is None or not (can_read(actor, post) or could_read(actor, post)):
        raise Missing(_("This post does not exist, or you may not read it."))
    if not can_restore(actor, post):
        raise Denied(_("Only a moderator may do this."))
    return post
