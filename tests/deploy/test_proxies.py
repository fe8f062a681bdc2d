"""The proxy examples of docs/deploy, as they are, before a real `forum serve`."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.deploy.proxies import NAME, Answer, Place, fingerprinted, is_installed, listens, proxy, site, wait_for

pytestmark = [pytest.mark.slow, pytest.mark.one_database, pytest.mark.timeout(600)]
HTML = {"Accept": "text/html", "Accept_Language": "nl"}


@pytest.fixture(scope="module", params=["nginx", "caddy"])
def place(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A site behind a proxy. Where the proxy is not installed the tests say so, but never in CI."""
    if not is_installed(request.param) and not os.environ.get("CI"):
        pytest.skip(f"{request.param} is not installed: apt-get install {request.param}")
    made = Place(request.param, tmp_path_factory.mktemp(request.param))
    with ExitStack() as stack:
        stack.enter_context(proxy(made))
        stack.enter_context(site(made))
        yield made


def write_to_us(place: Place, turn: int, source: str, **headers: str) -> Answer:
    """Send a form that may be sent five times an hour from one address; each turn has words of its own."""
    form = {"Content_Type": "application/x-www-form-urlencoded"}
    return place.ask("/accessibility", "POST", f"message=Door+{turn}+stays+shut.".encode(), source, **form, **headers)


def test_who_comes_without_tls_is_sent_to_https(place: Place) -> None:
    answer = place.ask("/nl/search?q=werk", secure=False)
    assert answer.status in (301, 308)
    found = re.fullmatch(rf"https://{re.escape(NAME)}(:\d+)?/nl/search\?q=werk", answer.headers["Location"])
    assert found


def test_pages_come_over_tls_and_say_so(place: Place) -> None:
    answer = place.ask("/")
    assert answer.status == 200
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert answer.headers.get_all("Content-Security-Policy") == [answer.headers["Content-Security-Policy"]]
    assert f'href="https://{NAME}/' in answer.text
    assert f"127.0.0.1:{place.behind}" not in answer.text
    assert "Secure" in place.ask("/sign-in").headers["Set-Cookie"]


def test_the_request_id_comes_from_the_proxy_never_from_a_client(place: Place) -> None:
    given = "0123456789abcdef0123456789abcdef"
    answer = place.ask("/organisations", X_Request_ID=given)
    (code,) = answer.headers.get_all("X-Request-Id")
    assert re.fullmatch(r"[0-9a-f]{32}|[0-9a-f-]{36}", code)
    assert code != given
    said = (place.folder / "site.out").read_text()
    assert f'"request_id": "{code}"' in said
    assert given not in said


def test_the_clients_address_comes_from_the_proxy_never_from_the_client(place: Place) -> None:
    liars = [
        write_to_us(
            place, turn, "127.0.0.2", X_Forwarded_For=f"192.0.2.{turn}", X_Real_IP=f"192.0.2.{turn}", Forwarded="for=x"
        )
        for turn in range(6)
    ]
    assert [answer.status for answer in liars] == [303] * 5 + [429]
    assert write_to_us(place, 6, "127.0.0.3").status == 303


def test_only_our_name_is_answered(place: Place) -> None:
    for name in ("evil.example", f"{NAME}.evil.example", "127.0.0.1"):
        try:
            answer = place.ask("/", Host=name)
        except ConnectionError:
            continue
        assert b"evil.example/" not in answer.body
        assert b"<h1" not in answer.body
        assert answer.status != 200 or not answer.body


def test_the_figures_are_not_for_the_world(place: Place) -> None:
    assert place.ask("/metrics").status == 404
    assert place.ask("/nl/metrics").status == 404
    assert place.ask("/healthz").status == 200


def test_what_is_too_large_is_told_as_our_page(place: Place) -> None:
    answer = place.ask("/accessibility", "POST", b"x" * (13 * 1024 * 1024), **HTML)
    assert answer.status == 413
    assert '<html lang="nl"' in answer.text
    assert place.ask("/").status == 200


def test_what_is_far_too_large_is_refused_by_the_proxy(place: Place) -> None:
    try:
        answer = place.ask("/accessibility", "POST", b"x" * (37 * 1024 * 1024), **HTML)
    except OSError:  # it did not wait for the end of what it will not take
        return
    assert answer.status == 413
    assert "10 MB" in answer.text


def test_static_files_may_be_kept(place: Place) -> None:
    address = fingerprinted(place.ask("/").text)
    first, second = place.ask(address), place.ask(address)
    for answer in (first, second):
        assert answer.status == 200
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert answer.headers.get_content_type() == "text/css"
        assert "Set-Cookie" not in answer.headers
    assert first.body == second.body
    assert first.headers["X-Request-Id"] != second.headers["X-Request-Id"]
    if place.kind == "nginx":
        assert second.headers["X-Cache-Status"] == "HIT"


def test_slow_clients_keep_nobody_waiting(place: Place) -> None:
    head = f"POST /accessibility HTTP/1.1\r\nHost: {NAME}\r\nContent-Length: 1000\r\n"
    with ExitStack() as stack:
        for number in range(60):
            slow = stack.enter_context(place.connect())
            slow.sendall((head + ("\r\nx" if number % 2 else "X-Slow: ")).encode())
        started = time.monotonic()
        for _probe in range(5):
            assert place.ask("/healthz").status == 200
        assert time.monotonic() - started < 30  # a held thread would keep a probe for as long as it holds


def test_the_log_of_the_proxy_holds_no_address_of_a_page(place: Place) -> None:
    place.ask("/confirm/zirkonwort?key=zirkonwort", Referer=f"https://{NAME}/zirkonwort")
    if place.kind == "nginx":
        wait_for(lambda: (place.folder / "passerelle.log").read_text().count("\n"))
    for path in place.folder.glob("*.log"):
        assert "zirkonwort" not in path.read_text()
    assert "zirkonwort" not in (place.folder / "proxy.out").read_text()
    assert "zirkonwort" not in (place.folder / "site.out").read_text()


def test_while_the_site_is_away_its_visitors_are_told(tmp_path_factory: pytest.TempPathFactory, place: Place) -> None:
    alone = Place(place.kind, tmp_path_factory.mktemp("alone"))
    with proxy(alone):
        assert not listens(alone.behind)
        answer = alone.ask("/posts/7?q=1")
        assert answer.status == 503
        assert "Over een paar minuten" in answer.text
        assert (answer.headers["Retry-After"], answer.headers["Cache-Control"]) == ("60", "no-store")
        assert answer.headers["Strict-Transport-Security"]
        with site(alone):
            assert alone.ask("/").status == 200
