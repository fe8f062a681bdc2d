"""Interchange files for tests: lines with what matters set by name."""

import json
from pathlib import Path
from typing import Any

Found = dict[str, Any]


def organisation(ref: str = "o1", **fields: Any) -> Found:
    return {
        "type": "organisation",
        "ref": ref,
        "name": f"Organisation {ref}",
        "country": "BE",
        "language": "nl",
    } | fields


def person(ref: str = "p1", **fields: Any) -> Found:
    return {"type": "person", "ref": ref, "name": f"Person {ref}", "email": f"{ref}@example.org"} | fields


def membership(who: str = "p1", where: str = "o1", **fields: Any) -> Found:
    return {"type": "membership", "person": who, "organisation": where} | fields


def post(ref: str = "x1", **fields: Any) -> Found:
    return {
        "type": "post",
        "ref": ref,
        "kind": "practice",
        "title": f"Title {ref}",
        "body": "We help people into work, step by step.",
        "language": "en",
        "themes": ["work-integration"],
        "visibility": "public",
        "published_at": "2026-03-01T09:00:00Z",
    } | fields


def comment(ref: str = "c1", on: str = "x1", **fields: Any) -> Found:
    return {
        "type": "comment",
        "ref": ref,
        "post": on,
        "body": "Thank you, this helps us.",
        "language": "en",
        "created_at": "2026-03-02T10:15:00Z",
    } | fields


def adoption(ref: str = "a1", on: str = "x1", by: str = "o2", **fields: Any) -> Found:
    return {
        "type": "adoption",
        "ref": ref,
        "post": on,
        "organisation": by,
        "intent": "running",
        "outcome": "worked",
        "permission": "public",
        "language": "en",
        "created_at": "2026-04-02T10:15:00Z",
    } | fields


def concept(ref: str, **fields: Any) -> Found:
    return {"type": "concept", "ref": ref, "scheme": "theme", "labels": {"en": ref.title()}} | fields


def write(path: Path, *lines: Found | str | bytes) -> Path:
    """A file of these lines; text and bytes as they are."""
    with path.open("wb") as file:
        for line in lines:
            if isinstance(line, dict):
                line = json.dumps(line, ensure_ascii=False)
            # half a character cannot be written in UTF-8, but as an escape JSON can hold it
            file.write((line.encode(errors="backslashreplace") if isinstance(line, str) else line) + b"\n")
    return path


def read(path: Path) -> list[Found]:
    """The objects of a file."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").split("\n") if line]
