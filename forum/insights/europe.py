"""Europe as squares, one a country: an arrangement that people recognise, north above, west to the left.

Every country of the continent has a square, the small ones too, and so have Türkiye, Cyprus and the Caucasus. Territories
that belong to one of them (Åland, Faroe Islands, Gibraltar ...) and the Vatican would tear the shape apart; like the
rest of the world they stand in a row below, once there is something from them.
"""

from typing import NamedTuple

_SQUARES = """
IS .  .  .  NO SE FI .  .  .
.  .  .  .  .  .  EE RU .  .
IE GB .  .  DK .  LV .  .  .
.  .  .  NL DE PL LT BY .  .
.  .  BE LU CZ SK UA .  .  .
.  FR CH LI AT HU RO MD .  .
.  AD MC IT SI HR RS BG .  .
PT ES .  SM .  BA XK MK GE AZ
.  .  .  MT .  ME AL GR TR AM
.  .  .  .  .  .  .  .  CY .
"""


class Square(NamedTuple):
    """A country and its place on the map, counted from 1 at the top left."""

    country: str
    row: int
    column: int


SQUARES = tuple(
    Square(code, row, column)
    for row, line in enumerate(_SQUARES.strip().splitlines(), start=1)
    for column, code in enumerate(line.split(), start=1)
    if code != "."
)
ON_THE_MAP = frozenset(square.country for square in SQUARES)
