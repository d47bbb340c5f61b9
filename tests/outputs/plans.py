"""Small plans to try outputs on, said in few words."""

from __future__ import annotations

from typing import Any

from chartgen.model import Chart, ChartRef, EnvironmentPlan, Layer, Plan, Release

SHARED = ChartRef("microservice")

CHART = Chart(
    name="microservice",
    version="1.0.0",
    metadata={"name": "microservice", "version": "1.0.0"},
    files={
        "Chart.yaml": b'apiVersion: v2\nname: microservice\nversion: 1.0.0\nannotations: {chartgen/contract: "1"}\n',
        "templates/echo.yaml": b"apiVersion: v1\nkind: ConfigMap\nmetadata: {name: {{ .Release.Name }}}\n"
        b"data: {values: {{ .Values | toJson | quote }}}\n",
    },
    values={},
    schema=None,
    digest="",
)


def release(service: str, environment: str = "dev", region: str | None = None, **settings: Any) -> Release:
    """A release of the shared chart by the usual names; `values`, `developer` (file → values), fields may differ."""
    values = settings.pop("values", {"image": {"repository": f"example.com/{service}", "tag": "v1"}})
    developer = tuple(Layer(file, content) for file, content in settings.pop("developer", {}).items())
    return Release(
        project="shop",
        environment=environment,
        region=region,
        service=service,
        name=settings.pop("name", service),
        namespace=settings.pop("namespace", f"apps-shop-{environment}"),
        kube_context=settings.pop("kube_context", None),
        chart=settings.pop("chart", SHARED),
        generated=Layer("chartgen.yaml", values),
        developer=developer,
        **settings,
    )


def environment(name: str, *releases: Release) -> EnvironmentPlan:
    """An environment; its regions in the order in which the releases first name them."""
    return EnvironmentPlan(name, releases, tuple(dict.fromkeys(each.region for each in releases if each.region)))


def plan(*environments: EnvironmentPlan, **settings: Any) -> Plan:
    """A project `shop` with dev as the default environment, and the chart above."""
    return Plan("shop", environments, **{"default_environment": "dev", "chart": CHART, **settings})
