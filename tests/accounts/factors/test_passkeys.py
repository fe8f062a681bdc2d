"""Passkeys: what is taken from an authenticator, and everything that is refused. The authenticator here is made of software."""

import json
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

import cbor2
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from forum.accounts.factors import challenges, passkeys
from forum.accounts.factors.models import Challenge, Passkey
from forum.accounts.factors.passkeys import Place
from forum.accounts.factors.proving import prove_second_factor
from forum.core.clock import now
from forum.core.db import db, transaction
from forum.core.errors import Conflict, Invalid
from tests.conftest import Cast

HERE = Place("forum.example", "https://forum.example", "A forum")
PRESENT, VERIFIED, ATTESTED = 1, 4, 64


@dataclass
class Authenticator:
    """A device with one key; `flags` says whether somebody is there (1) and was verified (4)."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = b"a credential"
    host: str = HERE.host
    origin: str = HERE.origin
    flags: int = PRESENT | VERIFIED
    count: int = 1

    def made(self, asked: str) -> str:
        """The answer to a question for a new passkey."""
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})
        data = self._data(ATTESTED) + bytes(16) + len(self.id).to_bytes(2, "big") + self.id + public
        told = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        return self._answer("create", asked, attestationObject=told)

    def shown(self, asked: str) -> str:
        """The answer to a question for a passkey that is there."""
        data = self._data(0)
        signed = data + sha256(self._client("get", asked)).digest()
        return self._answer("get", asked, authenticatorData=data, signature=self.key.sign(signed, ec.ECDSA(SHA256())))

    def _data(self, more: int) -> bytes:
        return sha256(self.host.encode()).digest() + bytes([self.flags | more]) + self.count.to_bytes(4, "big")

    def _client(self, step: str, asked: str) -> bytes:
        challenge = json.loads(asked)["challenge"]
        return json.dumps({"type": f"webauthn.{step}", "challenge": challenge, "origin": self.origin}).encode()

    def _answer(self, step: str, asked: str, **response: bytes) -> str:
        response["clientDataJSON"] = self._client(step, asked)
        coded: dict[str, Any] = {name: bytes_to_base64url(value) for name, value in response.items()}
        name = bytes_to_base64url(self.id)
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": coded})


@pytest.fixture
def device(cast: Cast) -> Authenticator:
    """An's device, registered."""
    made = Authenticator()
    actor = cast.actor("an")
    codes = passkeys.register_passkey(actor, made.made(passkeys.options_to_register(actor, HERE)), "Phone", HERE)
    assert len(codes) == 10
    return made


def sign_in(device: Authenticator) -> int:
    """Sign in with a device alone; whose it is."""
    device.count += 1
    return passkeys.person_with_passkey(device.shown(passkeys.options_to_prove(None, HERE)), HERE).id


def test_a_passkey_says_who_signs_in_and_its_counter_is_kept(device: Authenticator, cast: Cast) -> None:
    assert sign_in(device) == cast.an.id
    assert db.session.scalars(db.select(Passkey)).one().sign_count == 2


def test_an_answer_counts_once(device: Authenticator) -> None:
    answer = device.shown(passkeys.options_to_prove(None, HERE))
    device.count += 1
    answer = device.shown(passkeys.options_to_prove(None, HERE))
    passkeys.person_with_passkey(answer, HERE)
    with pytest.raises(Invalid):
        passkeys.person_with_passkey(answer, HERE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://f0rum.example"},
        {"host": "evil.example"},
        {"flags": PRESENT},
        {"flags": VERIFIED},
        {"count": -1},
        {"id": b"another"},
        {"key": ec.generate_private_key(ec.SECP256R1())},
    ],
    ids=lambda wrong: next(iter(wrong)),
)
def test_what_comes_from_elsewhere_or_proves_less_is_refused(device: Authenticator, wrong: dict[str, Any]) -> None:
    for name, value in wrong.items():
        setattr(device, name, value)
    with pytest.raises(Invalid):
        sign_in(device)  # with a counter of 0 for a device that counted: a copy


def test_a_question_of_one_purpose_or_person_answers_no_other(device: Authenticator, cast: Cast) -> None:
    device.count += 1
    for asked_of, purpose, person in (
        (cast.an.id, challenges.SIGN_IN, None),
        (None, challenges.PROVE, cast.an.id),
        (cast.bert.id, challenges.PROVE, cast.an.id),
        (cast.bert.id, challenges.PROVE, cast.bert.id),  # it is An's passkey
    ):
        with pytest.raises(Invalid):
            passkeys.check_answer(device.shown(passkeys.options_to_prove(asked_of, HERE)), purpose, person, HERE)


def test_a_question_is_forgotten_after_five_minutes(device: Authenticator) -> None:
    device.count += 1
    answer = device.shown(passkeys.options_to_prove(None, HERE))
    with transaction():
        for one in db.session.scalars(db.select(Challenge)):
            one.expires_at = now()
    with pytest.raises(Invalid):
        passkeys.person_with_passkey(answer, HERE)


def test_one_device_is_registered_once(device: Authenticator, cast: Cast) -> None:
    actor = cast.actor("bert")
    with pytest.raises(Invalid):
        passkeys.register_passkey(actor, device.made(passkeys.options_to_register(actor, HERE)), "Mine", HERE)


@pytest.mark.parametrize("flags", [PRESENT, VERIFIED])
def test_a_passkey_without_its_owner_is_not_registered(cast: Cast, flags: int) -> None:
    actor, made = cast.actor("an"), Authenticator(flags=flags)
    with pytest.raises(Invalid):
        passkeys.register_passkey(actor, made.made(passkeys.options_to_register(actor, HERE)), "Phone", HERE)


@pytest.mark.parametrize(
    "answer",
    ["", "null", "[]", "{}", "[" * 5000, '{"response": 1}', '{"response": {"clientDataJSON": "e30"}}', "{" * 30_000],
)
def test_nonsense_is_refused(cast: Cast, answer: str) -> None:
    with pytest.raises(Invalid):
        passkeys.person_with_passkey(answer, HERE)
    with pytest.raises(Invalid):
        passkeys.register_passkey(cast.actor("an"), answer, "Phone", HERE)


def test_the_handle_of_a_person_tells_nothing_of_them(cast: Cast) -> None:
    handles = [json.loads(passkeys.options_to_register(cast.actor(who), HERE))["user"]["id"] for who in ("an", "bert")]
    assert [len(base64url_to_bytes(handle)) for handle in handles] == [32, 32]
    assert handles[0] != handles[1]


def test_a_second_device_brings_no_new_recovery_codes(device: Authenticator, cast: Cast) -> None:
    actor, made = cast.actor("an"), Authenticator(id=b"another")
    assert passkeys.register_passkey(actor, made.made(passkeys.options_to_register(actor, HERE)), "Key", HERE) == []
    assert len(db.session.scalars(db.select(Passkey)).all()) == 2


def test_nobody_has_more_passkeys_than_fit(device: Authenticator, cast: Cast) -> None:
    actor = cast.actor("an")
    for number in range(1, passkeys.MOST_PASSKEYS):
        made = Authenticator(id=b"device %d" % number)
        passkeys.register_passkey(actor, made.made(passkeys.options_to_register(actor, HERE)), "Key", HERE)
    one_more = Authenticator(id=b"one more")
    with pytest.raises(Conflict, match="Remove one first"):
        passkeys.register_passkey(actor, one_more.made(passkeys.options_to_register(actor, HERE)), "Key", HERE)


def test_a_passkey_longer_than_the_standard_allows_is_refused(cast: Cast) -> None:
    actor, made = cast.actor("an"), Authenticator(id=b"x" * 1100)
    with pytest.raises(Invalid):
        passkeys.register_passkey(actor, made.made(passkeys.options_to_register(actor, HERE)), "Phone", HERE)


def test_a_passkey_is_a_second_step_too(device: Authenticator, cast: Cast) -> None:
    device.count += 1
    answer = device.shown(passkeys.options_to_prove(cast.an.id, HERE))
    prove_second_factor(cast.an, HERE, passkey=answer)
    with pytest.raises(Invalid):
        prove_second_factor(cast.an, HERE, passkey=answer)
