"""Our signatures in a real registry, to the real cosign, and its to us."""

from __future__ import annotations

import hashlib
import os
import subprocess

import pytest

from chartgen import signing
from chartgen.errors import InputError
from chartgen.publish import cosigned
from chartgen.publish.interface import Access
from chartgen.publish.oci import Registry
from chartgen.publish.registry.artifact import Artifact, Blob
from chartgen.signing import SigningKey, pairs
from tests.e2e.publish import servers
from tests.e2e.signing.conftest import NOW
from tests.e2e.signing.gpg_keys import chart, run_helm, write

PASSWORD = "battery staple"
PLAIN = {
    "ec": ["ecparam", "-name", "prime256v1", "-genkey", "-noout"],
    "ec384": ["ecparam", "-name", "secp384r1", "-genkey", "-noout"],
    "rsa": ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:3072"],
    "ed25519": ["genpkey", "-algorithm", "ED25519"],
}
OLD: list[str] = ["--new-bundle-format=false"]
NEW: list[str] = []


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    """A registry of our own over plain HTTP: its host and port."""
    with servers.registry(tmp_path_factory.mktemp("registry")) as server:
        yield server.host


@pytest.fixture(scope="module")
def keys(tmp_path_factory, cosign):
    """Pairs by kind: cosign's own, and those that OpenSSL makes."""
    directory = tmp_path_factory.mktemp("keys")
    for name in ("cosign", "stranger"):
        run_cosign(cosign, "generate-key-pair", "--output-key-prefix", directory / name)
    for kind, command in PLAIN.items():
        secret = directory / f"{kind}.key"
        subprocess.run(["openssl", *command, "-out", secret], check=True, capture_output=True)
        public = ["openssl", "pkey", "-in", secret, "-pubout", "-out", directory / f"{kind}.pub"]
        subprocess.run(public, check=True, capture_output=True)
    return directory


@pytest.fixture
def published(address, request):
    """A chart of each test's own: its registry, its name, its digest, and how cosign calls it."""
    registry = Registry(f"oci://{address}/charts", Access(plain_http=True))
    name = f"t{hashlib.sha256(request.node.nodeid.encode()).hexdigest()[:12]}"
    digest = registry.publish(chart(name=name), now=NOW).manifest
    return registry, name, digest, f"{address}/charts/{name}@{digest}"


def run_cosign(cosign, *arguments):
    environment = {**os.environ, "COSIGN_PASSWORD": PASSWORD}
    return subprocess.run([cosign, *arguments], env=environment, capture_output=True, text=True, check=False)


def verified(cosign, keys, kind, reference, *options):
    arguments = ["--key", keys / f"{kind}.pub", "--insecure-ignore-tlog", "--allow-http-registry", *options]
    return run_cosign(cosign, "verify", *arguments, reference).returncode == 0


def secret(keys, kind):
    return pairs.private(SigningKey(str(keys / f"{kind}.key"), PASSWORD.encode()))


def public(keys, kind):
    return pairs.public(str(keys / f"{kind}.pub"))


def test_helm_finds_the_provenance_in_a_registry(address, ring, own, helm3, helm4, tmp_path):
    registry = Registry(f"oci://{address}/charts", Access(plain_http=True))
    signed = signing.sign(chart(name="proven"), SigningKey("ann@example.org"))
    registry.publish(signed, now=NOW)
    assert registry.fetch("proven", "1.0.0").provenance == signed.provenance
    ann, bob = write(tmp_path, {name: ring.public(name, armored=False) for name in ("ann", "bob")})
    for helm, plain in ((helm3, []), (helm4, ["--plain-http"])):  # on 127.0.0.1 helm 3.15 speaks HTTP by itself
        pull = ["pull", f"oci://{address}/charts/proven", "--version", "1.0.0", *plain, "-d", tmp_path]
        pulled = run_helm(helm, *pull, "--verify", "--keyring", ann)
        assert pulled.returncode == 0, pulled
        assert (tmp_path / signed.filename).read_bytes() == signed.content
        assert run_helm(helm, *pull, "--verify", "--keyring", bob).returncode != 0


@pytest.mark.parametrize("kind", ["cosign", *PLAIN])
def test_cosign_accepts_what_we_sign(published, cosign, keys, kind):
    registry, name, digest, reference = published
    assert cosigned.sign(registry, name, digest, secret(keys, kind))
    assert verified(cosign, keys, kind, reference)
    assert verified(cosign, keys, kind, reference, *OLD)
    assert not verified(cosign, keys, "stranger", reference)
    assert not verified(cosign, keys, "stranger", reference, *OLD)


def test_cosign_refuses_our_signature_under_another_digest(published, cosign, keys):
    registry, name, digest, _ = published
    other = registry.publish(chart("2.0.0", name=name), now=NOW).manifest
    cosigned.sign(registry, name, digest, secret(keys, "cosign"))
    host = registry.address.removeprefix("oci://")
    _, signatures = registry.artifact(name, f"{digest.replace(':', '-')}.sig")
    registry.put_artifact(name, f"{other.replace(':', '-')}.sig", signatures)
    [bundle] = registry.referrers(name, digest)
    _, found = registry.artifact(name, bundle.digest)
    moved = Artifact(found.config, found.layers, found.annotations, found.artifact_type, other)
    registry.put_artifact(name, "", moved)
    for options in (OLD, NEW):
        assert not verified(cosign, keys, "cosign", f"{host}/{name}@{other}", *options)
    refused(registry, name, other, [public(keys, "cosign")], "has 1 signatures, but none by a key that is known")


@pytest.mark.parametrize("form", [OLD, NEW], ids=["tag", "bundle"])
def test_we_accept_what_cosign_signs(published, cosign, keys, form):
    registry, name, digest, reference = published
    offline = ["--tlog-upload=false", "--use-signing-config=false", "--allow-http-registry", "--yes"]
    made = run_cosign(cosign, "sign", "--key", keys / "cosign.key", *offline, *form, reference)
    assert made.returncode == 0, made.stderr
    both = [public(keys, "stranger"), public(keys, "cosign")]
    assert pairs.fingerprint(cosigned.verify(registry, name, digest, both)) == pairs.fingerprint(both[1])
    refused(registry, name, digest, both[:1], f"{name}@{digest}")


def test_signing_again_changes_nothing(published, keys):
    registry, name, digest, _ = published
    assert cosigned.sign(registry, name, digest, secret(keys, "cosign"))
    before = everything(registry, name, digest)
    assert not cosigned.sign(registry, name, digest, secret(keys, "cosign"))
    assert everything(registry, name, digest) == before


def everything(registry, name, digest):
    return registry.artifact(name, f"{digest.replace(':', '-')}.sig"), registry.referrers(name, digest)


def test_signatures_of_several_keys_stand_beside_each_other(published, cosign, keys):
    registry, name, digest, reference = published
    for kind in ("cosign", "rsa", "ed25519"):
        cosigned.sign(registry, name, digest, secret(keys, kind))
    for kind in ("cosign", "rsa", "ed25519"):
        assert verified(cosign, keys, kind, reference)
        assert verified(cosign, keys, kind, reference, *OLD)
        cosigned.verify(registry, name, digest, [public(keys, kind)])


def test_cosign_s_signature_of_the_same_key_is_kept(published, cosign, keys):
    """Signed by cosign 3, only the tag is missing."""
    registry, name, digest, reference = published
    offline = ["--tlog-upload=false", "--use-signing-config=false", "--allow-http-registry", "--yes"]
    run_cosign(cosign, "sign", "--key", keys / "cosign.key", *offline, reference)
    before = registry.referrers(name, digest)
    assert cosigned.sign(registry, name, digest, secret(keys, "cosign"))
    assert registry.referrers(name, digest) == before
    assert verified(cosign, keys, "cosign", reference, *OLD)


def test_a_signature_of_something_else_at_the_tag_gets_company(published, keys):
    registry, name, digest, _ = published
    tag = f"{digest.replace(':', '-')}.sig"
    foreign = Blob("application/octet-stream", b"hello", {})
    registry.put_artifact(name, tag, Artifact(Blob("application/vnd.oci.image.config.v1+json", b"{}"), (foreign,)))
    assert cosigned.sign(registry, name, digest, secret(keys, "ec"))
    _, artifact = registry.artifact(name, tag)
    assert artifact.layers[0].content == b"hello"
    cosigned.verify(registry, name, digest, [public(keys, "ec")])


def test_what_nobody_signed_is_refused(published, keys):
    registry, name, digest, _ = published
    refused(registry, name, digest, [public(keys, "ec")], "is not signed (for cosign)")


def test_what_is_not_there_cannot_be_signed(published, keys):
    registry, name, _, _ = published
    with pytest.raises(InputError, match="is not there"):
        cosigned.sign(registry, name, f"sha256:{'0' * 64}", secret(keys, "ec"))


def refused(registry, name, digest, keys, expected):
    with pytest.raises(InputError) as caught:
        cosigned.verify(registry, name, digest, keys)
    assert expected in str(caught.value)
