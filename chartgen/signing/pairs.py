"""Pairs of keys as cosign has them: `cosign.key`, `cosign.pub`, and plain PEM keys of OpenSSL and others.

Source: cosign, `pkg/cosign/keys.go`; go-securesystemslib, `encrypted` (scrypt, then NaCl's secret box).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from typing import TYPE_CHECKING, Any, TypeAlias

from chartgen.errors import InputError, Problem, ToolError, Where
from chartgen.signing import keys
from chartgen.signing.keys import SigningKey

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey

    PrivateKey: TypeAlias = EllipticCurvePrivateKey | RSAPrivateKey | Ed25519PrivateKey
    PublicKey: TypeAlias = EllipticCurvePublicKey | RSAPublicKey | Ed25519PublicKey
else:  # the libraries are an extra, and slow to import
    PrivateKey = PublicKey = Any

_SIGSTORE = (b"ENCRYPTED SIGSTORE PRIVATE KEY", b"ENCRYPTED COSIGN PRIVATE KEY")
_COSTS = ((2**15, 8, 1), (2**16, 8, 1), (2**17, 8, 1))
"""The parameters of scrypt that cosign writes and accepts: others could take all memory."""

_MEMORY = 192 * 2**20
_SMALLEST_RSA = 2048
_CURVES = ("secp256r1", "secp384r1", "secp521r1")
_KINDS = "an EC key (P-256, P-384, P-521), an RSA key of at least 2048 bits, or an Ed25519 key"
_INSTALL = "pip install 'chartgen[cosign]'"


def private(key: SigningKey) -> PrivateKey:
    """The secret key in a file or a variable: cosign's own, PKCS #8, or OpenSSL's older forms.

    Raises:
        InputError: it cannot be read, is no such key, or its pass phrase is missing or wrong.
        ToolError: the extra `cosign` is not installed.
    """
    _require_libraries()
    if not key.is_exported:
        expected = "a file, or env://NAME"
        raise InputError(Problem("there is no such key for cosign", key.where, expected=expected))
    content = keys.exported(key)
    kind = _kind(content)
    if kind in _SIGSTORE:
        from cryptography.hazmat.primitives.serialization import load_der_private_key

        plain = _opened(content, kind, key)
        try:
            return _as_private(load_der_private_key(plain, None), key.where)
        except (ValueError, TypeError):
            raise InputError("holds no key that can be read", key.where) from None
    return _from_pem(content, kind, key)


def public(reference: str) -> PublicKey:
    """The public key in a file or a variable (`env://NAME`), as `cosign.pub` holds it.

    Raises:
        InputError: it cannot be read, or is no such key.
        ToolError: the extra `cosign` is not installed.
    """
    _require_libraries()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    where = Where(reference)
    content = keys.exported(SigningKey(reference))
    if b"PRIVATE KEY" in content:
        raise InputError("is a secret key, which does not belong here", where, "name its public half: cosign.pub")
    try:
        return _as_public(load_pem_public_key(content), where)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        expected = "`-----BEGIN PUBLIC KEY-----`, as `cosign public-key` prints it"
        raise InputError(Problem("holds no public key", where, expected=expected)) from None


def public_of(key: PrivateKey) -> PublicKey:
    """The public half of a secret key."""
    return key.public_key()


def fingerprint(key: PublicKey) -> str:
    """The sha256 of the key's DER form (SubjectPublicKeyInfo), 64 hex digits: what cosign's hints are made of."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()


def sign(key: PrivateKey, message: bytes) -> bytes:
    """The signature that `cosign verify --key` expects: SHA-256 with ECDSA or PKCS #1 1.5, or plain Ed25519."""
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.hashes import SHA256

    if isinstance(key, ec.EllipticCurvePrivateKey):
        return key.sign(message, ec.ECDSA(SHA256()))
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(message, padding.PKCS1v15(), SHA256())
    return key.sign(message)


def is_signed(key: PublicKey, signature: bytes, message: bytes) -> bool:
    """Whether the signature of the message is this key's."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
    from cryptography.hazmat.primitives.hashes import SHA256

    try:
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, message, ec.ECDSA(SHA256()))
        elif isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, message, padding.PKCS1v15(), SHA256())
        else:
            key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _require_libraries() -> None:
    try:
        import cryptography  # noqa: F401
        import nacl  # noqa: F401
    except ModuleNotFoundError:
        raise ToolError("signatures for cosign need two more libraries", hint=_INSTALL) from None


def _from_pem(content: bytes, kind: bytes, key: SigningKey) -> PrivateKey:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    if not kind.endswith(b"PRIVATE KEY"):
        expected = "cosign.key as `cosign generate-key-pair` writes it, or a PEM key"
        raise InputError(Problem("holds no secret key", key.where, expected=expected))
    locked = b"ENCRYPTED" in content
    try:
        return _as_private(load_pem_private_key(content, (key.passphrase or b"") if locked else None), key.where)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        if locked:
            raise _locked(key) from None
        raise InputError("holds no key that can be read", key.where) from None


def _kind(content: bytes) -> bytes:
    """The label of a PEM block, empty without one."""
    _, _, rest = content.partition(b"-----BEGIN ")
    return rest.partition(b"-----")[0]


def _opened(content: bytes, kind: bytes, key: SigningKey) -> bytes:
    """What is in cosign's encrypted box: a PKCS #8 key."""
    from nacl.exceptions import CryptoError
    from nacl.secret import SecretBox

    body = content.partition(b"-----BEGIN " + kind + b"-----")[2].partition(b"-----END")[0]
    try:
        box = json.loads(base64.b64decode(b"".join(body.split()), validate=True))
        costs = (int(box["kdf"]["params"]["N"]), int(box["kdf"]["params"]["r"]), int(box["kdf"]["params"]["p"]))
        names = (box["kdf"]["name"], box["cipher"]["name"])
        salt, nonce, sealed = (
            base64.b64decode(text) for text in (box["kdf"]["salt"], box["cipher"]["nonce"], box["ciphertext"])
        )
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError, binascii.Error):
        raise InputError("is damaged: no encrypted key of cosign's form", key.where) from None
    if names != ("scrypt", "nacl/secretbox") or costs not in _COSTS or len(nonce) != SecretBox.NONCE_SIZE:
        raise InputError("is encrypted in a way that cosign does not know either", key.where)
    n, r, p = costs
    secret = hashlib.scrypt(key.passphrase or b"", salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=SecretBox.KEY_SIZE)
    try:
        return bytes(SecretBox(secret).decrypt(sealed, nonce))
    except CryptoError:
        raise _locked(key) from None


def _locked(key: SigningKey) -> InputError:
    hint = f"give it with --passphrase-file FILE or in {keys.UNLOCK_COSIGN}"
    if key.passphrase is None:
        return InputError("the key is locked by a pass phrase, which is not given", key.where, hint)
    return InputError("the pass phrase does not unlock the key", key.where, hint)


def _as_private(key: object, where: Where) -> PrivateKey:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(key, ec.EllipticCurvePrivateKey) and key.curve.name in _CURVES:
        return key
    if isinstance(key, rsa.RSAPrivateKey) and key.key_size >= _SMALLEST_RSA:
        return key
    if isinstance(key, ed25519.Ed25519PrivateKey):
        return key
    raise InputError(Problem("is a key that cosign does not take", where, expected=_KINDS))


def _as_public(key: object, where: Where) -> PublicKey:
    from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

    if isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _CURVES:
        return key
    if isinstance(key, rsa.RSAPublicKey) and key.key_size >= _SMALLEST_RSA:
        return key
    if isinstance(key, ed25519.Ed25519PublicKey):
        return key
    raise InputError(Problem("is a key that cosign does not take", where, expected=_KINDS))
