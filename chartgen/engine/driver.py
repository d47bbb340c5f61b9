"""The driver chart: a chart made from another one that renders it for many releases in one call.

Most of a Helm render is parsing the chart's templates, anew for every release. So the chart's templates become
partials, parsed once, and one template includes them for each release, in Helm's own order, with a scope like Helm's.

A release comes out as one line, `#=` and the base64 of a JSON list: nothing that values hold can forge it, and it is a
comment to Helm, which parses all that a template renders.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chartgen.chart import archive
from chartgen.model import Chart, Release, Values

VALUE = "releases"
"""The one value that a driver chart takes: the JSON text of `payload`."""

NAME = "chartgen-driver"
MARK = "#="
_ENTRY = f"templates/{NAME}.yaml"
# `~` sorts behind the first letters of all other partials, as a template's own name does.
_PARTIAL = "_~"
_BEFORE_SLOTS = 2

_HEAD = """\
{{- $releases := fromJsonArray .Values.%s }}{{ $count := len $releases -}}
kind: Driver
"""
_SLOT = '{{ if gt $count %d }}%s{{ include "%s.release" (list $ (index $releases %d)) }}{{ end }}\n'
_RELEASE = """\
{{- define "%(name)s.release" -}}
{{- $top := index . 0 -}}
{{- $release := index . 1 -}}
{{- $texts := $release.texts -}}
{{- if not (hasKey $release "texts") -}}
  {{- $texts = list -}}
  {{- $scope := dict
    "Values" $release.values
    "Release" (dict "Name" $release.name "Namespace" $release.namespace "Service" "Helm"
      "Revision" 1 "IsInstall" true "IsUpgrade" false)
    "Chart" $top.Chart
    "Files" $top.Files
    "Subcharts" dict
    "Capabilities" $top.Capabilities -}}
  {{- with $release.kubernetes -}}
    {{- $_ := set $scope "Capabilities" (dict
      "APIVersions" $top.Capabilities.APIVersions
      "HelmVersion" $top.Capabilities.HelmVersion
      "KubeVersion" .) -}}
  {{- end -}}
  {{- range $template := list %(templates)s -}}
    {{- $_ := set $scope "Template" (dict "Name" $template "BasePath" %(base)s) -}}
    {{- $text := include $template $scope | replace "<no value>" "" -}}
    {{- if and (trim $text) (not (hasSuffix "NOTES.txt" $template)) -}}
      {{- $texts = append $texts (list $template $text) -}}
    {{- end -}}
  {{- end -}}
{{- end -}}
{{- $documents := list -}}
{{- range $texts -}}
  {{- $template := index . 0 -}}
  {{- $text := trim (index . 1) -}}
  {{- $parts := list $text -}}
  {{- if contains "---" $text }}{{ $parts = regexSplit "(?m)^---\\\\s*" $text -1 }}{{ end -}}
  {{- range $parts -}}
    {{- $part := trim . -}}
    {{- with fromYaml (print $part "\\n") }}{{ $documents = append $documents (list $template $part .) }}{{ end -}}
  {{- end -}}
{{- end -}}
{{- $documents | toJson | b64enc -}}
{{- end -}}
"""


def pack(chart: Chart, slots: int) -> bytes:
    """The driver chart (a `.tgz`) of a chart, for up to `slots` releases a call."""
    # The driver is never installed: the chart's demand on Kubernetes is for the cluster to check.
    metadata = {key: value for key, value in chart.metadata.items() if key != "kubeVersion"}
    files = {
        path: text
        for path, text in chart.files.items()
        if not path.startswith("templates/") and path not in ("values.yaml", "values.schema.json")
    }
    files["Chart.yaml"] = json.dumps(metadata).encode()
    for path in (path for path in chart.files if path.startswith("templates/")):
        files[_partial(path) if _renders(path) else path] = chart.files[path]
    rendered = _in_order_of_rendering(path for path in chart.files if _renders(path))
    aliases = "\n".join(_alias(chart.name, path) for path in rendered)
    return _packed(chart.name, files, [f"{chart.name}/{path}" for path in rendered], aliases, slots)


def pack_reader(slots: int) -> bytes:
    """A driver chart without a chart: it only reads texts that were rendered otherwise."""
    chart = {"apiVersion": "v2", "name": NAME, "version": "0.0.0"}
    return _packed(NAME, {"Chart.yaml": json.dumps(chart).encode()}, [], "", slots)


def payload(releases: Iterable[tuple[Release, Values]]) -> str:
    """What a driver chart takes to render: releases with their values, the chart's defaults merged in."""
    return json.dumps([_entry(release, values) for release, values in releases], allow_nan=False)


def texts(rendered: Iterable[Sequence[tuple[str, str]]]) -> str:
    """What a driver chart takes to read: for each release, (template, text) pairs."""
    return json.dumps([{"texts": pairs} for pairs in rendered])


def full_version(version: str) -> str:
    """A version of Kubernetes with its patch (`1.33` is `1.33.0`), which Helm 4 else leaves out and Helm 3 adds."""
    numbers = version.removeprefix("v").split(".")
    return ".".join([*numbers, *["0"] * (3 - len(numbers))])


def claims(path: str) -> bool:
    """Whether a template of that path would get in the way of the driver's own."""
    return NAME in path or f"/{_PARTIAL}" in path


def slot(complaint: str) -> int | None:
    """Which release of the call Helm complains about: the line of the driver's template at which rendering ended."""
    found = re.match(rf"(?:execution error at \(|template: )?[^/\s]+/{re.escape(_ENTRY)}:(\d+):", complaint)
    return int(found[1]) - _BEFORE_SLOTS - 1 if found else None


def _renders(path: str) -> bool:
    return path.startswith("templates/") and not path.rsplit("/", 1)[1].startswith("_")


def _partial(path: str) -> str:
    directory, _, name = path.rpartition("/")
    return f"{directory}/{_PARTIAL}{name}"


def _in_order_of_rendering(paths: Iterable[str]) -> list[str]:
    """Helm's order, `sortTemplates` in its `pkg/engine`: it shows where a template changes what the next one sees."""
    return sorted(paths, key=lambda path: (path.count("/"), path.encode()), reverse=True)


def _alias(chart: str, path: str) -> str:
    """A template keeps its name, for those that include it by its path."""
    name, partial = _quoted(f"{chart}/{path}"), _quoted(f"{chart}/{_partial(path)}")
    return f"{{{{- define {name} }}}}{{{{ template {partial} . }}}}{{{{ end -}}}}"


def _packed(name: str, files: Mapping[str, bytes], templates: Sequence[str], aliases: str, slots: int) -> bytes:
    quoted = " ".join(map(_quoted, templates))
    release = _RELEASE % {"name": NAME, "templates": quoted, "base": _quoted(f"{name}/templates")}
    entry = _HEAD % VALUE + "".join(_SLOT % (number, MARK, NAME, number) for number in range(slots))
    ours = {f"templates/{_PARTIAL}{NAME}.tpl": release + aliases, _ENTRY: entry}
    return archive.pack(name, {**files, **{path: text.encode() for path, text in ours.items()}})


def _entry(release: Release, values: Values) -> dict[str, Any]:
    entry = {"name": release.name, "namespace": release.namespace, "values": values}
    if release.kubernetes:
        entry["kubernetes"] = _kube_version(release.kubernetes)
    return entry


def _kube_version(version: str) -> dict[str, str]:
    """`.Capabilities.KubeVersion`, as `helm template --kube-version` sets it."""
    full = full_version(version)
    major, minor, _ = full.split(".", 2)
    return {"Version": f"v{full}", "GitVersion": f"v{full}", "Major": major, "Minor": minor}


def _quoted(text: str) -> str:
    """A string in a template: what Go and JSON write alike."""
    return json.dumps(text, ensure_ascii=False)
