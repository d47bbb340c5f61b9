"""How published charts are told of: to people, to programs, and to a pipeline's next steps."""

from __future__ import annotations

import json

import pytest

from chartgen.chart.package import package
from chartgen.cli.released import Released, as_json, as_variables, locations, notes
from chartgen.compare.change import Change
from chartgen.publish.interface import Published
from chartgen.publish.usage import install, spec
from tests.chart.rendering import base_chart

PACKAGE = package(base_chart())
OCI, HTTP = "oci://registry.example.com/charts", "https://charts.example.com/stable"
MANIFEST = f"sha256:{'a' * 64}"
IN_REGISTRY = (OCI, Published(PACKAGE, f"{OCI}/microservice:1.0.0", unchanged=False, manifest=MANIFEST))
IN_DIRECTORY = ("charts", Published(PACKAGE, "charts/microservice-1.0.0.tgz", unchanged=True))
CHANGES = (Change("minor", "default", "replicaCount", "is 3, it was 2"),)
NEW = Released(PACKAGE, [IN_REGISTRY, IN_DIRECTORY], before="0.9.0", changes=CHANGES, renderings=7)
SAME = Released(PACKAGE, [IN_DIRECTORY], before="1.0.0", changed=False)


def test_the_result_is_where_the_packages_are():
    assert locations([NEW]) == f"{OCI}/microservice:1.0.0\ncharts/microservice-1.0.0.tgz\n"


def test_people_read_why_it_has_that_version_and_how_to_use_it():
    assert notes([NEW]).splitlines() == [
        "microservice 1.0.0: published",
        f"  {len(PACKAGE.content) / 1024:.1f} KiB, sha256:{PACKAGE.digest}",
        "  rendered with 7 sets of values, valid for Kubernetes",
        "  since 0.9.0:",
        "    minor: replicaCount: is 3, it was 2",
        f"  {OCI}/microservice:1.0.0@{MANIFEST}",
        f"  helm install microservice {OCI}/microservice --version 1.0.0",
        f"  chart: {{name: microservice, version: 1.0.0, repository: {OCI}}}",
        "  helm install microservice charts/microservice-1.0.0.tgz",
    ]
    assert notes([SAME]).startswith("microservice 1.0.0: nothing has changed since; unchanged, it was there already\n")


def test_many_changes_are_cut_short_for_people_alone():
    many = Released(PACKAGE, [IN_DIRECTORY], before="0.9.0", changes=CHANGES * 30)
    assert "    and 10 more: CHANGES.md in the package names them" in notes([many])
    assert len(json.loads(as_json([many]))[0]["changes"]) == 30


def test_programs_read_the_same_fields_always():
    new, same = json.loads(as_json([NEW, SAME]))
    assert new.keys() == same.keys()
    assert new["digest"] == f"sha256:{PACKAGE.digest}"
    assert new["changes"] == [
        {"level": "minor", "part": "default", "path": "replicaCount", "message": "is 3, it was 2"}
    ]
    assert [place["unchanged"] for place in new["published"]] == [False, True]
    assert (same["changed"], same["signed"], same["published"][0]["manifest"]) == (False, False, None)


def test_pipelines_read_lines_of_variables():
    assert as_variables([NEW]).splitlines() == [
        "chart_name=microservice",
        "chart_version=1.0.0",
        f"chart_digest=sha256:{PACKAGE.digest}",
        "chart_changed=true",
        f"chart_location={OCI}/microservice:1.0.0",
        f"chart_manifest={MANIFEST}",
    ]
    both = as_variables([NEW, SAME]).splitlines()
    assert "microservice_version=1.0.0" in both


@pytest.mark.parametrize(
    ("address", "commands", "line"),
    [
        ("dist/charts", ["helm install web dist/charts/web-1.0.0.tgz"], False),
        ("file:///srv/my%20charts", ["helm install web '/srv/my charts/web-1.0.0.tgz'"], False),
        (OCI, [f"helm install web {OCI}/web --version 1.0.0"], True),
        (
            HTTP,
            [f"helm repo add charts.example.com {HTTP}", "helm install web charts.example.com/web --version 1.0.0"],
            True,
        ),
        (
            "chartmuseum+https://charts.example.com",
            [
                "helm repo add charts.example.com https://charts.example.com",
                "helm install web charts.example.com/web --version 1.0.0",
            ],
            True,
        ),
        ("s3://bucket/charts", [], False),
    ],
)
def test_each_kind_of_repository_is_used_in_its_own_way(address, commands, line):
    assert list(install(address, "web", "1.0.0")) == commands
    assert bool(spec(address, "web", "1.0.0")) == line
