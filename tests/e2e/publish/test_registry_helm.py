"""Charts in a real registry: what we publish real helm gets, and what helm pushes we get."""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import urllib.request
from dataclasses import replace

import pytest

from chartgen.chart import assemble, bundled
from chartgen.chart.package import package
from chartgen.errors import ToolError
from chartgen.publish.interface import Access
from chartgen.publish.open import repository
from tests.e2e.publish.servers import PASSWORD, USER

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
PROVENANCE = b"-----BEGIN PGP SIGNED MESSAGE-----\nnot a real one\n"


def chart(version="1.0.0", **wishes):
    return package(assemble.assemble(bundled.sources(), assemble.Build(version=version, **wishes)))


def access(server):
    return Access(plain_http=server.plain, ca_file=server.authority)


def opened(server, path):
    return repository(server.address(path), access(server))


def manifest(server, repository, tag):
    """What the registry says itself."""
    request = urllib.request.Request(
        f"http://{server.host}/v2/{repository}/manifests/{tag}",
        headers={"Accept": "application/vnd.oci.image.manifest.v1+json"},
    )
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


@pytest.fixture(params=["helm3", "helm4"])
def helm(request):
    return request.getfixturevalue(request.param)


def run(helm, server, *arguments, **options):
    """Helm, told how the server is reached."""
    environment = {**os.environ, **({} if server.plain else {"SSL_CERT_FILE": str(server.authority)})}
    flags = ["--plain-http"] if server.plain else []
    command = [str(part) for part in (helm, *arguments, *flags)]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=environment, **options)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize("version", ["1.2.3", "2.0.0-rc.1+build.7"])
def test_helm_pulls_what_we_published(any_registry, path, helm, tmp_path, version):
    packed = replace(chart(version), provenance=PROVENANCE)
    published = opened(any_registry, path).publish(packed, now=NOW)
    assert not published.unchanged
    address = f"{any_registry.address(path)}/microservice"
    run(helm, any_registry, "pull", address, "--version", version, "--prov", "-d", tmp_path)
    assert (tmp_path / packed.filename).read_bytes() == packed.content
    assert (tmp_path / f"{packed.filename}.prov").read_bytes() == PROVENANCE


def test_helm_works_with_it_where_it_is(registry, path, helm, request):
    opened(registry, path).publish(chart("1.2.3"), now=NOW)
    at = [f"{registry.address(path)}/microservice", "--version", "1.2.3"]
    values = ["--set", "image.repository=nginx", "--set", "image.tag=v1"]
    assert "image:" in run(helm, registry, "show", "values", *at).stdout
    assert "version: 1.2.3" in run(helm, registry, "show", "chart", *at).stdout
    assert "kind: Deployment" in run(helm, registry, "template", "web", *at, *values).stdout
    if helm == request.getfixturevalue("helm4"):  # helm 3 asks a cluster even then
        assert "kind: Deployment" in run(helm, registry, "install", "web", *at, *values, "--dry-run=client").stdout


def test_helm_finds_the_highest_version_itself(registry, path, helm, tmp_path):
    for version in ("1.0.0", "1.10.0", "1.9.0", "2.0.0-rc.1"):
        opened(registry, path).publish(chart(version), now=NOW)
    run(helm, registry, "pull", f"{registry.address(path)}/microservice", "-d", tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["microservice-1.10.0.tgz"]


@pytest.mark.parametrize("provenance", [None, PROVENANCE], ids=["unsigned", "signed"])
def test_we_fetch_what_helm_pushed(any_registry, path, helm, tmp_path, provenance):
    packed = chart("1.2.3+b1")
    file = tmp_path / packed.filename
    file.write_bytes(packed.content)
    if provenance:
        file.with_name(f"{file.name}.prov").write_bytes(provenance)
    run(helm, any_registry, "push", file, any_registry.address(path))
    fetched = opened(any_registry, path).fetch("microservice", "1.2.3+b1")
    assert fetched.content == packed.content
    assert fetched.provenance == provenance
    again = opened(any_registry, path).publish(replace(packed, provenance=provenance), now=NOW)
    assert again.unchanged


@pytest.mark.parametrize("provenance", [None, PROVENANCE], ids=["unsigned", "signed"])
def test_our_manifest_is_helms(registry, path, helm, tmp_path, provenance):
    packed = replace(chart("1.2.3", description="größe <b> & more"), provenance=provenance)
    file = tmp_path / packed.filename
    file.write_bytes(packed.content)
    if provenance:
        file.with_name(f"{file.name}.prov").write_bytes(provenance)
    run(helm, registry, "push", file, registry.address(f"{path}/helm"))
    opened(registry, f"{path}/ours").publish(packed, now=NOW)
    helms, ours = (manifest(registry, f"{path}/{kind}/microservice", "1.2.3") for kind in ("helm", "ours"))
    assert ours.pop("mediaType") == "application/vnd.oci.image.manifest.v1+json"
    assert helms["annotations"].pop("org.opencontainers.image.created")
    for each in (helms, ours):
        each["layers"].sort(key=lambda layer: layer["mediaType"])
        config = each["config"]
        assert config.pop("mediaType") == "application/vnd.cncf.helm.config.v1+json"
        each["config"] = blob(registry, f"{path}/{'ours' if each is ours else 'helm'}/microservice", config["digest"])
    assert ours == helms


def blob(server, repository, digest):
    with urllib.request.urlopen(f"http://{server.host}/v2/{repository}/blobs/{digest}") as answer:
        return json.load(answer)


def test_a_login_of_helms_is_ours(registry_tls, path, helm, tmp_path, monkeypatch):
    monkeypatch.setenv("HELM_CONFIG_HOME", str(tmp_path / "helm"))
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(ToolError, match=r"401 Unauthorized: auth.*\n  hint: log in: `helm registry login`"):
        opened(registry_tls, path).publish(chart(), now=NOW)
    run(helm, registry_tls, "registry", "login", registry_tls.host, "-u", USER, "--password-stdin", input=PASSWORD)
    assert not opened(registry_tls, path).publish(chart(), now=NOW).unchanged
    run(helm, registry_tls, "registry", "logout", registry_tls.host)
    with pytest.raises(ToolError, match="401 Unauthorized"):
        opened(registry_tls, path).fetch("microservice", "1.0.0")
