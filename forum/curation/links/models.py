"""The addresses that posts link to, in which posts they stand, and how they answered when somebody last looked."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model

URL_LENGTH = 1000


class Link(Model):
    """An address on another site. `failing_since` is when it first failed in an unbroken row of `failures`; one run is no row."""

    __tablename__ = "links"

    id: Mapped[int] = mapped_column(primary_key=True)
    url: Mapped[str] = mapped_column(String(URL_LENGTH), unique=True)
    seen_at: Mapped[datetime]
    checked_at: Mapped[datetime | None] = mapped_column(index=True)
    outcome: Mapped[str] = mapped_column(String(12), default="")
    status: Mapped[int] = mapped_column(default=0)
    failures: Mapped[int] = mapped_column(default=0)
    failing_since: Mapped[datetime | None]
    died_at: Mapped[datetime | None] = mapped_column(index=True)


class LinkPlace(Model):
    """That a link stands in a post."""

    __tablename__ = "link_places"

    link_id: Mapped[int] = mapped_column(ForeignKey("links.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, index=True)
