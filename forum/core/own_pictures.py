"""Pictures of our own within a text: which addresses are theirs, and how one is written so that a page can leave room for it."""

import re
from urllib.parse import quote, unquote

from forum.core.images import THUMBNAIL_SIDE

OWN_PICTURE = re.compile(r"/attachments/[\w.~%/-]+(?:\?[\w.~%=&-]*)?", re.ASCII)
SIZED = re.compile(r"/attachments/([1-9][0-9]{0,9})/[^/?]+\?size=([1-9][0-9]{0,4})x([1-9][0-9]{0,4})", re.ASCII)


def is_own_picture(address: str) -> bool:
    """Tell whether an address is that of an attachment of this site, without a way out by `..`."""
    return bool(OWN_PICTURE.fullmatch(address)) and "/." not in unquote(address) and "//" not in unquote(address)


def picture_address(number: int, filename: str, width: int, height: int) -> str:
    """The address of a picture for a text: with its sides, so that `small_version` can tell those of its small version."""
    return f"/attachments/{number}/{quote(filename)}?size={width}x{height}"


def small_version(address: str) -> dict[str, str] | None:
    """The attributes that show the small version of a picture whose address says its sides; None for any other address."""
    found = SIZED.fullmatch(address)
    if found is None:
        return None
    width, height = int(found[2]), int(found[3])
    scale = min(1.0, THUMBNAIL_SIDE / max(width, height))
    sides = {"width": str(max(1, round(width * scale))), "height": str(max(1, round(height * scale)))}
    return {"src": f"/attachments/{found[1]}/thumbnail", **sides}
