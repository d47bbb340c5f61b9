"""Namespace: a team's room as a release of its own, with what may happen in it, how much of it, and by whom.

It is no concern of a service: projects, environments and regions say it, in `managed_namespace`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Annotated

from pydantic import Field

from chartgen.concerns.amounts import Quantity, amount
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.concerns.forms import put
from chartgen.fields import (
    Annotations,
    Entries,
    Fault,
    Fields,
    Flag,
    Labels,
    PartName,
    Texts,
    choice,
    key,
    matching,
    pattern,
    present,
)
from chartgen.model import Values
from chartgen.yamlio import Map, Node, Path, Scalar

_COMPUTE = (
    r"(requests\.|limits\.)?(cpu|memory|ephemeral-storage)|requests\.storage|(requests\.)?hugepages-[0-9]+[KMGTPE]i"
)
_COUNTED = (
    r"pods|services(\.loadbalancers|\.nodeports)?|replicationcontrollers|resourcequotas|secrets|configmaps"
    r"|persistentvolumeclaims"
)
_QUALIFIED = r"[a-z0-9]([-./a-zA-Z0-9]*[a-zA-Z0-9])?/[a-zA-Z0-9]([-._a-zA-Z0-9]*[a-zA-Z0-9])?"
"""What a quota may count. Source: Kubernetes, "Resource Quotas", and its `ValidateResourceQuotaResourceName`."""

_KINDS = {"container": "container", "pod": "pod", "persistent_volume_claim": "persistentVolumeClaim"}
_ONLY = {
    "default": ("container",),
    "default_request": ("container",),
    "max_limit_request_ratio": ("container", "pod"),
}
"""The fields of a LimitRange that not every kind has."""

_Level = Annotated[str, choice("restricted", "baseline", "privileged")]
_Counted = Annotated[
    str,
    key(
        matching(
            f"{_COMPUTE}|{_COUNTED}|{_QUALIFIED}",
            "what a ResourceQuota counts: `requests.cpu`, `limits.memory`, `pods`, `count/jobs.batch`",
        )
    ),
]
_Kind = Annotated[str, key(matching("|".join(_KINDS), f"one of {', '.join(_KINDS)}"))]
_Resource = Annotated[
    str, key(matching("cpu|memory|storage|ephemeral-storage", "cpu, memory, ephemeral-storage or storage"))
]
_Amounts = Annotated[dict[_Resource, Quantity | None], Entries]


class PodSecurityFields(Fields):
    """Which of Kubernetes' Pod Security Standards holds."""

    enforce: _Level | None = Field(
        None, description="Pods below this level are refused; `restricted` unless given.", examples=["baseline"]
    )
    warn: _Level | None = Field(
        None, description="Who writes something below this level is warned; the level enforced unless given."
    )
    audit: _Level | None = Field(
        None, description="What is below this level is noted in the audit log; the level enforced unless given."
    )
    version: Annotated[str, pattern(r"latest|v1\.[0-9]+", "`latest`, or a version of Kubernetes: `v1.33`")] | None = (
        Field(None, description="Whose version of the standards; the cluster's unless given.", examples=["v1.33"])
    )


class LimitFields(Fields):
    """What one container, pod or claim gets or may ask for, by `cpu`, `memory`, `ephemeral-storage` or `storage`."""

    default: _Amounts | None = Field(
        None, description="The limits of a container that states none.", examples=[{"cpu": "500m", "memory": "256Mi"}]
    )
    default_request: _Amounts | None = Field(None, description="The requests of a container that states none.")
    max: _Amounts | None = Field(None, description="No more than this.", examples=[{"memory": "4Gi"}])
    min: _Amounts | None = Field(None, description="No less than this.")
    max_limit_request_ratio: _Amounts | None = Field(
        None, description="How many times the request a limit may be.", examples=[{"cpu": 4}]
    )


class DefaultDenyFields(Fields):
    """The traffic that is refused unless another NetworkPolicy allows it."""

    ingress: Flag | None = Field(None, description="To the pods.")
    egress: Flag | None = Field(None, description="From the pods, but for DNS.")


class AccessFields(Fields):
    """Who may do what in the namespace."""

    role: Annotated[str, pattern("[^/%\\s]+", "the name of a ClusterRole: `view`, `edit`, `admin`")] | None = Field(
        None, description="The ClusterRole they have here: `view` (unless given), `edit`, `admin` or another."
    )
    groups: Texts | None = Field(
        None, description="Groups, as the cluster's login names them.", examples=[["shop-team"]]
    )
    users: Texts | None = Field(
        None,
        description="Users; a service account is `system:serviceaccount:<namespace>:<name>`.",
        examples=[["jane@example.com"]],
    )


class NamespaceFields(Fields):
    """The namespace of the releases as a release of its own."""

    labels: Labels | None = Field(None, description="Labels of the Namespace.", examples=[{"team": "shop"}])
    annotations: Annotations | None = Field(None, description="Annotations of the Namespace.")
    pod_security: PodSecurityFields | None = Field(
        None,
        description="The Pod Security Standard that holds: `restricted`, `baseline` or `privileged`, or each mode.",
    )
    quota: Annotated[dict[_Counted, Quantity | None], Entries] | None = Field(
        None,
        description="How much of the cluster all of it may use, by ResourceQuota's names, with Kubernetes' quantities.",
        examples=[{"requests.cpu": 20, "requests.memory": "64Gi", "pods": 100}],
    )
    limits: Annotated[dict[_Kind, LimitFields | None], Entries] | None = Field(
        None,
        description="What each `container`, `pod` and `persistent_volume_claim` gets or may ask for (LimitRange), with "
        "Kubernetes' quantities.",
        examples=[{"container": {"default": {"memory": "256Mi"}}}],
    )
    default_deny: DefaultDenyFields | None = Field(
        None,
        description="`true` refuses all traffic that no other NetworkPolicy allows, but for DNS; or each direction.",
    )
    access: Annotated[dict[PartName, AccessFields | None], Entries] | None = Field(
        None,
        description="Who may do what here, by a name of one's own.",
        examples=[{"developers": {"role": "edit", "groups": ["shop-team"]}}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """A level, or a switch, for the map it stands for."""
    level, deny = layer.get("pod_security"), layer.get("default_deny")
    if isinstance(level, Scalar) and level.value is not None and not _is_reference(level):
        layer = put(layer, "pod_security", _map({"enforce": level}, level))
    if isinstance(deny, Scalar) and isinstance(deny.value, bool):
        layer = put(layer, "default_deny", _map({"ingress": deny, "egress": deny}, deny))
    return layer


def faults(fields: NamespaceFields, context: Context) -> Iterable[Fault]:
    """What Kubernetes refuses, and what says nothing."""
    for kind, limit in present(fields.limits).items():
        yield from _limit_faults(("limits", kind), kind, limit)
    for name, amount_of in present(fields.quota).items():
        if _is_bare(name, amount_of):
            yield Fault(("quota", name), f"is {amount_of} bytes", "a quantity with its unit", f"write `{amount_of}Gi`")
    for name, access in present(fields.access).items():
        if not access.groups and not access.users:
            yield Fault(("access", name), "names nobody", "`groups`, or `users`", absent=True)


def values(fields: NamespaceFields, context: Context) -> Values:
    """`namespace`."""
    security, deny = fields.pod_security, fields.default_deny
    room = {
        "name": context.namespace,
        "labels": present(fields.labels),
        "annotations": present(fields.annotations),
        "podSecurity": tidy(dict(security)) if security else None,
        "quota": present(fields.quota),
        "limits": {_KINDS[kind]: _limit(limit) for kind, limit in present(fields.limits).items()},
        "defaultDeny": tidy(dict(deny)) if deny else None,
        "access": {name: tidy(dict(access)) for name, access in present(fields.access).items()},
    }
    return {"namespace": tidy(room)}


def _limit_faults(path: Path, kind: str, limit: LimitFields) -> Iterator[Fault]:
    """Source: Kubernetes' `ValidateLimitRange`."""
    for field, found in limit:
        kinds = _ONLY.get(field, (kind,))
        if found is not None and kind not in kinds:
            yield Fault((*path, field), f"goes with {' and '.join(kinds)} only", hint="remove it, or say `max`")
    if kind == "persistent_volume_claim" and "storage" not in {*present(limit.min), *present(limit.max)}:
        yield Fault(path, "says nothing of `storage`", "`max: {storage: …}`, or `min`", absent=True)
    rising = ("min", "default_request", "default", "max")
    for resource in sorted({name for field in rising for name in present(getattr(limit, field))}):
        said = [(field, found[resource]) for field in rising if resource in (found := present(getattr(limit, field)))]
        for (lower, least), (upper, most) in pairwise(said):
            if amount(least) > amount(most):
                yield Fault((*path, upper, resource), f"is {most}, less than `{lower}`, {least}", f"at least {least}")


def _limit(limit: LimitFields) -> Values:
    names = {"default_request": "defaultRequest", "max_limit_request_ratio": "maxLimitRequestRatio"}
    return tidy({names.get(field, field): present(found) for field, found in limit})


def _is_bare(resource: str, quantity: str) -> bool:
    """Whether it is so many bytes, which nobody means."""
    in_bytes = resource.endswith(("memory", "storage")) and not resource.startswith("count/")
    return in_bytes and str(quantity).isdecimal() and str(quantity) != "0"


def _is_reference(node: Scalar) -> bool:
    return isinstance(node.value, str) and "{" in node.value


def _map(entries: Mapping[str, Node], written: Scalar) -> Map:
    return Map(dict(entries), dict.fromkeys(entries, written.where), written.where)


CONCERN = Concern(
    "namespace",
    "Namespace",
    NamespaceFields,
    values,
    normalise,
    faults,
    also={
        "pod_security": {"type": "string", "enum": ["restricted", "baseline", "privileged"]},
        "default_deny": {"type": "boolean"},
    },
)
