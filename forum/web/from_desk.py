"""What a moderator does on the page of a post that they opened from the desk: it leads back to the desk, with undo."""

from flask import request, url_for

from forum.core.actor import Actor
from forum.curation.operations import desk
from forum.curation.operations.deeds import carry_out
from forum.curation.queue import Key, find_items
from forum.library.operations.steps import clean_reason
from forum.web.desk_kinds import KINDS, SOURCES

ACTIONS = {"reviewed": desk.REVIEWED, "needs_recheck": desk.RECHECK, "hide": desk.HIDE}


def done_from_desk(who: Actor, post_id: int, name: str) -> str | None:
    """Do what the address asks (`?from=desk`) as the desk would, and give the way back; None when that is not for the desk.

    Raises `Invalid` for a reason that will not do.
    """
    action = ACTIONS.get(name)
    if request.args.get("from") != "desk" or action is None:
        return None
    names = [kind.source.kind for kind in KINDS if kind.can(action)]
    items = find_items(who, SOURCES, [Key(one, str(post_id)) for one in names])
    key = next((key for key, item in items.items() if item.post_id == post_id), None)
    if key is None:
        return None
    if action is desk.REVIEWED:
        action = desk.reviewed(request.form.getlist("checked"))
    reason = clean_reason(request.form.get("reason", "")) if action.needs_reason else ""
    return url_for("review.show_desk", done=carry_out(who, SOURCES, action, [key], reason))
