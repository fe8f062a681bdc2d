"""What a provider says of somebody, and how talking with it can fail."""

from dataclasses import dataclass
from typing import Any, Protocol

from forum.core.errors import ForumError


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody as the provider knows them. The address is empty unless the provider says that it was verified."""

    subject: str
    email: str = ""
    name: str = ""


@dataclass(frozen=True, slots=True)
class Errand:
    """What goes to the provider with a browser and has to come back: kept in the cookie of that browser alone."""

    state: str
    nonce: str
    verifier: str


class SignOnFailed(ForumError):
    """The provider is not there, or what came back cannot be trusted; the sentence is for people."""


class SignOn(Protocol):
    """A provider, as pages know it."""

    issuer: str
    name: str

    def address_to_ask(self, errand: Errand, return_to: str) -> str:
        """Where to send the browser. Raises `SignOnFailed`."""
        ...

    def known_by(self, errand: Errand, answer: dict[str, Any], return_to: str) -> Known:
        """Who came back with this answer. Raises `SignOnFailed`."""
        ...
