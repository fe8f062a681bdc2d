"""What a provider signs is believed only when everything in it is right: key, algorithm, issuer, audience, nonce, time."""

import sys
from collections.abc import Iterator, Mapping
from typing import Any, Self

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from forum.accounts.sso.choosing import provider_from
from forum.accounts.sso.provider import LARGEST_ANSWER, UNREADABLE, Provider, known_from
from forum.accounts.sso.words import SignOnFailed
from forum.cli.diagnosis import sign_on_findings
from forum.core.clock import now
from forum.core.errors import Misconfigured
from forum.core.settings import settings_from

pytestmark = pytest.mark.one_database
ISSUER, CLIENT, NONCE = "https://login.example.org", "passerelle", "n-1"
KEY, OTHER_KEY = (RSAKey.generate_key(2048, {"kid": "k"}) for _ in range(2))
ON = {"FORUM_OIDC_ISSUER": ISSUER, "FORUM_OIDC_CLIENT_ID": CLIENT}


def claims(**other: Any) -> dict[str, Any]:
    moment = int(now().timestamp())
    right = {"iss": ISSUER, "aud": CLIENT, "sub": "an-7", "nonce": NONCE, "iat": moment, "exp": moment + 300}
    return {name: value for name, value in (right | other).items() if value is not None}


def checked(told: Mapping[str, Any], key: RSAKey | OctKey = KEY, algorithm: str = "RS256") -> dict[str, Any]:
    token = jwt.encode({"alg": algorithm, "kid": "k"}, dict(told), key, algorithms=["RS256", "HS256"])
    return Provider(ISSUER, CLIENT, "s", "Bridge")._checked(token, {"keys": [KEY.as_dict(private=False)]}, NONCE)


def test_what_is_right_is_believed() -> None:
    assert checked(claims())["sub"] == "an-7"
    assert checked(claims(aud=[CLIENT, "other"], azp=CLIENT))["sub"] == "an-7"


@pytest.mark.parametrize(
    "other",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"aud": "another-site"},
        {"aud": None},
        {"azp": "another-site"},
        {"nonce": "n-2"},
        {"nonce": None},
        {"sub": None},
        {"exp": 1_000_000_000},
        {"exp": None},
        {"iat": None},
    ],
    ids=str,
)
def test_what_is_for_somebody_else_too_old_or_incomplete_is_not(other: dict[str, Any]) -> None:
    with pytest.raises(UNREADABLE):
        checked(claims(**other))


def test_another_key_is_not_believed() -> None:
    with pytest.raises(UNREADABLE):
        checked(claims(), OTHER_KEY)


def test_the_public_key_does_not_serve_as_a_shared_secret() -> None:
    with pytest.raises(UNREADABLE):
        checked(claims(), OctKey.import_key(KEY.as_pem(private=False)), "HS256")


def test_an_unsigned_token_is_not_believed() -> None:
    provider = Provider(ISSUER, CLIENT, "s", "Bridge")
    token = "eyJhbGciOiJub25lIn0." + jwt.encode({"alg": "RS256"}, claims(), KEY).split(".")[1] + "."
    with pytest.raises(UNREADABLE):
        provider._checked(token, {"keys": [KEY.as_dict(private=False)]}, NONCE)


class Answer:
    """What came back over the line."""

    def __init__(self, content: bytes, status_code: int = 200):
        self.content, self.status_code = content, status_code

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_how: object) -> None:
        return

    def iter_content(self, size: int) -> Iterator[bytes]:
        yield from (self.content[start : start + size] for start in range(0, len(self.content), size))


class Line:
    """A line to the provider on which always the same comes back."""

    def __init__(self, answer: Answer):
        self.answer = answer

    def get(self, _address: str, **_how: object) -> Answer:
        return self.answer


@pytest.mark.parametrize(
    "answer",
    [
        Answer(b'{"sub": "an-7"}', 503),
        Answer(b'{"a": "' + b"x" * LARGEST_ANSWER + b'"}'),
        Answer(b"<html>"),
        Answer(b"7"),
    ],
    ids=["an error", "too large", "a page", "a number"],
)
def test_what_is_no_plain_object_of_bearable_size_is_not_believed(answer: Answer) -> None:
    provider = Provider(ISSUER, CLIENT, "s", "Bridge")
    assert provider._get(Line(Answer(b'{"sub": "an-7"}')), f"{ISSUER}/keys") == {"sub": "an-7"}
    with pytest.raises(UNREADABLE):
        provider._get(Line(answer), f"{ISSUER}/keys")


@pytest.mark.parametrize(
    ("address", "subject"), [("http://login.example.org/more", "an-7"), (f"{ISSUER}/more", "bert-2")]
)
def test_what_comes_unencrypted_or_about_somebody_else_is_not_added(address: str, subject: str) -> None:
    provider, line = Provider(ISSUER, CLIENT, "s", "Bridge"), Line(Answer(b'{"sub": "an-7", "email": "a@b.example"}'))
    assert provider._more(line, f"{ISSUER}/more", "an-7") == {"email": "a@b.example"}
    with pytest.raises(ValueError, match=r"not safe|somebody else"):
        provider._more(line, address, subject)


@pytest.mark.parametrize("subject", ["", "a" * 256, "a\0b", "a\nb"])
def test_a_subject_that_cannot_be_kept_is_refused(subject: str) -> None:
    with pytest.raises(SignOnFailed):
        known_from({"sub": subject}, "Bridge")


@pytest.mark.parametrize("verified", [None, False, "false", 1, "yes"])
def test_an_address_counts_only_when_the_provider_verified_it(verified: object) -> None:
    assert known_from({"sub": "s", "email": "an@example.org", "email_verified": verified}, "Bridge").email == ""
    assert known_from({"sub": "s", "email": "an@example.org", "email_verified": True}, "Bridge").email


@pytest.mark.parametrize(
    "settings",
    [
        {"FORUM_OIDC_ISSUER": "http://login.example.org", "FORUM_OIDC_CLIENT_ID": CLIENT},
        {"FORUM_OIDC_ISSUER": "login.example.org", "FORUM_OIDC_CLIENT_ID": CLIENT},
        {"FORUM_OIDC_ISSUER": ISSUER},
        {"FORUM_OIDC_CLIENT_ID": CLIENT},
    ],
    ids=str,
)
def test_half_of_the_settings_or_an_issuer_without_tls_is_refused_in_words(settings: dict[str, str]) -> None:
    with pytest.raises(Misconfigured, match="FORUM_OIDC_ISSUER"):
        settings_from(settings)


def test_without_settings_there_is_no_provider() -> None:
    assert provider_from(settings_from({})) is None
    assert list(sign_on_findings(settings_from({}))) == []


def test_settings_without_the_extra_are_said_plainly_at_start_and_by_doctor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "forum.accounts.sso.provider", None)
    with pytest.raises(Misconfigured, match="pip install"):
        provider_from(settings_from(ON))
    (finding,) = sign_on_findings(settings_from(ON))
    assert "FORUM_OIDC_ISSUER is set" in finding[0]


def test_doctor_says_that_the_provider_does_not_answer() -> None:
    settings = settings_from(ON | {"FORUM_OIDC_ISSUER": "http://127.0.0.1:1"})
    (finding,) = sign_on_findings(settings)
    assert "does not answer" in finding[0]
