"""Whether a practice worked elsewhere too: what levels 4 and 5 of the scale of evidence ask for."""

from dataclasses import dataclass

ORGANISATIONS = PLACES = 2


@dataclass(frozen=True, slots=True)
class Repetition:
    """In how many other organisations a practice worked, and in how many countries or regions these are."""

    organisations: int
    places: int

    @property
    def is_enough(self) -> bool:
        """Whether that makes it a repeated practice."""
        return self.organisations >= ORGANISATIONS and self.places >= PLACES


def repetition_of(post_id: int) -> Repetition | None:
    """What adoption reports say of a practice; None while nobody can report, and moderators vouch for it."""
    return None
