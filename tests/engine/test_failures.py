"""Releases that cannot be rendered: each named, with the place and the reason; nothing else."""

from __future__ import annotations

import dataclasses

import pytest

from chartgen import engine
from chartgen.chart import archive
from chartgen.errors import InputError, Where
from chartgen.model import Chart
from tests.engine import plain

TEMPLATE = "failing/templates/configmap.yaml"

REASONS = {
    "required": ("a name is needed", Where(TEMPLATE, 7, 8)),
    "fail": ("two lines of reasons", Where(TEMPLATE, 9, 5)),
    "nil": ("nil pointer evaluating interface {}.such, in `.Values.no.such.thing`", Where(TEMPLATE, 11, 15)),
    "deep": (
        "nil pointer evaluating interface {}.such, in `.Values.no.such.thing`",
        Where("failing/templates/_helpers.tpl", 2, 10),
    ),
}


@pytest.mark.parametrize("how", REASONS)
def test_the_place_in_the_template_and_helms_reason(any_engine, how):
    fine, failing = plain.release("fine", {"how": "well"}), plain.release("web", {"how": how})
    with pytest.raises(InputError) as caught:
        any_engine.template(plain.chart("failing"), [fine, failing, fine])
    (problem,) = caught.value.problems
    message, where = REASONS[how]
    assert (problem.path, problem.message, problem.where) == ("dev/web", message, where)


def test_all_that_fail_are_named_and_no_others(any_engine):
    releases = [plain.release(f"r{number}", {"how": "well"}) for number in range(120)]
    for number, how in {0: "required", 3: "yaml", 4: "nil", 50: "fail", 51: "deep", 90: "list", 119: "type"}.items():
        releases[number] = plain.release(f"r{number}", {"how": how})
    with pytest.raises(InputError) as caught:
        any_engine.template(plain.chart("failing"), releases)
    named = [problem.path for problem in caught.value.problems]
    assert named == ["dev/r0", "dev/r3", "dev/r4", "dev/r50", "dev/r51", "dev/r90", "dev/r119"]


def test_where_all_fail_the_rest_is_not_tried():
    releases = [plain.release(f"r{number}", {"how": "fail"}) for number in range(120)]
    with pytest.raises(InputError) as caught:
        engine.choose().template(plain.chart("failing"), releases)
    *named, last = caught.value.problems
    assert 25 <= len(named) < 120
    assert last.message == f"{120 - len(named)} more releases were not tried, after so many that failed"


@pytest.mark.parametrize("chart", ["failing", "failing-with-dependency"])
def test_text_that_is_no_yaml(any_engine, chart):
    found = _with_dependency(plain.chart("failing")) if "dependency" in chart else plain.chart("failing")
    with pytest.raises(InputError) as caught:
        any_engine.template(found, [plain.release("web", {"how": "yaml"})])
    (problem,) = caught.value.problems
    assert problem.message == "does not render to YAML: line 6: mapping values are not allowed in this context"
    assert (problem.where, problem.path) == (Where(TEMPLATE), "dev/web")


def test_the_line_that_is_no_yaml_is_shown():
    with pytest.raises(InputError) as caught:
        engine.choose().template(plain.chart("failing"), [plain.release("web", {"how": "yaml"})])
    assert caught.value.problems[0].hint == "that line of the rendered text is `a: b: c`"


def test_a_document_that_is_no_map(any_engine):
    with pytest.raises(InputError) as caught:
        any_engine.template(plain.chart("failing"), [plain.release("web", {"how": "list"})])
    (problem,) = caught.value.problems
    assert problem.message == "renders to something that is no Kubernetes object"


def test_a_template_that_cannot_be_parsed_is_the_charts_fault(any_engine):
    chart = _with(plain.chart("failing"), {"templates/broken.yaml": b"a: b\nc: {{ nothing 1 }}\n"})
    with pytest.raises(InputError) as caught:
        any_engine.template(chart, [plain.release(name) for name in ("a", "b")])
    (problem,) = caught.value.problems
    assert problem.path == "the chart failing 1.0.0"
    assert problem.message == 'function "nothing" not defined'
    assert problem.where == Where("failing/templates/broken.yaml", 2)


def test_a_failing_release_of_a_chart_with_dependencies(any_engine):
    chart = _with_dependency(plain.chart("failing"))
    releases = [plain.release("fine", {"how": "well"}), plain.release("web", {"how": "required"})]
    with pytest.raises(InputError) as caught:
        any_engine.template(chart, releases)
    (problem,) = caught.value.problems
    assert (problem.path, problem.message) == ("dev/web", "a name is needed")


@pytest.mark.parametrize("name", ["-web", "--post-renderer=x", "Web", "web_1", "", "a" * 54, "web-", "web\n"])
def test_names_that_helm_refuses(any_engine, name):
    release = dataclasses.replace(plain.release("web"), name=name)
    with pytest.raises(InputError, match="is no name for a release"):
        any_engine.template(plain.chart("echo"), [release])


def test_a_dependency_that_is_not_there(any_engine):
    chart = plain.chart("parent")
    chart = dataclasses.replace(chart, files={p: t for p, t in chart.files.items() if not p.startswith("charts/extra")})
    with pytest.raises(InputError, match=r"parent needs the chart extra, which its charts/ does not hold"):
        any_engine.template(chart, [plain.release("web")])


def test_a_dependency_is_known_by_its_name_not_its_directory(any_engine):
    moved = {
        path.replace("charts/extra/", "charts/elsewhere/"): text for path, text in plain.chart("parent").files.items()
    }
    packed = {path: text for path, text in moved.items() if not path.startswith("charts/child/")}
    child = {path.removeprefix("charts/child/"): text for path, text in moved.items() if path not in packed}
    packed["charts/any.tgz"] = archive.pack("child", child)
    for files in (moved, packed):
        chart = dataclasses.replace(plain.chart("parent"), files=files)
        manifests = any_engine.template(chart, [plain.release("web")])
        assert [manifest.title for manifest in manifests] == ["ConfigMap/web", "Service/web-child"]


def test_dependencies_as_helm_2_had_them(any_engine):
    chart = _with(plain.chart("echo"), {"requirements.yaml": b"dependencies: [{name: child, version: 1.0.0}]"})
    with pytest.raises(InputError, match="echo needs the chart child"):
        any_engine.template(chart, [plain.release("web")])


def test_a_version_of_charts_that_helm_4_refuses(any_engine):
    chart = dataclasses.replace(plain.chart("echo"), metadata={"apiVersion": "v3", "name": "echo"})
    with pytest.raises(InputError, match="echo has the apiVersion `v3`"):
        any_engine.template(chart, [plain.release("web")])


def test_a_library_chart(any_engine):
    chart = dataclasses.replace(plain.chart("echo"), metadata={"name": "echo", "type": "library"})
    with pytest.raises(InputError, match="echo is a library chart"):
        any_engine.template(chart, [plain.release("web")])


def _with(chart: Chart, files: dict[str, bytes]) -> Chart:
    return dataclasses.replace(chart, files={**chart.files, **files})


def _with_dependency(chart: Chart) -> Chart:
    """The same, but rendered one by one."""
    return _with(chart, {"charts/child/Chart.yaml": b"{apiVersion: v2, name: child, version: 1.0.0}"})
