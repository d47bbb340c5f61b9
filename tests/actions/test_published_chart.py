"""A project whose chart is published: fetched once, kept by digest, locked."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartgen import yamlio
from chartgen.actions.build import build
from chartgen.actions.check import Asked, check
from chartgen.actions.planning import Selection
from chartgen.actions.project import render_project
from chartgen.actions.template import template
from chartgen.errors import InputError, ToolError
from tests.publish.served import served

OURS = """\
project: platform
environments: {{dev: {{}}}}
services: {{web: {{image: "example.com/web:1"}}}}
build: {{name: acme, version: {version}, description: {description}}}
"""
USER = """\
project: shop
chart: {{name: acme, version: 1.0.0, repository: "{url}"}}
environments: {{dev: {{}}, prod: {{}}}}
services:
  web: {{image: "example.com/shop/web:1", port: {{http: 8080}}, healthcheck_path: /}}
"""


@pytest.fixture(params=["helm3", "helm4"])
def repository(request, tmp_path, monkeypatch):
    """A served chart repository with the chart acme 1.0.0, a project that uses it, and an empty cache of packages."""
    monkeypatch.setenv("CHARTGEN_HELM", str(request.getfixturevalue(request.param)))
    monkeypatch.setenv("CHARTGEN_CACHE_HOME", str(tmp_path / "cache"))
    publish(tmp_path)
    with served(tmp_path / "charts") as url:
        (tmp_path / "shop").mkdir()
        (tmp_path / "shop" / "chartgen.yaml").write_text(USER.format(url=url))
        yield url


def publish(directory: Path, version: str = "1.0.0", description: str = "Ours") -> None:
    (directory / "platform").mkdir(exist_ok=True)
    text = OURS.format(version=version, description=description)
    (directory / "platform" / "chartgen.yaml").write_text(text)
    build(directory / "platform", directory / "charts")


def lock(project: Path):
    return yamlio.loads((project / "chartgen.lock").read_bytes())["charts"]


def test_render_records_version_digest_and_contract(repository, tmp_path):
    render_project(tmp_path / "shop")
    assert [{key: one[key] for key in ("name", "version", "contract")} for one in lock(tmp_path / "shop")] == [
        {"name": "acme", "version": "1.0.0", "contract": 1}
    ]
    assert lock(tmp_path / "shop")[0]["digest"].startswith("sha256:")
    assert not (tmp_path / "shop" / "deploy" / "charts").exists()


def test_the_helmfile_names_it_by_repository_and_version(repository, tmp_path):
    render_project(tmp_path / "shop")
    documents = yamlio.load_all((tmp_path / "shop" / "deploy" / "dev" / "helmfile.yaml").read_bytes())
    release = documents[-1]["releases"][0]
    assert documents[-1]["repositories"][0]["url"] == repository
    assert release["chart"] == f"{documents[-1]['repositories'][0]['name']}/acme"
    assert release["version"] == "1.0.0"


def test_a_locked_package_in_the_cache_needs_no_network(repository, tmp_path, monkeypatch):
    render_project(tmp_path / "shop")
    monkeypatch.setenv("CHARTGEN_HELM", "/nowhere/helm")
    assert template(tmp_path / "shop", Selection(), "embedded").manifests
    assert check(tmp_path / "shop", Selection(), Asked(engine="embedded")).counts()["error"] == 0


def test_other_bytes_than_those_locked_are_refused(repository, tmp_path, monkeypatch):
    render_project(tmp_path / "shop")
    for path in (tmp_path / "charts").glob("[!.]*.*"):
        path.unlink()
    publish(tmp_path, description="Others")
    monkeypatch.setenv("CHARTGEN_CACHE_HOME", str(tmp_path / "another"))
    with pytest.raises(InputError, match=r"has other bytes than chartgen\.lock records"):
        template(tmp_path / "shop", Selection())


def test_an_environment_may_run_another_version(repository, tmp_path):
    publish(tmp_path, version="1.1.0")
    (tmp_path / "shop" / "versions").mkdir()
    (tmp_path / "shop" / "versions" / "dev.yaml").write_text("chart: 1.1.0\n")
    render_project(tmp_path / "shop")
    assert [one["version"] for one in lock(tmp_path / "shop")] == ["1.0.0", "1.1.0"]
    charts = {
        release.environment: release.chart.version for release in template(tmp_path / "shop", Selection()).releases
    }
    assert charts == {"dev": "1.1.0", "prod": "1.0.0"}


def test_a_version_that_is_not_there_is_told(repository, tmp_path):
    spec = tmp_path / "shop" / "chartgen.yaml"
    spec.write_text(spec.read_text().replace("1.0.0", "9.9.9"))
    with pytest.raises(ToolError, match=r"helm could not fetch acme 9\.9\.9 from http://127\.0\.0\.1"):
        render_project(tmp_path / "shop")
    assert not (tmp_path / "shop" / "deploy").exists()
