"""What Helm renders without chartgen, to compare with; and releases to render."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chartgen import yamlio
from chartgen.chart import load
from chartgen.model import Chart, Manifest, Release
from tests.chart import rendering

CHARTS = Path(__file__).parent / "charts"

Object = tuple[str, Any]
"""A template's path and one object that it rendered."""


def chart(name: str) -> Chart:
    """One of the charts beside this file."""
    return load.load(CHARTS / name)


def release(name: str, *layers: Mapping[str, Any], kubernetes: str | None = None) -> Release:
    """A release with these values files, weakest first."""
    return dataclasses.replace(rendering.release(*(layers or ({},)), name=name), kubernetes=kubernetes)


def template(helm: Path, directory: Path, of: Release, folder: Path) -> list[Object]:
    """What `helm template` prints, in its order."""
    version = ["--kube-version", _full(of.kubernetes)] if of.kubernetes else []
    options = ["--namespace", of.namespace, *values_files(of, folder), *version]
    command = [str(helm), "template", of.name, str(directory), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return split(done.stdout)


def values_files(of: Release, folder: Path) -> list[str]:
    """Writes its values files, and tells Helm of them."""
    told = []
    for number, layer in enumerate(of.layers):
        file = folder / f"{of.name}-{number}.yaml"
        file.write_text(yamlio.dumps(layer.values), encoding="utf-8")
        told += ["--values", str(file)]
    return told


def _full(version: str) -> str:
    """With its patch: Helm 3 adds one that is missing, Helm 4 does not."""
    return version if version.count(".") == 2 else f"{version}.0"


def split(text: str) -> list[Object]:
    """Helm's output as objects, each with its template."""
    _, *parts = re.split(r"^---\n# Source: (.*)\n", "\n" + text, flags=re.MULTILINE)
    pairs = zip(parts[::2], parts[1::2], strict=True)
    return [(source, data) for source, part in pairs for data in yamlio.load_all(part)]


def objects(manifests: list[Manifest], of: Release) -> list[Object]:
    """The objects of one release among all."""
    return [(manifest.template, manifest.object) for manifest in manifests if manifest.release is of]
