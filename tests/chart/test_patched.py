"""Patches on rendered objects: `microservice.patched`, which every template's objects go through."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from chartgen import engine, yamlio
from tests.chart.rendering import MINIMAL, ROOT, base_chart, release

CASES = yamlio.loads((ROOT / "tests/chart/patches.yaml").read_bytes())


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["it"])
@pytest.mark.parametrize("helm", ["embedded", "helm3", "helm4"])
def test_case(case: Mapping[str, Any], helm: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch):
    if helm != "embedded":
        monkeypatch.setenv("CHARTGEN_HELM", str(request.getfixturevalue(helm)))
    patches = case.get("patches") or {"Thing": case["patch"]}
    documents = case.get("documents") or [{"kind": "Thing", "metadata": {"name": "web"}, "of": case["of"]}]
    expected = case.get("expect") or [{"kind": "Thing", "metadata": {"name": "web"}, "of": case["becomes"]}]
    assert patched(documents, patches, helm.rstrip("34").replace("helm", "cli")) == expected


def test_numbers_and_strings_survive():
    values = [1_000_000, 10**15, 2**31, 0.5, -1, "1e3", "on", "0755", "1.10", "", "a\nb", "{{ $x }}", "<&>", "ü"]
    numbers = [{"kind": "Thing", "metadata": {"name": "web"}, "values": values, "text": "x"}]
    [found] = patched(numbers, {"Thing": {"new": values}}, "embedded")
    assert found == {**numbers[0], "new": values}
    assert [type(value) for value in found["values"]] == [type(value) for value in values]


def test_a_patch_is_the_same_for_every_object():
    documents = [{"kind": "Thing", "metadata": {"name": name}} for name in ("a", "b")]
    patches = {"Thing": {"list": [{"name": "x", "value": 1}]}, "Thing/a": {"list": [{"name": "x", "more": 2}]}}
    first, second = patched(documents, patches, "embedded")
    assert first["list"] == [{"name": "x", "value": 1, "more": 2}]
    assert second["list"] == [{"name": "x", "value": 1}]


def patched(documents: list[Any], patches: Mapping[str, Any], helm: str) -> list[dict[str, Any]]:
    """The documents as the chart's helper leaves them, in the order of their kinds."""
    template = b'{{ include "microservice.patched" (list . .Values.text) }}\n'
    chart = base_chart()
    files = {path: text for path, text in chart.files.items() if not path.endswith((".yaml", ".txt", ".json"))}
    files |= {"Chart.yaml": chart.files["Chart.yaml"], "templates/patched.yaml": template}
    text = "---\n" + "---\n".join(yamlio.dumps(document) for document in documents)
    values = {**MINIMAL, "text": text, "patches": patches}
    chart = replace(chart, files=files, values={}, schema=None, digest="patched")
    return [manifest.object for manifest in engine.choose(helm).template(chart, [release(values)])]
