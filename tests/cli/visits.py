"""A signed-in browser for sites that are served as processes of their own."""

import re
from pathlib import Path
from typing import Any

import httpx

from forum.accounts.sessions import open_session
from forum.core.db import db
from tests import factories
from tests.cli.conftest import Site


class Visit(httpx.Client):
    """A browser of somebody who is signed in; it reads the token of a form before it sends it."""

    def token(self, path: str) -> str:
        """The token in the forms of a page."""
        found = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', self.get(path).text)
        assert found, path
        return found[1]

    def submit(self, path: str, token: str, **form: Any) -> httpx.Response:
        """Send a form."""
        return self.post(path, data={"csrf_token": token, **form})


def member_cookie(site: Site, *roles: str) -> str:
    """The cookie of a new member of a new organisation of a site that is not served yet, signed in."""
    app = site.app()
    with app.app_context():
        person, home = factories.make_person(), factories.make_organisation()
        factories.make_membership(person, home)
        for role in roles:
            factories.make_role(person, role)
        token = open_session(person.id, proven=True)
        db.session.remove()
    signer: Any = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]  # of Flask's own sessions
    site.close()
    return str(signer.dumps({"_user_id": token, "_fresh": True}))


def visit(address: str, cookie: str) -> Visit:
    """A browser with this cookie."""
    browser = Visit(base_url=address, timeout=60, headers={"Accept": "text/html"})
    browser.cookies.set("session", cookie, domain="127.0.0.1", path="/")
    return browser


def files_in(folder: Path) -> list[str]:
    """The files below a folder, by their relative names."""
    return sorted(str(place.relative_to(folder)) for place in folder.rglob("*") if place.is_file())
