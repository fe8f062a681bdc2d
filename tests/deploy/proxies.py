"""The proxies of docs/deploy, started for real: their example files with ports, certificate and folders of a test."""

import http.client
import os
import pwd
import re
import shutil
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "docs" / "deploy"
NAME = "forum.example.org"
PROGRAMS = {"nginx": "/usr/sbin/nginx", "caddy": "/usr/bin/caddy"}
PATIENCE = 120


def free_port() -> int:
    with closing(socket.create_server(("127.0.0.1", 0))) as found:
        return int(found.getsockname()[1])


def wait_for(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.1)


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """A certificate for the example's name that signs itself, and its key."""
    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, NAME)])
    moment = datetime.now(UTC)
    made = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(moment - timedelta(days=1)).not_valid_after(moment + timedelta(days=2))
    made = made.add_extension(x509.SubjectAlternativeName([x509.DNSName(NAME)]), critical=False)
    chain, secret = folder / "chain.pem", folder / "key.pem"
    chain.write_bytes(made.sign(key, SHA256()).public_bytes(Encoding.PEM))
    secret.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return chain, secret


@dataclass
class Answer:
    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class Place:
    """A proxy and the site behind it."""

    kind: str
    folder: Path
    http: int = field(default_factory=free_port)
    https: int = field(default_factory=free_port)
    behind: int = field(default_factory=free_port)

    def connect(self, *, source: str = "127.0.0.1", secure: bool = True, timeout: float = 60) -> socket.socket:
        """A connection to the proxy from an address of this machine."""
        port = self.https if secure else self.http
        plain = socket.create_connection(("127.0.0.1", port), timeout=timeout, source_address=(source, 0))
        if not secure:
            return plain
        context = ssl.create_default_context(cafile=str(self.folder / "chain.pem"))
        return context.wrap_socket(plain, server_hostname=NAME)

    def ask(
        self,
        path: str = "/",
        method: str = "GET",
        body: bytes | None = None,
        source: str = "127.0.0.1",
        secure: bool = True,
        **headers: str,
    ) -> Answer:
        """One request, under the example's name unless told otherwise."""
        connection = http.client.HTTPConnection(NAME)
        connection.sock = self.connect(source=source, secure=secure)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        with closing(connection):
            connection.request(method, path, body, {"Host": NAME, "Connection": "close"} | named)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())


def configure_nginx(place: Place) -> list[str]:
    """The example, with what the machine of a test has."""
    text = (EXAMPLES / "nginx.conf").read_text()
    for before, after in (
        ("listen 80", f"listen 127.0.0.1:{place.http}"),
        ("listen 443", f"listen 127.0.0.1:{place.https}"),
        ("127.0.0.1:8000", f"127.0.0.1:{place.behind}"),
        (f"/etc/letsencrypt/live/{NAME}/fullchain.pem", str(place.folder / "chain.pem")),
        (f"/etc/letsencrypt/live/{NAME}/privkey.pem", str(place.folder / "key.pem")),
        ("/srv/passerelle/docs/deploy", str(EXAMPLES)),
        ("/var/log/nginx/", f"{place.folder}/"),
        ("/var/cache/nginx/", f"{place.folder}/cache-"),
    ):
        assert before in text, before
        text = text.replace(before, after)
    (place.folder / "site.conf").write_text(text)
    temporary = "".join(
        f"{name}_temp_path {place.folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    user = f"user {pwd.getpwuid(os.geteuid()).pw_name};" if os.geteuid() == 0 else ""
    whole = (
        f"{user} worker_processes 1; pid {place.folder}/nginx.pid; error_log {place.folder}/error.log;"
        f"events {{ worker_connections 1024; }} http {{ {temporary} include {place.folder}/site.conf; }}"
    )
    (place.folder / "nginx.conf").write_text(whole)
    return [PROGRAMS["nginx"], "-p", str(place.folder), "-c", str(place.folder / "nginx.conf"), "-g", "daemon off;"]


def configure_caddy(place: Place) -> list[str]:
    """The example, with what the machine of a test has; the certificate is ours, because nobody gives one here."""
    text = (EXAMPLES / "Caddyfile").read_text()
    for before, after in (
        (f"\n{NAME} {{\n", f"\n{NAME} {{\n\ttls {place.folder}/chain.pem {place.folder}/key.pem\n\tbind 127.0.0.1\n"),
        ("127.0.0.1:8000", f"127.0.0.1:{place.behind}"),
        ("/srv/passerelle/docs/deploy", str(EXAMPLES)),
    ):
        assert before in text, before
        text = text.replace(before, after)
    options = f"{{\n\tadmin off\n\thttp_port {place.http}\n\thttps_port {place.https}\n}}\n"
    (place.folder / "Caddyfile").write_text(options + text)
    return [PROGRAMS["caddy"], "run", "--adapter", "caddyfile", "--config", str(place.folder / "Caddyfile")]


@contextmanager
def proxy(place: Place) -> Iterator[None]:
    """The proxy while the block runs."""
    make_certificate(place.folder)
    command = configure_nginx(place) if place.kind == "nginx" else configure_caddy(place)
    with (place.folder / "proxy.out").open("w") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, cwd=place.folder, env=environment(place))
    try:
        wait_for(lambda: process.poll() is not None or listens(place.https))
        assert process.poll() is None, (place.folder / "proxy.out").read_text()
        yield
    finally:
        process.terminate()
        process.wait(PATIENCE)


@contextmanager
def site(place: Place) -> Iterator[subprocess.Popen[bytes]]:
    """`forum serve` behind the proxy while the block runs, as on a public site."""
    command = [sys.executable, "-m", "forum", "serve", "--port", str(place.behind), "--workers", "1", "--no-worker"]
    with (place.folder / "site.out").open("a") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said, cwd=ROOT, env=environment(place))
    try:
        wait_for(lambda: process.poll() is not None or listens(place.behind))
        assert process.poll() is None, (place.folder / "site.out").read_text()
        yield process
    finally:
        process.terminate()
        process.wait(PATIENCE)


def environment(place: Place) -> dict[str, str]:
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(place.folder),
        "FORUM_DATA_DIR": str(place.folder / "var"),
        "FORUM_BASE_URL": f"https://{NAME}",
        "FORUM_TRUSTED_PROXIES": "1",
    }


def listens(port: int) -> bool:
    with suppress(OSError):
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    return False


def is_installed(kind: str) -> bool:
    return shutil.which(PROGRAMS[kind]) is not None


def fingerprinted(page: str) -> str:
    """The address of a style sheet in a page."""
    found = re.search(r'href="(/static/[^"]+\.css\?v=[0-9a-f]+)"', page)
    assert found, page
    return found[1]
