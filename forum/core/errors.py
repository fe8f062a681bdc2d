"""What can go wrong, in the words of the house. One handler per edge turns these into a page, JSON or a line on a terminal."""

from collections.abc import Mapping

from forum.core.text import Message, message


class ForumError(Exception):
    """Something a person can be told in one sentence."""

    def __init__(self, sentence: Message | str):
        self.sentence = sentence if isinstance(sentence, Message) else Message(sentence)
        super().__init__(str(self.sentence))


class Denied(ForumError):
    """The actor may not do this (and may know that the thing exists)."""

    def __init__(self, sentence: Message | str | None = None):
        super().__init__(sentence or message("You may not do this."))


class Missing(ForumError):
    """There is no such thing, or the actor may not know of it."""

    def __init__(self, sentence: Message | str | None = None):
        super().__init__(sentence or message("This does not exist, or no longer does."))


class Invalid(ForumError):
    """What was given cannot be taken: `fields` says for each field why and how to mend it."""

    def __init__(self, fields: Mapping[str, Message]):
        self.fields = dict(fields)
        super().__init__(next(iter(self.fields.values()), message("There is a problem with what was sent.")))


class Conflict(ForumError):
    """Somebody else changed the same thing in the meantime."""


class TooMany(ForumError):
    """A limit is reached; `retry_after` is in seconds."""

    def __init__(self, sentence: Message | str, retry_after: int = 60):
        self.retry_after = retry_after
        super().__init__(sentence)


class Misconfigured(ForumError):
    """A setting is wrong: the sentence names it and says how to mend it."""
