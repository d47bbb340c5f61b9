"""Versions of the shared chart with something changed in it, as directories."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from tests.chart.rendering import base_chart

Edits = Mapping[str, tuple[str, str]]
"""Path in the chart → a text that it holds, and what is to stand there instead."""

PRIORITY: Edits = {
    "templates/_pod.tpl": (
        "terminationGracePeriodSeconds: {{ . }}",
        "terminationGracePeriodSeconds: {{ . }}\npriority: 7",
    )
}
"""Restarts every pod."""

SELECTOR: Edits = {
    "templates/deployment.yaml": (
        '{{- include "microservice.selectorLabels" . | nindent 6 }}',
        '{{- include "microservice.selectorLabels" . | nindent 6 }}\n      tier: web',
    )
}
"""Makes every Deployment anew."""


def write(directory: Path, version: str, edits: Edits | None = None) -> Path:
    """The chart in that version, with the edits."""
    files = dict(base_chart().files)
    files["Chart.yaml"] = files["Chart.yaml"].replace(b"version: 1.0.0", f"version: {version}".encode())
    for path, (old, new) in (edits or {}).items():
        assert old.encode() in files[path], path
        files[path] = files[path].replace(old.encode(), new.encode())
    for path, content in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_bytes(content)
    return directory
