"""What leaves the site for programs: addresses with the site's own beginning, and answers that are the same for everybody."""

from flask import Response, current_app, request


def absolute(path: str) -> str:
    """The whole address of a path within the site."""
    return f"{current_app.config['SETTINGS'].base_url}{path}"


def public_answer(text: str, mimetype: str, seconds: int) -> Response:
    """An answer that anybody may keep for so many seconds, or 304 when the asker has it."""
    answer = Response(text, mimetype=mimetype)
    answer.headers["Cache-Control"] = f"public, max-age={seconds}"
    answer.add_etag()
    answer.make_conditional(request)
    return answer
