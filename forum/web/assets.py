"""Static files: addresses that change when a file does, so that browsers may keep what they have for ever."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Flask, Response, request

from forum.web.stylesheets import TOGETHER

KEPT_FOR_EVER = "public, max-age=31536000, immutable"


def init_assets(app: Flask) -> None:
    """Give templates `asset(name)`, and let what such an address leads to be kept."""
    folder = Path(str(app.static_folder))

    @cache
    def fingerprint_of(name: str, _modified: int) -> str:
        content = b"".join((folder / one).read_bytes() for one in TOGETHER.get(name, (name,)))
        return hashlib.sha256(content).hexdigest()[:12]

    def fingerprint(name: str) -> str:
        return fingerprint_of(name, (folder / name).stat().st_mtime_ns if app.debug else 0)

    def asset(name: str) -> str:
        return f"/static/{name}?v={fingerprint(name)}"

    def keep(response: Response) -> Response:
        """What has another fingerprint, or none, is asked for again: browsers hear 304 while its ETag is the same."""
        if request.endpoint == "static" and response.status_code in (200, 304):
            asked_for = request.args.get("v")
            is_this = asked_for is not None and asked_for == fingerprint((request.view_args or {})["filename"])
            response.headers["Cache-Control"] = KEPT_FOR_EVER if is_this else "no-cache"
        return response

    app.jinja_env.globals["asset"] = asset
    app.after_request(keep)
