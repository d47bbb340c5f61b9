"""What a pod may do to the cluster: its token, and the roles bound to it."""

from __future__ import annotations

from collections.abc import Iterator

from chartgen.checks.component import of_pod
from chartgen.checks.objects import Objects, Workload
from chartgen.checks.rule import Family, Hit, Rule
from chartgen.compare.manifests.reading import name_of, part, parts

_ROLES = ("Role", "ClusterRole")
_BINDINGS = ("RoleBinding", "ClusterRoleBinding")
_WIDE = ("verbs", "resources", "apiGroups")
_ADMIN = "cluster-admin"


def token_mounted(workload: Workload) -> Iterator[Hit]:
    """Kubernetes mounts it unless the pod or its ServiceAccount says no; a `true` on the pod was asked for."""
    if workload.pod.get("automountServiceAccountToken") is None:
        name = workload.pod.get("serviceAccountName") or "default"
        for account in workload.objects.kind("ServiceAccount"):
            if name_of(account) == name:
                if account.object.get("automountServiceAccountToken") is not None:
                    return
                break
        message = "mounts the ServiceAccount's token, though nobody asked for it"
        yield of_pod(workload, message, "automountServiceAccountToken", values=("serviceAccount", "automount"))


def rbac_wildcard(objects: Objects) -> Iterator[Hit]:
    """Every verb, resource or API group there is, and there will be."""
    for kind in _ROLES:
        for manifest in objects.kind(kind):
            for index, rule in enumerate(parts(manifest.object, "rules")):
                for field in _WIDE:
                    if "*" in (rule.get(field) or ()):
                        yield Hit(f"has `*` among its {field}", manifest, ("rules", index, field))


def cluster_admin(objects: Objects) -> Iterator[Hit]:
    """The role that may do everything, given to a ServiceAccount or anyone else."""
    for kind in _BINDINGS:
        for manifest in objects.kind(kind):
            if part(manifest.object, "roleRef", "name") == _ADMIN:
                yield Hit(f"binds {_ADMIN}, which may do everything", manifest, ("roleRef", "name"))


FAMILY = Family(
    "access",
    "Access",
    workloads=(
        Rule(
            "token-mounted",
            "warning",
            "Who gets into the container can use its token; most services never talk to Kubernetes.",
            "set `mount_service_account_token` to what the service needs",
            token_mounted,
        ),
    ),
    releases=(
        Rule(
            "rbac-wildcard",
            "error",
            "A wildcard grants what nobody thought of, and what is added later.",
            "name the verbs, resources and API groups that are needed",
            rbac_wildcard,
        ),
        Rule(
            "cluster-admin",
            "error",
            "A service that may do everything is the way to do anything.",
            "bind a role with what is needed",
            cluster_admin,
        ),
    ),
)
