"""Probes: how Kubernetes tells that a pod lives, is ready, has started."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import (
    Entries,
    Fault,
    Fields,
    Flag,
    HeaderName,
    Seconds,
    Text,
    Texts,
    choice,
    integer,
    present,
    quoted,
)
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
    headers: Annotated[dict[HeaderName, Text | None], Entries] | None = Field(
        None, description="HTTP headers.", examples=[{"Cookie": "session=probe"}]
    )
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
    startup_probe_path: Text | None = Field(
        None, description="The HTTP path of the startup probe, which it switches on."
    )
    startup_probe_command: Texts | None = Field(None, description="The command of the startup probe.")
    initial_liveness_delay: Seconds | None = Field(None, description="Seconds before the first liveness check.")
    initial_readiness_delay: Seconds | None = Field(None, description="Seconds before the first readiness check.")
    initial_startup_delay: Seconds | None = Field(None, description="Seconds before the first startup check.")
    liveness_probe: ProbeFields | None = Field(None, description="The liveness probe's other settings.")
    readiness_probe: ProbeFields | None = Field(None, description="The readiness probe's other settings.")
    startup_probe: ProbeFields | None = Field(None, description="The startup probe's other settings.")


def faults(fields: ProbesFields, context: Context) -> Iterable[Fault]:
    """Path and command together, a port that is not there, settings that another kind of probe has."""
    for prefix in ("healthcheck", *(f"{kind}_probe" for kind in _KINDS)):
        path, command = getattr(fields, f"{prefix}_path"), getattr(fields, f"{prefix}_command")
        if path is not None and command:
            hint = f"remove one of the two; `{prefix}_path: null` removes what a weaker layer says"
            yield Fault((f"{prefix}_command",), f"stands beside `{prefix}_path`", "a path or a command, not both", hint)
        if path is not None and not path.startswith("/"):
            yield Fault((f"{prefix}_path",), f"is {quoted(path)}", "a path that starts with /")
        if path is not None and not context.ports:
            yield Fault(
                (f"{prefix}_path",), "the service has no port to ask", hint="add `port: {http: …}`", absent=True
            )
    for kind in _KINDS:
        for fault in _probe_faults(getattr(fields, f"{kind}_probe") or ProbeFields(), kind, fields, context):
            yield replace(fault, path=(f"{kind}_probe", *fault.path))


def _probe_faults(probe: ProbeFields, kind: str, fields: ProbesFields, context: Context) -> Iterable[Fault]:
    own = [port.name for port in context.ports]
    path, command = _target(fields, kind)
    if probe.port is not None and probe.port not in own:
        yield Fault(
            ("port",), f"the service has no port `{probe.port}`", f"one of {', '.join(own) or 'none'}", absent=not own
        )
    silent = {port.name: port.type for port in context.ports if port.type in ("udp", "sctp")}
    if probe.port in silent:
        others = ", ".join(name for name in own if name not in silent)
        message = f"the port `{probe.port}` speaks {silent[str(probe.port)].upper()}, which no probe does"
        yield Fault(("port",), message, f"one of {others or 'none'}")
    if kind != "readiness" and (probe.success_threshold or 1) > 1:
        yield Fault(("success_threshold",), f"is {probe.success_threshold}", f"1 for a {kind} probe")
    if probe.type == "exec" and not command:
        yield Fault(("type",), "is exec, but there is no command", hint=f"add `{kind}_probe_command`")
    if probe.type in ("http", "grpc", "tcp") and not own:
        yield Fault(
            ("type",), f"is {probe.type}, but the service has no port", hint="add `port: {http: …}`", absent=True
        )
    asks = probe.type or ("exec" if command else "http" if path else None)
    for setting in ("scheme", "headers"):
        if getattr(probe, setting) and asks != "http":
            yield Fault((setting,), "goes with an HTTP probe only", hint=f"add `{kind}_probe_path`")
    if probe.grpc_service is not None and asks not in ("grpc", None):
        yield Fault(("grpc_service",), "goes with a gRPC probe only", hint="remove it, or the path or command")


def _target(fields: ProbesFields, kind: str) -> tuple[str | None, list[str] | None]:
    """The path that a probe asks for, or the command that it runs: its own, else everyone's."""
    path, command = getattr(fields, f"{kind}_probe_path"), getattr(fields, f"{kind}_probe_command")
    if kind != "startup" and path is None and not command:
        path, command = fields.healthcheck_path, fields.healthcheck_command
    return path, command or None


def values(fields: ProbesFields, context: Context) -> Values:
    """`livenessProbe`, `readinessProbe`, `startupProbe`."""
    return tidy({f"{kind}Probe": _probe(fields, kind) for kind in _KINDS})


def _probe(fields: ProbesFields, kind: str) -> Values:
    probe: ProbeFields = getattr(fields, f"{kind}_probe") or ProbeFields()
    path, command = _target(fields, kind)
    settings = tidy(
        {
            "type": probe.type,
            "path": path,
            "command": command,
            "port": probe.port,
            "scheme": probe.scheme,
            "headers": present(probe.headers),
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


CONCERN = Concern("probes", "Probes", ProbesFields, values, faults=faults, level="workload")
