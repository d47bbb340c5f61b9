"""A chart released in one command: bumped, signed twice over, into several repositories, and used by the real tools."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from chartgen import yamlio
from chartgen.publish.directory import Directory
from tests.chart.rendering import ROOT
from tests.e2e.publish import servers
from tests.e2e.signing.gpg_keys import PASSPHRASE, keyring

SPEC = """\
project: platform
environments: {dev: {}}
services:
  cart: {chart: {path: charts/redis}, ports: [{name: redis, type: tcp, port: 6379}]}
build:
  require_signature: true
  signature_keys: [keys/release.asc]
  signature_key_url: https://charts.example.com/release.asc
"""
REDIS = ROOT / "examples" / "online-boutique" / "charts" / "redis"


@pytest.fixture(scope="module")
def ring():
    with keyring() as ring:
        ring.make("ann", locked=True)
        ring.make("bob")
        yield ring


@pytest.fixture
def project(tmp_path: Path, ring) -> Path:
    """A project whose charts have to be signed, with the public key that counts, and a pair of cosign's kind."""
    folder = tmp_path / "platform"
    (folder / "keys").mkdir(parents=True)
    (folder / "chartgen.yaml").write_text(SPEC)
    (folder / "keys" / "release.asc").write_bytes(ring.public("ann"))
    shutil.copytree(REDIS, folder / "charts" / "redis")
    secret, public = tmp_path / "cosign.pem", tmp_path / "cosign.pub"
    subprocess.run(["openssl", "ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", secret], check=True)
    subprocess.run(["openssl", "ec", "-in", secret, "-pubout", "-out", public], check=True, capture_output=True)
    return folder


@pytest.fixture(scope="module")
def host(tmp_path_factory):
    with servers.registry(tmp_path_factory.mktemp("registry")) as server:
        yield server.host


@pytest.fixture
def tools(cosign, helm3, helm4):
    return cosign, helm3, helm4


def chartgen(project: Path, *arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "chartgen", "-C", str(project), *map(str, arguments)]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "SOURCE_DATE_EPOCH": "1700000000", **variables}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def released(project: Path, ring, host: str, *more: object) -> subprocess.CompletedProcess[str]:
    places = ["--publish", f"oci://{host}/{project.parent.name}", "--publish", project.parent / "charts"]
    signing = ["--sign", "env://SIGN_KEY", "--cosign-key", project.parent / "cosign.pem"]
    return chartgen(
        project,
        *["build", "redis", "--bump", "auto", "--plain-http", *places, *signing, *more],
        SIGN_KEY=ring.secret("ann").decode(),
        CHARTGEN_PASSPHRASE=PASSPHRASE,
        COSIGN_PASSWORD="",
    )


def change(project: Path) -> None:
    values = project / "charts" / "redis" / "values.yaml"
    values.write_text(values.read_text().replace("containerPort: 6379", "containerPort: 6380"))


def test_one_command_releases_and_the_same_again_changes_nothing(project, ring, host, tmp_path, tools):
    first = released(project, ring, host, "-o", "json")
    assert first.returncode == 0, first.stderr
    [told] = json.loads(first.stdout)
    assert (told["version"], told["signed"], told["changed"], told["before"]) == ("1.0.0", True, True, None)
    registry, directory = told["published"]

    again = released(project, ring, host, "-o", "json")
    [same] = json.loads(again.stdout)
    assert (same["version"], same["changed"], same["digest"]) == ("1.0.0", False, told["digest"])
    assert [place["unchanged"] for place in same["published"]] == [True, True]
    assert same["published"][0]["manifest"] == registry["manifest"]

    cosign, helms = tools[0], tools[1:]
    image = f"{registry['location'].removeprefix('oci://').rpartition(':')[0]}@{registry['manifest']}"
    verify = [cosign, "verify", "--key", tmp_path / "cosign.pub", "--insecure-ignore-tlog", "--allow-http-registry"]
    assert subprocess.run([*verify, image], capture_output=True, check=False).returncode == 0

    public = tmp_path / "ring.gpg"
    public.write_bytes(ring.public("ann", armored=False))
    for helm in helms:
        done = subprocess.run([helm, "verify", "--keyring", public, directory["location"]], check=False)
        assert done.returncode == 0

    change(project)
    next_one = released(project, ring, host, "-o", "env")
    assert "chart_version=1.1.0\n" in next_one.stdout
    assert "chart_changed=true\n" in next_one.stdout
    fetched = Directory(tmp_path / "charts").fetch("redis", "1.1.0")
    annotations = yamlio.loads(fetched.metadata["annotations"]["artifacthub.io/signKey"])
    assert annotations == {
        "fingerprint": ring.fingerprint("ann"),
        "url": "https://charts.example.com/release.asc",
    }
    for helm in helms:
        shown = subprocess.run(
            [helm, "template", "x", registry["location"].rpartition(":")[0], "--version", "1.1.0", "--plain-http"],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert "containerPort: 6380" in shown


@pytest.mark.parametrize("who", ["nobody", "somebody else"])
def test_what_is_not_signed_as_the_project_wants_is_not_published(project, ring, host, tmp_path, who):
    more = [] if who == "nobody" else ["--sign", "env://SIGN_KEY"]
    places = ["--publish", tmp_path / "charts"]
    done = chartgen(project, "build", "redis", *places, *more, SIGN_KEY=ring.secret("bob").decode())
    assert done.returncode == 2
    assert ("is not signed" if who == "nobody" else "a key that is not known") in done.stderr
    assert not (tmp_path / "charts").exists()


def test_a_package_that_is_there_is_held_to_the_same_rule(project, ring, tmp_path, host):
    unsigned = tmp_path / "unsigned"
    (project / "chartgen.yaml").write_text(SPEC.replace("require_signature: true", "require_signature: false"))
    assert chartgen(project, "build", "redis", "--publish", unsigned).returncode == 0
    (project / "chartgen.yaml").write_text(SPEC)
    package = unsigned / "redis-1.0.0.tgz"
    refused = chartgen(project, "publish", package, "--to", tmp_path / "charts")
    assert refused.returncode == 2
    assert "redis-1.0.0.tgz: is not signed" in refused.stderr
    assert not (tmp_path / "charts").exists()

    key = ["--sign", "env://SIGN_KEY"]
    unlocked = {"SIGN_KEY": ring.secret("ann").decode(), "CHARTGEN_PASSPHRASE": PASSPHRASE}
    done = chartgen(project, "publish", package, "--to", tmp_path / "charts", *key, **unlocked)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "charts" / "redis-1.0.0.tgz.prov").is_file()

    content = bytearray(package.read_bytes())
    content[-20] ^= 1
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "redis-1.0.0.tgz").write_bytes(content)
    shutil.copy(tmp_path / "charts" / "redis-1.0.0.tgz.prov", tmp_path / "other")
    flipped = chartgen(project, "publish", tmp_path / "other" / "redis-1.0.0.tgz", "--to", tmp_path / "again")
    assert flipped.returncode == 2
    assert not (tmp_path / "again").exists()
