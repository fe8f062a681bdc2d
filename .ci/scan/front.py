"""A door before the site that is scanned: every request comes from another address, so no limit of one client ends the scan.

The site trusts one proxy (`FORUM_TRUSTED_PROXIES=1`), as in production; nothing in the product knows of scans.
"""

import http.client
import random
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOP_BY_HOP = {"connection", "keep-alive", "transfer-encoding", "x-forwarded-for", "te", "upgrade"}
METHODS = ("GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT")


class Patient(ThreadingHTTPServer):
    """A server that says nothing of clients that leave early, as scanners do."""

    daemon_threads = True

    def handle_error(self, *_words: object) -> None:
        """Let the client go."""


def front_of(port: int) -> ThreadingHTTPServer:
    """A server on a free port that hands every request on to the site on `port`."""

    class Door(BaseHTTPRequestHandler):
        """One client's connection."""

        protocol_version = "HTTP/1.1"
        tally: dict[int, int] = {}

        def hand_on(self) -> None:
            """Ask the site, and answer what it says."""
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name: value for name, value in self.headers.items() if name.lower() not in HOP_BY_HOP}
            headers["X-Forwarded-For"] = ".".join(str(random.randint(1, 254)) for _part in range(4))
            site = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
            try:
                site.request(self.command, self.path, body or None, headers)
                answer = site.getresponse()
                content = answer.read()
            except (OSError, http.client.HTTPException):
                return self.send_error(502)
            finally:
                site.close()
            self.tally[answer.status] = self.tally.get(answer.status, 0) + 1
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in HOP_BY_HOP and name.lower() != "content-length":
                    self.send_header(name, value)
            self.send_header("Content-Length", answer.getheader("Content-Length") or str(len(content)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)
            return None

        def log_message(self, *_words: object) -> None:
            """Say nothing: the site keeps its own log."""

    for method in METHODS:
        setattr(Door, f"do_{method}", Door.hand_on)
    server = Patient(("127.0.0.1", 0), Door)
    server.tally = Door.tally  # type: ignore[attr-defined]  # the server's own, for whoever reads the tally
    return server
