import random
import warnings
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image, ImageCms, PngImagePlugin

from forum.core.errors import Invalid
from forum.core.images import CleanImage, reencode, thumbnail

SECRET = b"Geheim 50.8503N"
ORIENTATION, DESCRIPTION, GPS = 0x0112, 0x010E, 0x8825


def decoded(image: CleanImage) -> Image.Image:
    picture = Image.open(BytesIO(image.data))
    picture.load()
    assert picture.size == (image.width, image.height)
    assert Image.MIME[picture.format or ""] == image.mime
    return picture


def exif(orientation: int = 1) -> Image.Exif:
    data = Image.Exif()
    data[ORIENTATION] = orientation
    data[DESCRIPTION] = SECRET.decode()
    data.get_ifd(GPS)[1] = "N"
    return data


def saved(path: Path, picture: Image.Image, encoding: str, **options: object) -> Path:
    picture.save(path, encoding, **options)
    return path


def close(one: object, other: tuple[int, ...], within: int = 8) -> bool:
    return isinstance(one, tuple) and all(abs(a - b) <= within for a, b in zip(one, other, strict=True))


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "WEBP"])
def test_a_picture_keeps_its_format_and_size(tmp_path: Path, encoding: str) -> None:
    image = reencode(saved(tmp_path / "x", Image.new("RGB", (300, 200), "red"), encoding))
    assert (image.width, image.height, image.mime) == (300, 200, f"image/{encoding.lower()}")
    assert close(decoded(image).convert("RGB").getpixel((150, 100)), (255, 0, 0))


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("make", [reencode, thumbnail])
def test_no_metadata_is_left(tmp_path: Path, encoding: str, make: Callable[[Path], CleanImage]) -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Author", SECRET.decode())
    options: dict[str, object] = {"exif": exif(), "xmp": SECRET, "comment": SECRET, "pnginfo": notes}
    options["icc_profile"] = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    path = saved(tmp_path / "x", Image.new("RGB", (30, 20)), encoding, **options)
    assert SECRET in path.read_bytes()
    image = make(path)
    assert SECRET not in image.data
    assert not decoded(image).getexif()
    assert not {"icc_profile", "exif", "xmp", "comment", "Author"} & set(decoded(image).info)


def test_what_hangs_behind_a_picture_is_left_behind(tmp_path: Path) -> None:
    path = saved(tmp_path / "x", Image.new("RGB", (30, 20)), "JPEG")
    path.write_bytes(path.read_bytes() + b"PK\x03\x04" + SECRET)
    assert SECRET not in reencode(path).data


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_phone_picture_stands_upright(tmp_path: Path, orientation: int) -> None:
    upright = Image.new("RGB", (64, 32), "blue")
    upright.paste("red", (0, 0, 32, 16))
    turns = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    stored = upright.transpose(turns[orientation]) if orientation in turns else upright
    picture = decoded(
        reencode(saved(tmp_path / "x", stored, "JPEG", exif=exif(orientation), quality=95, subsampling=0))
    )
    assert picture.size == (64, 32)
    assert close(picture.getpixel((16, 8)), (255, 0, 0), 20)
    assert close(picture.getpixel((48, 24)), (0, 0, 255), 20)


@pytest.mark.parametrize(
    ("size", "shrunk"), [((4800, 1200), (2400, 600)), ((1200, 4800), (600, 2400)), ((2400, 2), (2400, 2))]
)
def test_the_longest_side_is_limited(tmp_path: Path, size: tuple[int, int], shrunk: tuple[int, int]) -> None:
    image = reencode(saved(tmp_path / "x", Image.new("RGB", size), "JPEG"))
    assert (image.width, image.height) == shrunk


def test_a_thumbnail_is_a_small_webp(tmp_path: Path) -> None:
    image = thumbnail(saved(tmp_path / "x", Image.new("RGB", (3000, 1500)), "PNG"))
    assert (image.width, image.height, image.mime) == (640, 320, "image/webp")
    small = thumbnail(saved(tmp_path / "y", Image.new("RGB", (30, 15)), "PNG"))
    assert (small.width, small.height) == (30, 15)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "CMYK", "YCbCr", "I;16"])
def test_every_way_to_store_colours_becomes_ordinary_colour(tmp_path: Path, mode: str) -> None:
    encoding = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    picture = Image.new("RGB", (20, 20), "white")
    picture = Image.new("I;16", (20, 20), 65535) if mode == "I;16" else picture.convert(mode)
    image = decoded(reencode(saved(tmp_path / "x", picture, encoding)))
    assert image.mode in ("RGB", "RGBA")
    assert close(image.convert("RGB").getpixel((10, 10)), (255, 255, 255))


def test_transparency_is_kept(tmp_path: Path) -> None:
    see_through = Image.new("RGBA", (20, 20), (255, 0, 0, 0))
    palette = Image.new("P", (20, 20), 0)
    palette.putpalette([255, 0, 0, 0, 0, 255])
    for path in (saved(tmp_path / "a", see_through, "PNG"), saved(tmp_path / "b", palette, "PNG", transparency=0)):
        for image in (decoded(reencode(path)), decoded(thumbnail(path))):
            assert image.mode == "RGBA"
            pixel = image.getpixel((10, 10))
            assert isinstance(pixel, tuple)
            assert pixel[3] == 0


def test_colours_of_a_profile_are_converted(tmp_path: Path) -> None:
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    swapped = srgb.replace(b"rXYZ", b"....").replace(b"bXYZ", b"rXYZ").replace(b"....", b"bXYZ")
    image = reencode(saved(tmp_path / "x", Image.new("RGB", (20, 20), "red"), "PNG", icc_profile=swapped))
    assert close(decoded(image).getpixel((5, 5)), (0, 0, 255))


def test_a_broken_profile_is_no_reason_to_refuse(tmp_path: Path) -> None:
    path = saved(tmp_path / "x", Image.new("RGB", (20, 20), (200, 30, 40)), "PNG", icc_profile=b"no profile")
    assert decoded(reencode(path)).getpixel((5, 5)) == (200, 30, 40)


def test_a_moving_picture_becomes_its_first_frame(tmp_path: Path) -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    path = saved(tmp_path / "x", frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    picture = decoded(reencode(path))
    assert getattr(picture, "n_frames", 1) == 1
    assert close(picture.convert("RGB").getpixel((10, 10)), (255, 0, 0))


def test_a_double_picture_of_a_phone_is_a_jpeg(tmp_path: Path) -> None:
    first, second = Image.new("RGB", (20, 20), "red"), Image.new("RGB", (20, 20))
    image = reencode(saved(tmp_path / "x", first, "MPO", save_all=True, append_images=[second]))
    assert image.mime == "image/jpeg"


@pytest.mark.parametrize("action", ["error", "ignore"])
@pytest.mark.parametrize("size", [(8_000, 5_001), (12_000, 8_000), (30_000, 30_000)])
def test_a_picture_of_too_many_pixels_is_refused_before_it_is_decoded(
    tmp_path: Path, size: tuple[int, int], action: Literal["error", "ignore"]
) -> None:
    warnings.simplefilter(action, Image.DecompressionBombWarning)
    path = saved(tmp_path / "x", Image.new("1", (8, 8)), "PNG")
    content = bytearray(path.read_bytes())
    content[16:24] = size[0].to_bytes(4, "big") + size[1].to_bytes(4, "big")
    chunk = bytes(content[12:29])
    content[29:33] = zlib.crc32(chunk).to_bytes(4, "big")
    path.write_bytes(content)
    for make in (reencode, thumbnail):
        with pytest.raises(Invalid, match="at most 40 million pixels"):
            make(path)


@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "WEBP"])
def test_half_a_picture_is_refused_in_words(tmp_path: Path, encoding: str) -> None:
    noise = Image.frombytes("RGB", (200, 200), random.Random(1).randbytes(120_000))
    path = saved(tmp_path / "x", noise, encoding)
    path.write_bytes(path.read_bytes()[:-3_000])
    with pytest.raises(Invalid, match="damaged") as refusal:
        reencode(path)
    assert set(refusal.value.fields) == {"file"}


@pytest.mark.parametrize("encoding", ["GIF", "BMP", "TIFF", "EPS", "ICO"])
def test_other_formats_are_not_even_tried(tmp_path: Path, encoding: str) -> None:
    with pytest.raises(Invalid):
        reencode(saved(tmp_path / "x", Image.new("RGB", (20, 20)), encoding))


@pytest.mark.filterwarnings("ignore::UserWarning:PIL")  # about its metadata, which is thrown away
@pytest.mark.parametrize("encoding", ["JPEG", "PNG", "WEBP"])
def test_a_picture_with_wrong_bytes_is_made_or_refused_but_never_an_accident(tmp_path: Path, encoding: str) -> None:
    chance = random.Random(7)
    path = saved(tmp_path / "x", Image.effect_noise((60, 40), 50).convert("RGB"), encoding, exif=exif())
    content = path.read_bytes()
    for _ in range(150):
        wrong = bytearray(content)
        for _ in range(chance.randint(1, 12)):
            wrong[chance.randrange(len(wrong))] = chance.randrange(256)
        path.write_bytes(wrong)
        try:
            decoded(reencode(path))
        except Invalid:
            continue
