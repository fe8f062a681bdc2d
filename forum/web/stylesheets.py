"""Style sheets as browsers get them: without comments and white space, and the tokens in one file with what all pages share.

They are written for people to read, in small files; a slow line should not pay for that with a fifth more bytes and a request.
"""

from functools import cache
from pathlib import Path
from typing import Any

import rcssmin
from flask import Flask, Response, make_response, request
from werkzeug.security import safe_join

TOGETHER = {"css/site.css": ("css/tokens.css", "css/site.css")}


def init_stylesheets(app: Flask) -> None:
    """Serve style sheets in their short form; all other static files as they are."""
    folder, serve_file = str(app.static_folder), app.view_functions["static"]

    @cache
    def short(names: tuple[str, ...], _changed: tuple[int, ...]) -> bytes:
        text = "".join(Path(folder, name).read_text(encoding="utf-8") for name in names)
        return str(rcssmin.cssmin(text)).encode()

    def serve(filename: str) -> Any:
        path = safe_join(folder, filename)
        if not filename.endswith(".css") or path is None or not Path(path).is_file():
            return serve_file(filename=filename)
        names = TOGETHER.get(filename, (filename,))
        changed = tuple(Path(folder, name).stat().st_mtime_ns if app.debug else 0 for name in names)
        response: Response = make_response(short(names, changed))
        response.mimetype = "text/css"
        response.add_etag()
        return response.make_conditional(request)

    app.view_functions["static"] = serve
