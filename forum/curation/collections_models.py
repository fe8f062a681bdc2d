"""Collections: named, ordered lists of posts, each with a note that says why to read it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from forum.accounts.models import Person
from forum.core.db import Model

NAME_LENGTH = 120
INTRODUCTION_LENGTH = 3000
NOTE_LENGTH = 600
KEY_LENGTH = 43
AUDIENCES = ("private", "link", "public")


class Collection(Model):
    """A reading list: `public` ones are of the moderators, the others of the person who made them.

    `key` is the secret part of the address that shares a list by link; a new one ends the old. `revision` grows with every
    change of words or order and guards forms.
    """

    __tablename__ = "collections"
    __table_args__ = (Index("ix_collections_audience", "audience", "deleted_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(String(NAME_LENGTH))
    introduction: Mapped[str] = mapped_column(String(INTRODUCTION_LENGTH), default="")
    introduction_html: Mapped[str] = mapped_column(Text, default="")
    language: Mapped[str] = mapped_column(String(8), default="en")
    audience: Mapped[str] = mapped_column(String(8), default="private")
    key: Mapped[str | None] = mapped_column(String(KEY_LENGTH), unique=True)
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("people.id"), index=True)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    featured_at: Mapped[datetime | None]
    deleted_at: Mapped[datetime | None]
    revision: Mapped[int] = mapped_column(default=1)

    owner: Mapped[Person | None] = relationship()


class CollectionEntry(Model):
    """A post in a collection, its place, and why to read it."""

    __tablename__ = "collection_entries"

    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int]
    note: Mapped[str] = mapped_column(String(NOTE_LENGTH), default="")
    added_at: Mapped[datetime]
