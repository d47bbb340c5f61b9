"""The shared chart as an organisation wants it."""

from __future__ import annotations

import re
import subprocess

import pytest

from chartgen import yamlio
from chartgen.chart import fragments
from chartgen.chart.assemble import Build, assemble, overridden
from chartgen.chart.bundled import sources_in
from chartgen.chart.package import package
from chartgen.chart.validate import validate
from chartgen.errors import InputError
from chartgen.jsonvalidation import Validator
from chartgen.model import Chart
from tests.chart.rendering import MINIMAL, ROOT, base_chart, helm_template, render

SOURCES = sources_in(ROOT)
DROPPABLE = sorted(fragment.concern for fragment in fragments.read(SOURCES.fragments) if fragment.droppable)


def messages(build: Build) -> list[str]:
    """What is wrong with a build."""
    with pytest.raises(InputError) as raised:
        assemble(SOURCES, build)
    return [str(problem) for problem in raised.value.problems]


def properties(chart: Chart) -> dict:
    """The values that a chart takes."""
    assert chart.schema
    return chart.schema["properties"]


def test_without_wishes_it_is_the_base_chart():
    assert assemble(SOURCES, Build()) == base_chart()


def test_made_from_its_parts_it_is_the_base_chart_too():
    template = {"templates/service.yaml": SOURCES.chart["templates/service.yaml"]}
    assert assemble(SOURCES, Build(overlay=template)) == base_chart()


def test_a_name_changes_the_name_alone():
    chart = assemble(SOURCES, Build(name="shop", version="2.1.0", description="Ours"))
    assert (chart.name, chart.version, chart.contract) == ("shop", "2.1.0", 1)
    assert chart.metadata == {**base_chart().metadata, "name": "shop", "version": "2.1.0", "description": "Ours"}
    assert {path for path, content in chart.files.items() if content != base_chart().files[path]} == {"Chart.yaml"}
    validate(chart)
    objects = render(chart, MINIMAL)
    assert objects["Deployment/web"]["metadata"]["labels"]["helm.sh/chart"] == "shop-2.1.0"
    assert (
        objects["Deployment/web"]["spec"]["selector"]
        == render(base_chart(), MINIMAL)["Deployment/web"]["spec"]["selector"]
    )


@pytest.mark.parametrize("drop", [*([concern] for concern in DROPPABLE), DROPPABLE], ids=",".join)
def test_a_dropped_concern_leaves_nothing_behind(drop):
    chart = assemble(SOURCES, Build(drop=tuple(drop)))
    validate(chart)
    keys = {
        key
        for concern in drop
        for key in yamlio.loads(SOURCES.fragments[f"values-schemas/{concern}.yaml"])["properties"]
    }
    assert not keys & (chart.values.keys() | properties(chart).keys())
    at_the_top = re.findall(rb"^(\w+):", chart.files["values.yaml"], re.MULTILINE)
    assert not {key.encode() for key in keys} & {*at_the_top}
    assert Validator(chart.schema or {}).is_valid(MINIMAL)
    kept = render(base_chart(), MINIMAL).keys() - ({"PodDisruptionBudget/web"} if "disruption" in drop else set())
    assert render(chart, MINIMAL).keys() == kept


def test_what_a_chart_needs_cannot_be_dropped():
    expected = f"  expected: one of {', '.join(DROPPABLE)}"
    assert messages(Build(drop=("ingres", "image"), place="chartgen.yaml")) == [
        f"chartgen.yaml: drop: there is no concern `ingres` to drop\n{expected}\n  hint: did you mean `ingress`?",
        f"chartgen.yaml: drop: no chart works without the concern `image`\n{expected}",
    ]


def test_defaults_of_an_organisation():
    wanted = {
        "replicaCount": 4,
        "livenessProbe": {"path": "/healthz", "initialDelaySeconds": None},
        "resources": {"limits": {"cpu": None}},
        "labels": {"owner": "shop"},
        "podDisruptionBudget": {"minAvailable": 1},
        "topologySpread": None,
    }
    chart = assemble(SOURCES, Build(defaults=wanted))
    validate(chart)
    assert chart.values["replicaCount"] == properties(chart)["replicaCount"]["default"] == 4
    assert chart.values["livenessProbe"] == {"enabled": True, "path": "/healthz"}
    assert chart.values["readinessProbe"] == {"enabled": True, "initialDelaySeconds": 30}
    assert chart.values["resources"]["limits"] == {"memory": "256Mi"}
    assert chart.values["podDisruptionBudget"] == {
        "enabled": True,
        "maxUnavailable": 1,
        "minAvailable": 1,
        "unhealthyPodEvictionPolicy": "AlwaysAllow",
    }
    assert "topologySpread" not in chart.values
    assert base_chart().values == assemble(SOURCES, Build()).values
    objects = render(chart, MINIMAL)
    assert objects["PodDisruptionBudget/web"]["spec"]["minAvailable"] == 1
    assert "topologySpreadConstraints" not in objects["Deployment/web"]["spec"]["template"]["spec"]


def test_defaults_that_the_schema_refuses():
    expected = "  expected: one of `repository`, `tag`, `digest`, `pullPolicy`"
    assert messages(
        Build(defaults={"replicaCount": "3", "image": {"tg": "x"}, "global": {}}, place="chartgen.yaml")
    ) == [
        "chartgen.yaml: replicaCount: is a string\n  expected: an integer\n  hint: write it without quotes: `3`",
        f"chartgen.yaml: image.tg: unknown field `tg`\n{expected}\n  hint: did you mean `tag`?",
        "chartgen.yaml: global: the chart takes no defaults here",
    ]


OVERLAY = {
    "values-schemas/team.yaml": b"""title: Team
description: Who answers.
properties:
  team: {type: string, description: Name of the team., default: shop, examples: [shop]}
""",
    "templates/team.yaml": b"""apiVersion: v1
kind: ConfigMap
metadata:
  {{- include "microservice.metadata" (dict "root" . "name" (printf "%s-team" .Release.Name)) | nindent 2 }}
data:
  team: {{ .Values.team | quote }}
""",
}


def test_an_overlay_adds_values_and_objects():
    chart = assemble(SOURCES, Build(overlay=OVERLAY))
    validate(chart)
    assert chart.values["team"] == "shop"
    assert render(chart, MINIMAL)["ConfigMap/web-team"]["data"] == {"team": "shop"}
    assert "values-schemas/team.yaml" not in chart.files
    assert overridden(SOURCES, Build(overlay=OVERLAY)) == ()


def test_an_overlay_may_take_the_place_of_a_file():
    fragment = b"title: Uses\ndescription: It.\nproperties: {uses: {type: string, description: X.}}\n"
    own = {"templates/service.yaml": b"# none\n", "values-schemas/links.yaml": fragment}
    build = Build(overlay=own)
    chart = assemble(SOURCES, build)
    assert "Service/web" not in render(chart, MINIMAL)
    assert "links" not in chart.values
    assert "uses" in properties(chart)
    assert overridden(SOURCES, build) == ("templates/service.yaml", "values-schemas/links.yaml")


def test_an_overlay_that_is_wrong():
    fragment = b"title: A\ndescription: b\nproperties:\n  env: {type: object, description: c}\n"
    assert messages(Build(overlay={"values-schemas/a.yaml": fragment}, overlay_place="chart")) == [
        "chart/values-schemas/a.yaml:4:3: properties.env: stands in values-schemas/env.yaml too: one concern owns it"
    ]
    assert messages(Build(overlay={"Chart.yaml": b""}, overlay_place="chart")) == [
        "chart/Chart.yaml: has no place in a chart\n  expected: templates/…, values-schemas/… or ci/…"
    ]


@pytest.mark.parametrize("helm", ["helm3", "helm4"])
def test_every_helm_reads_the_package(helm, request, tmp_path):
    program = request.getfixturevalue(helm)
    chart = assemble(SOURCES, Build(name="shop", version="2.1.0-rc.1", drop=("ingress",), overlay=OVERLAY))
    made = package(chart)
    file = tmp_path / made.filename
    file.write_bytes(made.content)
    shown = subprocess.run([program, "show", "chart", file], capture_output=True, text=True, check=True)
    assert yamlio.loads(shown.stdout) == chart.metadata
    assert helm_template(program, file, tmp_path, MINIMAL) == render(chart, MINIMAL)
