"""Our merging of values is Helm's."""

from __future__ import annotations

import base64
import copy
import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartgen import values, yamlio
from chartgen.chart import archive
from tests.laws import any_values

DOCUMENTS = any_values.values()
WITHOUT_NULLS = any_values.values(nulls=False)
CHART = {
    "Chart.yaml": b"{apiVersion: v2, name: echo, version: 1.0.0}",
    "templates/values.yaml": b"values: {{ .Values | toJson | b64enc }}\n",
}


@given(DOCUMENTS, DOCUMENTS)
def test_arguments_are_not_changed(lower, upper):
    before = copy.deepcopy((lower, upper))
    values.merge(lower, upper)
    values.coalesce(lower, upper)
    values.merge_all([lower, upper, lower])
    assert (lower, upper) == before


@given(DOCUMENTS)
def test_nothing_merged_changes_nothing(document):
    assert values.merge(document, {}) == values.merge({}, document) == values.merge(document, document) == document
    assert values.coalesce({}, document) == document


@given(WITHOUT_NULLS, DOCUMENTS)
def test_no_default_comes_back_as_null(defaults, document):
    merged = values.coalesce(defaults, document)
    assert all(merged[key] is not None for key in merged.keys() & defaults.keys())


@given(DOCUMENTS, DOCUMENTS)
@settings(max_examples=200)
def test_coalescing_is_that_of_the_embedded_helm(defaults, document):
    helm_python = pytest.importorskip("helm_python")
    with helm_python.Chart.load_archive(_chart(defaults)) as chart:
        assert values.coalesce(defaults, document) == chart.merge_values(document)


# What stands under a key merges as whole files do, so that one call of Helm tries many.


@pytest.mark.parametrize("major", ["helm3", "helm4"])
def test_merging_is_that_of_values_files(request, major, tmp_path):
    cases = any_values.many(st.tuples(DOCUMENTS, DOCUMENTS, DOCUMENTS))
    layers = [{f"case{number}": layer for number, layer in enumerate(column)} for column in zip(*cases, strict=True)]
    theirs = _seen_by_templates(request.getfixturevalue(major), {}, layers, tmp_path)
    assert values.merge_all(layers) == theirs


@pytest.mark.parametrize("major", ["helm3", "helm4"])
def test_coalescing_is_that_of_both_majors(request, major, tmp_path):
    defaults, document = _as_one(any_values.many(st.tuples(WITHOUT_NULLS, DOCUMENTS)))
    theirs = _seen_by_templates(request.getfixturevalue(major), defaults, [document], tmp_path)
    assert values.coalesce(defaults, document) == theirs


def test_defaults_that_are_null_are_those_of_helm_4(helm4, tmp_path):
    defaults, document = _as_one(any_values.many(st.tuples(DOCUMENTS, DOCUMENTS)))
    theirs = _seen_by_templates(helm4, defaults, [document], tmp_path)
    assert values.coalesce(defaults, document) == theirs


def _as_one(cases: list[tuple[dict[str, Any], dict[str, Any]]]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Many pairs as one; the last also stands at the top, where Helm goes by other rules."""
    top = cases[-1]
    defaults, document = ({f"case{number}": case[side] for number, case in enumerate(cases)} for side in (0, 1))
    return {**defaults, **top[0]}, {**document, **top[1]}


def _chart(defaults: dict[str, Any]) -> bytes:
    return archive.pack("echo", {**CHART, "values.yaml": yamlio.dumps(defaults).encode()})


def _seen_by_templates(helm: Path, defaults: dict[str, Any], layers: list[dict[str, Any]], folder: Path) -> Any:
    (folder / "chart.tgz").write_bytes(_chart(defaults))
    files = []
    for number, layer in enumerate(layers):
        (folder / f"{number}.yaml").write_text(yamlio.dumps(layer))
        files += ["--values", f"{number}.yaml"]
    command = [str(helm), "template", "x", "chart.tgz", *files]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(base64.b64decode(done.stdout.split("values: ")[1]))
