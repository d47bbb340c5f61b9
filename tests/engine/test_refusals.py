"""Which charts go through the driver, and that the others come out right one by one."""

from __future__ import annotations

import dataclasses

import pytest

from chartgen.engine import refusals
from tests.engine import plain


@pytest.mark.parametrize("name", ["echo", "context", "order", "failing", "hostile"])
def test_ordinary_charts_are_carried(name):
    assert refusals.refusal(plain.chart(name)) == ""


@pytest.mark.parametrize(
    ("path", "text", "reason"),
    [
        ("charts/child/Chart.yaml", b"", "has dependencies"),
        ("requirements.yaml", b"dependencies: [{name: child}]", "has dependencies"),
        ("templates/chartgen-driver.yaml", b"", "uses the driver's own names"),
        ("templates/_~x.yaml", b"", "uses the driver's own names"),
        ("templates/x.yaml", b'{{ include "chartgen-driver.release" . }}', "uses the driver's own names"),
        ("templates/x.yaml", b"{{ .Values.AsMap }}", "calls a method of .Values"),
        ("templates/x.yaml", b"{{ .Capabilities.KubeVersion }}", "uses .Capabilities.KubeVersion whole"),
        ("templates/x.yaml", b"{{ .Chart.KubeVersion }}", "uses .Chart.KubeVersion"),
        ("templates/x.yaml", b'{{ $_ := set .Chart "Name" "x" }}', "changes what releases share"),
        (
            "templates/_x.tpl",
            b'{{- define "context.labels" }}{{ end }}',
            "defines a template twice, so that the order of files matters",
        ),
    ],
)
def test_what_a_driver_cannot_carry(path, text, reason):
    chart = plain.chart("context")
    assert refusals.refusal(dataclasses.replace(chart, files={**chart.files, path: text})) == reason


def test_declared_dependencies_are_not_carried():
    chart = plain.chart("echo")
    metadata = {**chart.metadata, "dependencies": [{"name": "child", "version": "1.0.0"}]}
    assert refusals.refusal(dataclasses.replace(chart, metadata=metadata)) == "has dependencies"


@pytest.mark.parametrize(
    "template",
    [
        "version: {{ .Capabilities.KubeVersion }}\nname: {{ .Chart.KubeVersion | quote }}",
        "values: {{ .Values.AsMap | toJson }}",
        '{{- define "x" }}first{{ end }}\nx: {{ include "x" . }}\n{{- define "context.labels" }}mine: too{{ end }}',
    ],
)
def test_they_come_out_as_helm_makes_them(template, any_engine, helm4, tmp_path):
    chart = plain.chart("context")
    text = f'kind: Own\nlabels: {{{{ include "context.labels" . | quote }}}}\n{template}\n'
    chart = dataclasses.replace(chart, files={**chart.files, "templates/own.yaml": text.encode()})
    for path, content in chart.files.items():
        (tmp_path / "context" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "context" / path).write_bytes(content)
    release = plain.release("web", {"greeting": "hi"}, kubernetes="1.36.0")
    ours = [data for _, data in plain.objects(any_engine.template(chart, [release]), release) if data["kind"] == "Own"]
    theirs = [
        data for _, data in plain.template(helm4, tmp_path / "context", release, tmp_path) if data["kind"] == "Own"
    ]
    assert ours == theirs
