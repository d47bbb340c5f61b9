"""What a deploy is held to before anything is sent; `chartgen.cluster.preflight` looks, as `chartgen check` cannot."""

from __future__ import annotations

from collections.abc import Mapping

from chartgen.checks.rule import Family, Told

FAMILY = Family(
    "preflight",
    "Preflight",
    told=(
        Told(
            "preflight-kubernetes",
            "error",
            "What an older Kubernetes serves is not what chartgen writes.",
            "upgrade the cluster",
        ),
        Told(
            "preflight-chart-kubernetes",
            "error",
            "Helm refuses to install a chart on a Kubernetes that its `kubeVersion` leaves out.",
            "use a version of the chart that takes this Kubernetes",
        ),
        Told(
            "preflight-kubernetes-differs",
            "warning",
            "What was checked against one version of Kubernetes may be refused by another.",
            "correct the environment's `kubernetes`",
        ),
        Told(
            "preflight-kind",
            "error",
            "Helm refuses the whole release where the cluster does not know the kind of one object.",
            "install what brings the kind, or leave the object out",
        ),
        Told(
            "preflight-rights",
            "error",
            "Helm stops in the middle where it lacks a right.",
            "have the rights granted",
        ),
        Told(
            "preflight-rights-to-wait",
            "warning",
            "Helm cannot wait for what it may not look at, nor take back what it may not delete.",
            "have the rights granted",
        ),
        Told(
            "preflight-namespace",
            "error",
            "Nothing can be put in a namespace that is not there, or is going.",
            "make the namespace, or wait until it is gone",
        ),
        Told(
            "preflight-owner",
            "error",
            "Helm refuses to take over an object that is not the release's.",
            "remove the object, give the new one another name, or hand it over",
        ),
        Told(
            "preflight-foreign",
            "error",
            "Helm upgrades a release of that name, whoever installed it: another project or environment loses its own.",
            "use another `namespace` or `naming`, or remove the other release first",
        ),
        Told(
            "preflight-immutable",
            "error",
            "An API server refuses to change the field, so that the upgrade fails.",
            "take the change back, or delete the object first",
        ),
        Told(
            "preflight-kind-changed",
            "warning",
            "Between the workload that goes and the one that comes there is none.",
            "deploy when nobody minds, or give the new one another name first",
        ),
        Told(
            "preflight-claim-size",
            "error",
            "A claim never shrinks, and grows only where its class of storage lets it.",
            "take the change back, or make a claim of another name and move the data",
        ),
        Told(
            "preflight-quota",
            "error",
            "What goes over a quota is refused: pods that are refused are never there, and the deploy waits in vain.",
            "ask for less, or have the quota raised",
        ),
        Told(
            "preflight-quota-unset",
            "error",
            "Under a quota on an amount a pod is refused whose containers do not say how much of it they take.",
            "set it in `resource_request` or `resource_limits`",
        ),
        Told(
            "preflight-quota-update",
            "warning",
            "A rolling update that starts a pod before it ends one waits in vain where the quota has no room for it.",
            "have the quota raised, or let the update end a pod first",
        ),
        Told(
            "preflight-limits",
            "error",
            "A pod or a claim outside the limits of its namespace is refused.",
            "stay within the limits, or have them changed",
        ),
        Told(
            "preflight-missing",
            "error",
            "A pod that refers to what is not there never starts.",
            "make it before the deploy",
        ),
        Told(
            "preflight-missing-key",
            "error",
            "A pod that refers to a key that is not there never starts.",
            "add the key before the deploy",
        ),
        Told(
            "preflight-missing-later",
            "warning",
            "The pods start without it, but something does not work until it is there.",
            "make it, or leave it out",
        ),
        Told(
            "preflight-class",
            "error",
            "Kubernetes refuses pods of a priority that it does not know, and never binds a claim of an unknown class.",
            "make the class, or name one that is there",
        ),
        Told(
            "preflight-storage",
            "warning",
            "A claim that names no class is never bound where the cluster has no class for such claims.",
            "name a class that is there",
        ),
        Told(
            "preflight-route",
            "warning",
            "A route whose class or gateway is not there leads nowhere.",
            "install what serves it, or name what is there",
        ),
        Told(
            "preflight-unread",
            "info",
            "What may not be read cannot be checked.",
            "look yourself, or deploy as somebody who may",
        ),
        Told(
            "preflight-refused",
            "error",
            "The API server refuses the object, as it would in the deploy.",
            "correct what it names",
        ),
        Told(
            "preflight-warned",
            "warning",
            "What the API server warns of now it may refuse another time.",
            "change what it names",
        ),
        Told(
            "preflight-conflict",
            "warning",
            "Helm 4 does not change a field that somebody else has set.",
            "leave the field out of the values, or take it back from who has set it",
        ),
        Told(
            "preflight-not-sent",
            "info",
            "What the deploy itself makes cannot be relied on before.",
            "nothing: the deploy comes to it",
        ),
    ),
)
"""Every rule: its id, how bad it is, why, and what to do."""

RULES: Mapping[str, Told] = {rule.id: rule for rule in FAMILY.told}
"""Each by its id."""
