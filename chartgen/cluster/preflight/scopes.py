"""Which pods a ResourceQuota is about. Pure. Source: Kubernetes, "Resource Quotas", quota scopes; `GetPodQOS`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chartgen.cluster.preflight.amounts import Defaults, of_pod
from chartgen.compare.manifests.reading import part, parts

_WEIGHED = ("cpu", "memory")
"""A pod that asks for none of these gets them by best effort."""


def has_scopes(quota: Mapping[str, Any]) -> bool:
    """Whether it is about some pods only; such a quota counts nothing but pods."""
    return bool(part(quota, "spec", "scopes") or part(quota, "spec", "scopeSelector", "matchExpressions"))


def matches(quota: Mapping[str, Any], pod: Mapping[str, Any], given: Defaults) -> bool:
    """Whether the quota counts a pod, which is given what its containers do not say."""
    scopes = part(quota, "spec", "scopes")
    said = [{"scopeName": scope, "operator": "Exists"} for scope in scopes or ()]
    return all(_holds(each, pod, given) for each in (*said, *parts(quota, "spec", "scopeSelector", "matchExpressions")))


def _holds(expression: Mapping[str, Any], pod: Mapping[str, Any], given: Defaults) -> bool:
    operator, scope = expression.get("operator"), expression.get("scopeName")
    if scope == "PriorityClass":
        name, values = pod.get("priorityClassName") or "", expression.get("values") or ()
        held = {"In": name in values, "NotIn": name not in values, "Exists": bool(name), "DoesNotExist": not name}
        return held.get(str(operator), True)
    is_in = {
        "Terminating": pod.get("activeDeadlineSeconds") is not None,
        "NotTerminating": pod.get("activeDeadlineSeconds") is None,
        "BestEffort": _is_best_effort(pod, given),
        "NotBestEffort": not _is_best_effort(pod, given),
        "CrossNamespacePodAffinity": _looks_across(pod),
    }.get(str(scope), True)
    return not is_in if operator == "DoesNotExist" else is_in


def _is_best_effort(pod: Mapping[str, Any], given: Defaults) -> bool:
    taken = of_pod(pod, given)
    return not any(amounts.get(name) for amounts in (taken.requests, taken.limits) for name in _WEIGHED)


def _looks_across(pod: Mapping[str, Any]) -> bool:
    """Whether its affinity to other pods names namespaces."""
    terms = [
        term.get("podAffinityTerm", term)
        for kind in ("podAffinity", "podAntiAffinity")
        for when in (
            "requiredDuringSchedulingIgnoredDuringExecution",
            "preferredDuringSchedulingIgnoredDuringExecution",
        )
        for term in parts(pod, "affinity", kind, when)
    ]
    return any(term.get("namespaces") or term.get("namespaceSelector") is not None for term in terms)
