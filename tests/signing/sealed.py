"""cosign's encrypted keys, written from the description of their form: what `cosign generate-key-pair` makes."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from typing import Any

from nacl.secret import SecretBox


def sealed(plain: bytes, password: bytes, cost: int = 2**15, label: str = "SIGSTORE") -> bytes:
    salt, nonce = b"s" * 32, b"n" * SecretBox.NONCE_SIZE
    key = hashlib.scrypt(password, salt=salt, n=cost, r=8, p=1, maxmem=2**28, dklen=32)
    box = {
        "kdf": {"name": "scrypt", "params": {"N": cost, "r": 8, "p": 1}, "salt": text(salt)},
        "cipher": {"name": "nacl/secretbox", "nonce": text(nonce)},
        "ciphertext": text(SecretBox(key).encrypt(plain, nonce).ciphertext),
    }
    return pem(box, label)


def pem(box: Mapping[str, Any] | list[Any], label: str = "SIGSTORE") -> bytes:
    body = base64.encodebytes(json.dumps(box).encode()).decode()
    return (
        f"-----BEGIN ENCRYPTED {label} PRIVATE KEY-----\n{body}-----END ENCRYPTED {label} PRIVATE KEY-----\n".encode()
    )


def text(content: bytes) -> str:
    return base64.b64encode(content).decode()
