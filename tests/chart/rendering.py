"""Charts and values made into objects, for the tests of the shared chart."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chartgen import engine, yamlio
from chartgen.chart import load
from chartgen.model import Chart, ChartRef, Layer, Manifest, Release

ROOT = Path(__file__).resolve().parents[2]
BASE = ROOT / "base-chart"

Objects = dict[str, dict[str, Any]]
"""Kubernetes objects by kind and name: `Service/web`."""

MINIMAL: dict[str, Any] = {
    "image": {"repository": "example.com/shop/web", "tag": "1.0"},
    "ports": {"http": {"containerPort": 8080, "servicePort": 80}},
}


def base_chart() -> Chart:
    """The chart as it stands in the repository."""
    return load.load(BASE)


def release(*layers: Mapping[str, Any], name: str = "web") -> Release:
    """One release with these values files, weakest first."""
    files = [Layer(f"{number}.yaml", dict(values)) for number, values in enumerate(layers)]
    return Release(
        project="shop",
        environment="dev",
        region=None,
        service=name,
        name=name,
        namespace="apps-shop-dev",
        kube_context=None,
        chart=ChartRef("microservice"),
        generated=files[0],
        developer=tuple(files[1:]),
    )


def render(chart: Chart, *layers: Mapping[str, Any], name: str = "web") -> Objects:
    """The objects of one release."""
    return by_name(engine.choose().template(chart, [release(*layers, name=name)]))


def by_name(manifests: list[Manifest]) -> Objects:
    """The objects by kind and name, which no two share."""
    assert not [title for title, count in Counter(manifest.title for manifest in manifests).items() if count > 1]
    return {manifest.title: manifest.object for manifest in manifests}


def helm_template(helm: Path, chart: Path, folder: Path, *layers: Mapping[str, Any], name: str = "web") -> Objects:
    """The objects that a real helm renders; the values files are written to `folder`."""
    arguments = [str(helm), "template", name, str(chart), "--namespace", "apps-shop-dev"]
    for number, values in enumerate(layers):
        file = folder / f"{number}.json"
        file.write_text(json.dumps(values) + "\n", encoding="utf-8")
        arguments += ["--values", str(file)]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return {f"{item['kind']}/{item['metadata']['name']}": item for item in yamlio.load_all(done.stdout)}


def contains(actual: Any, expected: Any) -> bool:
    """Whether all that is expected is there: maps may hold more, lists may not."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            key in actual and contains(actual[key], value) for key, value in expected.items()
        )
    if isinstance(expected, list):
        return isinstance(actual, list) and len(actual) == len(expected) and all(map(contains, actual, expected))
    return type(actual) is type(expected) and actual == expected
