"""Fields of Chart.yaml that need more than a line of a table: dependencies, made annotations, ranges of versions."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from chartgen.chart import load
from chartgen.compare import metadata, ranges
from chartgen.model import Chart

MADE = {"annotations": {"artifacthub.io/changes": "- new"}}
PLAIN = b"apiVersion: v2\nname: shop\nversion: 1.4.0\n"


def _chart(**more: Any) -> Chart:
    chart = load.from_files({"Chart.yaml": PLAIN}, "shop")
    said = {**chart.metadata, **more}
    return replace(chart, metadata=said, version=said["version"])


def _depends(**redis: Any) -> dict[str, Any]:
    return {
        "dependencies": [{"name": "redis", "version": "1.2.3", "repository": "https://charts.example.com", **redis}]
    }


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ({}, {"version": "2.0.0"}, []),
        ({"appVersion": "1.4.0"}, {"appVersion": "1.5.0", "version": "1.5.0"}, []),  # it follows the version
        (
            {"appVersion": "1.4.0"},
            {"appVersion": "1.4.1", "version": "1.5.0"},
            ['patch appVersion: is "1.4.1", it was "1.4.0"'],
        ),
        ({"appVersion": "7"}, {}, ['patch appVersion: is gone, it was "7"']),
        ({}, {"type": "library"}, ['major type: is "library", it was "application"']),
        ({"type": "application"}, {}, []),
        ({}, {"apiVersion": "v1"}, ['major apiVersion: is "v1", it was "v2"']),
        ({"deprecated": True}, {}, ["minor deprecated: is no longer deprecated"]),
        (
            {},
            {"annotations": {"artifacthub.io/changes": "- new"}},
            ['patch annotations.artifacthub.io/changes: is "- new"'],
        ),
        ({"annotations": {"artifacthub.io/changes": "- new"}}, {}, []),  # made by a build
        ({"annotations": {"a": "1"}}, {}, ['patch annotations.a: is gone, it was "1"']),
        (
            {"annotations": {"chartgen/contract": "1"}},
            {},
            ['major annotations.chartgen/contract: the contract is gone, it was "1"'],
        ),
        ({}, _depends(), ["minor dependencies.redis: is added"]),
        (_depends(), {}, ["major dependencies.redis: is removed"]),
        (_depends(), _depends(version="1.2.4"), ['patch dependencies.redis.version: is "1.2.4", it was "1.2.3"']),
        (_depends(), _depends(version="1.3.0"), ['minor dependencies.redis.version: is "1.3.0", it was "1.2.3"']),
        (_depends(), _depends(version="^2.0.0"), ['major dependencies.redis.version: is "^2.0.0", it was "1.2.3"']),
        (_depends(), _depends(version="newest"), ['major dependencies.redis.version: is "newest", it was "1.2.3"']),
        (_depends(), _depends(condition="redis.on"), ['major dependencies.redis.condition: is "redis.on"']),
        (
            _depends(),
            _depends(repository="oci://example.com"),
            ['patch dependencies.redis.repository: is "oci://example.com", it was "https://charts.example.com"'],
        ),
        (
            _depends(),
            _depends(alias="cache"),
            ["major dependencies.redis: is removed", "minor dependencies.cache: is added"],
        ),
    ],
)
def test_a_field_is_told_with_its_level(old, new, told):
    found = metadata.changes(_chart(**old), _chart(**new))
    assert [f"{each.level} {each.path.removeprefix('Chart.yaml: ')}: {each.message}" for each in found] == told


@pytest.mark.parametrize(
    ("old", "new", "less", "more"),
    [
        (">=1.30.0-0", ">=1.31.0-0", True, False),
        (">= 1.30", ">=1.30.0-0", False, False),
        ("", ">=1.30", True, False),
        ("*", "", False, False),
        ("^1.25", "~1.25", True, False),
        ("1.25 - 1.30", ">=1.25 <=1.29", True, False),
        (">=1.22-0 <1.40", ">= 1.22.0-0, < 1.40.0-0", False, False),
        ("1.25.x || 1.26.x", "1.25.x || 1.27.x", True, True),
        ("!=1.25.3", "*", False, True),
        (">1.25.3", ">1.25.4", True, False),
        ("=>1.30", ">=v1.30.0", False, False),
        ("<=1.30.5", "=<1.30.4", True, False),
        ("1.30", "1.30.x", False, False),
        ("newest", ">1", None, None),
        (">1", "1.30 or so", None, None),
    ],
)
def test_whether_a_range_takes_less(old, new, less, more):
    assert (ranges.narrowed(old, new), ranges.narrowed(new, old)) == (less, more)


@pytest.mark.parametrize(
    ("text", "version", "takes"),
    [
        ("", "v1.36.3", True),
        (">=1.30.0-0", "v1.36.3", True),
        (">=1.30.0-0", "v1.29.9", False),
        (">=1.30.0-0", "v1.33.5-gke.1080000", True),
        (">=1.30.0", "v1.33.5-gke.1080000", False),
        (">=1.30.0 <1.40.0-0", "v1.33.5-eks-3025e55", False),
        (">=1.30.0", "v1.33.5+k3s1", True),
        ("1.20 - 1.29 || >=1.33.0-0", "v1.33.1-rc.1", True),
        ("~1.33", "1.33.7", True),
        ("^1.30.0", "2.0.0", False),
        ("what you like", "1.33.7", None),
        (">=1.30.0", "the newest", None),
    ],
)
def test_what_a_range_takes(text, version, takes):
    assert ranges.takes(text, version) is takes
