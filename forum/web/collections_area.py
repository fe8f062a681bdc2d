"""The area of collections, and what its modules share: their address and the words for who sees them."""

from flask import url_for
from flask_babel import lazy_gettext

from forum.web.routes import Area

area = Area("collections", __name__)

AUDIENCE_LABELS = {
    "private": lazy_gettext("Only I can see this"),
    "link": lazy_gettext("Everybody with the link can see this"),
    "public": lazy_gettext("Everyone can see this"),
}


def collection_url(collection_id: int) -> str:
    """The address of a collection's page."""
    return url_for("collections.show_collection", collection_id=collection_id)
