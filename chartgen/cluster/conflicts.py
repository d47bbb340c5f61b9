"""Fields that somebody else has taken (Helm 4): what its error says of them, and who that is. Pure.

The API server refuses a server-side apply that would change a field which another manager has set. Source: Kubernetes,
"Server-Side Apply", "Conflicts"; the text is that of `apimachinery/pkg/api/errors`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_OBJECT = re.compile(r"applying object (?:[^\s/]+/)?(\S+) \S+, Kind=(\w+)")
_MANAGER = re.compile(r'conflicts? with "([^"]*)"(?: with subresource "[^"]*")? using [^\s:]+:')
_FIELD = re.compile(r"(?:^- |: )(\.(?:\[[^\]]*\]|[^\s:\[])+)")

_WHO: Final = (
    ("kubectl", "somebody changed it by hand, with kubectl"),
    ("kube-controller-manager", "a controller of Kubernetes sets it, such as an autoscaler"),
    ("vpa-", "the vertical autoscaler sets it"),
    ("keda", "KEDA sets it"),
    ("argocd", "Argo CD applies it, too"),
    ("argo-rollouts", "Argo Rollouts sets it"),
    ("kustomize-controller", "Flux applies it, too"),
    ("helm-controller", "Flux applies it, too"),
    ("helm", "another Helm release applies it, or another program that drives Helm"),
    ("Mozilla", "somebody changed it by hand, in a browser"),
)
"""How the names of field managers begin, and who that is."""


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that another than Helm has set.

    Attributes:
        object: `Deployment/web`; empty: it is not said.
        path: of the field: `.spec.replicas`.
        manager: who has set it, as the API server calls them.
    """

    object: str
    path: str
    manager: str

    def __str__(self) -> str:
        who = next((f": {text}" for start, text in _WHO if self.manager.startswith(start)), "")
        return " ".join(part for part in (self.object, self.path, f"belongs to `{self.manager}`{who}") if part)


def conflicts(error: str) -> tuple[Conflict, ...]:
    """The fields that an error of helm's says others have set, each once; empty: it is not about that."""
    return tuple(dict.fromkeys(_found(error)))


def _found(error: str) -> Iterator[Conflict]:
    named, manager = "", ""
    for line in error.splitlines():
        for text in _clauses(line):
            if found := _OBJECT.search(text):
                named = f"{found[2]}/{found[1]}"
            if found := _MANAGER.search(text):
                manager = found[1]
            if manager and (found := _FIELD.search(text)):
                yield Conflict(named, found[1], manager)


def _clauses(line: str) -> Iterator[str]:
    """The line, cut where another object or manager begins: of several errors helm makes one line."""
    return (clause for clause in re.split(r"(?=conflict occurred |conflicts? with \")", line) if clause)
