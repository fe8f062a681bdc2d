"""Measures everything there is a bench for, and prints tables: python -m bench [--corpus FILE] [--posts 2000]

One after the other, each in a process of its own: the web server, the pages, how fast and how well the search finds,
import and export. Each can be run alone and longer: python -m bench.pages --help. What came out last: docs/benchmarks.md.
"""

import argparse
import subprocess
import sys
from pathlib import Path


def benches(posts: int, corpus: Path | None) -> dict[str, list[str]]:
    """What is run: the heading, and the module with its arguments."""
    source = ["--corpus", str(corpus)] if corpus else []
    return {
        "The web server": ["bench.servers", "--only", "speed", "--rounds", "1", "--seconds", "1", "house 2"],
        "Pages": ["bench.pages", "--posts", str(posts), *source],
        "Search": ["bench.search", "--posts", str(posts), *source[1:]],
        "Search quality": ["bench.quality"],
        "Import": ["bench.importing", "--posts", str(posts), *source],
    }


def main() -> None:
    """Run one bench after the other; stop at the first that fails."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--corpus", type=Path, help="posts in the interchange format; made up without one")
    parser.add_argument("--posts", type=int, default=2000)
    options = parser.parse_args()
    for heading, command in benches(options.posts, options.corpus).items():
        print(f"\n## {heading}\n", flush=True)
        subprocess.run([sys.executable, "-m", *command], check=True)


if __name__ == "__main__":
    main()
