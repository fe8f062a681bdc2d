"""What was said in a conversation becomes a post: a question, or a draft. `restructuring_undo` takes it back."""

from collections.abc import Sequence

from forum.core.actor import Actor
from forum.core.db import db, operation
from forum.core.errors import Invalid, Missing
from forum.core.text import message as _
from forum.core.text import single_line
from forum.curation import events
from forum.curation.operations.restructuring_record import Record, move_with_reports, settle, tell
from forum.curation.restructuring_models import Restructuring
from forum.curation.restructuring_policy import may_make_practice, require_act
from forum.discussion.models import Comment
from forum.discussion.operations.moving import Place, places_on, with_replies
from forum.discussion.operations.writing import find_comment
from forum.library.content import Content, content_of
from forum.library.form_texts import form_text
from forum.library.models import TITLE_LENGTH, Post
from forum.library.operations import restructuring as posts
from forum.library.operations.steps import clean_reason
from forum.library.operations.writing import find_post, start_draft
from forum.library.policy import require_moderate


@operation
def split_post(
    actor: Actor, post_id: int, first_id: int, comment_ids: Sequence[int], title: str, reason: str
) -> Restructuring:
    """Let a comment begin a question of its own, with other comments of its thread, and all replies to those, under it.

    The first comment stays where it is too, so that its address and the answers to it still make sense.
    """
    source = require_act(actor, require_moderate(actor, find_post(post_id)))
    reason = clean_reason(reason)
    title = form_text("title", title, TITLE_LENGTH, _("Write a title."), one_line=True)
    places = places_on(post_id)
    chosen = with_replies(places, set(comment_ids) - {first_id})
    if not {first_id, *chosen} <= {place.comment_id for place in places} or first_id in chosen:
        raise Invalid({"comments": _("Choose comments of this post. The first one cannot answer another chosen one.")})
    first = db.session.get_one(Comment, first_id)
    if first.deleted_at or first.hidden_at:
        raise Invalid({"first": _("This comment is no longer here.")})
    kept = Record(actor, "split", reason, source, None, [place for place in places if place.comment_id in chosen])
    new = _grown(source, first, title)
    move_with_reports(
        [
            Place(place.comment_id, new.id, number, place.parent_id if place.parent_id in chosen else None)
            for number, place in enumerate(kept.comments, start=1)
        ]
    )
    if source.accepted_comment_id in chosen:
        source.accepted_comment_id = None
    settle(source, new)
    kept.target = new
    kept.added["links"] = (
        [[new.id, source.id, "split_from"]] if posts.link_posts(new.id, source.id, "split_from") else []
    )
    done = kept.keep()
    tell(actor, events.SPLIT, source, done, {"other": new.id})
    tell(actor, events.GROWN, new, done, {"from": source.id})
    return done


def _grown(source: Post, first: Comment, title: str) -> Post:
    """A question that says what a comment said, for the same readers as the post that it stood on."""
    of_source = content_of(source)
    content = Content(
        kind="question",
        title=title,
        body=first.body,
        language=first.language,
        countries=of_source.countries,
        concept_ids=of_source.concept_ids,
        visibility=source.visibility,
        licence=source.licence,
    )
    own = source.organisation_id if source.visibility == "organisation" else first.organisation_id
    return posts.grow_post(content, first.author_id, own, first.created_at)


@operation
def make_practice(actor: Actor, comment_id: int) -> Restructuring:
    """Begin the draft of a practice with what somebody answered, for the organisation they answered for."""
    comment, source = find_comment(actor, comment_id)
    if not may_make_practice(actor, comment):
        raise Missing(_("Only the people who wrote this answer can turn it into a practice."))
    kept = Record(actor, "practice", "", source)
    content = Content(
        kind="practice",
        title=single_line(source.title),
        body=comment.body,
        language=comment.language,
        countries=tuple(place.country for place in source.countries),
        concept_ids=tuple(link.concept_id for link in source.concepts),
        visibility="organisation" if source.visibility == "organisation" else "members",
    )
    belongs = comment.organisation_id in actor.organisation_ids
    draft = start_draft(actor, content, comment.organisation_id if belongs else min(actor.organisation_ids))
    kept.target = draft
    kept.added["links"] = (
        [[draft.id, source.id, "based_on"]] if posts.link_posts(draft.id, source.id, "based_on") else []
    )
    done = kept.keep()
    tell(actor, events.GROWN, draft, done, {"from": source.id, "comment": comment.id})
    return done
