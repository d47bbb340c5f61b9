"""Access: what the pods may do through the Kubernetes API, and no more than that."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field, WithJsonSchema

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import (
    Entries,
    Fault,
    Fields,
    Flag,
    Items,
    ObjectName,
    PartName,
    Text,
    describe,
    key,
    matching,
    pattern,
    present,
)
from chartgen.model import Values
from chartgen.yamlio import List, Map, Node, Path, Scalar

_RULE = r"[a-z*][-a-z0-9*]*(\.[a-z0-9][-a-z0-9.]*)?(/[a-z*]+)?"
_RuleName = Annotated[
    str, key(matching(_RULE, "a resource as kubectl writes it: `pods`, `deployments.apps`, `pods/log`"))
]
_Resource = Annotated[str, pattern(r"\*|[a-z][-a-z0-9]*(/[a-z*]+)?", "resources in the plural: `pods`, `pods/log`")]
_Group = Annotated[str, pattern(r"(\*|[a-z0-9][-a-z0-9.]*)?", "an API group: `apps`; empty for the core's")]
_Verb = Annotated[str, pattern(r"\*|[a-z]+", "a verb: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`")]


class RuleFields(Fields):
    """What may be done with resources."""

    resources: Annotated[list[_Resource], Items] | None = Field(
        None, description="The resources; unless given, the one that the rule is named after.", examples=[["pods"]]
    )
    api_groups: Annotated[list[_Group], Items] | None = Field(
        None, description="Their API groups; unless given, the one in the rule's name.", examples=[["apps"]]
    )
    resource_names: Annotated[list[Text], Items] | None = Field(
        None, description="These objects only.", examples=[["leader"]]
    )
    verbs: Annotated[list[_Verb], Items] | None = Field(
        None, description="What may be done with them.", examples=[["get", "list", "watch"]]
    )


class BindingFields(Fields):
    """A role that is there already, given to the pods."""

    role: ObjectName | None = Field(None, description="A Role of the namespace.", examples=["config-reader"])
    cluster_role: Text | None = Field(None, description="A ClusterRole, for this namespace.", examples=["view"])
    everywhere: Flag | None = Field(None, description="`true`: the ClusterRole for all namespaces.")


_WRITTEN = {"anyOf": [{"type": "array", "items": {"type": "string"}}, RuleFields.model_json_schema(), {"type": "null"}]}
_Rule = Annotated[RuleFields | None, WithJsonSchema(_WRITTEN)]
_Rules = Annotated[dict[_RuleName, _Rule], Entries]


class RbacFields(Fields):
    """What the pods may do through the Kubernetes API."""

    rules: _Rules | None = Field(
        None,
        description="What they may do in their namespace (a Role): resource, as kubectl writes it, to verbs.",
        examples=[{"configmaps": ["get", "watch"], "deployments.apps": ["get"]}],
    )
    cluster_rules: _Rules | None = Field(
        None,
        description="What they may do in all namespaces, and with what is in none (a ClusterRole).",
        examples=[{"nodes": ["list"]}],
    )
    bindings: Annotated[dict[PartName, BindingFields | None], Entries] | None = Field(
        None,
        description="Roles that are there already, by a name for the binding.",
        examples=[{"view": {"cluster_role": "view"}}],
    )


class AccessFields(Fields):
    """Access to the Kubernetes API."""

    rbac: RbacFields | None = Field(
        None,
        description="What the pods may do through the Kubernetes API: nothing, unless said. Saying anything mounts the "
        "token that it takes.",
        examples=[{"rules": {"configmaps": ["get", "list", "watch"]}}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """`resource: [verbs]` → `resource: {verbs: […]}`."""
    rbac = layer.get("rbac")
    if not isinstance(rbac, Map):
        return layer
    for part in ("rules", "cluster_rules"):
        rules = rbac.get(part)
        if isinstance(rules, Map):
            entries = {name: _rule(rule, ("rbac", part, name), faults) for name, rule in rules.entries.items()}
            rbac = forms.put(rbac, part, replace(rules, entries=entries))
    return forms.put(layer, "rbac", rbac)


def _rule(rule: Node, path: Path, faults: list[Fault]) -> Node:
    if isinstance(rule, List):
        return Map({"verbs": rule}, {"verbs": rule.where}, rule.where)
    if isinstance(rule, Scalar) and not forms.is_open(rule):
        faults.append(Fault(path, f"is {describe(rule)}", "a list of verbs, `[get, list]`"))
        return Scalar(None, "", rule.where)
    return rule


def faults(fields: AccessFields, context: Context) -> Iterable[Fault]:
    """Rules without verbs, and bindings to no role or to two."""
    rbac = fields.rbac or RbacFields()
    for part, rules in (("rules", rbac.rules), ("cluster_rules", rbac.cluster_rules)):
        for name, rule in present(rules).items():
            if not rule.verbs:
                yield Fault(("rbac", part, name, "verbs"), "is missing", "what may be done: `[get, list]`", absent=True)
    for name, binding in present(rbac.bindings).items():
        path = ("rbac", "bindings", name)
        if binding.role is None and binding.cluster_role is None:
            yield Fault(path, "names no role", "`role` or `cluster_role`", absent=True)
        elif binding.role is not None and binding.cluster_role is not None:
            yield Fault(path, "names two roles", "`role` or `cluster_role`", "remove one, or make it two bindings")
        elif binding.everywhere and binding.role is not None:
            yield Fault((*path, "everywhere"), "goes with a `cluster_role` only", hint="remove it")


def values(fields: AccessFields, context: Context) -> Values:
    """`rbac`."""
    rbac = fields.rbac or RbacFields()
    bindings: dict[str, Any] = {
        name: tidy({"role": binding.role, "clusterRole": binding.cluster_role, "everywhere": binding.everywhere})
        for name, binding in present(rbac.bindings).items()
    }
    parts = {"rules": _rules(rbac.rules), "clusterRules": _rules(rbac.cluster_rules), "bindings": bindings}
    return tidy({"rbac": tidy(parts)})


def _rules(rules: Mapping[str, RuleFields | None] | None) -> Values:
    return {name: _values(name, rule) for name, rule in present(rules).items()}


def _values(name: str, rule: RuleFields) -> Values:
    """A rule; what it does not say is said by its name, `deployments.apps/scale` as kubectl has it."""
    resource, slash, part = name.partition("/")
    plural, _, group = resource.partition(".")
    groups = rule.api_groups if rule.api_groups is not None else [group] if group else None
    return tidy(
        {
            "apiGroups": groups,
            "resources": rule.resources or [f"{plural}{slash}{part}"],
            "resourceNames": rule.resource_names,
            "verbs": rule.verbs,
        }
    )


CONCERN = Concern("rbac", "Access", AccessFields, values, normalise, faults, level="pod")
