"""The list of rejected lines beside an imported file: each with its number and the reason, ready to be mended.

A mended list can be imported as it is, under the same source.
"""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from forum.core.errors import ForumError
from forum.core.text import message as _
from forum.interop.lines import Rejected, parse_line
from forum.interop.sourcefile import Refusal, opened, read_line

LONGEST_TEXT = 10_000


def rejected_line(raw: bytes, number: int, reason: str) -> dict[str, Any]:
    """What the list says of a line: its number, why, and its object; or the beginning of its text where it is none."""
    told: dict[str, Any] = {"line": number, "reason": reason}
    try:
        return {**told, **parse_line(raw)}
    except Rejected:
        return {**told, "raw": raw[:LONGEST_TEXT].decode("utf-8", "replace")}


def write_rejections(path: Path, refusals: Sequence[Refusal]) -> Path | None:
    """Write the rejected lines to `FILE.rejected.jsonl` and give that; remove an older list when there are none.

    Raises `ForumError` when the list cannot be written.
    """
    target = path.with_name(f"{path.name}.rejected.jsonl")
    try:
        if not refusals:
            target.unlink(missing_ok=True)
            return None
        with opened(path) as lines, target.open("w", encoding="utf-8", errors="backslashreplace") as file:
            for refusal in sorted(refusals, key=lambda one: one.number):
                lines.seek(refusal.offset)
                told = rejected_line(read_line(lines) or b"", refusal.number, refusal.reason)
                file.write(json.dumps(told, ensure_ascii=False) + "\n")
    except OSError as problem:
        reason = problem.strerror or str(problem)
        sentence = _(
            "The list of rejected lines cannot be written to %(path)s: %(reason)s.", path=str(target), reason=reason
        )
        raise ForumError(sentence) from problem
    return target
