"""A project whose chart is published: fetched once, kept by digest, locked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from chartgen import yamlio
from chartgen.actions.check import Asked, check
from chartgen.actions.deploying.prepare import published
from chartgen.actions.planning import Selection
from chartgen.actions.project import render_project
from chartgen.actions.template import template
from chartgen.chart import assemble, bundled
from chartgen.chart.load import from_files, load
from chartgen.chart.package import package
from chartgen.errors import InputError
from chartgen.publish.directory import Directory
from tests.publish.served import served

USER = """\
project: shop
chart: {{name: acme, version: 1.0.0, repository: "{url}"}}
environments: {{dev: {{}}, prod: {{}}}}
services:
  web: {{image: "example.com/shop/web:1", port: {{http: 8080}}, healthcheck_path: /}}
"""


@pytest.fixture
def repository(tmp_path, monkeypatch):
    """A served chart repository with the chart acme 1.0.0, a project that uses it, and an empty cache of packages."""
    monkeypatch.setenv("CHARTGEN_HELM", "/nowhere/helm")
    monkeypatch.setenv("CHARTGEN_CACHE_HOME", str(tmp_path / "cache"))
    publish(tmp_path)
    with served(tmp_path / "charts") as url:
        (tmp_path / "shop").mkdir()
        (tmp_path / "shop" / "chartgen.yaml").write_text(USER.format(url=url))
        yield url


def publish(directory: Path, version: str = "1.0.0", description: str = "Ours") -> None:
    chart = assemble.assemble(bundled.sources(), assemble.Build("acme", version, description))
    Directory(directory / "charts").publish(package(chart), now=dt.datetime.now(dt.UTC))


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


def test_a_locked_package_in_the_cache_needs_no_network(repository, tmp_path):
    render_project(tmp_path / "shop")
    for path in (tmp_path / "charts").glob("[!.]*.*"):
        path.unlink()
    assert template(tmp_path / "shop", Selection(), "embedded").manifests
    assert check(tmp_path / "shop", Selection(), Asked(engine="embedded")).counts()["error"] == 0


def test_before_a_deploy_its_repository_is_asked_whatever_the_cache_has(repository, tmp_path):
    render_project(tmp_path / "shop")
    refs = [release.chart for release in template(tmp_path / "shop", Selection(), "embedded").releases]
    published(tmp_path / "shop", refs)
    for path in (tmp_path / "charts").glob("[!.]*.*"):
        path.unlink()
    with pytest.raises(InputError, match=r"there is no version 1\.0\.0 of acme"):
        published(tmp_path / "shop", refs)
    publish(tmp_path, description="Others")
    with pytest.raises(InputError, match=r"has other bytes than chartgen\.lock records"):
        published(tmp_path / "shop", refs)


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


def test_a_version_may_be_written_without_its_v(repository, tmp_path):
    chart = load(tmp_path / "charts" / "acme-1.0.0.tgz")
    metadata = chart.files["Chart.yaml"].replace(b'version: "1.0.0"', b'version: "v1.2.0"')
    other = from_files({**chart.files, "Chart.yaml": metadata}, "acme")
    Directory(tmp_path / "charts").publish(package(other), now=dt.datetime.now(dt.UTC))
    spec = tmp_path / "shop" / "chartgen.yaml"
    spec.write_text(spec.read_text().replace("1.0.0", "1.2.0"))
    render_project(tmp_path / "shop")
    assert lock(tmp_path / "shop")[0]["version"] == "1.2.0"


def test_a_version_that_is_not_there_is_told(repository, tmp_path):
    spec = tmp_path / "shop" / "chartgen.yaml"
    spec.write_text(spec.read_text().replace("1.0.0", "9.9.9"))
    with pytest.raises(InputError, match=r"there is no version 9\.9\.9 of acme"):
        render_project(tmp_path / "shop")
    assert not (tmp_path / "shop" / "deploy").exists()
