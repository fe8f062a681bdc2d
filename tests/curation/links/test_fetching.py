"""Other sites are asked gently; what only this machine can reach is never asked."""

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from forum.curation.links.fetching import Fetcher, Outcome

STATUS = {"/fine": 200, "/gone": 404, "/really-gone": 410, "/broken": 503, "/members": 403, "/no-head": 405}


class Site(BaseHTTPRequestHandler):
    """A site whose paths say what they answer; it remembers what it was asked."""

    asked: list[tuple[str, str, str]]

    def answer(self) -> None:
        self.asked.append((self.command, self.path, self.headers["User-Agent"]))
        status = STATUS.get(self.path, 200)
        if self.path == "/no-head" and self.command == "GET":
            status = 200
        if self.path.startswith("/to/"):
            self.send_response(302)
            self.send_header("Location", self.path.removeprefix("/to/"))
        else:
            self.send_response(status)
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(b"x" * 200_000)

    do_GET = do_HEAD = answer  # noqa: N815  # the standard library looks for these names

    def log_message(self, *_args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    """The address of a site on this machine."""
    Site.asked = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


LOCAL = Fetcher("Links/1", timeout=5, allow_loopback=True)
STRICT = Fetcher("Links/1", timeout=5)


@pytest.mark.parametrize(
    ("path", "kind", "status"),
    [
        ("/fine", "ok", 200),
        ("/gone", "gone", 404),
        ("/really-gone", "gone", 410),
        ("/broken", "away", 503),
        ("/members", "ok", 403),
        ("/no-head", "ok", 200),
        ("/to//fine", "ok", 200),
        ("/to//gone", "gone", 404),
        ("/to/file:///etc/passwd", "refused", 0),
        ("/to/http://10.0.0.1/", "refused", 0),
        ("/to/http://169.254.169.254/latest", "refused", 0),
    ],
)
def test_each_answer_has_its_meaning(site: str, path: str, kind: str, status: int) -> None:
    outcome = LOCAL.ask(site + path)
    assert (outcome.kind, outcome.status) == (kind, status)


def test_a_plain_name_asks_by_head_first_and_takes_a_small_body_only(site: str) -> None:
    LOCAL.ask(f"{site}/fine")
    assert Site.asked == [("HEAD", "/fine", "Links/1")]
    assert len(LOCAL.ask(f"{site}/fine", "GET").body) < 100_000


def test_going_round_in_circles_ends(site: str) -> None:
    assert LOCAL.ask(f"{site}/to//to//to//to//to//to//fine").kind == "away"


def test_nothing_on_this_machine_is_asked(site: str) -> None:
    assert STRICT.ask(f"{site}/fine") == Outcome("refused")
    assert Site.asked == []


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost/",
        "http://127.1/",
        "http://2130706433/",
        "http://[::1]/",
        "http://[::ffff:127.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://[fe80::1]/",
        "http://[fd00::1]/",
        "http://10.1.2.3/",
        "http://172.16.0.1/",
        "http://192.168.1.1/",
        "http://169.254.169.254/",
        "http://100.64.0.1/",
        "http://0.0.0.0/",
        "http://224.0.0.1/",
        "https://user:word@example.org/",
        "ftp://example.org/",
        "gopher://127.0.0.1:70/",
        "javascript:alert(1)",
    ],
)
def test_addresses_that_are_not_public_are_refused(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "create_connection", lambda *_args: pytest.fail("something was asked"))
    assert STRICT.ask(url).kind in ("refused", "away")


def resolving(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> list[Any]:
    """Let every name have these addresses; give what is connected to."""
    asked: list[Any] = []

    def connect(address: Any, *_rest: Any) -> Any:
        asked.append(address)
        raise ConnectionRefusedError

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 80)) for one in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_names: found)
    monkeypatch.setattr(socket, "create_connection", connect)
    return asked


def test_a_public_name_with_one_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert resolving(monkeypatch, "93.184.215.14", "127.0.0.1") == []
    assert STRICT.ask("http://example.org/").kind == "refused"


def test_the_connection_goes_to_the_address_that_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = resolving(monkeypatch, "93.184.215.14")
    assert STRICT.ask("http://example.org/").kind == "away"
    assert asked == [("93.184.215.14", 80)]


def failing(error: int) -> Callable[..., Any]:
    def resolve(*_args: Any, **_names: Any) -> Any:
        raise socket.gaierror(error, "no")

    return resolve


def test_a_name_that_does_not_exist_is_gone_and_a_silent_name_server_is_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", failing(socket.EAI_NONAME))
    assert STRICT.ask("http://no.example/").kind == "gone"
    monkeypatch.setattr(socket, "getaddrinfo", failing(socket.EAI_AGAIN))
    assert STRICT.ask("http://no.example/").kind == "away"
