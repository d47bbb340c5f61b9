"""The contexts of the kubeconfig that a project's environments name: are they there? No cluster is asked."""

from __future__ import annotations

import pathlib
from collections.abc import Collection, Iterator

from chartgen import process
from chartgen.actions.doctor import Tool
from chartgen.errors import ChartgenError, did_you_mean
from chartgen.plan.places import places
from chartgen.spec.find import find
from chartgen.spec.load import load
from chartgen.spec.project import Project

_TIMEOUT = 20.0
_COMMAND = ("kubectl", "config", "get-contexts", "-o", "name")


def contexts(directory: pathlib.Path) -> tuple[Tool, ...]:
    """The contexts that the project around the folder needs, or why they cannot be told; none without a project."""
    try:
        project = find(directory)
    except ChartgenError:
        return ()
    try:
        wanted = needed(load(project))
    except ChartgenError as error:
        first, *_ = str(error.problems[0]).splitlines()
        return (Tool("project", "problem", "", "says what is deployed", f"{first}; `chartgen check` tells all"),)
    try:
        there = process.run(_COMMAND, timeout=_TIMEOUT) if wanted else None
    except ChartgenError:
        return ()  # a row of its own says so of kubectl
    if there is None:
        return ()
    if there.returncode != 0:
        said = there.stderr.strip().partition("\n")[0]
        return (Tool("kubeconfig", "problem", "", f"reaches {', '.join(_titles(wanted))}", said),)
    return tuple(compared(wanted, there.stdout.decode("utf-8", "replace").split("\n")))


def _titles(wanted: dict[str, list[str]]) -> list[str]:
    return [title for titles in wanted.values() for title in titles]


def needed(project: Project) -> dict[str, list[str]]:
    """The contexts that environments name, each with the environments and regions that it is for."""
    found: dict[str, list[str]] = {}
    for place in places(project, []):
        if place.kube_context:
            found.setdefault(place.kube_context, []).append(place.title)
    return found


def compared(wanted: dict[str, list[str]], there: Collection[str]) -> Iterator[Tool]:
    """Each context that is wanted beside those that the kubeconfig has. Pure."""
    for context, titles in wanted.items():
        purpose = f"reaches {', '.join(titles)}"
        if context in there:
            yield Tool(f"context {context}", "ok", "", purpose)
        else:
            hint = did_you_mean(context, filter(None, there)) or "sign in to that cluster, as your provider has it"
            yield Tool(f"context {context}", "missing", "", purpose, f"the kubeconfig has no such context; {hint}")
