"""The prints by which texts that are nearly the same are found."""

from sqlalchemy import BigInteger, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from forum.core.db import Model


class TextPrint(Model):
    """One of the few numbers that stand for a post's text: texts with many words in a row in common share most of them."""

    __tablename__ = "text_prints"

    value: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, index=True)
