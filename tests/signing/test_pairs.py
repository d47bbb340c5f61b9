from __future__ import annotations

import sys
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa, x25519
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from chartgen.errors import InputError, ToolError
from chartgen.signing import SigningKey, pairs
from tests.signing.sealed import pem, sealed

KEYS: dict[str, Any] = {
    "P-256": ec.generate_private_key(ec.SECP256R1()),
    "P-384": ec.generate_private_key(ec.SECP384R1()),
    "RSA": rsa.generate_private_key(65537, 2048),
    "Ed25519": ed25519.Ed25519PrivateKey.generate(),
}


def written(key, form=PrivateFormat.PKCS8, encoding=Encoding.PEM, password=b""):
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(encoding, form, encryption)


def public_pem(key):
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


FORMS = {
    "PKCS #8": written,
    "PKCS #8 with a pass phrase": lambda key: written(key, password=b"pw"),
    "cosign": lambda key: sealed(written(key, encoding=Encoding.DER), b"pw"),
    "cosign 1": lambda key: sealed(written(key, encoding=Encoding.DER), b"pw", label="COSIGN"),
}


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("kind", KEYS)
def test_what_a_secret_key_signs_its_public_key_confirms(tmp_path, kind, form):
    (tmp_path / "key").write_bytes(FORMS[form](KEYS[kind]))
    (tmp_path / "pub").write_bytes(public_pem(KEYS[kind]))
    key = pairs.private(SigningKey(str(tmp_path / "key"), b"pw"))
    public = pairs.public(str(tmp_path / "pub"))
    signature = pairs.sign(key, b"hello")
    assert pairs.is_signed(public, signature, b"hello")
    assert not pairs.is_signed(public, signature, b"Hello")
    assert not pairs.is_signed(public, signature[:-1] + bytes([signature[-1] ^ 1]), b"hello")
    assert not pairs.is_signed(public, b"", b"hello")
    assert pairs.fingerprint(public) == pairs.fingerprint(pairs.public_of(key))


@pytest.mark.parametrize("cost", [2**15, 2**16, 2**17])
def test_a_key_is_opened_at_each_of_cosign_s_costs(tmp_path, cost):
    (tmp_path / "key").write_bytes(sealed(written(KEYS["P-256"], encoding=Encoding.DER), b"pw", cost))
    key = pairs.private(SigningKey(str(tmp_path / "key"), b"pw"))
    assert pairs.fingerprint(pairs.public_of(key)) == pairs.fingerprint(KEYS["P-256"].public_key())


@pytest.mark.parametrize("kind", ["P-256", "RSA"])
def test_the_older_forms_of_openssl_are_read(tmp_path, kind):
    (tmp_path / "key").write_bytes(written(KEYS[kind], PrivateFormat.TraditionalOpenSSL))
    key = pairs.private(SigningKey(str(tmp_path / "key")))
    assert pairs.fingerprint(pairs.public_of(key)) == pairs.fingerprint(KEYS[kind].public_key())


def test_a_key_without_pass_phrase_in_cosign_s_form_needs_none(tmp_path):
    (tmp_path / "key").write_bytes(sealed(written(KEYS["P-256"], encoding=Encoding.DER), b""))
    pairs.private(SigningKey(str(tmp_path / "key")))
    pairs.private(SigningKey(str(tmp_path / "key"), b""))


def test_keys_come_from_variables(monkeypatch):
    monkeypatch.setenv("COSIGN_PRIVATE_KEY", sealed(written(KEYS["P-256"], encoding=Encoding.DER), b"pw").decode())
    monkeypatch.setenv("COSIGN_PUBLIC_KEY", public_pem(KEYS["P-256"]).decode())
    key = pairs.private(SigningKey("env://COSIGN_PRIVATE_KEY", b"pw"))
    assert pairs.is_signed(pairs.public("env://COSIGN_PUBLIC_KEY"), pairs.sign(key, b"hello"), b"hello")


LOCKED = ["PKCS #8 with a pass phrase", "cosign"]


@pytest.mark.parametrize("form", LOCKED)
@pytest.mark.parametrize(
    ("passphrase", "expected"),
    [
        (None, "key: the key is locked by a pass phrase, which is not given\n  hint: give it with --passphrase-file"),
        (b"wrong", "key: the pass phrase does not unlock the key"),
        (b"", "key: the pass phrase does not unlock the key"),
    ],
)
def test_a_locked_key_is_told(tmp_path, form, passphrase, expected):
    (tmp_path / "key").write_bytes(FORMS[form](KEYS["P-256"]))
    with pytest.raises(InputError) as caught:
        pairs.private(SigningKey(str(tmp_path / "key"), passphrase))
    assert expected in str(caught.value)
    assert "wrong" not in repr(SigningKey("key", b"wrong"))


def box(**changes):
    salt = "c2FsdA=="
    whole = {
        "kdf": {"name": "scrypt", "params": {"N": 65536, "r": 8, "p": 1}, "salt": salt},
        "cipher": {"name": "nacl/secretbox", "nonce": "bm9uY2Vub25jZW5vbmNlbm9uY2Vu"},
        "ciphertext": "AAAA",
    }
    return pem({**whole, **changes})


UNSEALED = {
    "all memory": box(kdf={"name": "scrypt", "params": {"N": 2**40, "r": 8, "p": 1}, "salt": "AA=="}),
    "another way": box(kdf={"name": "argon2", "params": {"N": 65536, "r": 8, "p": 1}, "salt": "AA=="}),
    "infinite": box(kdf={"name": "scrypt", "params": {"N": float("inf"), "r": 8, "p": 1}, "salt": "AA=="}),
    "short nonce": box(cipher={"name": "nacl/secretbox", "nonce": "AA=="}),
    "no JSON": b"-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n-----END",
    "no base64": b"-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\n{}\n-----END",
    "a list": pem([]),
    "nothing in it": pem({}),
    "other types": box(kdf=7, cipher=[], ciphertext=None),
}


@pytest.mark.parametrize("content", [*UNSEALED.values(), box(), box(ciphertext="")], ids=[*UNSEALED, "short", "empty"])
def test_a_damaged_key_of_cosign_s_form_is_told(tmp_path, content):
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(InputError, match=r"key: (is damaged|is encrypted in a way|the pass phrase does not unlock)"):
        pairs.private(SigningKey(str(tmp_path / "key"), b"pw"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "holds no secret key"),
        (b"hello", "holds no secret key"),
        (public_pem(KEYS["RSA"]), "holds no secret key"),
        (b"-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n", "holds no key that can be read"),
        (b"-----BEGIN PGP PRIVATE KEY BLOCK-----\n", "holds no secret key"),
        (sealed(b"hello", b"pw"), "holds no key that can be read"),
        (written(rsa.generate_private_key(65537, 1024)), "is a key that cosign does not take"),
        (written(ec.generate_private_key(ec.SECP256K1())), "is a key that cosign does not take"),
        (written(dsa.generate_private_key(2048)), "is a key that cosign does not take"),
        (written(x25519.X25519PrivateKey.generate()), "is a key that cosign does not take"),
        (b"x" * (2**20 + 1), "is too large for a key"),
    ],
)
def test_what_is_no_key_to_sign_with_is_told(tmp_path, content, expected):
    (tmp_path / "key").write_bytes(content)
    with pytest.raises(InputError, match=expected):
        pairs.private(SigningKey(str(tmp_path / "key"), b"pw"))


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", "holds no public key"),
        (b"-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n", "holds no public key"),
        (b"-----BEGIN PGP PUBLIC KEY BLOCK-----\n", "holds no public key"),
        (written(KEYS["RSA"]), "is a secret key, which does not belong here"),
        (public_pem(ec.generate_private_key(ec.SECP224R1())), "is a key that cosign does not take"),
    ],
)
def test_what_is_no_key_to_check_with_is_told(tmp_path, content, expected):
    (tmp_path / "pub").write_bytes(content)
    with pytest.raises(InputError, match=expected):
        pairs.public(str(tmp_path / "pub"))


def test_a_name_is_no_key_for_cosign():
    with pytest.raises(
        InputError, match=r"ann@example.org: there is no such key for cosign\n  expected: a file, or env"
    ):
        pairs.private(SigningKey("ann@example.org"))


def test_without_the_libraries_it_says_what_to_install(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "nacl", None)
    with pytest.raises(ToolError, match=r"pip install 'chartgen\[cosign\]'"):
        pairs.private(SigningKey(str(tmp_path / "key")))
