"""`engine.template`, parsed objects included, beside the bare render call of the embedded Helm under it.

Bare is the least that templating in batches can cost: the templates of the chart, included once a release by a loop
that a template of ten lines makes, with all values ready; text comes back, nothing is parsed.

`python inprocess.py PROJECT` prints the seconds that each takes; a process of its own, like the command.
"""

from __future__ import annotations

import gc
import json
import re
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from chartgen import engine, values
from chartgen.actions.charts import charts
from chartgen.actions.planning import open_plan
from chartgen.chart import archive
from chartgen.model import Chart, Release

_ROUNDS = 5
_BATCH, _THREADS = 100, 2
_LOOP = """\
{{- range .Values.releases }}
{{- $about := dict "Name" .name "Namespace" .namespace "Service" "Helm" "Revision" 1 "IsInstall" true }}
{{- $scope := dict "Values" .values "Release" $about "Chart" $.Chart "Capabilities" $.Capabilities "Files" $.Files }}
{{- range $template := list %s }}
---
{{ include $template $scope }}
{{- end }}
{{- end }}
"""


def main() -> None:
    """Measures the project at the path given."""
    project, plan = open_plan(Path(sys.argv[1]))
    [chart] = charts(project, plan.releases).by_ref.values()
    helm = engine.choose("embedded")
    bare = _bare(chart, plan.releases)
    gc.disable()  # as in the command
    expected = [manifest.object for manifest in helm.template(chart, plan.releases)]
    if _multiset(expected) != _multiset(_parsed(bare())):
        sys.exit("the engine and the bare render call give different objects")
    runs = [(_seconds(lambda: helm.template(chart, plan.releases)), _seconds(bare)) for _ in range(_ROUNDS)]
    ours, least = (statistics.median(times) for times in zip(*runs, strict=True))
    print(json.dumps({"releases": len(plan.releases), "engine": ours, "bare": least}))


def _bare(chart: Chart, releases: Sequence[Release]) -> Callable[[], list[str]]:
    import helm_python

    opened = helm_python.Chart.load_archive(_packed(chart))
    batches = [
        {"releases": [_entry(chart, release) for release in releases[start : start + _BATCH]]}
        for start in range(0, len(releases), _BATCH)
    ]

    def render(batch: dict[str, Any]) -> str:
        return "".join(opened.render(batch, name="bare", namespace="default", revision=1, is_install=True).values())

    def bare() -> list[str]:
        with ThreadPoolExecutor(_THREADS) as pool:
            return list(pool.map(render, batches))

    return bare


def _packed(chart: Chart) -> bytes:
    """The chart with its templates as partials, and the loop."""
    files = {path: text for path, text in chart.files.items() if path.startswith("templates/_")}
    templates = [path for path in chart.files if re.fullmatch(r"templates/[^_/][^/]*\.yaml", path)]
    files |= {path.replace("/", "/_", 1): chart.files[path] for path in templates}
    names = " ".join(f'"{chart.name}/{path.replace("/", "/_", 1)}"' for path in templates)
    files["templates/loop.yaml"] = (_LOOP % names).encode()
    files["Chart.yaml"] = json.dumps({"apiVersion": "v2", "name": chart.name, "version": chart.version}).encode()
    return archive.pack(chart.name, files)


def _entry(chart: Chart, release: Release) -> dict[str, Any]:
    merged = values.coalesce(chart.values, values.merge_all(layer.values for layer in release.layers))
    return {"name": release.name, "namespace": release.namespace, "values": merged}


def _parsed(texts: Sequence[str]) -> list[Any]:
    documents = (document for text in texts for document in re.split(r"^---\n", text, flags=re.MULTILINE))
    return [yaml.load(document, Loader=yaml.CSafeLoader) for document in documents if document.strip()]


def _multiset(objects: Sequence[Any]) -> list[str]:
    return sorted(json.dumps(item, sort_keys=True) for item in objects)


def _seconds(call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
