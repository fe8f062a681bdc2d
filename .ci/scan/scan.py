"""Run wapiti and sqlmap against a site with the demonstration network; print what they found and fail when it is anything new.

    .venv-dev/bin/python .ci/scan/scan.py [--data FOLDER] [--only NAME ...]

The site is served as in production, behind one proxy (front.py). Reports are written to artefacts/scan.
"""

import argparse
import http.cookiejar
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from front import front_of
from known import split

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / ".venv-scan/bin"
REPORTS = ROOT / "artefacts/scan"
PASSWORD = "bridge over calm water"  # the demonstration shows it on its sign-in page
MEMBER = "an.peeters@example.org"
MODERATOR = "helen.marsh@example.org"
MODULES = (
    "backup,brute_login_form,cookieflags,crlf,csp,csrf,exec,file,htaccess,http_headers,ldap,log4shell,methods,permanentxss,"
    "redirect,shellshock,spring4shell,sql,ssrf,timesql,upload,xss,xxe"
)
# Leading out of the site or ending the session of the scan; a moderator who suspends the scan itself finds nothing more.
LEFT_OUT = ("/sign-out", "/profile/close", "/profile/sessions", "/profile/password", "/people/*", "/static/*")
ADDRESSES = (
    "/search?q=work&kind=practice&sort=newest&page=1&theme=housing&country=BE&language=en&year=2024",
    "/feeds/search.atom?q=work&kind=practice",
    "/api/v1/search?q=work&kind=practice&sort=newest&page=1&per_page=5",
    "/api/v1/suggest?q=wo",
    "/organisations?q=work&country=BE&page=1",
    "/log?page=1&kind=decision",
    "/glossary?q=a",
    "/overview?theme=housing&country=BE",
    "/posts/1",
    "/collections?page=1",
)
SQL = ("--batch", "--dbms=sqlite", "--level=2", "--risk=2", "--ignore-code=400,404,409,422,429", "--disable-coloring")
SQL += ("--flush-session", "--param-exclude=csrf_token", "--answers=follow=N,sitemap=N")
WAPITI = ("--no-bugreport", "-v", "1", "-f", "json", "--flush-session", "-S", "normal", "-t", "60")


@contextmanager
def site(folder: Path) -> Iterator[str]:
    """The address of a served demonstration, behind a front that is its only client."""
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        port = chosen.getsockname()[1]
    front = front_of(port)
    address = f"http://127.0.0.1:{front.server_port}"
    settings = {
        "FORUM_DATA_DIR": str(folder / "data"),
        "FORUM_BASE_URL": address,
        "FORUM_TRUSTED_PROXIES": "1",
        "FORUM_OPEN_SIGNUP": "1",
        "FORUM_WORKERS": "1",
    }
    environment = {**{name: value for name, value in os.environ.items() if not name.startswith("FORUM_")}, **settings}
    forum = [sys.executable, "-m", "forum"]
    subprocess.run([*forum, "demo", "--if-empty"], check=True, env=environment, cwd=ROOT)
    threading.Thread(target=front.serve_forever, daemon=True).start()
    with (REPORTS / "site.log").open("w") as log:
        server = subprocess.Popen(
            [*forum, "serve", "--port", str(port)], env=environment, cwd=ROOT, stdout=log, stderr=log
        )
        try:
            wait_for(f"{address}/help")
            yield address
            print("Answers by status:", dict(sorted(front.tally.items())))
        finally:
            server.terminate()
            server.wait()
            front.shutdown()


def wait_for(address: str, seconds: int = 600) -> None:
    """Return once the site answers."""
    for _second in range(seconds):
        try:
            urllib.request.urlopen(address, timeout=60).close()
            return
        except OSError:
            time.sleep(1)
    raise SystemExit(f"{address} does not answer; see {REPORTS / 'site.log'}")


def cookie_of(address: str, email: str) -> str:
    """Sign in; give the cookie."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(jar))
    page = opener.open(f"{address}/sign-in").read().decode()
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
    form = {"email": email, "password": PASSWORD, "csrf_token": token.group(1) if token else ""}
    opener.open(f"{address}/sign-in", urllib.parse.urlencode(form).encode()).close()
    return "; ".join(f"{cookie.name}={cookie.value}" for cookie in jar)


def run(name: str, command: list[str]) -> str:
    """Run a tool with a log of its own; give what it said."""
    log = REPORTS / f"{name}.log"
    began = time.monotonic()
    with log.open("w") as file:
        subprocess.run(command, stdout=file, stderr=subprocess.STDOUT, check=False)
    print(f"{name}: {time.monotonic() - began:.0f} s, {log.relative_to(ROOT)}", flush=True)
    return log.read_text(errors="replace")


def wapiti(address: str, name: str, cookie: str, minutes: int) -> list[str]:
    """What wapiti finds, one line each."""
    report = REPORTS / f"{name}.json"
    outside = [part for path in LEFT_OUT for part in ("-x", address + path)]
    signed_in = ["-C", cookie, "--drop-set-cookie"] if cookie else []
    crawling = minutes * 60 // 4
    times = [
        "--max-scan-time",
        str(crawling),
        "--max-attack-time",
        str((minutes * 60 - crawling) // len(MODULES.split(","))),
    ]
    command = [str(TOOLS / "wapiti"), "-u", f"{address}/", "-m", MODULES, "-o", str(report), *WAPITI]
    run(name, [*command, *outside, *signed_in, *times, "--store-session", tempfile.mkdtemp()])
    told = json.loads(report.read_text())
    found = {**told["vulnerabilities"], **told["anomalies"]}
    return [f"{kind}: {one['method']} {one['path']}: {one['info']}" for kind, ones in found.items() for one in ones]


def sqlmap(address: str, name: str, cookie: str, minutes: int) -> list[str]:
    """What sqlmap finds, one line each: the given addresses one by one, then the forms of a crawl."""
    common = [str(TOOLS / "sqlmap"), *SQL, *(["--cookie", cookie] if cookie else [])]
    crawl = ["--crawl=1", "--forms", "--crawl-exclude=sign-out|static|close|/(de|en|es|fr|it|nl)/"]
    targets = [["-u", address + path] for path in ADDRESSES] + [["-u", f"{address}/", *crawl]]
    found = []
    for number, target in enumerate(targets):
        share = minutes * 60 // (len(targets) + 2) * (3 if "--forms" in target else 1)
        place = f"--output-dir={tempfile.mkdtemp()}"
        said = run(f"{name}-{number}", [*common, *target, place, f"--time-limit={share}"])
        tested = len(re.findall(r"testing for SQL injection on", said))
        print(f"  {' '.join(target[1:2])}: {tested} parameters tested", flush=True)
        found += re.findall(r"(?m)^Parameter: .*$|^.* is vulnerable.*$", said)
    return found


SCANS: dict[str, tuple[Callable[[str, str, str, int], list[str]], str]] = {
    "wapiti-visitor": (wapiti, ""),
    "wapiti-member": (wapiti, MEMBER),
    "wapiti-moderator": (wapiti, MODERATOR),
    "sqlmap-visitor": (sqlmap, ""),
    "sqlmap-moderator": (sqlmap, MODERATOR),
}


def main() -> int:
    """Scan; 1 when something was found."""
    parser = argparse.ArgumentParser(description="Scan the demonstration site with wapiti and sqlmap.")
    parser.add_argument("--data", type=Path, help="a folder that is kept, so that the demonstration is loaded once")
    parser.add_argument("--only", nargs="*", default=list(SCANS), choices=list(SCANS))
    parser.add_argument("--minutes", type=int, default=60, help="about so long each")
    asked = parser.parse_args()
    REPORTS.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, site(asked.data or Path(folder)) as address:
        found = {}
        for name in asked.only:
            scan, person = SCANS[name]
            found[name] = scan(address, name, cookie_of(address, person) if person else "", asked.minutes)
    is_new = False
    for name, lines in found.items():
        new, known = split(lines)
        print(f"{name}: {len(new)} found", *new, sep="\n  ")
        print(*(f"  {count} that are none: {why}" for why, count in known.items()), sep="\n")
        is_new = is_new or bool(new)
    return 1 if is_new else 0


if __name__ == "__main__":
    sys.exit(main())
