"""Passkeys, with an authenticator made of a key pair: registered, used to sign in, removed."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import struct

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from sanggar.accounts import queries, service

ORIGIN = "http://localhost"


def b64(data: bytes) -> str:
    """Write bytes as passkeys do."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


class Device:
    """A phone with a secure chip: it holds one discoverable passkey."""

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(b"device").digest()
        self.user_handle = ""
        self.count = 0

    def _data(self, rp_id: str, verified: bool, attested: bytes = b"") -> bytes:
        flags = 0x01 | (0x04 if verified else 0) | (0x40 if attested else 0)
        self.count += 1
        return (
            hashlib.sha256(rp_id.encode()).digest()
            + struct.pack(">BI", flags, self.count)
            + attested
        )

    def _client_data(self, kind: str, challenge: str, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin}).encode()

    def create(self, options: dict, verified: bool = True, origin: str = ORIGIN) -> str:
        """Answer `navigator.credentials.create`."""
        self.user_handle = options["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = cbor2.dumps({
            1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big"),
        })  # fmt: skip
        attested = bytes(16) + struct.pack(">H", len(self.id)) + self.id + public
        data = self._data(options["rp"]["id"], verified, attested)
        return json.dumps({
            "id": b64(self.id), "rawId": b64(self.id), "type": "public-key",
            "response": {
                "clientDataJSON": b64(self._client_data("webauthn.create", options["challenge"], origin)),
                "attestationObject": b64(cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})),
                "transports": ["internal"],
            },
        })  # fmt: skip

    def get(self, options: dict, verified: bool = True, origin: str = ORIGIN) -> str:
        """Answer `navigator.credentials.get`."""
        client = self._client_data("webauthn.get", options["challenge"], origin)
        data = self._data(options["rpId"], verified)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return json.dumps({
            "id": b64(self.id), "rawId": b64(self.id), "type": "public-key",
            "response": {
                "clientDataJSON": b64(client), "authenticatorData": b64(data),
                "signature": b64(signature), "userHandle": self.user_handle,
            },
        })  # fmt: skip


def asked(page: str) -> tuple[str, dict]:
    """Return where the page sends the answer, and what it asks the device."""
    form = re.search(r'action="([^"]+)" data-passkey="\w+" data-options="([^"]+)"', page)
    return html.unescape(form[1]), json.loads(html.unescape(form[2]))


@pytest.fixture
def device(visit, text_of):
    """A talent's phone with a registered passkey, and the talent's browser."""
    browser, phone = visit("talent"), Device()
    action, options = asked(
        text_of(browser.post("/account/passkeys", data={"name": "Ponsel saya"}))
    )
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert "authenticatorAttachment" not in options["authenticatorSelection"]
    answer = browser.post(action, data={"credential": phone.create(options)})
    assert answer.status_code == 302
    return phone, browser


def sign_in(client, phone, text_of, **how):
    """Go through the pages of a sign-in with a passkey."""
    action, options = asked(text_of(client.post("/sign-in/passkey")))
    return client.post(action, data={"credential": phone.get(options, **how), "remember": "y"})


def test_a_passkey_signs_in_without_a_password(device, client, text_of, people, tx):
    phone, browser = device
    assert "Ponsel saya" in text_of(browser.get("/account/passkeys"))
    answer = sign_in(client, phone, text_of)
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/home")
    assert client.get("/account").status_code == 200
    with tx():
        assert queries.security(people.talent).passkeys == 1


def test_a_passkey_needs_finger_face_or_pin(device, client, text_of):
    phone, _browser = device
    sign_in(client, phone, text_of, verified=False)
    assert client.get("/account").status_code == 303


def test_a_passkey_of_another_site_is_refused(device, client, text_of):
    phone, _browser = device
    sign_in(client, phone, text_of, origin="https://evil.example")
    assert client.get("/account").status_code == 303


def test_an_unknown_passkey_is_refused_in_words(client, people, text_of):
    sign_in(client, Device(), text_of)
    assert "tidak kami kenal" in text_of(client.get("/sign-in/passkey"))
    assert client.get("/account").status_code == 303


def test_a_closed_account_stays_closed_for_its_passkey(device, client, text_of, people, tx):
    phone, _browser = device
    with tx():
        service.set_active(people.talent, False)
    sign_in(client, phone, text_of)
    assert client.get("/account").status_code == 303


def test_a_passkey_stands_for_password_and_second_step(device, client, text_of):
    from passlib.totp import TOTP

    phone, browser = device
    page = text_of(browser.post("/account/second-step", data={"setup": "authenticator"}))
    key = re.search(r"<code>([A-Z2-7-]+)</code>", page)[1].replace("-", "")
    action = re.search(r'action="(/account/second-step/[^"]+)"', page)[1]
    browser.post(action, data={"code": TOTP(key=key).generate().token})
    assert sign_in(client, phone, text_of).headers["Location"].endswith("/home")


def test_a_removed_passkey_no_longer_signs_in(device, client, text_of):
    phone, browser = device
    assert browser.post("/account/passkeys/remove", data={"name": "Ponsel saya"}).status_code == 302
    sign_in(client, phone, text_of)
    assert client.get("/account").status_code == 303


def test_the_same_name_is_taken_once(device, text_of):
    _phone, browser = device
    answer = browser.post("/account/passkeys", data={"name": "Ponsel saya"})
    assert answer.status_code == 422
    assert "sudah punya kunci sandi" in text_of(answer)


@pytest.mark.parametrize("credential", ["", "{", "null", "{}", '{"id": 1}', "\x00"])
def test_nonsense_from_a_device_is_answered_calmly(visit, client, text_of, credential):
    browser = visit("talent")
    action, _options = asked(text_of(browser.post("/account/passkeys", data={"name": "x"})))
    assert browser.post(action, data={"credential": credential}).status_code == 302
    action, _options = asked(text_of(client.post("/sign-in/passkey")))
    assert client.post(action, data={"credential": credential}).status_code == 302
    assert (
        client.post("/sign-in/passkey/nonsense", data={"credential": credential}).status_code == 302
    )
