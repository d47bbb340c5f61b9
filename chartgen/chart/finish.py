"""A chart as it is published: with its version, README.md, CHANGES.md and what Artifact Hub reads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chartgen import yamlio
from chartgen.chart import changes, load, readme
from chartgen.chart.changes import Section
from chartgen.model import Chart

README = "README.md"
MADE = (README, changes.MADE)
"""The files that a build makes, where the chart does not bring them itself."""


def finished(chart: Chart, section: Section, earlier: bytes | None, annotations: Mapping[str, str]) -> Chart:
    """The chart with what a build makes; what its author wrote stays.

    Arguments:
        section: the version that it gets, and what that changes.
        earlier: CHANGES.md of the version before, None without one.
        annotations: those for Chart.yaml, where it does not say them itself.
    """
    own = chart.metadata.get("annotations") or {}
    edits: dict[tuple[str | int, ...], Any] = {
        ("annotations", key): value for key, value in annotations.items() if key not in own
    }
    if chart.version != section.version:
        edits["version",] = section.version
    files = dict(chart.files)
    if edits:
        files["Chart.yaml"] = yamlio.edit(files["Chart.yaml"].decode(), edits, file="Chart.yaml").encode()
    files.setdefault(README, readme.text(chart))
    files.setdefault(changes.MADE, changes.text(chart.name, section, earlier))
    return load.from_files(dict(sorted(files.items())), chart.name)
