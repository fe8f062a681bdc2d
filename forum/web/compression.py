"""Answers travel compressed: a page of 30 kB goes as 7 kB, which is what slow lines notice most.

Compressing pages that hold a token beside what a reader typed is safe here although BREACH exists: its many guesses need
requests from another site that carry the session's cookie, and `SameSite=Lax` sends none.
"""

from flask import Flask, Response, request
from flask_compress import Compress


def init_compression(app: Flask) -> None:
    """Compress text by zstd, brotli or gzip: the first of these that the browser takes."""
    app.config["COMPRESS_ALGORITHM"] = ["zstd", "br", "gzip"]
    Compress(app)
    app.after_request(_hold_file)


def _hold_file(response: Response) -> Response:
    """Read a static file before it is compressed: Flask-Compress leaves the files of streamed answers open."""
    if request.endpoint == "static":
        response.direct_passthrough = False
        response.make_sequence()
    return response
