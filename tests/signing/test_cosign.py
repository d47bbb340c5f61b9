from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import example, given
from hypothesis import strategies as st

from chartgen.signing import cosign, pairs

DATA = Path(__file__).parent / "data"
RECORDED = "sha256:332ecd59281b22f09c618d987d116646c1819a9e3d51768293e223d2cb018a6e"
"""The manifest that cosign 3.1.3 signed with the key in `data/cosign.pub`."""

DIGEST = f"sha256:{'ab' * 32}"
OTHER = f"sha256:{'cd' * 32}"
KEY = ec.generate_private_key(ec.SECP256R1())
PUBLIC = KEY.public_key()
STRANGER = ec.generate_private_key(ec.SECP256R1()).public_key()
PAYLOAD = cosign.payload("registry.example.org/charts/web", DIGEST)
SIGNATURE = base64.b64decode(cosign.signature(KEY, PAYLOAD))


def recorded(name):
    return (DATA / name).read_bytes()


def test_what_cosign_made_is_accepted():
    key = pairs.public(str(DATA / "cosign.pub"))
    written = recorded("payload.sig").decode().strip()
    assert cosign.is_payload_signed(key, recorded("payload.json"), written, RECORDED)
    assert cosign.is_bundle_signed(key, recorded("bundle.json"), RECORDED)


def test_what_cosign_made_is_refused_for_another_key_or_digest():
    key = pairs.public(str(DATA / "cosign.pub"))
    written = recorded("payload.sig").decode().strip()
    assert not cosign.is_payload_signed(key, recorded("payload.json"), written, DIGEST)
    assert not cosign.is_payload_signed(STRANGER, recorded("payload.json"), written, RECORDED)
    assert not cosign.is_bundle_signed(key, recorded("bundle.json"), DIGEST)
    assert not cosign.is_bundle_signed(STRANGER, recorded("bundle.json"), RECORDED)


def test_a_payload_is_what_cosign_writes():
    assert cosign.payload("127.0.0.1:5599/charts/demo", RECORDED) == recorded("payload.json")


def test_a_bundle_says_what_cosign_s_says():
    ours, theirs = json.loads(cosign.bundle(KEY, RECORDED)), json.loads(recorded("bundle.json"))
    assert shape(ours) == shape(theirs)
    assert statement(ours) == statement(theirs)
    key = pairs.public(str(DATA / "cosign.pub"))
    hint = base64.b64encode(bytes.fromhex(pairs.fingerprint(key))).decode()
    assert theirs["verificationMaterial"]["publicKey"]["hint"] == hint


def shape(data):
    if isinstance(data, dict):
        return {key: shape(value) for key, value in data.items()}
    return [shape(each) for each in data] if isinstance(data, list) else type(data)


def statement(bundle):
    return json.loads(base64.b64decode(bundle["dsseEnvelope"]["payload"]))


def test_what_we_sign_we_accept():
    written = cosign.signature(KEY, PAYLOAD)
    bundle = cosign.bundle(KEY, DIGEST)
    for key, digest, expected in [(PUBLIC, DIGEST, True), (PUBLIC, OTHER, False), (STRANGER, DIGEST, False)]:
        assert cosign.is_payload_signed(key, PAYLOAD, written, digest) is expected
        assert cosign.is_bundle_signed(key, bundle, digest) is expected


@given(st.data())
def test_no_flipped_bit_passes(data):
    whole = PAYLOAD + SIGNATURE
    place, bit = data.draw(st.integers(0, len(whole) - 1)), data.draw(st.integers(0, 7))
    changed = whole[:place] + bytes([whole[place] ^ 1 << bit]) + whole[place + 1 :]
    written = base64.b64encode(changed[len(PAYLOAD) :]).decode()
    assert not cosign.is_payload_signed(PUBLIC, changed[: len(PAYLOAD)], written, DIGEST)


def signed_statement(data, **changes):
    """A bundle with a good signature over whatever is in it."""
    statement = json.dumps(data).encode()
    encoded = b"DSSEv1 %d application/vnd.in-toto+json %d %s" % (28, len(statement), statement)
    envelope = {
        "payload": base64.b64encode(statement).decode(),
        "payloadType": "application/vnd.in-toto+json",
        "signatures": [{"sig": base64.b64encode(pairs.sign(KEY, encoded)).decode()}],
    }
    return json.dumps({"mediaType": cosign.BUNDLE, "dsseEnvelope": {**envelope, **changes}}).encode()


def good(**changes):
    subject = [{"digest": {"sha256": "ab" * 32}}]
    whole = {"_type": "https://in-toto.io/Statement/v1", "subject": subject, "predicateType": cosign.PREDICATE}
    return {**whole, **changes}


def test_the_test_s_own_bundle_is_good():
    assert cosign.is_bundle_signed(PUBLIC, signed_statement(good()), DIGEST)


@pytest.mark.parametrize(
    "bundle",
    [
        signed_statement(good(predicateType="https://slsa.dev/provenance/v1")),
        signed_statement(good(_type="https://in-toto.io/Statement/v0.1")),
        signed_statement(good(subject=[])),
        signed_statement(good(subject=None)),
        signed_statement(good(subject=[None, 7, {"digest": 7}, {"digest": {"sha512": "ab" * 32}}])),
        signed_statement([]),
        signed_statement(good(), signatures=[]),
        signed_statement(good(), signatures=[None]),
        signed_statement(good(), signatures={}),
        signed_statement(good(), payloadType="text/plain"),
        signed_statement(good(), payload="é"),
        signed_statement(good(), payload=None),
        b"",
        b"[]",
        b"[" * 100_000,
        b" " * (2**20 + 1),
    ],
)
def test_a_bundle_that_says_something_else_is_no_signature(bundle):
    assert not cosign.is_bundle_signed(PUBLIC, bundle, DIGEST)


@pytest.mark.parametrize(
    "payload",
    [
        b"{}",
        b"[]",
        b"hello",
        b"\xff",
        b'{"critical": 7}',
        b'{"critical": {"type": "cosign container image signature", "image": []}}',
        json.dumps({"critical": {"type": "other", "image": {"docker-manifest-digest": DIGEST}}}).encode(),
    ],
)
def test_a_payload_that_says_something_else_is_no_signature(payload):
    assert not cosign.is_payload_signed(PUBLIC, payload, cosign.signature(KEY, payload), DIGEST)


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["dsseEnvelope", "signatures", "payload"]), inner),
)


@given(JSON.map(json.dumps).map(str.encode) | st.binary(), st.text())
@example(b"\xff", "é")
def test_nothing_from_outside_breaks_it(content, written):
    assert not cosign.is_bundle_signed(PUBLIC, content, DIGEST)
    assert not cosign.is_payload_signed(PUBLIC, content, written, DIGEST)
