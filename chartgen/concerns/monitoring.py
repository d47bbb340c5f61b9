"""Monitoring: who watches the service, what it is alarmed by, and what it shows."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.errors import InputError
from chartgen.fields import (
    Entries,
    Fault,
    Fields,
    Flag,
    Labels,
    PartName,
    PrometheusDuration,
    Text,
    TextMap,
    choice,
    key,
    located,
    matching,
    present,
)
from chartgen.model import Values
from chartgen.yamlio import Map, Path

_MOST = 2**20
_SOURCES: Mapping[str, tuple[str, ...]] = {"content": (), "from_file": ()}
_ALERT = "[A-Za-z_][-A-Za-z0-9_]*"
_AlertName = Annotated[str, key(matching(_ALERT, "a name of letters, digits, `_` and `-`"))]


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
    for_: PrometheusDuration | None = Field(None, alias="for", description="How long it has to hold.", examples=["5m"])
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
    from_file: Text | None = Field(
        None,
        description="The file of the project with the dashboard, as it is when rendered; references in it stay.",
        examples=["dashboards/shop.json"],
    )
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
        description="Dashboards of Grafana by name: the JSON, or `{from_file, folder}`. Each is a ConfigMap that "
        "Grafana's sidecar finds by the label `grafana_dashboard`.",
        examples=[{"overview": '{"title": "Shop"}'}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """`dashboards: {name: json}` → `{name: {content: json}}`."""
    dashboards = layer.get("dashboards")
    if dashboards is None:
        return layer
    dashboards = forms.short(dashboards, "content", ("dashboards",), faults)
    return forms.put(layer, "dashboards", forms.alternatives(dashboards, _SOURCES))


def faults(fields: MonitoringFields, context: Context) -> Iterable[Fault]:
    """Alerts without an expression, and dashboards that are no JSON."""
    for name, alert in present(fields.alerts).items():
        if alert.expr is None:
            yield Fault(("alerts", name, "expr"), "is missing", "the expression that raises the alarm", absent=True)
    for name, dashboard in present(fields.dashboards).items():
        yield from _dashboard_faults(("dashboards", name), dashboard, context)


def _dashboard_faults(path: Path, dashboard: DashboardFields, context: Context) -> Iterator[Fault]:
    yield from forms.one_source(path, dashboard, _SOURCES)
    try:
        raw = _content(dashboard, context)
    except InputError as error:
        problem = error.problems[0]
        yield Fault((*path, "from_file"), problem.message, problem.expected, problem.hint)
        return
    source = "content" if dashboard.from_file is None else "from_file"
    if raw and not _is_json(raw):
        yield Fault((*path, source), "is not JSON", "what Grafana exports: `{…}`")
    elif len(raw) > _MOST:
        yield Fault((*path, source), "is too large", f"at most {_MOST} bytes, Kubernetes' limit for a ConfigMap")


def _content(dashboard: DashboardFields, context: Context) -> bytes:
    if dashboard.from_file is not None:
        return context.local(dashboard.from_file)
    return (dashboard.content or "").encode()


def _is_json(raw: bytes) -> bool:
    try:
        return isinstance(json.loads(raw.decode()), dict)
    except ValueError:
        return False


def values(fields: MonitoringFields, context: Context) -> Values:
    """`monitoring`, `alerts` and `dashboards`."""
    watch = fields.monitoring or WatchFields()
    monitoring = {"prometheus": watch.prometheus, "podMonitor": watch.pod_monitor, "labels": present(watch.labels)}
    dashboards: dict[str, Any] = {
        name: tidy({"content": _text(dashboard, context), "folder": dashboard.folder})
        for name, dashboard in present(fields.dashboards).items()
    }
    alerts = {name: _alert(alert) for name, alert in present(fields.alerts).items()}
    return tidy({"monitoring": tidy(monitoring), "alerts": alerts, "dashboards": dashboards})


def _text(dashboard: DashboardFields, context: Context) -> str | None:
    if dashboard.from_file is None:
        return dashboard.content
    return located(_content(dashboard, context).decode(), dashboard.from_file.where)  # type: ignore[attr-defined, no-any-return]


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
