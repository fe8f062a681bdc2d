"""What is remembered of searching, for those who look after the words of the library: numbers by week, and nobody's name."""

from datetime import date, datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model

TEXT_LENGTH = 80


class SearchCount(Model):
    """How often a query was asked in a week, in an interface language, and how often it found nothing (`empty`)."""

    __tablename__ = "search_counts"

    week: Mapped[date] = mapped_column(primary_key=True)
    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH), primary_key=True)
    searches: Mapped[int]
    empty: Mapped[int]


class WordLeftAside(Model):
    """A query that moderators looked at and made no word of the vocabulary."""

    __tablename__ = "words_left_aside"

    language: Mapped[str] = mapped_column(String(8), primary_key=True)
    text: Mapped[str] = mapped_column(String(TEXT_LENGTH), primary_key=True)
    at: Mapped[datetime]


class ClickCount(Model):
    """How often the result at a rank was opened in a week; the last rank stands for all below it."""

    __tablename__ = "click_counts"

    week: Mapped[date] = mapped_column(primary_key=True)
    rank: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    clicks: Mapped[int]
