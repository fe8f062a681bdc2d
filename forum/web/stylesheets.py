"""Style sheets as browsers get them: without comments and white space, and the tokens in one file with what all pages share.

They are written for people to read, in small files; a slow line should not pay for that with a fifth more bytes and a request.
Only white space that no rule can mean is taken out. (Measured: rcssmin 1.3 takes the space out of `nav :is(ul)` too, which
makes another selector of it.)
"""

import re
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, make_response, request
from werkzeug.security import safe_join

NOT_CODE = re.compile(r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')|/\*.*?\*/""", re.DOTALL)
SPACE = re.compile(r"\s+")
IDLE = re.compile(r" ?([{};,]) ?")
TOGETHER = {"css/site.css": ("css/tokens.css", "css/frame.css", "css/site.css", "css/print.css")}


def init_stylesheets(app: Flask) -> None:
    """Serve style sheets in their short form; all other static files as they are."""
    folder, serve_file = str(app.static_folder), app.view_functions["static"]

    @cache
    def short(names: tuple[str, ...], _changed: tuple[int, ...]) -> bytes:
        text = "".join(Path(folder, name).read_text(encoding="utf-8") for name in names)
        return shortened(text).encode()

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


def shortened(css: str) -> str:
    """A style sheet without comments, and without white space beside braces, commas and semicolons; strings stay whole."""
    parts = NOT_CODE.split(css)  # code, string (None for a comment), code ...
    code = (IDLE.sub(r"\1", SPACE.sub(" ", part)) if place % 2 == 0 else part or "" for place, part in enumerate(parts))
    return "".join(code).replace(";}", "}").strip()
