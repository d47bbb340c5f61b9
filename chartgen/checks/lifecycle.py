"""What holds inside one pod: what it asks for and may use, how it stops, what stands in it twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from chartgen.checks.component import of_container, of_pod
from chartgen.checks.objects import Container, Objects, Workload
from chartgen.checks.quantity import number
from chartgen.checks.rule import Family, Hit, Rule
from chartgen.compare.manifests.reading import parts

_GRACE = 30
"""Kubernetes' own, where a pod says nothing."""

_SLEEP = re.compile(r"\bsleep\s+(\d+)s?\b")


def request_over_limit(container: Container) -> Iterator[Hit]:
    """An API server refuses that."""
    resources = container.data.get("resources") or {}
    limits = resources.get("limits") or {}
    for name, asked in (resources.get("requests") or {}).items():
        limit = limits.get(name)
        if limit is not None and asked != limit and asked is not None:
            low, high = number(asked), number(limit)
            if low is not None and high is not None and low > high:
                path = ("resources", "requests", name)
                yield of_container(container, f"requests {asked} {name}, over its limit, {limit}", *path, values=path)


def prestop_over_grace(container: Container) -> Iterator[Hit]:
    """The pause counts into the grace period: what is left is for the process to end."""
    hook = (container.data.get("lifecycle") or {}).get("preStop")
    if not hook:
        return
    seconds = (hook.get("sleep") or {}).get("seconds")
    command = (hook.get("exec") or {}).get("command")
    if seconds is None and command:
        match = _SLEEP.search(" ".join(map(str, command)))
        seconds = int(match[1]) if match else None
    grace = container.workload.pod.get("terminationGracePeriodSeconds")
    grace = _GRACE if grace is None else grace
    if seconds is not None and seconds >= grace:
        message = f"pauses {seconds} s before it stops, all of the grace period of {grace} s"
        yield of_container(container, message, "lifecycle", "preStop", values=("preStop",))


def duplicate_env(container: Container) -> Iterator[Hit]:
    """The last one wins, and a server-side apply refuses both."""
    for index, name in _twice(container.data.get("env"), "name"):
        message = f"has the variable `{name}` twice"
        yield of_container(container, message, "env", index, values=("env", str(name)))


def duplicate_mount(container: Container) -> Iterator[Hit]:
    """An API server refuses two mounts at one path."""
    for index, path in _twice(container.data.get("volumeMounts"), "mountPath"):
        yield of_container(container, f"mounts two things at {path}", "volumeMounts", index, values=("volumes",))


def _twice(items: list[Mapping[str, Any]] | None, field: str) -> Iterator[tuple[int, object]]:
    """Where an item has what one before it has."""
    if not items or len(items) == len({item.get(field) for item in items}):
        return
    seen = set()
    for index, item in enumerate(items):
        value = item.get(field)
        if value in seen:
            yield index, value
        seen.add(value)


def duplicate_port(workload: Workload) -> Iterator[Hit]:
    """The containers of a pod share its network: only one can listen on a port, and a name means one."""
    numbers: dict[tuple[object, object], str] = {}
    names: dict[object, str] = {}
    for container in workload.containers:
        if container.role == "init":
            continue
        for index, port in enumerate(container.data.get("ports") or ()):
            claimed = port.get("containerPort"), port.get("protocol") or "TCP"
            path = (*container.path[len(workload.path) + 1 :], "ports", index)
            if claimed in numbers:
                message = f"the containers `{numbers[claimed]}` and `{container.name}` both listen on {claimed[0]}"
                if numbers[claimed] == container.name:
                    message = f"container `{container.name}` lists the port {claimed[0]} twice"
                yield of_pod(workload, message, *path, values=("ports", str(port.get("name"))))
            elif port.get("name") and port["name"] in names:
                message = f"two ports are called `{port['name']}`"
                yield of_pod(workload, message, *path, values=("ports", str(port["name"])))
            numbers.setdefault(claimed, container.name)
            names.setdefault(port.get("name"), container.name)


def duplicate_service_port(objects: Objects) -> Iterator[Hit]:
    """An API server refuses two ports of one number, or of one name."""
    for manifest in objects.kind("Service"):
        numbers: set[object] = set()
        names: set[object] = set()
        for index, port in enumerate(parts(manifest.object, "spec", "ports")):
            claimed = port.get("port"), port.get("protocol") or "TCP"
            path = ("spec", "ports", index)
            if claimed in numbers:
                yield Hit(f"has the port {claimed[0]} twice", manifest, path, (("ports", str(port.get("name"))),))
            elif port.get("name") in names:
                yield Hit(f"has two ports called `{port.get('name')}`", manifest, path, (("ports",),))
            numbers.add(claimed)
            names.add(port.get("name"))


FAMILY = Family(
    "pods",
    "Inside a pod",
    containers=(
        Rule(
            "request-over-limit",
            "error",
            "An API server refuses a request over the limit.",
            "raise `resource_limits`, or lower `resource_request`",
            request_over_limit,
        ),
        Rule(
            "prestop-over-grace",
            "error",
            "The process is killed while it still pauses, with the requests that it has.",
            "raise `termination_grace_period`, or lower `pre_stop_sleep`",
            prestop_over_grace,
        ),
        Rule(
            "duplicate-env",
            "error",
            "Of two variables with one name the last one wins, or the apply fails.",
            "remove one of the two",
            duplicate_env,
        ),
        Rule(
            "duplicate-mount",
            "error",
            "An API server refuses two mounts at one path.",
            "give one of them another path",
            duplicate_mount,
        ),
    ),
    workloads=(
        Rule(
            "duplicate-port",
            "error",
            "The containers of a pod share its network: only one of them can listen on a port.",
            "give one of them another port",
            duplicate_port,
        ),
    ),
    releases=(
        Rule(
            "duplicate-service-port",
            "error",
            "An API server refuses a Service with two ports of one number or name.",
            "give one of them another `service_port`",
            duplicate_service_port,
        ),
    ),
)
