"""Monitoring: who watches the service, what it is alarmed by, and what it shows."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import (
    Entries,
    Fault,
    Fields,
    Flag,
    Labels,
    PartName,
    Text,
    TextMap,
    choice,
    key,
    matching,
    pattern,
    present,
)
from chartgen.model import Values
from chartgen.yamlio import Map

_MOST = 2**20
_ALERT = "[A-Za-z_][-A-Za-z0-9_]*"
_AlertName = Annotated[str, key(matching(_ALERT, "a name of letters, digits, `_` and `-`"))]
_Duration = Annotated[str, pattern(r"([0-9]+(ms|[smhdwy]))+", "a duration: `30s`, `5m`")]


class WatchFields(Fields):
    """Who watches."""

    prometheus: Annotated[str, choice("operator", "annotations", "none")] | None = Field(
        None,
        description="How Prometheus is told: by the objects of its operator (unless given), by annotations of the pods "
        "(which tell it no alerts), or not at all.",
        examples=["annotations"],
    )
    pod_monitor: Flag | None = Field(
        None, description="`true`: the operator is told of the pods (PodMonitor) rather than of the Service."
    )
    labels: Labels | None = Field(
        None,
        description="Labels by which Prometheus chooses what it is told.",
        examples=[{"release": "prometheus"}],
    )


class AlertFields(Fields):
    """What raises an alarm. Texts may hold templates of Prometheus, `{{ $labels.pod }}`."""

    expr: Text | None = Field(
        None, description="The expression that should have no result.", examples=["up{job='web'} == 0"]
    )
    for_: _Duration | None = Field(None, alias="for", description="How long it has to hold.", examples=["5m"])
    severity: Text | None = Field(None, description="The label `severity`.", examples=["critical"])
    summary: Text | None = Field(None, description="What is wrong, in a line.", examples=["{{ $labels.pod }} is down"])
    description: Text | None = Field(None, description="What is wrong, at length.", examples=["No pod answers."])
    runbook_url: Text | None = Field(
        None, description="Where it says what to do.", examples=["https://runbooks.example/down"]
    )
    labels: TextMap | None = Field(None, description="Further labels of the alert.", examples=[{"team": "shop"}])
    annotations: TextMap | None = Field(
        None, description="Further annotations of the alert.", examples=[{"dashboard": "shop"}]
    )


class DashboardFields(Fields):
    """A dashboard of Grafana."""

    content: Text | None = Field(None, description="The dashboard as JSON.", examples=['{"title": "Shop"}'])
    folder: Text | None = Field(None, description="The folder in which Grafana shows it.", examples=["Shop"])


class MonitoringFields(Fields):
    """Monitoring."""

    monitoring: WatchFields | None = Field(
        None,
        description="Who watches: mostly said for a whole environment.",
        examples=[{"labels": {"release": "prometheus"}}, {"prometheus": "annotations"}],
    )
    alerts: Annotated[dict[_AlertName, AlertFields | None], Entries] | None = Field(
        None,
        description="What raises an alarm, by name (a PrometheusRule).",
        examples=[{"Down": {"expr": "up{job='web'} == 0", "for": "5m", "severity": "critical"}}],
    )
    dashboards: Annotated[dict[PartName, DashboardFields | None], Entries] | None = Field(
        None,
        description="Dashboards of Grafana by name: the JSON, or `{content, folder}`. Each is a ConfigMap that "
        "Grafana's sidecar finds by the label `grafana_dashboard`.",
        examples=[{"overview": '{"title": "Shop"}'}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """`dashboards: {name: json}` → `{name: {content: json}}`."""
    dashboards = layer.get("dashboards")
    if dashboards is None:
        return layer
    return forms.put(layer, "dashboards", forms.short(dashboards, "content", ("dashboards",), faults))


def faults(fields: MonitoringFields, context: Context) -> Iterable[Fault]:
    """Alerts without an expression, and dashboards that are no JSON."""
    for name, alert in present(fields.alerts).items():
        if alert.expr is None:
            yield Fault(("alerts", name, "expr"), "is missing", "the expression that raises the alarm", absent=True)
    for name, dashboard in present(fields.dashboards).items():
        path = ("dashboards", name, "content")
        if dashboard.content is None:
            yield Fault(path, "is missing", "the dashboard as JSON", absent=True)
        elif not _is_json(dashboard.content):
            yield Fault(path, "is not JSON", "what Grafana exports: `{…}`")
        elif len(dashboard.content.encode()) > _MOST:
            yield Fault(path, "is too large", f"at most {_MOST} bytes, Kubernetes' limit for a ConfigMap")


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def values(fields: MonitoringFields, context: Context) -> Values:
    """`monitoring`, `alerts` and `dashboards`."""
    watch = fields.monitoring or WatchFields()
    monitoring = {"prometheus": watch.prometheus, "podMonitor": watch.pod_monitor, "labels": present(watch.labels)}
    dashboards: dict[str, Any] = {
        name: tidy({"content": dashboard.content, "folder": dashboard.folder})
        for name, dashboard in present(fields.dashboards).items()
    }
    alerts = {name: _alert(alert) for name, alert in present(fields.alerts).items()}
    return tidy({"monitoring": tidy(monitoring), "alerts": alerts, "dashboards": dashboards})


def _alert(alert: AlertFields) -> Values:
    return tidy(
        {
            "expr": alert.expr,
            "for": alert.for_,
            "severity": alert.severity,
            "summary": alert.summary,
            "description": alert.description,
            "runbookUrl": alert.runbook_url,
            "labels": present(alert.labels),
            "annotations": present(alert.annotations),
        }
    )


ALSO = {"dashboards": forms.WORDS}

CONCERN = Concern("monitoring", "Monitoring", MonitoringFields, values, normalise, faults, also=ALSO)
