"""The figures that are promised, measured: python -m bench.drill [PART ...] [--site DIR] [--corpus FILE] [--seed 7]

Each part prints its lines of one table; exit code 1 when a promise is missed. What each does, and what came out last:
docs/drills.md.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.drill import disk, fuzz, kills, overload, restore, slow
from bench.drill.figure import Figure, circumstances, table

Part = Callable[[Path, argparse.Namespace], list[Figure]]
PARTS: dict[str, Part] = {
    "kills": lambda folder, wish: kills.drill(folder, wish.seed),
    "overload": lambda folder, wish: overload.drill(folder),
    "slow": lambda folder, wish: slow.drill(folder),
    "disk": lambda folder, wish: disk.drill(folder),
    "restore": lambda folder, wish: restore.drill(folder, wish.site, wish.corpus),
    "restore-postgresql": lambda folder, wish: restore.drill_postgresql(folder, wish.corpus),
    "fuzz": lambda folder, wish: fuzz.drill(folder, wish.seed),
}


def measured(part: str, wish: argparse.Namespace) -> list[Figure]:
    """Run one part in a folder that is thrown away, and print its lines."""
    print(f"\n## {part}: {circumstances()}\n", flush=True)
    with tempfile.TemporaryDirectory(prefix=f"drill-{part}-") as folder:
        figures = PARTS[part](Path(folder), wish)
    print(table(figures), flush=True)
    return figures


def main() -> None:
    """Read the arguments, run the parts one after the other, and print all lines together."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(PARTS)}; all without any")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--site", type=Path, help="a data directory with 100,000 posts for restore; made when missing")
    parser.add_argument(
        "--corpus", type=Path, help="what their posts say, in the interchange format; made up without it"
    )
    wish = parser.parse_args()
    if unknown := set(wish.parts) - PARTS.keys():
        parser.error(f"there is no part {', '.join(sorted(unknown))}")
    figures = [figure for part in wish.parts or PARTS for figure in measured(part, wish)]
    print(f"\n## In all: {circumstances()}\n\n{table(figures)}")
    sys.exit(not all(figure.is_kept for figure in figures))


if __name__ == "__main__":
    main()
