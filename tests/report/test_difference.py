"""How differences of releases are shown."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from chartgen.compare.manifests.objects import ObjectChange
from chartgen.errors import Problem
from chartgen.report import Ink
from chartgen.report.difference import FORMS, Differences, Edit, ReleaseDifference, render

WEB = ReleaseDifference(
    *("prod", "eu", "web", "upgrade"),
    reasons=("values: image.tag",),
    changes=(
        ObjectChange("changed", "Deployment/web", "metadata.labels.chart", "a-1", "a-2", names_chart=True),
        ObjectChange("changed", "Deployment/web", "spec.replicas", 1, 2),
        ObjectChange("changed", "Deployment/web", "spec.template.x", None, {"a": "b" * 200}, restarts=True),
        ObjectChange("recreate", "Service/web", "spec.clusterIP", "None", None, remedy="delete it first"),
        ObjectChange("added", "ConfigMap/web"),
        ObjectChange("removed", "Job/web-migrate", hook=True),
    ),
    edits=(
        Edit("Deployment/web", "changed", "spec.replicas", 1, 5, "kubectl-edit", "2026-01-01T00:00:00Z", "5m"),
        Edit("Deployment/web", "removed", "spec.x", {"a": 1}),
        Edit("Deployment/web", "added", "metadata.labels.a", None, "b", by="kubectl"),
        Edit("NetworkPolicy/web", "gone"),
    ),
    notes=("you may not read roles",),
)
OLD = ReleaseDifference("prod", None, "old", "remove", notes=("`chartgen prune -e prod` removes it",))
SAME = ReleaseDifference("prod", None, "api", "unchanged")
STUCK = ReleaseDifference("prod", None, "queue", "stuck", reasons=("is pending-upgrade",))
FOUND = Differences("shop", "", (WEB, SAME, STUCK, OLD), [("prod/us", Problem("cannot be reached"))])
TABLE = """\
prod/eu/web differs (values: image.tag)
  Deployment/web
    ~ spec.replicas: 1 → 2
    ~ spec.template.x: {"a": "LONG…  (pods restart)
  Service/web
    ! spec.clusterIP: "None"  (delete it first)
  + ConfigMap/web
  - Job/web-migrate (a hook)
  and 1 label that name the chart
  changed by hand:
    Deployment/web
      ~ spec.replicas: 1 → 5  (by kubectl-edit 5m ago)
      - spec.x: {"a": 1}
      + metadata.labels.a: "b"  (by kubectl)
    - NetworkPolicy/web  (is not there any more)
  you may not read roles

prod/queue is stuck, or helm is at work on it (is pending-upgrade)

prod/old is not in the spec any more
  `chartgen prune -e prod` removes it

4 releases: 1 to upgrade, 1 not in the spec any more, 1 stuck, 1 changed by hand, 1 as it is to be (not asked: prod/us)
""".replace("LONG", "b" * 92)


def test_for_people():
    assert render(FOUND) == TABLE


def test_colour_changes_no_letter():
    plain = render(FOUND, ink=Ink.COLOUR)
    assert "\x1b" in plain
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[1;31m", "\x1b[33m", "\x1b[36m", "\x1b[2m"):
        plain = plain.replace(code, "")
    assert plain == TABLE


def test_the_whole_is_shown_where_it_is_asked_for():
    said = render(FOUND, whole=True)
    assert "b" * 200 in said
    assert '~ metadata.labels.chart: "a-1" → "a-2"' in said


def test_for_programs():
    data = json.loads(render(FOUND, "json"))
    assert (data["against"], data["same"]) == (None, False)
    [web, *others] = data["releases"]
    assert (web["release"], web["action"]) == ("prod/eu/web", "upgrade")
    assert web["changes"][1] | {"object": "Deployment/web", "path": "spec.replicas", "before": 1} == web["changes"][1]
    assert web["drift"][0]["by"] == "kubectl-edit"
    assert web["drift"][1]["by"] is None
    assert [each["action"] for each in others] == ["unchanged", "stuck", "remove"]


def test_nothing_differs():
    found = Differences("shop", "main", (SAME, SAME))
    assert found.is_same
    assert render(found) == "2 releases since main: 2 unchanged\n"


def test_nobody_knows_whether_what_was_not_asked_is_the_same():
    found = Differences("shop", "", (SAME,), [("dev", Problem("cannot be reached"))])
    assert json.loads(render(found, "json"))["same"] is False


@pytest.mark.parametrize("form", FORMS)
def test_what_the_clusters_say_steers_no_terminal(form):
    edit = Edit("ConfigMap/\x1b[2J", "changed", "data.\x1b[2J", "a", "\x1b[2J", by="\x1b[2J")
    nasty = replace(WEB, edits=(edit,), notes=("\x1b[2J",), reasons=("\x1b[2J",))
    assert "\x1b" not in render(Differences("shop", "", (nasty,)), form)
