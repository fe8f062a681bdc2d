"""Files that are not what they say: pages, drawings and scripts under other names, and pictures and papers with a page inside."""

import zipfile
from io import BytesIO
from typing import Any

from PIL import Image, PngImagePlugin
from playwright.sync_api import FilePayload

from tests.journeys.payloads import payloads

SCRIPT = b"<script>__ran(1)</script><svg onload=__ran(2)><img src=x onerror=__ran(3)>"
PAGE = b"<!doctype html><html><body>" + SCRIPT + b"</body></html>"
DRAWING = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="__ran(4)"><script>__ran(5)</script></svg>'
)
PAPER = b"%PDF-1.7\n1 0 obj\n<</Type/Catalog/OpenAction<</S/JavaScript/JS(__ran\\(6\\);app.alert\\(6\\))>>>>\nendobj\n"
NAMES = tuple(name.replace("/", "\N{FRACTION SLASH}") for name in payloads()[8:130:11])
REFUSED = {  # what is none of the kinds that are taken, under names and types that say it is
    "a page": PAGE,
    "a page behind signs that cannot be seen": b"\xef\xbb\xbf\x00\n" + PAGE,
    "a page in UTF-7": b"+ADw-script+AD4-__ran(7)+ADw-/script+AD4-",
    "a page in UTF-16": ("\ufeff" + PAGE.decode()).encode("utf-16-le"),
    "a mail with a page": b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n--b\nContent-Type: text/html\n\n"
    + PAGE,
    "a drawing": DRAWING,
    "a script": b"__ran(8)//",
    "a style sheet": b"*{background:url(//canary.example/9)}",
    "a page before a paper": PAGE + PAPER + b"%%EOF",
    "a GIF that is a script": b"GIF89a=1;__ran(10)//",
    "a bitmap that is a script": b"BM=1;__ran(11)//" + bytes(60),
    "a package with a page": b"PK\x03\x04" + PAGE,
    "half a picture": b"\x89PNG\r\n\x1a\n" + PAGE,
    "half a photo": b"\xff\xd8\xff\xe0" + PAGE,
    "half a paper": b"%PDF-1.7\n" + PAGE,
}
DRESS = (("a.png", "image/png"), ("a.pdf", "application/pdf"), ("a.txt", "text/plain"), ("a.html", "text/html"))


def picture(format: str, **words: Any) -> bytes:
    """A small picture that says something beside what it shows, and behind its end."""
    target = BytesIO()
    Image.new("RGB", (40, 30), (20, 90, 80)).save(target, format, **words)
    return target.getvalue() + PAGE


def disguised() -> list[FilePayload]:
    """Files that are what they say, and a page or a script besides."""
    words = PngImagePlugin.PngInfo()
    words.add_text("Comment", PAGE.decode())
    package = BytesIO()
    with zipfile.ZipFile(package, "w") as archive:
        kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
        archive.writestr("[Content_Types].xml", f'<Types><Override PartName="/main.xml" ContentType="{kind}"/></Types>')
        archive.writestr("main.xml", PAGE)
        archive.comment = PAGE
    files = {
        "image/png": picture("PNG", pnginfo=words),
        "image/jpeg": picture("JPEG", comment=b"*/=1;__ran(12)/*" + PAGE),
        "image/webp": picture("WEBP", xmp=DRAWING),
        "application/pdf": PAPER + PAGE + b"\ntrailer\n<</Root 1 0 R>>\n%%EOF\n",
        "text/html": PAPER + b"trailer\n<</Root 1 0 R>>\n%%EOF\n" + PAGE,
        "image/svg+xml": package.getvalue(),
    }
    return [
        {"name": f"{name}.html", "mimeType": mime, "buffer": files[mime]}
        for name, mime in zip(NAMES, files, strict=False)
    ]
