"""The passage under each hit that shows why it was found, in the post's own language."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select

from forum.core.db import db
from forum.library.models import Attachment, AttachmentText, Post
from forum.library.queries import PostCard
from forum.search.analysis import is_small, words_of
from forum.search.documents import details_text
from forum.search.engine import Word
from forum.search.passages import Snippet, Sought, best_passage, plain_text
from forum.search.translating import Wording
from forum.vocabulary.queries import labels_in
from forum.vocabulary.words import stem

LONGEST_DOCUMENT = 200_000


def snippets_of(
    cards: Sequence[PostCard],
    sought: Sought,
    concept_ids: Sequence[int] = (),
    wordings: Sequence[Wording] = (),
) -> dict[int, Snippet]:
    """The best passage of each of these posts, in its own language; none where only names or comments were found.

    A post that has none of the words shows where it names one of the concepts, or has one of the translations.
    """
    if not cards or not sought:
        return {}
    columns = select(Post.id, Post.kind, Post.summary, Post.body_html, Post.details, Post.language)
    found: dict[int, Snippet] = {}
    naming = _Naming(concept_ids, wordings)
    for post in db.session.execute(columns.where(Post.id.in_([card.id for card in cards]))):
        texts = (post.summary, plain_text(post.body_html), *details_text(post.kind, post.details))
        passage = best_passage(texts, post.language, sought) or best_passage(
            texts, post.language, naming[post.language]
        )
        if passage:
            found[post.id] = passage
    unexplained = [
        card for card in cards if card.id not in found and not best_passage([card.title], card.language, sought)
    ]
    return found | _in_documents(unexplained, sought)


def _in_documents(cards: Sequence[PostCard], sought: Sought) -> dict[int, Snippet]:
    """The best passage of the documents attached to each of these posts."""
    if not cards:
        return {}
    languages = {card.id: card.language for card in cards}
    texts = select(Attachment.post_id, Attachment.filename, AttachmentText.text).join(
        AttachmentText, AttachmentText.sha256 == Attachment.sha256
    )
    attached = texts.where(Attachment.post_id.in_(languages), Attachment.removed_at.is_(None)).order_by(Attachment.id)
    found: dict[int, Snippet] = {}
    for post_id, filename, text in db.session.execute(attached):
        passage = best_passage([text], languages[post_id], sought, LONGEST_DOCUMENT) if post_id not in found else None
        if passage:
            found[post_id] = replace(passage, document=filename)
    return found


class _Naming(dict[str, Sought]):
    """What to look for in a language to see what a text means: the words of labels of concepts, and translations."""

    def __init__(self, concept_ids: Sequence[int], wordings: Sequence[Wording]):
        super().__init__()
        self.concept_ids = concept_ids
        self.wordings = wordings

    def __missing__(self, language: str) -> Sought:
        labels = labels_in(self.concept_ids, language) if self.concept_ids else []
        words = (word for label in labels for word in words_of(label) if not is_small(word))
        stems = [stem(word, language) for word in words]
        stems += [stem for one in self.wordings if language in one.languages for stem in one.stems]
        self[language] = Sought.of([[Word(tuple(stems))]])
        return self[language]
