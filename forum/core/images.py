"""Pictures as we give them out: decoded and encoded anew, upright, without metadata, and no larger than a page needs."""

import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageCms, ImageOps

from forum.core.errors import Invalid
from forum.core.text import Message
from forum.core.text import message as _

MAX_PIXELS = 40_000_000
LONGEST_SIDE = 2_400
THUMBNAIL_SIDE = 640

# Pillow's own guard, for the pictures within a picture that are not asked for their size below.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

ENCODINGS: dict[str, tuple[str, dict[str, Any]]] = {
    "JPEG": ("image/jpeg", {"quality": 85, "optimize": True, "progressive": True}),
    "PNG": ("image/png", {"optimize": True}),
    "WEBP": ("image/webp", {"quality": 82, "method": 4}),
}
# A phone's JPEG often has a second picture behind the first (a depth map); Pillow calls that MPO.
FORMATS = {"JPEG": "JPEG", "MPO": "JPEG", "PNG": "PNG", "WEBP": "WEBP"}
DAMAGED = (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error, zlib.error, OverflowError)


@dataclass(frozen=True, slots=True)
class CleanImage:
    """An encoded picture: its bytes, its sides in pixels, its media type."""

    data: bytes
    width: int
    height: int
    mime: str


def reencode(path: Path) -> CleanImage:
    """Encode a JPEG, PNG or WebP anew in its own format, upright, at most 2,400 pixels on the longest side.

    Raises Invalid for a picture of over 40 million pixels, a damaged one or one in another format. Of a moving picture
    only the first frame is kept. Colours come out as sRGB.
    """
    with _opened(path) as (picture, encoding):
        return _encoded(_shrunk(picture, LONGEST_SIDE), encoding)


def thumbnail(path: Path) -> CleanImage:
    """Make a small WebP of a picture, at most 640 pixels on the longest side. Raises Invalid as `reencode` does."""
    with _opened(path) as (picture, _encoding):
        return _encoded(_shrunk(picture, THUMBNAIL_SIDE), "WEBP")


@contextmanager
def _opened(path: Path) -> Iterator[tuple[Image.Image, str]]:
    """Open a picture and say how to encode it; whatever Pillow finds wrong on the way becomes Invalid."""
    try:
        with Image.open(path, formats=("JPEG", "PNG", "WEBP")) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise _too_large()
            yield picture, FORMATS[picture.format or ""]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_large() from None
    except DAMAGED:
        raise _refusal(_("This picture is damaged or incomplete. Save it again and try once more.")) from None


def _refusal(sentence: Message) -> Invalid:
    """Say of the upload field why a picture cannot be taken."""
    return Invalid({"file": sentence})


def _too_large() -> Invalid:
    """Say that a picture has too many pixels."""
    return _refusal(_("This picture is too large: at most %(limit)s million pixels.", limit=MAX_PIXELS // 1_000_000))


def _shrunk(picture: Image.Image, side: int) -> Image.Image:
    """Give the picture upright, in sRGB, within a square of `side` pixels, and without anything but pixels."""
    has_transparency = picture.has_transparency_data
    if picture.mode.startswith("I"):
        picture = picture.point(lambda value: value / 256).convert("L")  # 16 bits of grey, as scanners make
    elif has_transparency or picture.mode == "P":
        picture = picture.convert("RGBA" if has_transparency else "RGB")
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    upright = _in_srgb(ImageOps.exif_transpose(picture)).convert("RGBA" if has_transparency else "RGB")
    upright.info.clear()
    return upright


def _in_srgb(picture: Image.Image) -> Image.Image:
    """Convert the colours of a picture that brings its own profile, as phones do, for the profile will be dropped."""
    profile = picture.info.get("icc_profile")
    if profile and picture.mode in ("RGB", "RGBA", "CMYK", "L"):
        mode = "RGBA" if picture.mode == "RGBA" else "RGB"
        with suppress(ImageCms.PyCMSError, OSError):  # a profile nobody can read is no reason to refuse a picture
            source, srgb = ImageCms.ImageCmsProfile(BytesIO(profile)), ImageCms.createProfile("sRGB")
            return ImageCms.profileToProfile(picture, source, srgb, outputMode=mode) or picture
    return picture


def _encoded(picture: Image.Image, encoding: str) -> CleanImage:
    """Write a picture to bytes."""
    mime, options = ENCODINGS[encoding]
    target = BytesIO()
    picture.save(target, encoding, **options)
    return CleanImage(target.getvalue(), picture.width, picture.height, mime)
