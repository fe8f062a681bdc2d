"""Little dictionaries in the format of dictd, made for a test."""

import gzip
from collections.abc import Mapping
from pathlib import Path

DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"


def digits(number: int) -> str:
    """A number as an index writes it."""
    return (digits(number // 64) if number >= 64 else "") + DIGITS[number % 64]


def write_dictionary(folder: Path, pair: str, entries: Mapping[str, str]) -> Path:
    """Write a dictionary (pair: "nld-eng") of headwords with what stands below them; give the path of its index."""
    text, lines = b"", []
    for head, body in {"00databaseshort": "A dictionary", **entries}.items():
        entry = f"{head}\n{body}\n\n".encode()
        name = head.partition(" /")[0].partition(" <")[0].lower()
        lines.append(f"{name}\t{digits(len(text))}\t{digits(len(entry))}\n")
        text += entry
    index = folder / f"freedict-{pair}.index"
    index.write_text("".join(sorted(lines)), encoding="utf-8")
    index.with_suffix(".dict.dz").write_bytes(gzip.compress(text))
    return index


def write_few(folder: Path) -> None:
    """Dictionaries of a few words, Dutch to English and English to French, that the tests of search share."""
    write_dictionary(
        folder,
        "nld-eng",
        {
            "fiets /fits/": "1. bike, cycle, bicycle",
            "lenen /lenə/": "lend",
            "tweede hand /x/": "second hand",
            "vuur /vyr/": "fire",
        },
    )
    write_dictionary(
        folder,
        "eng-fra",
        {"bike /baik/": "vélo", "bicycle": "bicyclette, vélo", "lend": "prêter", "second hand": "d'occasion"},
    )
