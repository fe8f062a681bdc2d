"""Requests that are nearly right: made from what a site knows, and then one or the other thing in them is odd."""

import random
import re
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

from bench.drill.browser import Browser, multipart

ARGUMENT = re.compile(r"<(?:([^:<>]+):)?(\w+)>")
QUERY_NAME = re.compile(r"request\.(?:args|values)\.get(?:list)?\(\"(\w+)\"")
SOURCES = Path(__file__).resolve().parents[2] / "forum" / "web"
LANGUAGES = ("", "/en", "/nl", "/fr", "/de", "/es", "/it", "/xx")
METHODS = ("PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "BREW", "get", "CONNECT")
READ_FOR_FORMS = (
    *(
        "/en/posts/new/practice",
        "/en/posts/1",
        "/en/profile",
        "/en/review",
        "/en/search?q=work",
        "/en/sign-in",
        "/en/posts/new/question",
    ),
    *(
        "/en/organisations",
        "/en/collections",
        "/en/searches",
        "/en/notices",
        "/en/themes",
        "/en/sign-up",
        "/en/mails",
        "/en/write-to-us",
    ),
)
LEAVE = ("sign-out", "sign-in", "sessions", "password", "close", "erase", "second-step", "passkey")
WORDS = {
    "slug": ("de-sluis", "il-filo", "threshold-europe", "none"),
    "key": ("work-integration", "finance", "none"),
    "kind": ("practice", "research", "policy", "question", "news", "none"),
    "action": ("hide", "restore", "feature", "none"),
    "filename": ("a.pdf", "x.png"),
}
ODD = (
    *(
        "",
        "0",
        "-1",
        "1",
        "x",
        "9" * 20,
        "9" * 5000,
        "2147483648",
        "\u00b2",
        "\u0663",
        "\x00",
        "a\x00b",
        "\x1b[31m",
        "\ufffe\u202e",
    ),
    *(
        "../../etc/passwd",
        "'; DROP TABLE posts; --",
        "<script>alert(1)</script>",
        "{{7*7}}",
        "%s%(x)s%n",
        "//evil.example/",
        "\r\nX: y",
    ),
    *(
        "a" * 3000,
        "work OR (((",
        "w* ??????",
        "title:",
        '"',
        "1e400",
        "NaN",
        "2026-02-30",
        "0000-00-00",
        "[a TO z]",
        "\U0001f41d" * 50,
    ),
    *(
        "=1+1",
        "javascript:alert(1)",
        "\u00e9" * 200,
        " ",
        "\t\n",
        "null",
        "true",
        "[]",
        "@an",
        "> " * 500,
        "#" * 500,
        "|a|b|\n|-|-|\n" * 50,
    ),
)
ODD_BYTES = (
    "%00",
    "%ff%fe",
    "%ed%a0%80",
    "..%2f..%2fetc",
    "%",
    "%zz",
    "a%00b",
    "%0d%0aX:%20y",
    "a" * 6000,
    "%25s",
    "%E2%80%AE",
)
HEADERS = (
    *(
        "Accept-Language: nl-" + "x" * 3000,
        "Accept-Language: de;q=-1,fr;q=1e400",
        "Accept: application/json",
        "Accept: */*;q=nan",
        "Range: bytes=9-1",
    ),
    *(
        "Range: bytes=0-" + "9" * 99,
        'If-None-Match: "',
        "If-Modified-Since: Thu, 99 Foo 99999 99:99:99 GMT",
        "Origin: https://evil.example",
        "Origin: null",
    ),
    *(
        "Sec-Fetch-Site: cross-site",
        "X-Forwarded-For: 1.2.3.4, x",
        "X-Forwarded-Host: evil.example",
        "Referer: http://[",
        "User-Agent: \xff\xfe",
        "Cookie: a=b",
    ),
    *(
        "X-Requested-With: XMLHttpRequest",
        "Content-Encoding: gzip",
        "Expect: 100-continue",
        "X-HTTP-Method-Override: DELETE",
        "Accept-Encoding: br;q=x",
    ),
    *(
        "Cookie: session=x; language=../..; scheme=\xff",
        "Cookie: session=.eJw; session=a.b.c",
        "Cookie: ;;;=;=x;",
        "Authorization: Basic =",
        "Host: evil.example",
    ),
)
KINDS = (
    "application/x-www-form-urlencoded",
    "application/json",
    "text/plain; charset=rubbish",
    "multipart/form-data",
    "",
    "application/x-www-form-urlencoded; charset=utf-16",
)
Fields = list[tuple[str, str]]


@dataclass
class Wish:
    """A request to send."""

    method: str
    target: str
    headers: list[str] = field(default_factory=list)
    body: bytes = b""

    def __str__(self) -> str:
        """Enough of it to ask again."""
        return f"{self.method} {self.target[:300]} {self.headers} {self.body[:600]!r}"

    def raw(self) -> bytes:
        """As it goes over the wire."""
        lines = [f"{self.method} {self.target} HTTP/1.1", *self.headers, "Connection: close"]
        if self.body or self.method in ("POST", "PUT", "PATCH"):
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + self.body


def query_names() -> list[str]:
    """The names that pages read from a query."""
    return sorted(
        {name for path in SOURCES.glob("*.py") for name in QUERY_NAME.findall(path.read_text(encoding="utf-8"))}
    )


@dataclass
class Known:
    """What is known of a site: its routes, the names in its queries, and the forms that each role was shown."""

    rules: list[tuple[str, list[str]]]
    names: list[str]
    forms: dict[str, dict[str, Fields]] = field(default_factory=dict)

    def learn(self, role: str, browser: Browser) -> None:
        """Read the forms of some pages, with their tokens."""
        known = self.forms.setdefault(role, {})
        for path in READ_FOR_FORMS:
            try:
                forms = browser.forms(path)
            except OSError:
                continue
            for form in forms:
                if (form.method or "").upper() == "POST":
                    action = urlsplit(form.get("action") or path).path
                    known[action] = [(one.get("name"), one.get("value") or "") for one in form.xpath(".//*[@name]")]

    def token(self, role: str) -> str:
        """The token in the forms of somebody's session."""
        tokens = [value for form in self.forms.get(role, {}).values() for name, value in form if name == "csrf_token"]
        return tokens[-1] if tokens else ""

    def wish(self, role: str, cookie: str, chance: random.Random) -> Wish:
        """A request by somebody."""
        headers = ["Host: 127.0.0.1", f"Cookie: {cookie}"] if cookie else ["Host: 127.0.0.1"]
        if chance.random() < 0.25:
            odd = chance.choice(HEADERS)
            headers = [one for one in headers if one.split(":")[0] != odd.split(":")[0]] + [odd]
        if chance.random() < 0.4:
            return self.sent(role, headers, chance)
        method = chance.choice(METHODS) if chance.random() < 0.1 else "GET"
        return Wish(method, self.address("GET", chance) + self.query(chance), headers)

    def address(self, method: str, chance: random.Random) -> str:
        """The address of a route, with odd things in it now and then."""
        if chance.random() < 0.04:
            return "/" + "/".join(chance.choice(ODD_BYTES) for _ in range(chance.randrange(1, 4)))
        rules = [rule for rule, methods in self.rules if method in methods and not any(word in rule for word in LEAVE)]
        path = ARGUMENT.sub(lambda found: part(found[1] or "", found[2], chance), chance.choice(rules))
        return chance.choice(LANGUAGES) + path

    def query(self, chance: random.Random) -> str:
        """Names that pages know, with odd values."""
        if chance.random() < 0.5:
            return ""
        names = chance.sample(self.names, chance.randrange(1, 5))
        return "?" + "&".join(f"{name}={odd_value(chance)}" for name in names)

    def sent(self, role: str, headers: list[str], chance: random.Random) -> Wish:
        """A form that somebody was shown, or any form of the site with the fields of another, changed."""
        forms = {
            path: form for path, form in self.forms.get(role, {}).items() if not any(word in path for word in LEAVE)
        }
        shown = chance.random() < 0.5 and bool(forms)
        path = chance.choice(sorted(forms)) if shown else self.address("POST", chance)
        form = forms[path] if shown else chance.choice(sorted(forms.values())) if forms else []
        fields = [(name, value if chance.random() < 0.6 else chance.choice(ODD)) for name, value in form]
        fields = [one for one in fields if chance.random() < 0.95 and one[0] != "csrf_token"]
        if chance.random() < 0.9:
            fields.append(("csrf_token", self.token(role)))
        return Wish("POST", path, *self.body(headers, fields, chance))

    def body(self, headers: list[str], fields: Fields, chance: random.Random) -> tuple[list[str], bytes]:
        """The fields as a body of the kind that forms have, mostly."""
        kind = chance.choice(KINDS) if chance.random() < 0.15 else KINDS[0]
        if chance.random() < 0.1:
            content = chance.choice(
                (
                    b"%PDF-1.4\n%%EOF",
                    b"\x89PNG\r\n\x1a\n" + chance.randbytes(200),
                    b"PK\x03\x04" + chance.randbytes(99),
                    b"",
                )
            )
            body, kind = multipart(fields, "file", (chance.choice(("a.pdf", "b.png", "c.docx", "\x01.exe")), content))
        else:
            body = urlencode(fields, errors="surrogatepass").encode()
        return [*headers, f"Content-Type: {kind}"], body


def part(kind: str, name: str, chance: random.Random) -> str:
    """A part of an address: mostly one that may be there."""
    if chance.random() < 0.25:
        return chance.choice(ODD_BYTES) if chance.random() < 0.5 else quote(chance.choice(ODD)[:300], safe="")
    if name in WORDS:
        return chance.choice(WORDS[name])
    return str(chance.randrange(1, 60)) if kind or name.endswith("_id") or name == "number" else "t"


def odd_value(chance: random.Random) -> str:
    """The value of a name in a query."""
    return chance.choice(ODD_BYTES) if chance.random() < 0.2 else quote(chance.choice(ODD), safe="")
