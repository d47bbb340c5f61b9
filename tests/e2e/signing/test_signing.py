"""What we sign the real Helm accepts, and what is wrong we refuse in words: with the real gpg."""

from __future__ import annotations

import base64
import dataclasses
import datetime as dt
import hashlib
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

import pytest

from chartgen import process, signing
from chartgen.errors import ToolError
from chartgen.publish.directory import Directory
from chartgen.signing import SigningKey
from chartgen.signing.keyring import temporary_home as gpg_home
from tests.e2e.signing.gpg_keys import PASSPHRASE, chart, command_lines, keyring, refused, run_helm, write
from tests.publish.served import served

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


# ---- what Helm says


@pytest.mark.parametrize(
    ("name", "version", "old_helm"),
    [
        ("ann", "1.0.0", True),
        ("ann", "1.2.3-rc.1+build.5", True),
        ("nina", "1.0.0", True),
        ("eddy", "1.0.0", False),
    ],
)
def test_helm_accepts_what_we_sign(own, helms, tmp_path, name, version, old_helm):
    signed = signing.sign(chart(version), SigningKey(f"{name}@example.org"))
    packed, _, public = write(
        tmp_path,
        {
            signed.filename: signed.content,
            f"{signed.filename}.prov": signed.provenance,
            "public.gpg": own.public(name, armored=False),
        },
    )
    answers = [run_helm(helm, "verify", packed, "--keyring", public) for helm in helms]
    assert [answer.returncode == 0 for answer in answers] == [old_helm, True], answers
    assert f"{name}@example.org" in answers[1].stdout + answers[1].stderr
    signer = signing.signer(SigningKey(f"{name}@example.org"))
    assert signer.old_helm is old_helm
    assert ("Helm 3 before 3.21.4 cannot check" in signer.note) is not old_helm


@pytest.mark.parametrize("part", ["package", "text", "signature"])
def test_helm_and_we_refuse_a_flipped_byte(own, helms, tmp_path, part):
    signed = signing.sign(chart(), SigningKey("ann@example.org"))
    changed = flipped(signed, part)
    packed, _, public, armored = write(
        tmp_path,
        {
            changed.filename: changed.content,
            f"{changed.filename}.prov": changed.provenance,
            "public.gpg": own.public("ann", armored=False),
            "public.asc": own.public("ann"),
        },
    )
    for helm in helms:
        assert run_helm(helm, "verify", packed, "--keyring", public).returncode != 0
    refused(lambda: signing.verify(changed, (armored,)))


def flipped(signed, part):
    if part == "package":
        content = signed.content[:500] + bytes([signed.content[500] ^ 1]) + signed.content[501:]
        return dataclasses.replace(signed, content=content, digest=hashlib.sha256(content).hexdigest())
    text, mark, signature = signed.provenance.partition(b"-----BEGIN PGP SIGNATURE-----\n\n")
    if part == "text":
        changed = text.replace(b'version: "1.0.0"', b'version: "1.0.1"')
        assert changed != text
        return dataclasses.replace(signed, provenance=changed + mark + signature)
    other = b"B" if signature[80:81] == b"A" else b"A"
    return dataclasses.replace(signed, provenance=text + mark + signature[:80] + other + signature[81:])


def test_helm_finds_the_signature_in_a_repository_over_http(own, helms, tmp_path):
    signed = signing.sign(chart(), SigningKey("ann@example.org"))
    directory = tmp_path / "charts"
    Directory(directory).publish(signed, now=NOW)
    beside = directory / f"{signed.filename}.prov"
    if not beside.exists():  # until every kind of repository publishes it
        beside.write_bytes(signed.provenance)
    [public, other] = write(
        tmp_path, {"ann.gpg": own.public("ann", armored=False), "bob.gpg": own.public("bob", armored=False)}
    )
    with served(directory) as url:
        for helm in helms:
            target = tmp_path / helm.parent.name
            target.mkdir()
            common = ["--repo", url, "--version", "1.0.0", "--verify", "--keyring"]
            pulled = run_helm(helm, "pull", "microservice", *common, public, "-d", target)
            assert pulled.returncode == 0, pulled
            assert (target / signed.filename).read_bytes() == signed.content
            image = ["--set", "image.repository=nginx", "--set-string", "image.tag=1.27"]
            rendered = run_helm(helm, "template", "web", "microservice", *common, public, *image)
            assert "kind: Deployment" in rendered.stdout, rendered
            assert run_helm(helm, "pull", "microservice", *common, other, "-d", target).returncode != 0


# ---- where keys come from


@pytest.mark.parametrize(
    "reference", ["ann@example.org", "<ann@example.org>", "ann <ann@example.org>", "FINGERPRINT", "ID"]
)
def test_a_key_of_the_own_keyring_goes_by_many_names(own, reference):
    fingerprint = own.fingerprint("ann")
    name = {"FINGERPRINT": fingerprint, "ID": fingerprint[-16:]}.get(reference, reference)
    found = signing.signer(SigningKey(name))
    assert (found.fingerprint, found.uid, found.algorithm) == (fingerprint, "ann <ann@example.org>", "rsa2048")


@pytest.mark.parametrize("armored", [True, False])
def test_a_key_comes_as_a_file(ring, tmp_path, nothing_left, armored):
    [file, public] = write(tmp_path, {"key": ring.secret("ann", armored=armored), "public": ring.public("ann")})
    signed = signing.sign(chart(), SigningKey(str(file)))
    assert signing.verify(signed, (public,)).fingerprint == ring.fingerprint("ann")


@pytest.mark.parametrize("kind", ["armored", "armored in base64", "binary in base64, in lines"])
def test_a_key_comes_in_a_variable(ring, tmp_path, nothing_left, monkeypatch, kind):
    held = {
        "armored": ring.secret("eddy"),
        "armored in base64": base64.b64encode(ring.secret("eddy")),
        "binary in base64, in lines": base64.encodebytes(ring.secret("eddy", armored=False)),
    }[kind]
    monkeypatch.setenv("SIGNING_KEY", held.decode())
    [public] = write(tmp_path, {"public": ring.public("eddy")})
    signed = signing.sign(chart(), SigningKey("env://SIGNING_KEY"))
    assert signing.verify(signed, (public,)).algorithm == "ed25519"


def test_a_subkey_signs_without_the_primary_key(ring, helms, tmp_path, nothing_left):
    with keyring() as other:
        fingerprint = other.make("prim")
        other.gpg("--passphrase", "", "--quick-add-key", fingerprint, "rsa2048", "sign", "never")
        secret = other.secret("prim", verb="--export-secret-subkeys")
        public, binary = other.public("prim"), other.public("prim", armored=False)
    signed_files = {"subkey.asc": secret, "public.asc": public, "public.gpg": binary}
    subkey, armored, keyring_file = write(tmp_path, signed_files)
    signed = signing.sign(chart(), SigningKey(str(subkey)))
    assert signing.verify(signed, (armored,)).fingerprint == fingerprint
    packed, _ = write(tmp_path, {signed.filename: signed.content, f"{signed.filename}.prov": signed.provenance})
    for helm in helms:
        assert run_helm(helm, "verify", packed, "--keyring", keyring_file).returncode == 0


# ---- pass phrases


def test_a_pass_phrase_unlocks_a_key(ring, own, tmp_path):
    [file, public] = write(tmp_path, {"key": ring.secret("lock"), "public": ring.public("lock")})
    for reference in (str(file), "lock@example.org"):
        signed = signing.sign(chart(), SigningKey(reference, PASSPHRASE.encode()))
        assert signing.verify(signed, (public,)).uid == "lock <lock@example.org>"


def test_an_agent_that_knows_the_pass_phrase_is_enough(own):
    signing.sign(chart(), SigningKey("lock@example.org", PASSPHRASE.encode()))
    assert signing.sign(chart(), SigningKey("lock@example.org")).provenance


def test_several_packages_are_signed_at_once(ring, tmp_path, nothing_left):
    [file, public] = write(tmp_path, {"key": ring.secret("lock"), "public": ring.public("lock")})
    packages = [chart(version) for version in ("1.0.0", "1.0.1", "1.0.2")]
    signed = signing.sign_all(packages, SigningKey(str(file), PASSPHRASE.encode()))
    assert [dataclasses.replace(each, provenance=None) for each in signed] == packages
    for each in signed:
        signing.required(each, (public,))


@pytest.mark.parametrize(
    ("passphrase", "expected"),
    [
        (None, "is locked by a pass phrase, which is not given\n  hint: give it with --passphrase-file FILE"),
        (b"wrong", "the pass phrase does not unlock the key lock <lock@example.org> ("),
        (b"", "is locked by a pass phrase, which is not given"),
    ],
)
@pytest.mark.parametrize("kind", ["file", "keyring"])
def test_a_locked_key_is_told_and_nobody_is_asked(own, tmp_path, nothing_left, passphrase, expected, kind):
    own.stop()  # an agent may still know the pass phrase
    [file] = write(tmp_path, {"key": own.secret("lock")})
    own.stop()
    reference = str(file) if kind == "file" else "lock@example.org"
    refused(lambda: signing.sign(chart(), SigningKey(reference, passphrase)), expected)


def test_no_secret_stands_in_the_arguments_of_any_program(ring, tmp_path, nothing_left, monkeypatch):
    """All command lines of the machine, looked at all the while."""
    seen, done = set(), threading.Event()

    def watch():
        while not done.is_set():
            seen.update(command_lines().values())

    watcher = threading.Thread(target=watch)
    watcher.start()
    secret = ring.secret("lock")
    ring.stop()
    monkeypatch.setenv("SIGNING_KEY", secret.decode())
    try:
        signing.sign(chart(), SigningKey("env://SIGNING_KEY", b"correct horse"))
    finally:
        done.set()
        watcher.join()
    ours = [line for line in seen if str(nothing_left) in line]
    assert any("--clearsign" in line for line in ours)
    assert not [line for line in ours if PASSPHRASE in line or "PRIVATE KEY" in line]


# ---- what is wrong with a key


@pytest.mark.parametrize(
    ("reference", "expected"),
    [
        ("nobody@example.org", "nobody@example.org: there is no such secret key"),
        ("example.org", "fits several keys: "),
        ("gone@example.org", "the key gone <gone@example.org> ("),
        ("gone@example.org", "expired on 2020-02-01"),
        ("revo@example.org", "was revoked"),
        ("--homedir", "is no name of a key"),
        ("./missing.asc", "missing.asc: cannot be read: No such file or directory"),
        ("env://NO_SUCH_VARIABLE", "the variable NO_SUCH_VARIABLE holds no key"),
    ],
)
def test_a_key_that_cannot_sign_is_told(own, nothing_left, reference, expected):
    refused(lambda: signing.sign(chart(), SigningKey(reference)), expected)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (lambda ring: ring.public("ann"), "holds a public key only"),
        (lambda _: b"no key at all", "holds no OpenPGP key"),
        (lambda _: b"", "holds no OpenPGP key"),
        (lambda ring: ring.secret("ann", "bob"), "fits several keys: "),
        (lambda ring: ring.secret("gone"), "expired on 2020-02-01"),
    ],
)
def test_a_file_that_holds_no_key_to_sign_with_is_told(ring, tmp_path, nothing_left, content, expected):
    [file] = write(tmp_path, {"key.asc": content(ring)})
    refused(lambda: signing.sign(chart(), SigningKey(str(file))), expected)


# ---- nothing stays behind


def test_an_interrupt_leaves_nothing_behind(ring, tmp_path, nothing_left):
    """Ctrl-C while gpg runs: `gpg` is a program of ours that tells when it has started, and then waits."""
    [file] = write(tmp_path, {"key": ring.secret("ann")})
    started = tmp_path / "started"
    slow = tmp_path / "gpg"
    slow.write_text(
        f'#!/bin/sh\ncase "$*" in *--clearsign*) touch {started}; sleep 600;; esac\nexec gpg "$@"\n', encoding="utf-8"
    )
    slow.chmod(0o755)
    code = (
        "import sys; from chartgen import signing; from chartgen.chart import assemble, bundled;"
        "from chartgen.chart.package import package;"
        "signing.sign(package(assemble.assemble(bundled.sources(), assemble.Build())), signing.SigningKey(sys.argv[1]))"
    )
    environment = {**os.environ, "CHARTGEN_GPG": str(slow), "TMPDIR": str(nothing_left)}
    command = [sys.executable, "-c", code, str(file)]
    child = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, cwd=pathlib.Path.cwd())
    try:
        while not started.exists():
            assert child.poll() is None
            time.sleep(0.02)
        assert list(nothing_left.iterdir())  # the home is there
        child.send_signal(signal.SIGINT)
        assert b"KeyboardInterrupt" in child.communicate()[1]
    finally:
        child.kill()


def test_the_home_is_for_us_alone(ring, tmp_path, nothing_left):
    with gpg_home() as home:
        assert home.stat().st_mode & 0o777 == 0o700


def test_a_deep_directory_for_temporary_files_is_gone_round(ring, tmp_path, monkeypatch):
    deep = tmp_path / ("d" * 60) / ("e" * 60)
    deep.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(deep))
    [file, public] = write(tmp_path, {"key": ring.secret("ann"), "public": ring.public("ann")})
    signed = signing.sign(chart(), SigningKey(str(file)))
    assert signing.verify(signed, (public,)).fingerprint == ring.fingerprint("ann")
    assert not list(deep.iterdir())


def test_without_gpg_it_says_what_to_install(monkeypatch):
    monkeypatch.setenv("CHARTGEN_GPG", "/nonexistent/gpg")
    with pytest.raises(ToolError, match=re.escape(process.INSTALL["gpg"])):
        signing.sign(chart(), SigningKey("ann@example.org"))
