"""Security: as whom the container runs, and what it may do."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Fields, Flag, Texts, integer
from chartgen.model import Values


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
    add_capabilities: Texts | None = Field(
        None, description="Linux capabilities to add; all are dropped.", examples=[["NET_BIND_SERVICE"]]
    )


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
        "allowPrivilegeEscalation": fields.allow_privilege_escalation,
        "privileged": fields.privileged,
        "capabilities": {"add": fields.add_capabilities} if fields.add_capabilities else None,
    }
    return tidy({"podSecurityContext": tidy(pod), "securityContext": tidy(container)})


CONCERN = Concern("security", "Security", SecurityFields, values)
