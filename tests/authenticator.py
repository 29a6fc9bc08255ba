"""A phone's key store in software: it makes passkeys and signs with them, honestly or as an attacker would like it."""

import json
import secrets
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url, encode_cbor

USER_PRESENT, USER_VERIFIED, ATTESTED = 0x01, 0x04, 0x40
ES256, P256 = -7, 1


@dataclass
class Key:
    """One passkey: the private half never leaves it but by its signatures."""

    user: bytes
    id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    secret: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))

    @property
    def cose(self) -> bytes:
        numbers = self.secret.public_key().public_numbers()
        sides = {-2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        return encode_cbor({1: 2, 3: ES256, -1: P256} | sides)


@dataclass
class Authenticator:
    """One device; what a test changes of it is what an attacker would change."""

    origin: str = "https://club.example"
    site: str = ""
    verifies_user: bool = True
    counts: bool = True
    count: int = 0
    cross_origin: bool = False
    keys: list[Key] = field(default_factory=list)

    def make(self, options: dict[str, Any], **forged: Any) -> str:
        """Answer what `navigator.credentials.create` was asked."""
        key = Key(base64url_to_bytes(options["user"]["id"]))
        self.keys.append(key)
        return self.make_with(options, key, **forged)

    def make_with(self, options: dict[str, Any], key: Key, **forged: Any) -> str:
        """Say that this key was made just now."""
        data = self._data(options["rp"]["id"], ATTESTED)
        data += bytes(16) + len(key.id).to_bytes(2, "big") + key.id + key.cose
        attestation = encode_cbor({"fmt": "none", "attStmt": {}, "authData": data})
        told = {"clientDataJSON": self._client("webauthn.create", options), "attestationObject": attestation}
        return _written(key, told, {"transports": ["internal"]} | forged)

    def sign(self, options: dict[str, Any], key: Key | None = None, **forged: Any) -> str:
        """Answer what `navigator.credentials.get` was asked, with the newest passkey unless told otherwise."""
        used = key or self.keys[-1]
        data = self._data(options["rpId"], 0)
        client = self._client("webauthn.get", options)
        signature = used.secret.sign(data + sha256(client).digest(), ec.ECDSA(SHA256()))
        told = {
            "clientDataJSON": client,
            "authenticatorData": data,
            "signature": signature,
            "userHandle": used.user,
        }
        return _written(used, told, forged)

    def _data(self, site: str, more: int) -> bytes:
        self.count += 1 if self.counts else 0
        flags = USER_PRESENT | (USER_VERIFIED if self.verifies_user else 0) | more
        return sha256((self.site or site).encode()).digest() + bytes([flags]) + self.count.to_bytes(4, "big")

    def _client(self, kind: str, options: dict[str, Any]) -> bytes:
        told = {
            "type": kind,
            "challenge": options["challenge"],
            "origin": self.origin,
            "crossOrigin": self.cross_origin,
        }
        return json.dumps(told).encode()


def _written(key: Key, told: dict[str, bytes], more: dict[str, Any]) -> str:
    """Write an answer as the page's script does; `more` adds to its response or replaces what is there."""
    name = bytes_to_base64url(key.id)
    response = {part: bytes_to_base64url(value) for part, value in told.items()} | more
    return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": response})
