"""Service account: as whom the pods speak to Kubernetes and to the cloud."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Annotations, Fault, Fields, Flag, ObjectName, present
from chartgen.model import Values


class ServiceAccountFields(Fields):
    """The service account."""

    service_account: ObjectName | None = Field(
        None,
        description="An existing ServiceAccount to use; else the service gets one of its own name.",
        examples=["shared-account"],
    )
    service_account_annotations: Annotations | None = Field(
        None, description="Annotations of the ServiceAccount.", examples=[{"eks.amazonaws.com/role-arn": "arn:…"}]
    )
    mount_service_account_token: Flag | None = Field(
        None, description="`true` mounts the token with which the pod may speak to the Kubernetes API."
    )


def faults(fields: ServiceAccountFields, context: Context) -> Iterable[Fault]:
    """Annotations for an account that is not ours to write."""
    if fields.service_account is not None and present(fields.service_account_annotations):
        message = "goes with an account of the service's own only, and `service_account` names another"
        yield Fault(("service_account_annotations",), message, hint="remove one of the two")


def values(fields: ServiceAccountFields, context: Context) -> Values:
    """`serviceAccount`."""
    account = {
        "create": False if fields.service_account is not None else None,
        "name": fields.service_account,
        "annotations": present(fields.service_account_annotations),
        "automount": fields.mount_service_account_token,
    }
    return tidy({"serviceAccount": tidy(account)})


CONCERN = Concern("service_account", "Service account", ServiceAccountFields, values, faults=faults)
