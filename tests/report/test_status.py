"""How the state of releases is shown."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chartgen.errors import Problem
from chartgen.report import Ink
from chartgen.report.ages import age, span
from chartgen.report.status import FORMS, Ailing, Row, Status, render

WELL = Row(
    *("prod", "eu", "web", "web", "shop", "prod-eu", 3, "deployed", "microservice-1.4.0", "2.0.1"),
    wanted="2.0.1",
    age="5m",
    health="healthy",
)
BROKEN = replace(
    WELL,
    region="us",
    revision=4,
    version="2.0.0",
    behind=("values: image.tag",),
    health="unhealthy",
    ailing=(Ailing("Deployment/web", "unhealthy", "ImagePullBackOff: not found", ("kubectl describe pod web-1",)),),
)
STUCK = replace(WELL, service="api", status="pending-upgrade", notes=("`chartgen recover -e prod`",))
ABSENT = Row("dev", None, "web", "web", "shop", None, wanted="2.0.1")
STATUS = Status(
    "shop",
    ("dev", "prod/eu", "prod/us", "prod/asia"),
    (ABSENT, WELL, STUCK, BROKEN),
    [("prod/asia", Problem("cannot be reached", hint="is the network up?"))],
)
TABLE = """\
RELEASE       REVISION   STATUS            CHART                VERSION       AGE   HEALTH
dev/web       -          not-installed     -                    -             -     missing
prod/eu/web   3          deployed          microservice-1.4.0   2.0.1         5m    healthy
prod/eu/api   3          pending-upgrade   microservice-1.4.0   2.0.1         5m    healthy
prod/us/web   4          deployed          microservice-1.4.0   2.0.0→2.0.1   5m    unhealthy

prod/eu/api
  `chartgen recover -e prod`

prod/us/web
  unhealthy  Deployment/web: ImagePullBackOff: not found
    kubectl describe pod web-1

4 releases: 2 healthy, 1 unhealthy, 1 not installed, 1 not as the spec has it (not asked: prod/asia)
"""
MATRIX = """\
SERVICE   DEV               PROD/EU                   PROD/US                   PROD/ASIA
web       (not installed)   2.0.1                     2.0.0→2.0.1 (unhealthy)   ?
api       -                 2.0.1 (pending-upgrade)   -                         ?

4 releases: 2 healthy, 1 unhealthy, 1 not installed, 1 not as the spec has it (not asked: prod/asia)
"""


@pytest.mark.parametrize(("form", "text"), [("table", TABLE), ("matrix", MATRIX)])
def test_for_people(form, text):
    assert render(STATUS, form) == text


@pytest.mark.parametrize("form", ["table", "matrix"])
def test_colour_changes_no_letter(form):
    coloured = render(STATUS, form, Ink.COLOUR)
    assert coloured != render(STATUS, form)
    plain = coloured
    for code in ("\x1b[0m", "\x1b[1m", "\x1b[1;31m", "\x1b[33m", "\x1b[2m"):
        plain = plain.replace(code, "")
    assert plain == render(STATUS, form)


def test_for_programs():
    data = json.loads(render(STATUS, "json"))
    assert [each["release"] for each in data["releases"]] == ["dev/web", "prod/eu/web", "prod/eu/api", "prod/us/web"]
    assert data["releases"][0]["revision"] is None
    assert data["releases"][3]["workloads"][0]["commands"] == ["kubectl describe pod web-1"]
    assert data["notAsked"] == [{"place": "prod/asia", "message": "cannot be reached", "hint": "is the network up?"}]


def test_nothing_is_shown_as_nothing():
    for form in ("table", "matrix"):
        assert render(Status("shop", ("dev",), ()), form) == "0 releases\n"


def test_what_differs_though_the_version_is_the_same_is_marked_in_the_matrix():
    row = replace(WELL, behind=("values: env.A",))
    assert "2.0.1 (behind)" in render(Status("shop", ("prod/eu",), (row,)), "matrix")


def test_what_the_clusters_say_steers_no_terminal():
    nasty = replace(BROKEN, ailing=(Ailing("Deployment/web", "unhealthy", "\x1b[2J\nbad"),), notes=("\x1b[31mred",))
    for form in FORMS:
        assert "\x1b" not in render(replace(STATUS, rows=(nasty,)), form)


@pytest.mark.parametrize(
    ("status", "is_well"),
    [
        (replace(STATUS, unreached=(), rows=(WELL,)), True),
        (replace(STATUS, rows=(WELL,)), False),
        (replace(STATUS, unreached=(), rows=(WELL, BROKEN)), False),
        (replace(STATUS, unreached=(), rows=(ABSENT,)), False),
        (replace(STATUS, unreached=(), rows=(STUCK,)), False),
    ],
)
def test_whether_all_is_well(status, is_well):
    assert status.is_well is is_well


@pytest.mark.parametrize(
    ("moment", "text"),
    [
        ("2026-01-10T11:59:59Z", "1s"),
        ("2026-01-10T11:58:30.123456789Z", "89s"),
        ("2026-01-10T13:50:00+02:00", "10m"),
        ("2026-01-10T08:00:00Z", "4h"),
        ("2025-12-31T12:00:00Z", "10d"),
        ("2026-01-10T12:00:05Z", "0s"),
        ("2026-01-10T12:00:05", ""),
        ("", ""),
    ],
)
def test_how_long_ago(moment, text):
    assert age(moment, datetime(2026, 1, 10, 12, tzinfo=UTC)) == text


@pytest.mark.parametrize(
    ("seconds", "told"), [(-3, "0s"), (119.9, "119s"), (120, "2m"), (86_400, "24h"), (700_000, "8d")]
)
def test_a_span_of_time(seconds, told):
    assert span(seconds) == told
