"""Addresses given by people: only places on this site are followed."""

from urllib.parse import urlsplit

from flask import request


def local_target(target: str) -> str:
    """The target when it is a path on this site, else the home page (in the language of this page)."""
    parts = urlsplit(target)
    unsafe = parts.scheme or parts.netloc or not target.startswith("/") or target.startswith("//") or "\\" in target
    if unsafe or any(ord(character) < 32 for character in target):
        return f"{request.script_root}/"
    return target
