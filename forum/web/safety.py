"""Addresses given by people: only places on this site are followed."""

from urllib.parse import urlsplit

from flask import request


def local_target(target: str) -> str:
    """The target when it is a path on this site, else the home page (in the language of this page)."""
    return target if is_local(target) else f"{request.script_root}/"


def is_local(target: str) -> bool:
    """Whether a browser takes the target for a path on this site."""
    if not target.startswith("/") or target.startswith("//") or "\\" in target:
        return False
    return not any(ord(character) < 32 for character in target)


def place_of(address: str) -> str:
    """Host and port of a whole address; empty for one that cannot be read."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""
