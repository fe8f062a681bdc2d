"""What tells whether a line says something new."""

import hashlib
import json

from forum.interop.known import Defaults
from forum.interop.lines import Found


def fingerprint(found: Found, defaults: Defaults) -> str:
    """A hash of what a line says, whatever the order of its fields, and of the defaults that it uses."""
    used = [None if found.get(name) else getattr(defaults, name) for name in ("organisation", "author")]
    text = json.dumps([found, used if found.get("type") in ("post", "comment") else []], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()
