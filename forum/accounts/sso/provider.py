"""Talking with a provider of single sign-on: OpenID Connect Core 1.0, the authorisation code flow with PKCE (RFC 7636).

Asked are only the configured issuer and the addresses that its own discovery document names; redirects are not followed.
"""

import json
import time
from typing import Any

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import RequestException

from forum.accounts.models import EMAIL_LENGTH, NAME_LENGTH
from forum.accounts.sso.models import SUBJECT_LENGTH
from forum.accounts.sso.words import Errand, Known, SignOnFailed
from forum.core.text import message as _
from forum.core.text import single_line

SCOPE = "openid email profile"
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"]
PATIENCE = (3, 5)  # seconds to connect, and between two pieces of an answer
LARGEST_ANSWER = 500_000
CHUNK = 16_384
KEPT = 600  # seconds that a discovery document is believed
REST = 10  # seconds that a provider which is down is left alone
LEEWAY = 60  # seconds by which clocks may differ
ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
UNREADABLE = (AuthlibBaseError, JoseError, RequestException, ValueError, KeyError, TypeError, AttributeError)


def down(name: str) -> SignOnFailed:
    """The provider cannot be reached."""
    return SignOnFailed(_("%(name)s does not answer now. Sign in another way, or try again later.", name=name))


def refused(name: str) -> SignOnFailed:
    """What came back proves nothing."""
    return SignOnFailed(_("Signing in with %(name)s did not work. Try again, or sign in another way.", name=name))


class Provider:
    """One provider, as the settings name it."""

    def __init__(self, issuer: str, client_id: str, client_secret: str, name: str):
        self.issuer, self.name = issuer, name
        self._client_id, self._client_secret = client_id, client_secret
        self._metadata: dict[str, Any] = {}
        self._read_at = self._failed_at = float("-inf")

    def address_to_ask(self, errand: Errand, return_to: str) -> str:
        """Where a browser goes to sign in there, with `errand` to bring back. Raises `SignOnFailed`."""
        endpoint = self.metadata()["authorization_endpoint"]
        with self._session(return_to) as session:
            address, _state = session.create_authorization_url(
                endpoint, state=errand.state, nonce=errand.nonce, code_verifier=errand.verifier
            )
        return str(address)

    def known_by(self, errand: Errand, answer: dict[str, Any], return_to: str) -> Known:
        """Who came back: the code is exchanged, and everything in the signed answer is checked. Raises `SignOnFailed`."""
        if answer.get("iss", self.issuer) != self.issuer:  # RFC 9207
            raise refused(self.name)
        metadata = self.metadata()
        try:
            with self._session(return_to) as session:
                token = session.fetch_token(
                    metadata["token_endpoint"],
                    code=answer["code"],
                    code_verifier=errand.verifier,
                    timeout=PATIENCE,
                    allow_redirects=False,
                )
                claims = self._checked(str(token["id_token"]), self._get(session, metadata["jwks_uri"]), errand.nonce)
                if "email" not in claims and metadata.get("userinfo_endpoint"):
                    claims |= self._more(session, metadata["userinfo_endpoint"], claims["sub"])
        except UNREADABLE as problem:
            raise refused(self.name) from problem
        return known_from(claims, self.name)

    def metadata(self) -> dict[str, Any]:
        """What the issuer says of itself (OpenID Connect Discovery 1.0). Raises `SignOnFailed`."""
        moment = time.monotonic()
        if moment - self._read_at < KEPT:
            return self._metadata
        if moment - self._failed_at < REST:
            raise down(self.name)
        try:
            with self._session("") as session:
                found = self._get(session, f"{self.issuer.rstrip('/')}/.well-known/openid-configuration")
            if found["issuer"] != self.issuer or not all(self._is_safe(found[name]) for name in ENDPOINTS):
                raise ValueError
        except UNREADABLE as problem:
            self._failed_at = time.monotonic()
            raise down(self.name) from problem
        self._metadata, self._read_at = found, time.monotonic()
        return found

    def _session(self, return_to: str) -> Any:
        return OAuth2Session(
            self._client_id,
            self._client_secret or None,
            scope=SCOPE,
            redirect_uri=return_to,
            code_challenge_method="S256",
            token_endpoint_auth_method=self._way_to_prove(),
        )

    def _way_to_prove(self) -> str:
        known = self._metadata.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        if not self._client_secret:
            return "none"
        return "client_secret_basic" if "client_secret_basic" in known else "client_secret_post"

    def _is_safe(self, address: str) -> bool:
        """Whether an endpoint keeps what it is told as safe as the issuer does."""
        return address.startswith("https://") or (address.startswith("http://") and self.issuer.startswith("http://"))

    def _get(self, session: Any, address: str, *, anonymous: bool = True) -> dict[str, Any]:
        """A JSON object, of a size that we can bear."""
        asked = {"timeout": PATIENCE, "allow_redirects": False, "stream": True, "withhold_token": anonymous}
        with session.get(address, **asked) as answer:
            content = b""
            for piece in answer.iter_content(CHUNK):
                content += piece
                if len(content) > LARGEST_ANSWER:
                    raise ValueError("too large")
            if answer.status_code != 200:
                raise ValueError(f"status {answer.status_code}")
            return dict(json.loads(content))

    def _checked(self, id_token: str, keys: dict[str, Any], nonce: str) -> dict[str, Any]:
        found = jwt.decode(id_token, KeySet.import_key_set(keys), algorithms=ALGORITHMS)  # type: ignore[arg-type]  # any JSON: joserfc checks it
        claims = dict(found.claims)
        jwt.JWTClaimsRegistry(
            leeway=LEEWAY,
            iss={"essential": True, "value": self.issuer},
            aud={"essential": True, "value": self._client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        ).validate(claims)
        if claims.get("azp", self._client_id) != self._client_id:
            raise ValueError("for somebody else")
        return claims

    def _more(self, session: Any, address: str, subject: str) -> dict[str, Any]:
        """The address and the name, where the provider tells them apart from the token."""
        if not self._is_safe(address):
            raise ValueError("not safe")
        told = self._get(session, address, anonymous=False)
        if told.get("sub") != subject:
            raise ValueError("of somebody else")
        return {name: told[name] for name in ("email", "email_verified", "name") if name in told}


def known_from(claims: dict[str, Any], name: str) -> Known:
    """Whom the claims speak of. Raises `SignOnFailed` when nobody can be known again by them."""
    subject = str(claims["sub"])
    if not 0 < len(subject) <= SUBJECT_LENGTH or not subject.isprintable():
        raise refused(name)
    verified = claims.get("email_verified")
    is_verified = verified is True or verified == "true"
    email = str(claims.get("email", "")) if is_verified else ""
    return Known(subject, email[:EMAIL_LENGTH], single_line(str(claims.get("name", "")))[:NAME_LENGTH])
