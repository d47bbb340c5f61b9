"""Security: as whom the container runs, and what it may do."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Fault, Fields, Flag, Items, integer, matching, quoted, text, wrong
from chartgen.model import Values

_NAME = "[A-Z][A-Z_]*"
_PREFIX = "CAP_"


def _capability(name: str) -> str:
    matching(_NAME, "the name of a capability, `NET_BIND_SERVICE`")(name)
    if name.startswith(_PREFIX):
        raise wrong(f"is {quoted(name)}", f"the name as Kubernetes has it, without `{_PREFIX}`")
    return name


_Capability = Annotated[str, text(_capability, type="string", pattern=f"^{_NAME}$")]


class SecurityFields(Fields):
    """The security contexts. Without any of these: no root, no privileges, a read-only file system."""

    run_as_user: Annotated[int, integer(0)] | None = Field(
        None, description="The user id; else the image's own, which must not be root.", examples=[1000]
    )
    run_as_group: Annotated[int, integer(0)] | None = Field(None, description="The group id.", examples=[1000])
    fs_group: Annotated[int, integer(0)] | None = Field(
        None, description="The group that owns the volumes.", examples=[1000]
    )
    run_as_non_root: Flag | None = Field(None, description="`false` lets the container run as root.")
    read_only_root_filesystem: Flag | None = Field(
        None, description="`false` lets the container write to its own file system; better are `volumes`."
    )
    allow_privilege_escalation: Flag | None = Field(
        None, description="`true` lets a process get more rights than its parent."
    )
    privileged: Flag | None = Field(None, description="`true` gives the container the rights of the node.")
    add_capabilities: Annotated[list[_Capability], Items] | None = Field(
        None, description="Linux capabilities to add; all are dropped.", examples=[["NET_BIND_SERVICE"]]
    )


def faults(fields: SecurityFields, context: Context) -> Iterable[Fault]:
    """What cannot run, or what Kubernetes refuses."""
    if fields.run_as_user == 0 and fields.run_as_non_root in (None, True):
        hint = "add `run_as_non_root: false`, or name another user"
        yield Fault(("run_as_user",), "is 0, which is root, and the container must not run as root", hint=hint)
    if fields.privileged and fields.allow_privilege_escalation is not None and not fields.allow_privilege_escalation:
        message = "is false beside `privileged`, which needs it"
        yield Fault(("allow_privilege_escalation",), message, "true", "remove one of the two")


def values(fields: SecurityFields, context: Context) -> Values:
    """`podSecurityContext` and `securityContext`."""
    pod = {
        "runAsUser": fields.run_as_user,
        "runAsGroup": fields.run_as_group,
        "fsGroup": fields.fs_group,
        "runAsNonRoot": fields.run_as_non_root,
    }
    container = {
        "readOnlyRootFilesystem": fields.read_only_root_filesystem,
        "allowPrivilegeEscalation": True if fields.privileged else fields.allow_privilege_escalation,
        "privileged": fields.privileged,
        "capabilities": {"add": fields.add_capabilities} if fields.add_capabilities else None,
    }
    return tidy({"podSecurityContext": tidy(pod), "securityContext": tidy(container)})


CONCERN = Concern("security", "Security", SecurityFields, values, faults=faults, level="pod")
