"""What a container may do, and what it must not be given. After the Pod Security Standards, level `restricted`."""

from __future__ import annotations

from collections.abc import Iterator

from chartgen.checks.component import of_container, of_pod
from chartgen.checks.objects import Container, Workload
from chartgen.checks.rule import Family, Hit, Rule

_HARMLESS = frozenset({"NET_BIND_SERVICE"})
"""The one capability that may be added. Source: Pod Security Standards, "Restricted"."""

_HOST = {"hostNetwork": "network", "hostPID": "processes", "hostIPC": "inter-process communication"}
_WINDOWS = "windows"


def may_run_as_root(container: Container) -> Iterator[Hit]:
    """`runAsNonRoot` on the container or the pod, and no user 0."""
    pod = container.workload.pod.get("securityContext") or {}
    own = container.security
    user = own.get("runAsUser", pod.get("runAsUser"))
    if user == 0:
        key = "securityContext" if own.get("runAsUser") == 0 else "podSecurityContext"
        yield of_container(container, "runs as root, user 0", "securityContext", "runAsUser", values=(key, "runAsUser"))
    elif not _first(own.get("runAsNonRoot"), pod.get("runAsNonRoot")):
        key = "securityContext" if own.get("runAsNonRoot") is not None else "podSecurityContext"
        path = ("securityContext", "runAsNonRoot")
        yield of_container(container, "may run as root", *path, values=(key, "runAsNonRoot"))


def _first(own: object, pods: object) -> object:
    return pods if own is None else own


def privilege_escalation(container: Container) -> Iterator[Hit]:
    """Allowed unless it is forbidden."""
    if container.security.get("allowPrivilegeEscalation") is not False:
        path = ("securityContext", "allowPrivilegeEscalation")
        yield of_container(container, "may get more privileges than its parent", *path, values=path)


def capabilities_kept(container: Container) -> Iterator[Hit]:
    """A container has some fourteen capabilities unless all are dropped."""
    dropped = (container.security.get("capabilities") or {}).get("drop") or ()
    if "ALL" not in dropped:
        path = ("securityContext", "capabilities", "drop")
        yield of_container(container, "does not drop all capabilities", *path, values=path)


def capabilities_added(container: Container) -> Iterator[Hit]:
    """All but the one that lets a server listen below port 1024."""
    added = (container.security.get("capabilities") or {}).get("add")
    if added and not _HARMLESS.issuperset(added):
        path = ("securityContext", "capabilities", "add")
        names = ", ".join(name for name in added if name not in _HARMLESS)
        yield of_container(container, f"adds capabilities: {names}", *path, values=path)


def no_seccomp_profile(container: Container) -> Iterator[Hit]:
    """On the container, else on the pod."""
    profile = container.security.get("seccompProfile")
    if profile is None:
        profile = (container.workload.pod.get("securityContext") or {}).get("seccompProfile")
    kind = (profile or {}).get("type")
    if kind not in ("RuntimeDefault", "Localhost") and not _is_windows(container.workload):
        what = "has no seccomp profile" if kind is None else f"has the seccomp profile {kind}"
        path = ("securityContext", "seccompProfile")
        yield of_container(container, what, *path, values=("podSecurityContext", "seccompProfile"))


def _is_windows(workload: Workload) -> bool:
    return (workload.pod.get("os") or {}).get("name") == _WINDOWS


def writable_root(container: Container) -> Iterator[Hit]:
    """What can write to its own file system can change its own program."""
    if container.security.get("readOnlyRootFilesystem") is not True:
        path = ("securityContext", "readOnlyRootFilesystem")
        yield of_container(container, "may write to its own file system", *path, values=path)


def privileged(container: Container) -> Iterator[Hit]:
    """The node's own rights."""
    if container.security.get("privileged"):
        path = ("securityContext", "privileged")
        yield of_container(container, "is privileged", *path, values=path)


def host_namespace(workload: Workload) -> Iterator[Hit]:
    """The node's network, processes, or inter-process communication."""
    pod = workload.pod
    for key, what in _HOST.items():
        if pod.get(key):
            yield of_pod(workload, f"shares the node's {what}", key, values=(key,))


def host_port(container: Container) -> Iterator[Hit]:
    """A port of the node itself."""
    for index, port in enumerate(container.data.get("ports") or ()):
        if port.get("hostPort"):
            message = f"takes port {port['hostPort']} of the node"
            values = ("ports", str(port.get("name")), "hostPort")
            yield of_container(container, message, "ports", index, "hostPort", values=values)


def host_path(workload: Workload) -> Iterator[Hit]:
    """A directory of the node."""
    for index, volume in enumerate(workload.pod.get("volumes") or ()):
        path = volume.get("hostPath")
        if path:
            message = f"the volume `{volume.get('name')}` is {path.get('path')} of the node"
            yield of_pod(workload, message, "volumes", index, values=("volumes", str(volume.get("name"))))


def localhost_seccomp_without_profile(container: Container) -> Iterator[Hit]:
    """`Localhost` names a file, any other type none. Source: Kubernetes, `validateSeccompProfileField`."""
    for place, context in (("container", container.security), ("pod", container.workload.pod.get("securityContext"))):
        profile = (context or {}).get("seccompProfile") or {}
        if profile.get("type") == "Localhost" and not profile.get("localhostProfile"):
            message = f"the seccomp profile of the {place} is Localhost, but names no file"
            values = ("podSecurityContext", "seccompProfile", "localhostProfile")
            hit = of_container(container, "", "securityContext", "seccompProfile", values=values)
            yield Hit(message, hit.manifest, hit.path, hit.values)


FAMILY = Family(
    "security",
    "Security",
    containers=(
        Rule(
            "may-run-as-root",
            "error",
            "Root in a container is root on the node once it breaks out.",
            "remove `run_as_non_root: false`, and name another user in `run_as_user` than 0",
            may_run_as_root,
        ),
        Rule(
            "privilege-escalation",
            "error",
            "A program with setuid gives whoever gets in more rights than the service has.",
            "remove `allow_privilege_escalation: true`",
            privilege_escalation,
        ),
        Rule(
            "capabilities-kept",
            "error",
            "A service needs none of the capabilities that a container has by default.",
            "leave `securityContext.capabilities.drop` at `[ALL]`, and add what is needed with `add_capabilities`",
            capabilities_kept,
        ),
        Rule(
            "capabilities-added",
            "warning",
            "Most capabilities lead to root by some way.",
            "remove them from `add_capabilities`",
            capabilities_added,
        ),
        Rule(
            "no-seccomp-profile",
            "warning",
            "Without a seccomp profile a container may make every system call there is.",
            "leave `podSecurityContext.seccompProfile` at `RuntimeDefault`",
            no_seccomp_profile,
        ),
        Rule(
            "localhost-seccomp-without-profile",
            "error",
            "An API server refuses a Localhost profile without its file.",
            "name the file in `podSecurityContext.seccompProfile.localhostProfile`, or use `RuntimeDefault`",
            localhost_seccomp_without_profile,
        ),
        Rule(
            "writable-root",
            "warning",
            "Who gets in can change the program itself, and hide there.",
            "remove `read_only_root_filesystem: false`, and give what is written to a volume of `volumes`",
            writable_root,
        ),
        Rule(
            "privileged",
            "error",
            "A privileged container is the node.",
            "remove `privileged: true`, and add the capability that is needed with `add_capabilities`",
            privileged,
        ),
        Rule(
            "host-port",
            "warning",
            "A port of the node goes around Services and policies, and lets one such pod run on a node.",
            "remove the port's `hostPort`; a Service reaches it all the same",
            host_port,
        ),
    ),
    workloads=(
        Rule(
            "host-namespace",
            "error",
            "A pod in the node's namespaces sees and reaches what all others do there.",
            "remove it",
            host_namespace,
        ),
        Rule(
            "host-path",
            "error",
            "A directory of the node is open to the pod, and a way to the node.",
            "use a claim or an `emptyDir` in `volumes`",
            host_path,
        ),
    ),
)
