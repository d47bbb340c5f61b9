"""Whose signature it is: what the real gpg, and Helm, made is accepted or refused in words."""

from __future__ import annotations

import dataclasses
import datetime as dt
import subprocess

import pytest

from chartgen import signing
from chartgen.chart.package import of
from chartgen.signing import SigningKey, provenance
from tests.e2e.signing.gpg_keys import chart, faked_time, keyring, refused, run_helm, write

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


# ---- whose signature it is


def test_any_key_of_any_file_may_have_signed(own, tmp_path):
    both = own.public("ann") + own.public("eddy")
    files = write(tmp_path, {"both.asc": both, "bob.gpg": own.public("bob", armored=False)})
    for name in ("ann", "bob", "eddy"):
        signed = signing.sign(chart(), SigningKey(f"{name}@example.org"))
        assert signing.verify(signed, tuple(files)).uid == f"{name} <{name}@example.org>"


def test_a_stranger_s_signature_is_refused(own, tmp_path, nothing_left):
    [public] = write(tmp_path, {"bob.asc": own.public("bob")})
    signed = signing.sign(chart(), SigningKey("ann@example.org"))
    stranger, known = own.fingerprint("ann"), own.fingerprint("bob")
    expected = f"microservice-1.0.0.tgz.prov: is signed by a key that is not known, {stranger}"
    refused(lambda: signing.verify(signed, (public,)), expected, f"known are: bob <bob@example.org> ({known})")


def test_an_unsigned_package_is_refused(own, tmp_path):
    [public] = write(tmp_path, {"ann.asc": own.public("ann")})
    expected = "microservice-1.0.0.tgz: is not signed: there is no microservice-1.0.0.tgz.prov beside it"
    refused(lambda: signing.required(chart(), (public,)), expected)


def test_a_signature_for_another_package_is_refused(own, tmp_path):
    [public] = write(tmp_path, {"ann.asc": own.public("ann")})
    signed = signing.sign(chart(), SigningKey("ann@example.org"))
    other = dataclasses.replace(chart(description="Another"), provenance=signed.provenance)
    refused(lambda: signing.verify(other, (public,)), "speaks of other bytes")
    renamed = dataclasses.replace(signed, filename="other-1.0.0.tgz")
    refused(lambda: signing.verify(renamed, (public,)), "speaks of microservice-1.0.0.tgz, not of other-1.0.0.tgz")


def test_a_key_that_expired_or_was_revoked_since_is_refused(own, tmp_path):
    with keyring() as other:
        with faked_time(other, "20200101T000000"):
            fingerprint = other.make("past", expires="2020-02-01")
            secret = other.secret("past")
            other.make("revo")
        with keyring() as early, faked_time(early, "20200110T000000"):
            early.gpg("--import", stdin=secret)
            old = clearsigned(early, chart(), "past")
        [public] = write(tmp_path, {"past.asc": other.public("past")})
        refused(
            lambda: signing.verify(old, (public,)),
            f"is signed by past <past@example.org> ({fingerprint}), which expired",
        )
        package = clearsigned(other, chart(), "revo")
        certificate = (other.home / "openpgp-revocs.d" / f"{other.fingerprint('revo')}.rev").read_text(encoding="utf-8")
        other.gpg("--import", stdin=certificate.replace(":-----BEGIN", "-----BEGIN").encode())
        [public] = write(tmp_path, {"revo.asc": other.public("revo")})
        refused(lambda: signing.verify(package, (public,)), "the signature is by a key that was revoked")


def clearsigned(ring, packed, name, *options, text=None):
    signed = provenance.text(packed) if text is None else text
    arguments = ["--local-user", f"<{name}@example.org>", *options, "--output", "-", "--clearsign"]
    return dataclasses.replace(packed, provenance=ring.gpg(*arguments, stdin=signed.encode()))


@pytest.mark.parametrize(
    ("options", "text", "expected"),
    [
        (["--digest-algo", "SHA1"], None, "weak digest"),
        ([], "hello\n", "the signed text has another form"),
        ([], "a: 1\n\n...\nfiles: 7\n", "the signed text names no digests"),
        ([], "a: 1\n\n...\nfiles:\n  microservice-1.0.0.tgz: sha256:short\n", "the signed text names no digests"),
        ([], "a: 1\n\n...\nfiles: {}\n", "speaks of nothing, not of microservice-1.0.0.tgz"),
        ([], "a: 1\n\n...\nfiles: &a [*a, *a]\n", ".prov"),
    ],
)
def test_a_good_signature_of_something_else_is_refused(own, tmp_path, nothing_left, options, text, expected):
    [public] = write(tmp_path, {"ann.asc": own.public("ann")})
    package = clearsigned(own, chart(), "ann", *options, text=text)
    refused(lambda: signing.verify(package, (public,)), expected)


def test_what_helm_signs_we_accept(own, helms, tmp_path):
    [ring_file, public] = write(
        tmp_path, {"secring.gpg": own.secret("ann", armored=False), "ann.asc": own.public("ann")}
    )
    packed = chart()
    for helm in helms:
        source, target = tmp_path / helm.parent.name / "source", tmp_path / helm.parent.name / "target"
        target.mkdir(parents=True)
        source.mkdir()
        archive = source / packed.filename
        archive.write_bytes(packed.content)
        subprocess.run(["tar", "-xf", archive, "-C", source], check=True)
        arguments = ["--sign", "--key", "ann", "--keyring", ring_file, "-d", target]
        made = run_helm(helm, "package", source / "microservice", *arguments)
        assert made.returncode == 0, made
        file = target / packed.filename
        theirs = of(file.read_bytes(), str(file), (target / f"{packed.filename}.prov").read_bytes())
        assert signing.verify(theirs, (public,)).fingerprint == own.fingerprint("ann")


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("missing.asc", None, "missing.asc: cannot be read: No such file or directory"),
        ("empty.asc", lambda _: b"", "holds no OpenPGP public key"),
        ("text.asc", lambda _: b"hello", "holds no OpenPGP public key"),
        ("secret.asc", lambda ring: ring.secret("ann"), "holds a secret key, which does not belong here"),
        (
            "secret.gpg",
            lambda ring: ring.secret("ann", armored=False),
            "holds a secret key, which does not belong here",
        ),
        ("pubring.kbx", lambda ring: (ring.home / "pubring.kbx").read_bytes(), "holds no OpenPGP public key"),
        ("cosign.pub", lambda _: b"-----BEGIN PUBLIC KEY-----\n", "is a key for cosign"),
    ],
)
def test_a_file_without_public_keys_is_told(own, tmp_path, nothing_left, name, content, expected):
    file = tmp_path / name
    if content:
        file.write_bytes(content(own))
    signed = signing.sign(chart(), SigningKey("ann@example.org"))
    refused(lambda: signing.verify(signed, (file,)), expected)


def test_all_files_that_are_wrong_are_told_at_once(own, tmp_path):
    signed = signing.sign(chart(), SigningKey("ann@example.org"))
    error = refused(lambda: signing.verify(signed, (tmp_path / "one.asc", tmp_path / "two.asc")))
    assert len(error.problems) == 2


def test_required_without_keys_is_told():
    refused(lambda: signing.required(chart(), ()), "build.signature_keys: names no key")
