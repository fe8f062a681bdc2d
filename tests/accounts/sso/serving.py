"""A provider of single sign-on in a process of its own: `oidc-provider-mock`, which here also keeps its side of PKCE (RFC 7636)
and gives a refusal its state (RFC 6749).

Run as a script it prints its port and serves until it is ended.
"""

import base64
import hashlib
import os
import sys
from collections.abc import Iterable
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlsplit

from oidc_provider_mock import app as provider_app
from werkzeug.serving import make_server


class KeepsChallenges:
    """WSGI middleware that refuses a code whose verifier does not fit the challenge that it was asked for with."""

    def __init__(self, wsgi_app: Any):
        self.wsgi_app = wsgi_app
        self.challenges: dict[str, str] = {}

    def __call__(self, environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/oauth2/token" and not self.fits(environ):
            start_response("400 BAD REQUEST", [("Content-Type", "application/json")])
            return [b'{"error": "invalid_grant"}']
        asked = parse_qs(environ["QUERY_STRING"])
        challenge, state = asked.get("code_challenge", [""])[0], asked.get("state", [""])[0]

        def note_code(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            back = dict(headers).get("Location", "")
            answer = parse_qs(urlsplit(back).query)
            for code in answer.get("code", []):
                self.challenges[code] = challenge
            if "error" in answer and "state" not in answer:  # RFC 6749, 4.1.2.1: it brings back what it was given
                headers = [*(one for one in headers if one[0] != "Location"), ("Location", f"{back}&state={state}")]
            return start_response(status, headers, *rest)

        found: Iterable[bytes] = self.wsgi_app(environ, note_code)
        return found

    def fits(self, environ: dict[str, Any]) -> bool:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = BytesIO(body)
        sent = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        digest = hashlib.sha256(sent.get("code_verifier", "").encode()).digest()
        made = base64.urlsafe_b64encode(digest).decode().rstrip("=")
        return self.challenges.get(sent.get("code", "")) == made


if __name__ == "__main__":
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"
    server = make_server("127.0.0.1", 0, KeepsChallenges(provider_app(require_nonce=True)), threaded=True)
    sys.stdout.write(f"{server.server_port}\n")
    sys.stdout.flush()
    server.serve_forever()
