"""Where the chart's values say something: at the top for the main workload, below its name for each other one."""

from __future__ import annotations

from collections.abc import Iterator

from chartgen.checks.objects import Container, Workload
from chartgen.checks.rule import Hit
from chartgen.compare.manifests.reading import name_of, part
from chartgen.model import Path, Release

_COMPONENTS = ("workers", "cronJobs", "jobs", "tests")
"""The maps of further workloads, each with values of its own over the service's."""

_CONTAINERS = ("initContainers", "sidecars")
"""The maps of further containers."""


def of_container(container: Container, message: str, *path: str | int, values: Path = (), remedy: str = "") -> Hit:
    """What is wrong with a container: `path` and `values` are where in it, and below it in the values."""
    workload = container.workload
    sections = tuple((*section, *values) for section in _sections_of(container)) if values else ()
    return Hit(f"container `{container.name}` {message}", workload.manifest, (*container.path, *path), sections, remedy)


def of_pod(workload: Workload, message: str, *path: str | int, values: Path = (), remedy: str = "") -> Hit:
    """What is wrong with a pod: `path` is where in its spec."""
    return Hit(message, workload.manifest, (*workload.path, "spec", *path), of_values(workload, *values), remedy)


def of_workload(workload: Workload, message: str, *path: str | int, values: Path = (), remedy: str = "") -> Hit:
    """What is wrong with a workload itself."""
    return Hit(message, workload.manifest, path, of_values(workload, *values), remedy)


def of_values(workload: Workload, *values: str | int) -> tuple[Path, ...]:
    """Where the values say something of a workload: in its own part, else in the service's."""
    return tuple((*section, *values) for section in _sections(workload)) if values else ()


def value(workload: Workload, key: str) -> object:
    """What the values that were written say of a workload at a key, None where they say nothing."""
    release = workload.manifest.release
    for path in of_values(workload, key):
        for layer in reversed(release.layers):
            found = part(layer.values, *map(str, path))
            if found is not None:
                return found
    return None


def _sections_of(container: Container) -> Iterator[Path]:
    release = container.workload.manifest.release
    sections = list(_sections(container.workload))
    if container.role != "main" or container.name not in (release.name, name_of(container.workload.manifest)):
        for section in sections:
            for key in _CONTAINERS:
                if _is_said(release, (*section, key, container.name)):
                    yield (*section, key, container.name)
    yield from sections


def _sections(workload: Workload) -> Iterator[Path]:
    release = workload.manifest.release
    name = name_of(workload.manifest)
    if name != release.name:
        component = name.removeprefix(f"{release.name}-")
        for key in _COMPONENTS:
            if _is_said(release, (key, component)):
                yield key, component
    yield ()


def _is_said(release: Release, path: Path) -> bool:
    """Whether any layer says something there."""
    return any(part(layer.values, *map(str, path)) is not None for layer in release.layers)
