"""Somebody at a browser who fills in forms, and takes nothing for done that the site did not say is done."""

import urllib.parse
import urllib.request
from dataclasses import dataclass, field
from http.client import HTTPMessage
from http.cookiejar import CookieJar
from typing import IO, Any
from urllib.error import HTTPError

from lxml.html import fromstring

from forum.interop.demonstration import PASSWORD

PATIENCE = 30.0
DONE = 303
MARK = "between-the-parts-of-a-form"


class Told(urllib.request.HTTPRedirectHandler):
    """Follows nobody to the next page: the answer to a form is what counts."""

    def redirect_request(
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> None:
        return None


@dataclass
class Browser:
    """A browser with its cookies, and the address it shows to a proxy of ours."""

    url: str
    cookies: CookieJar = field(default_factory=CookieJar)

    def __post_init__(self) -> None:
        keeping = urllib.request.HTTPCookieProcessor(self.cookies)
        self.reading = urllib.request.build_opener(keeping)
        self.sending = urllib.request.build_opener(keeping, Told)

    def cookie(self) -> str:
        """The header that shows who asks."""
        return "; ".join(f"{one.name}={one.value}" for one in self.cookies)

    def forms(self, path: str) -> list[Any]:
        """The forms of a page."""
        with self.reading.open(self.url + path, timeout=PATIENCE) as answer:
            return list(fromstring(answer.read(), base_url=answer.url).forms)

    def send(self, path: str, marker: str, file: tuple[str, bytes] | None = None, **values: str) -> tuple[int, str]:
        """Fill in the form that has a field of this name, and send it; the status, and where one is led or what one reads."""
        form = next(one for one in self.forms(path) if one.xpath(f".//*[@name='{marker}']"))
        filled = [(name, value) for name, value in form.form_values() if name not in values] + list(values.items())
        body, kind = multipart(filled, marker, file) if file else (urllib.parse.urlencode(filled).encode(), None)
        address = urllib.parse.urljoin(self.url + path, form.get("action") or path)
        request = urllib.request.Request(address, body, {"Content-Type": kind or "application/x-www-form-urlencoded"})
        try:
            with self.sending.open(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except HTTPError as told:
            return told.code, str(told.headers.get("Location") or "") or told.read().decode(errors="replace")

    def sign_in(self, email: str) -> None:
        """Sign in with the password of the demonstration."""
        status, said = self.send("/en/sign-in", "password", email=email, password=PASSWORD)
        if status != DONE:
            raise SystemExit(f"{email} cannot sign in: {status} {said[:200]}")


def multipart(fields: list[tuple[str, str]], marker: str, file: tuple[str, bytes]) -> tuple[bytes, str]:
    """A form with a file in the field called `marker`: its body, and what to say it is."""
    parts = [f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'.encode() for name, value in fields]
    head = f'Content-Disposition: form-data; name="{marker}"; filename="{file[0]}"\r\nContent-Type: application/pdf\r\n\r\n'
    parts.append(head.encode() + file[1])
    body = b"".join(f"--{MARK}\r\n".encode() + part + b"\r\n" for part in parts)
    return body + f"--{MARK}--\r\n".encode(), f"multipart/form-data; boundary={MARK}"
