"""Probes: how Kubernetes tells that a pod lives, is ready, has started."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Fault, Fields, Flag, Seconds, Text, TextMap, Texts, choice, integer, present
from chartgen.model import Values

_KINDS = ("liveness", "readiness", "startup")


class ProbeFields(Fields):
    """How one probe asks, and how patient it is."""

    enabled: Flag | None = Field(None, description="`false` does without this probe.", examples=[False])
    type: Annotated[str, choice("http", "grpc", "tcp", "exec")] | None = Field(
        None, description="How it asks, where that does not follow from the path, the command or the port."
    )
    port: Text | None = Field(None, description="The port's name; `probe_port` unless given.", examples=["http"])
    scheme: Annotated[str, choice("HTTP", "HTTPS")] | None = Field(None, description="HTTP or HTTPS.")
    headers: TextMap | None = Field(None, description="HTTP headers.", examples=[{"Cookie": "session=probe"}])
    grpc_service: Text | None = Field(None, description="The service that the gRPC health check asks about.")
    period: Annotated[int, integer(1)] | None = Field(None, description="Seconds between two checks.", examples=[15])
    timeout: Annotated[int, integer(1)] | None = Field(None, description="Seconds after which a check has failed.")
    success_threshold: Annotated[int, integer(1)] | None = Field(
        None, description="Successes in a row that make the pod ready again."
    )
    failure_threshold: Annotated[int, integer(1)] | None = Field(
        None, description="Failures in a row after which the check has failed."
    )


class ProbesFields(Fields):
    """The three probes."""

    healthcheck_path: Text | None = Field(
        None,
        description="The HTTP path that liveness and readiness ask for, where they have none of their own.",
        examples=["/health"],
    )
    healthcheck_command: Texts | None = Field(
        None, description="The command that liveness and readiness run, where they have none of their own."
    )
    liveness_probe_path: Text | None = Field(None, description="The HTTP path of the liveness probe.")
    liveness_probe_command: Texts | None = Field(None, description="The command of the liveness probe.")
    readiness_probe_path: Text | None = Field(None, description="The HTTP path of the readiness probe.")
    readiness_probe_command: Texts | None = Field(None, description="The command of the readiness probe.")
    startup_probe_path: Text | None = Field(None, description="The HTTP path of the startup probe, which it switches on.")
    startup_probe_command: Texts | None = Field(None, description="The command of the startup probe.")
    initial_liveness_delay: Seconds | None = Field(None, description="Seconds before the first liveness check.")
    initial_readiness_delay: Seconds | None = Field(None, description="Seconds before the first readiness check.")
    initial_startup_delay: Seconds | None = Field(None, description="Seconds before the first startup check.")
    liveness_probe: ProbeFields | None = Field(None, description="The liveness probe's other settings.")
    readiness_probe: ProbeFields | None = Field(None, description="The readiness probe's other settings.")
    startup_probe: ProbeFields | None = Field(None, description="The startup probe's other settings.")


def faults(fields: ProbesFields, context: Context) -> Iterable[Fault]:
    """Path and command together, a port that is not there."""
    own = [port.name for port in context.ports]
    for prefix in ("healthcheck", *(f"{kind}_probe" for kind in _KINDS)):
        if getattr(fields, f"{prefix}_path") is not None and getattr(fields, f"{prefix}_command") is not None:
            message = f"stands beside `{prefix}_path`"
            yield Fault((f"{prefix}_command",), message, "a path or a command, not both", "remove one of the two")
    for prefix in ("healthcheck", *(f"{kind}_probe" for kind in _KINDS)):
        path = getattr(fields, f"{prefix}_path")
        if path is not None and not path.startswith("/"):
            yield Fault((f"{prefix}_path",), f'is "{path}"', "a path that starts with /")
        if path is not None and not own:
            yield Fault((f"{prefix}_path",), "the service has no port to ask", hint="add `port: {http: …}`")
    for kind in _KINDS:
        probe: ProbeFields | None = getattr(fields, f"{kind}_probe")
        if probe is not None and probe.port is not None and probe.port not in own:
            path = (f"{kind}_probe", "port")
            yield Fault(path, f"the service has no port `{probe.port}`", f"one of {', '.join(own) or 'none'}")


def values(fields: ProbesFields, context: Context) -> Values:
    """`livenessProbe`, `readinessProbe`, `startupProbe`."""
    return tidy({f"{kind}Probe": _probe(fields, kind) for kind in _KINDS})


def _probe(fields: ProbesFields, kind: str) -> Values:
    probe: ProbeFields = getattr(fields, f"{kind}_probe") or ProbeFields()
    path, command = getattr(fields, f"{kind}_probe_path"), getattr(fields, f"{kind}_probe_command")
    if kind != "startup" and path is None and command is None:
        path, command = fields.healthcheck_path, fields.healthcheck_command
    settings = tidy(
        {
            "type": probe.type,
            "path": path,
            "command": command,
            "port": probe.port,
            "scheme": probe.scheme,
            "headers": present(probe.headers or {}),
            "grpcService": probe.grpc_service,
            "initialDelaySeconds": getattr(fields, f"initial_{kind}_delay"),
            "periodSeconds": probe.period,
            "timeoutSeconds": probe.timeout,
            "successThreshold": probe.success_threshold,
            "failureThreshold": probe.failure_threshold,
        }
    )
    started = True if kind == "startup" and settings else None
    return tidy({"enabled": probe.enabled if probe.enabled is not None else started}) | settings


CONCERN = Concern("probes", "Probes", ProbesFields, values, faults=faults)
