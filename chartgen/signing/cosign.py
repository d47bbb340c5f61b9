"""Signatures of OCI digests as cosign makes and checks them, with a pair of keys and no transparency log.

Two forms say the same: the simple-signing payload (cosign 1 and 2, and what reads their signatures), and the Sigstore
bundle around an in-toto statement (cosign 3). Sources: cosign, `specs/SIGNATURE_SPEC.md` and `cmd/cosign/cli/sign`;
the DSSE and in-toto specifications; sigstore/protobuf-specs, `sigstore_bundle.proto`.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from chartgen.signing.pairs import PrivateKey, PublicKey, fingerprint, is_signed, public_of, sign

SIMPLE_SIGNING = "application/vnd.dev.cosign.simplesigning.v1+json"
SIGNATURE_ANNOTATION = "dev.cosignproject.cosign/signature"
BUNDLE = "application/vnd.dev.sigstore.bundle.v0.3+json"
PREDICATE = "https://sigstore.dev/cosign/sign/v1"

MAX_SIZE = 2**20
"""Bytes of a payload or bundle that we are ready to read; ours have less than one KiB."""

_TYPE = "cosign container image signature"
_BUNDLES = "application/vnd.dev.sigstore.bundle"
_STATEMENT = "https://in-toto.io/Statement/v1"
_IN_TOTO = "application/vnd.in-toto+json"


def payload(repository: str, digest: str) -> bytes:
    """The simple-signing payload.

    Arguments:
        repository: where the artifact is, `registry.example.org/charts/microservice`; readers ignore it.
        digest: of its manifest, `sha256:…`.
    """
    critical = {
        "identity": {"docker-reference": repository},
        "image": {"docker-manifest-digest": digest},
        "type": _TYPE,
    }
    return _json({"critical": critical, "optional": None})


def signature(key: PrivateKey, content: bytes) -> str:
    """The signature of a payload as it stands in its annotation."""
    return _base64(sign(key, content))


def is_payload_signed(key: PublicKey, content: bytes, written: str, digest: str) -> bool:
    """Whether the payload speaks of the digest, and the signature is the key's.

    Arguments:
        content: the payload; comes from anywhere.
        written: the signature as it stands in its annotation.
        digest: of the manifest, `sha256:…`.
    """
    given = _bytes(written)
    if given is None or len(content) > MAX_SIZE or not is_signed(key, given, content):
        return False
    critical = _map(_map(_parsed(content)).get("critical"))
    return critical.get("type") == _TYPE and _map(critical.get("image")).get("docker-manifest-digest") == digest


def bundle(key: PrivateKey, digest: str) -> bytes:
    """The Sigstore bundle that says: the key's owner has signed the manifest with this digest (`sha256:…`)."""
    algorithm, _, value = digest.partition(":")
    subject = {"digest": {algorithm: value}, "annotations": {}}
    statement = _json({"_type": _STATEMENT, "subject": [subject], "predicateType": PREDICATE, "predicate": {}})
    envelope = {
        "payload": _base64(statement),
        "payloadType": _IN_TOTO,
        "signatures": [{"sig": _base64(sign(key, _encoded(statement)))}],
    }
    hint = _base64(bytes.fromhex(fingerprint(public_of(key))))
    return _json({"mediaType": BUNDLE, "verificationMaterial": {"publicKey": {"hint": hint}}, "dsseEnvelope": envelope})


def is_bundle_signed(key: PublicKey, content: bytes, digest: str) -> bool:
    """Whether the bundle, which comes from anywhere, is the key's signature of the manifest with this digest."""
    if len(content) > MAX_SIZE:
        return False
    whole = _map(_parsed(content))
    envelope = _map(whole.get("dsseEnvelope"))
    signatures = envelope.get("signatures")
    if not str(whole.get("mediaType")).startswith(_BUNDLES) or envelope.get("payloadType") != _IN_TOTO:
        return False
    if not isinstance(signatures, list) or len(signatures) != 1:  # the bundle's specification allows no more
        return False
    statement, given = _bytes(envelope.get("payload")), _bytes(_map(signatures[0]).get("sig"))
    if statement is None or given is None or not is_signed(key, given, _encoded(statement)):
        return False
    return _is_about(_map(_parsed(statement)), digest)


def _is_about(statement: Mapping[str, Any], digest: str) -> bool:
    """Whether an in-toto statement is cosign's about this digest; one about provenance or a scan signs nothing."""
    subjects = statement.get("subject")
    if statement.get("_type") != _STATEMENT or statement.get("predicateType") != PREDICATE:
        return False
    algorithm, _, value = digest.partition(":")
    each = subjects if isinstance(subjects, list) else []
    return any(_map(_map(subject).get("digest")).get(algorithm) == value for subject in each)


def _encoded(statement: bytes) -> bytes:
    """What is signed of a statement. Source: DSSE, "Pre-Authentication Encoding"."""
    return b"DSSEv1 %d %s %d %s" % (len(_IN_TOTO), _IN_TOTO.encode(), len(statement), statement)


def _json(data: Mapping[str, Any]) -> bytes:
    return json.dumps(data, separators=(",", ":")).encode()


def _parsed(content: bytes) -> Any:
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return None


def _map(data: Any) -> Mapping[str, Any]:
    return data if isinstance(data, dict) else {}


def _base64(content: bytes) -> str:
    return base64.b64encode(content).decode()


def _bytes(text: Any) -> bytes | None:
    try:
        return base64.b64decode(text, validate=True) if isinstance(text, str) else None
    except (binascii.Error, ValueError):
        return None
