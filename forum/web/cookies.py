"""Cookies of the site: behind TLS their names begin with `__Host-`, so that browsers bind them to this very host.

No other host of the domain can then set or overwrite them, and they never travel without TLS.
"""

from flask import Response, current_app, request

PREFIX = "__Host-"
YEAR = 365 * 24 * 3600


def cookie_name(name: str, *, is_secure: bool) -> str:
    """The name under which a browser keeps a cookie of ours."""
    return PREFIX + name if is_secure else name


def kept(name: str) -> str:
    """What this browser keeps for us under a name; empty when it keeps nothing."""
    return request.cookies.get(_name(name), "")


def keep(response: Response, name: str, value: str) -> None:
    """Let the browser keep something for a year, out of reach of scripts."""
    response.set_cookie(_name(name), value, max_age=YEAR, path="/", httponly=True, samesite="Lax", secure=_is_secure())


def forget(response: Response, name: str) -> None:
    """Let the browser forget what it keeps under a name."""
    response.delete_cookie(_name(name), path="/", httponly=True, samesite="Lax", secure=_is_secure())


def _is_secure() -> bool:
    return bool(current_app.config["SETTINGS"].is_secure)


def _name(name: str) -> str:
    return cookie_name(name, is_secure=_is_secure())
