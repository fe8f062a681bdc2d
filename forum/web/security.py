"""What every answer carries, and what every changing request must show."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, abort, current_app, request, session
from flask_wtf.csrf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from forum.web.cookies import cookie_name
from forum.web.safety import place_of

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "manifest-src 'self'",
    )
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
FORM_LIMIT = 1_000_000
BODY_LIMIT = 12 * 1024 * 1024

View = TypeVar("View", bound=Callable[..., Any])

csrf = CSRFProtect()
open_views: set[Callable[..., Any]] = set()


def from_anywhere(view: View) -> View:
    """Let a view change something without a token and from any origin: its address is a secret that proves enough."""
    open_views.add(csrf.exempt(view))
    return view


def init_security(app: Flask) -> None:
    """Check where changes come from, limit bodies, and add the headers."""
    settings = app.config["SETTINGS"]
    app.config.update(
        WTF_CSRF_TIME_LIMIT=None,
        WTF_CSRF_SSL_STRICT=False,
        SESSION_COOKIE_NAME=cookie_name("session", is_secure=settings.is_secure),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_PATH="/",
        MAX_CONTENT_LENGTH=BODY_LIMIT,
        MAX_FORM_MEMORY_SIZE=FORM_LIMIT,
        MAX_FORM_PARTS=1000,
        TRUSTED_HOSTS=settings.trusted_hosts,
    )
    csrf.init_app(app)
    if settings.trusted_proxies:
        trusted = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=trusted, x_proto=trusted, x_host=0)  # type: ignore[method-assign]  # Flask documents this seam
    app.before_request(_take_heads_for_pages)
    app.before_request(_refuse_foreign_changes)
    app.after_request(_add_headers)


def _take_heads_for_pages() -> None:
    """HEAD is reading: views tell only that from sending, and the server leaves the body out."""
    if request.method == "HEAD":
        request.method = "GET"


def _refuse_foreign_changes() -> None:
    """A change must come from our own pages: by Sec-Fetch-Site, or by Origin where a browser does not send that."""
    if request.method in SAFE_METHODS or current_app.config.get("TRUST_ALL_ORIGINS"):
        return
    if current_app.view_functions.get(request.endpoint or "") in open_views:
        return
    site = request.headers.get("Sec-Fetch-Site")
    if site and site not in ("same-origin", "none"):
        abort(403)
    origin = request.headers.get("Origin")
    if origin and origin != "null" and place_of(origin) != request.host:
        abort(403)


def _add_headers(response: Response) -> Response:
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if "Cache-Control" not in response.headers:
        response.headers["Cache-Control"] = "no-store" if _is_personal(response) else "no-cache"
        response.vary.update(("Cookie", "Accept-Language"))
    return response


def _is_personal(response: Response) -> bool:
    return (
        response.status_code >= 400
        or current_app.config["SESSION_COOKIE_NAME"] in request.cookies
        or session.modified
        or "Set-Cookie" in response.headers
    )
