"""The version gate: each described change gets the verdict that it must get, and is told with its path."""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from chartgen import engine, yamlio
from chartgen.chart import assemble, bundled, finish, load
from chartgen.chart.changes import Section
from chartgen.compare import corpus, gate
from chartgen.compare.gate import Verdict
from chartgen.errors import InputError
from chartgen.model import Chart, Values
from tests.compare.edits import edited

HERE = Path(__file__).resolve().parent
CHANGES = yamlio.loads((HERE / "changes.yaml").read_bytes(), "changes.yaml")
FEW = ("least",)
"""Which of the shared chart's cases a change is looked at with, unless it says."""


@functools.cache
def shared(version: str = "1.4.0") -> Chart:
    return assemble.assemble(bundled.sources(), assemble.Build(version=version))


@functools.cache
def shop() -> Chart:
    return load.load(HERE / "charts" / "shop")


def changed(case: Mapping[str, Any]) -> tuple[Chart, Chart]:
    """The chart before and after the change."""
    if case.get("chart") == "shop":
        return shop(), of_files(shop(), case)
    source = bundled.sources()
    wishes = {"version": "1.5.0", **case.get("build", {})}
    overlay = {path: text.encode() for path, text in case.get("overlay", {}).items()}
    for path, value in case.get("schema", {}).items():
        file, _, pointer = path.partition("/")
        name = f"values-schemas/{file}.yaml"
        data = yamlio.loads(overlay.get(name, source.fragments[name]))
        overlay[name] = yamlio.dumps(edited(data, pointer, value)).encode()
    for file, texts in case.get("templates", {}).items():
        overlay[f"templates/{file}"] = replaced(source.chart[f"templates/{file}"], texts)
    new = assemble.assemble(source, assemble.Build(**wishes, overlay=overlay))
    return shared(), of_files(new, {"about": case.get("about", {}), "files": case.get("files", {})})


def of_files(chart: Chart, case: Mapping[str, Any]) -> Chart:
    """The chart with what a case says of its files."""
    files = dict(chart.files)
    for file, texts in case.get("templates", {}).items():
        files[f"templates/{file}"] = replaced(files[f"templates/{file}"], texts)
    documents = {"about": "Chart.yaml", "values": "values.yaml", "schema": "values.schema.json"}
    for part, file in documents.items():
        for pointer, value in case.get(part, {}).items():
            data = edited(yamlio.loads(files[file]), pointer, value)
            files[file] = (json.dumps(data) if file.endswith("json") else yamlio.dumps(data)).encode()
    for path, text in case.get("files", {}).items():
        files.pop(path, None)
        files |= {} if text is None else {path: text.encode()}
    return load.from_files(files, chart.name)


def replaced(content: bytes, texts: Mapping[str, str]) -> bytes:
    for old, new in texts.items():
        assert old.encode() in content, old
        content = content.replace(old.encode(), new.encode())
    return content


def judged(
    old: Chart, new: Chart, names: tuple[str, ...] | None = None, own: Mapping[str, Values] | None = None
) -> Verdict:
    cases = corpus.cases((old, new), own or {})
    assert not names or set(names) <= set(cases), set(names or ()) - set(cases)
    return gate.judge(old, new, {name: cases[name] for name in names or cases}, engine.choose())


def of_shop() -> dict[str, Values]:
    return {
        path.removeprefix("ci/").removesuffix("-values.yaml"): yamlio.loads(content)
        for path, content in shop().files.items()
        if path.startswith("ci/")
    }


@pytest.mark.parametrize("case", CHANGES, ids=lambda case: case["it"])
def test_a_change_gets_its_verdict_and_is_told_with_its_path(case: Mapping[str, Any]):
    old, new = changed(case)
    if case.get("chart") == "shop":
        verdict = judged(old, new, own=of_shop())
    else:
        verdict = judged(old, new, (*FEW, *case.get("cases", ())))
    told = [f"{change.path}: {change.message}" for change in verdict.changes]
    assert (verdict.level or "nothing", [line for line in case["told"] if line not in told]) == (
        case["level"],
        [],
    ), told


def test_what_a_build_makes_is_no_change():
    told = Section("1.4.0", "1.3.0", ["something"])
    made = {"artifacthub.io/changes": "- something\n", "artifacthub.io/prerelease": "true"}
    published = finish.finished(shared(), told, None, made)
    assert "README.md" in published.files
    verdict = judged(published, shared("1.5.0"))
    assert (verdict.level, verdict.changes, verdict.cases) == (None, (), 0)


REPORT = """
major replicas: maximum is 5, it was 10
minor settings.theme: is "dark" by default, it was "light"
patch PodDisruptionBudget: spec.maxUnavailable: changes in 2 of 3 cases, such as least: 0, it was 1
patch StatefulSet: spec.template.spec.containers[].env[].value: changes in 2 of 3 cases, such as least: "dark", it was "light"; pods are replaced
"""  # noqa: E501


def lines(verdict: Verdict) -> list[str]:
    return [f"{change.level} {change.path}: {change.message}" for change in verdict.changes]


def test_the_changes_are_by_level_and_each_has_its_path():
    old, new = changed(
        {
            "chart": "shop",
            "schema": {"properties/replicas/maximum": 5},
            "values": {"settings/theme": "dark"},
            "templates": {"disruption.yaml": {"maxUnavailable: 1": "maxUnavailable: 0"}},
        }
    )
    verdict = judged(old, new, own=of_shop())
    assert lines(verdict) == REPORT.strip().splitlines()


def test_a_chart_none_of_whose_cases_render_cannot_be_judged():
    refuses = replaced(shop().files["templates/service.yaml"], {"spec:": '{{ fail "never" }}\nspec:'}).decode()
    old = of_files(shop(), {"files": {"templates/service.yaml": refuses}})
    verdict = judged(old, shop(), own=of_shop())
    assert lines(verdict)[0] == (
        "major templates: changed in a way that cannot be judged: no case renders with the published one;"
        " give some in ci/<name>-values.yaml"
    )


def test_a_published_chart_that_is_broken_cannot_be_judged():
    old = of_files(shop(), {"files": {"templates/service.yaml": "{{ if }}\n"}})
    verdict = judged(old, shop(), own=of_shop())
    assert verdict.level == "major"
    assert lines(verdict)[0].startswith(
        "major templates: changed in a way that cannot be judged: the published one fails: "
    )


def test_a_new_chart_that_is_broken_is_refused():
    new = of_files(shop(), {"files": {"templates/service.yaml": "{{ if }}\n"}})
    with pytest.raises(InputError, match=re.escape("templates/service.yaml")):
        judged(shop(), new, own=of_shop())


@pytest.mark.parametrize("helm", ["helm3", "helm4"])
def test_every_helm_comes_to_the_same_verdict(
    helm: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
):
    old, new = changed({"chart": "shop", "templates": {"statefulset.yaml": {"ReadWriteOnce": "ReadWriteMany"}}})
    cases = corpus.cases((old, new), of_shop())
    verdict = gate.judge(old, new, cases, engine.choose())
    monkeypatch.setenv("CHARTGEN_HELM", str(request.getfixturevalue(helm)))
    assert gate.judge(old, new, cases, engine.choose("cli")) == verdict


PLAIN = "name: shop\nversion: 1.4.0\n"


@pytest.mark.parametrize(
    "file",
    [
        {"Chart.yaml": f"{PLAIN}annotations: [a]\ndependencies: 5\nkubeVersion: [1]\n"},
        {"Chart.yaml": f"{PLAIN}maintainers: 1\nappVersion: {{a: 1}}\ntype: 7\ndependencies: [1]\n"},
        {"values.schema.json": '{"properties": [1]}'},
        {"values.schema.json": '{"$ref": "#/nothing", "type": 5}'},
        {"values.schema.json": '{"properties": {"replicas": {"enum": [1e999, NaN]}}}'},
    ],
)
def test_a_published_chart_of_any_kind_is_judged(file: dict[str, str]):
    """It comes from outside; nobody but Helm has looked at it."""
    assert judged(of_files(shop(), {"files": file}), shop(), own=of_shop()).level == "major"
