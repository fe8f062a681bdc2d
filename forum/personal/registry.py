"""How a table says what it keeps about people, what becomes of it when somebody leaves, and for how long.

Every column that may hold something about a person is declared in `columns`, or named there as not personal with a reason. The
erasure, the export and the documentation all read the same declarations.
"""

from collections.abc import Iterator
from dataclasses import dataclass

FATES = {
    "row": "the row goes with its person",
    "former": "keeps pointing at a former member, who has no name any more",
    "unlinked": "is set to nobody",
    "emptied": "is emptied in the person's own rows, and scrubbed in the rows of others",
    "scrubbed": "stays; the person's name and address in it are replaced",
    "rendered": "is made anew from the text that it shows",
    "dropped": "rows that hold the person's name or address go",
    "sealed": "a code that nobody can read; goes when its row goes",
}
CODE = "a word of the program's own, a number or a language"
OURS = "says who the organisation is, or is a word of the network's vocabulary"
PLACE = "names a file or a field, not a person"


@dataclass(frozen=True, slots=True)
class Table:
    """What one table keeps about people: names of columns by what becomes of them, each list in one string.

    `whose` names the columns by which a row is somebody's own: such rows are in the person's export, but for the columns in
    `hidden`, which may tell of others. `through` is (column, table) where a row is its parent's person's. `kept` says for how long.
    """

    name: str
    whose: str = ""
    row: str = ""
    former: str = ""
    unlinked: str = ""
    emptied: str = ""
    scrubbed: str = ""
    rendered: str = ""
    dropped: str = ""
    sealed: str = ""
    codes: str = ""
    ours: str = ""
    places: str = ""
    hidden: str = ""
    through: tuple[str, str] | None = None
    kept: str = "as long as the library exists"

    def fates(self) -> Iterator[tuple[str, str]]:
        """Each declared column with what becomes of it."""
        for fate in FATES:
            for column in self.columns(fate):
                yield column, fate

    def columns(self, fate: str) -> list[str]:
        """The columns with one fate, those not personal under `codes`, `ours` and `places`."""
        return str(getattr(self, fate)).split()

    def not_personal(self) -> dict[str, str]:
        """The columns that could look personal and are not, with the reason."""
        reasons = {"codes": CODE, "ours": OURS, "places": PLACE}
        return {column: reason for name, reason in reasons.items() for column in self.columns(name)}

    def people(self) -> list[str]:
        """The columns that name a person by number."""
        return [*self.columns("row"), *self.columns("former"), *self.columns("unlinked")]
