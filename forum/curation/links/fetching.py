"""Asking another site whether an address is there, and nothing else.

Addresses come from people, so a request must not reach what only this machine can: only http and https, only public addresses
after the name is resolved, at every redirect anew; and the connection goes to the very address that was looked at.
"""

import http.client
import ipaddress
import socket
import ssl
import time
from dataclasses import dataclass
from urllib.parse import SplitResult, urljoin, urlsplit

MOST_REDIRECTS = 5
MOST_BYTES = 64 * 1024
GONE = (404, 410)
REDIRECTS = (301, 302, 303, 307, 308)
NO_HEAD = (400, 403, 405, 406, 500, 501)
NAT64 = ipaddress.ip_network("64:ff9b::/96")  # leads to any address of the old kind
PORTS = {"http": 80, "https": 443}


class Refused(Exception):
    """An address that must not be asked."""


class NoSuchName(Exception):
    """A host that has no address."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a request: `ok`, `gone` (404, 410, no such host), `away` (may come back), or `refused` by us."""

    kind: str
    status: int = 0
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """Asks with these limits. `allow_loopback` is for tests, whose site is on this machine."""

    agent: str
    timeout: float = 10.0
    allow_loopback: bool = False

    def ask(self, url: str, method: str = "HEAD") -> Outcome:
        """What an address answers, after its redirects; sites that dislike HEAD are asked by GET."""
        for _step in range(MOST_REDIRECTS + 1):
            try:
                status, location, body = self._request(url, method)
            except Refused:
                return Outcome("refused")
            except NoSuchName:
                return Outcome("gone")
            except (OSError, http.client.HTTPException, ValueError):
                return Outcome("away")
            if status in REDIRECTS and location:
                url = urljoin(url, location)
            elif method == "HEAD" and (status in NO_HEAD or status in GONE):
                method = "GET"
            else:
                return Outcome(_kind(status), status, body)
        return Outcome("away")

    def _request(self, url: str, method: str) -> tuple[int, str, bytes]:
        parts = _parts(url)
        connection = self._connection(parts)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(method, path, headers={"Host": parts.netloc, "User-Agent": self.agent, "Accept": "*/*"})
            answer = connection.getresponse()
            return answer.status, answer.getheader("Location", ""), self._body(answer) if method == "GET" else b""
        finally:
            connection.close()

    def _body(self, answer: http.client.HTTPResponse) -> bytes:
        """The beginning of a body, as much as comes within the time limit."""
        body, end = b"", time.monotonic() + self.timeout
        while len(body) < MOST_BYTES and time.monotonic() < end and (more := answer.read1(8192)):
            body += more
        return body

    def _connection(self, parts: SplitResult) -> http.client.HTTPConnection:
        """A connection whose socket goes to the address that was looked at, and nowhere else."""
        host, port = str(parts.hostname), parts.port or PORTS[parts.scheme]
        address = self.address_of(host, port)
        raw = socket.create_connection((address, port), self.timeout)
        connection = http.client.HTTPConnection(host, port, timeout=self.timeout)
        if parts.scheme == "https":
            try:
                raw = ssl.create_default_context().wrap_socket(raw, server_hostname=host)
            except OSError:
                raw.close()
                raise
        connection.sock = raw
        return connection

    def address_of(self, host: str, port: int) -> str:
        """The address of a host. Raises `NoSuchName`, and `Refused` when any of its addresses is not public."""
        try:
            found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except socket.gaierror as problem:
            if problem.errno in (socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)):
                raise NoSuchName from problem
            raise
        addresses = [str(one[4][0]) for one in found]
        if not addresses or not all(self._may_ask(address) for address in addresses):
            raise Refused
        return addresses[0]

    def _may_ask(self, address: str) -> bool:
        parsed = ipaddress.ip_address(address.partition("%")[0])
        if parsed in NAT64:
            return False
        inner = getattr(parsed, "ipv4_mapped", None) or getattr(parsed, "sixtofour", None) or parsed
        return (inner.is_global and not inner.is_multicast) or (self.allow_loopback and inner.is_loopback)


def _parts(url: str) -> SplitResult:
    """The parts of an address that may be asked: http or https, without a password, with a host of plain letters."""
    if not url.isascii():
        raise ValueError(url)  # names and paths beyond ASCII are left to browsers
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or "@" in parts.netloc or any(ord(sign) <= 32 for sign in url):
        raise Refused
    return parts


def _kind(status: int) -> str:
    if status in GONE:
        return "gone"
    return "ok" if status < 400 or status in (401, 403, 405, 429, 451) else "away"  # HTTP's own numbers
