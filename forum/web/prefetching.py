"""Pages that come at once: browsers may fetch a page when a pointer rests on its link, by speculation rules.

The rules come by a header and an address of their own, so the Content-Security-Policy needs no inline script. People who
save data are not sent them. Nothing is fetched that would change by being fetched: switching the language sets a cookie,
and opening a post as a member notes how far they have read.
"""

from typing import Any

from flask import Flask, Response, request

from forum.web.routes import Area, Need
from forum.web.sessions import actor

area = Area("prefetching", __name__)

ADDRESS = "/speculation-rules"
MIME_TYPE = "application/speculationrules+json"
KEPT = "public, max-age=86400"
NEVER = (
    "/static/*",
    "/api/*",
    "/feeds/*",
    "/attachments/*",
    "/mail/*",
    "/sign-out",
    "/sign-in/provider",
    "/profile/sign-on/*",
)
LEAVES_A_TRACE = ("/posts/*", "/comments/*")
NOT_A_PAGE_TO_READ = "[hreflang], [download], [rel~=nofollow], [rel~=external]"


def rules(kept_away: tuple[str, ...]) -> dict[str, Any]:
    """Rules as browsers read them (W3C Speculation Rules): every link to a page of ours, but for these addresses."""
    addresses = [place for path in kept_away for place in (path, f"/:language{path}")]
    where = [
        {"href_matches": "/*"},
        {"not": {"href_matches": addresses}},
        {"not": {"selector_matches": NOT_A_PAGE_TO_READ}},
    ]
    return {"prefetch": [{"source": "document", "where": {"and": where}, "eagerness": "moderate"}]}


RULES = {"visitor": rules(NEVER), "member": rules(NEVER + LEAVES_A_TRACE)}


@area.page(f"{ADDRESS}/visitor.json", needs=Need.ANYONE, endpoint="visitor")
@area.page(f"{ADDRESS}/member.json", needs=Need.ANYONE, endpoint="member")
def show_rules() -> Any:
    """What may be fetched ahead for a visitor, or for a member."""
    reader = str(request.endpoint).rpartition(".")[2]
    return RULES[reader], {"Content-Type": MIME_TYPE, "Cache-Control": KEPT}


def init_prefetching(app: Flask) -> None:
    """Point to the rules with every page, unless the reader saves data."""

    @app.after_request
    def point_to_rules(response: Response) -> Response:
        saves_data = request.headers.get("Save-Data", "").lower() == "on"
        if response.mimetype == "text/html" and response.status_code == 200 and not saves_data:
            reader = "member" if actor() else "visitor"
            response.headers["Speculation-Rules"] = f'"{ADDRESS}/{reader}.json"'
        return response
