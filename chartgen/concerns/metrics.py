"""Metrics: where Prometheus asks the pods for them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Fault, Fields, PrometheusDuration, Text, choice, pattern, quoted
from chartgen.model import Values
from chartgen.yamlio import Map, Scalar

_Path = Annotated[str, pattern(r"/.*", "a path that starts with /")]


class EndpointFields(Fields):
    """Where the metrics are."""

    port: Text | None = Field(None, description="The name of the port.", examples=["metrics"])
    path: _Path | None = Field(None, description="The path; `/metrics` unless given.", examples=["/prometheus"])
    scheme: Annotated[str, choice("http", "https")] | None = Field(
        None, description="How the port is asked; `http` unless given.", examples=["https"]
    )
    interval: PrometheusDuration | None = Field(
        None, description="How often it is asked; as often as all others unless given.", examples=["15s"]
    )
    timeout: PrometheusDuration | None = Field(None, description="How long the answer may take.", examples=["10s"])


class MetricsFields(Fields):
    """Metrics."""

    metrics: EndpointFields | None = Field(
        None,
        description="Where the pods give their metrics: the name of a port, or `{port, path, …}`. How Prometheus "
        "comes to know of it is for `monitoring` to say.",
        examples=["metrics", {"port": "http", "path": "/prometheus"}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """`metrics: name` → `metrics: {port: name}`."""
    metrics = layer.get("metrics")
    if not isinstance(metrics, Scalar) or forms.is_open(metrics):
        return layer
    return forms.put(layer, "metrics", Map({"port": metrics}, {"port": metrics.where}, metrics.where))


def faults(fields: MetricsFields, context: Context) -> Iterable[Fault]:
    """A port that the service does not have."""
    if fields.metrics is None:
        return
    own = [port.name for port in context.ports]
    if fields.metrics.port is None:
        yield Fault(("metrics", "port"), "is missing", "the name of the port that gives the metrics", absent=True)
    elif fields.metrics.port not in own:
        message = f"the service has no port {quoted(fields.metrics.port)}"
        yield Fault(("metrics", "port"), message, f"one of {', '.join(own) or 'none'}", absent=not own)


def values(fields: MetricsFields, context: Context) -> Values:
    """`metrics`."""
    metrics = fields.metrics or EndpointFields()
    parts = {name: getattr(metrics, name) for name in EndpointFields.model_fields}
    return tidy({"metrics": tidy(parts)})


ALSO = {"metrics": {"type": "string"}}

CONCERN = Concern("metrics", "Metrics", MetricsFields, values, normalise, faults, also=ALSO, level="workload")
