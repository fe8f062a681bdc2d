"""Who acts: what every operation is told first, and every visibility rule asks."""

from dataclasses import dataclass, field
from datetime import datetime

from forum.core.clock import now


@dataclass(frozen=True, slots=True)
class Actor:
    """A person as the rules see them, taken once per request; without a `person_id` it is a visitor or the system."""

    person_id: int | None = None
    name: str = ""
    language: str = "en"
    reads: tuple[str, ...] = ()
    interests: tuple[str, ...] = ()
    organisation_ids: frozenset[int] = frozenset()
    editor_ids: frozenset[int] = frozenset()
    moderates: frozenset[str] = field(default=frozenset())
    is_admin: bool = False
    is_system: bool = False
    silenced_until: datetime | None = None
    waits_for_factor: bool = False  # holds a role, whose powers wait until a second factor is set up

    @property
    def is_silenced(self) -> bool:
        """Whether the actor may read, but not write, for now."""
        return self.silenced_until is not None and self.silenced_until > now()

    @property
    def languages(self) -> tuple[str, ...]:
        """The languages the actor reads: those they named, else that of their pages."""
        return self.reads or (self.language,)

    def __bool__(self) -> bool:
        """Whether somebody is signed in."""
        return self.person_id is not None

    @property
    def is_member(self) -> bool:
        """Whether the actor belongs to a member organisation, or looks after the network."""
        return bool(self.organisation_ids) or self.is_moderator or self.is_system or self.waits_for_factor

    @property
    def is_moderator(self) -> bool:
        """Whether the actor moderates the whole network (`network`), a theme (`theme:KEY`) or a language (`language:nl`)."""
        return bool(self.moderates) or self.is_admin or self.is_system

    def moderates_any(self, themes: frozenset[str] = frozenset(), language: str = "") -> bool:
        """Whether the actor's scope covers something with these theme keys and this language."""
        if self.is_admin or self.is_system or "network" in self.moderates:
            return True
        return f"language:{language}" in self.moderates or any(f"theme:{key}" in self.moderates for key in themes)


VISITOR = Actor()
SYSTEM = Actor(name="Passerelle", is_system=True)
