"""What may happen to the files of a search index."""

import os
from collections.abc import Callable
from pathlib import Path


def build_of(root: Path) -> Path:
    return root / (root / "CURRENT").read_text()


def files(root: Path, pattern: str) -> list[Path]:
    found = list(build_of(root).glob(pattern))
    assert found, pattern
    return found


DAMAGE: dict[str, Callable[[Path], None]] = {
    "no pointer": lambda root: (root / "CURRENT").unlink(),
    "a pointer to nowhere": lambda root: (root / "CURRENT").write_text("build-nowhere"),
    "a pointer of rubbish": lambda root: (root / "CURRENT").write_bytes(b"\xff\x00\n"),
    "another version": lambda root: (build_of(root) / "about").write_text("whoosh 0"),
    "no table of contents": lambda root: [one.unlink() for one in files(root, "*.toc")] and None,
    "an empty table of contents": lambda root: [one.write_bytes(b"") for one in files(root, "*.toc")] and None,
    "a torn table of contents": lambda root: (
        [one.write_bytes(one.read_bytes()[:99]) for one in files(root, "*.toc")] and None
    ),
    "no segment": lambda root: [one.unlink() for one in files(root, "*.seg")] and None,
    "an empty segment": lambda root: [one.write_bytes(b"") for one in files(root, "*.seg")] and None,
    "half a segment": lambda root: (
        [one.write_bytes(one.read_bytes()[: one.stat().st_size // 2]) for one in files(root, "*.seg")] and None
    ),
    "zeroes in a segment": lambda root: (
        [one.write_bytes(bytes(one.stat().st_size)) for one in files(root, "*.seg")] and None
    ),
    "rubbish in a segment": lambda root: (
        [one.write_bytes(os.urandom(one.stat().st_size)) for one in files(root, "*.seg")] and None
    ),
}
