"""Service account: as whom the pods speak to Kubernetes and to the cloud."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Annotations, Fault, Fields, Flag, ObjectName, pattern, present
from chartgen.model import Values

_AWS = r"arn:aws[-a-z]*:iam::[0-9]{12}:role/[-\w+=,.@/]+"
_GCP = r"[a-z][-a-z0-9]*@[a-z0-9][-a-z0-9.]*\.gserviceaccount\.com"
_AZURE = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"


class CloudRoleFields(Fields):
    """What the pods may do in the cloud, by the role of one. EKS Pod Identity needs nothing here."""

    aws: Annotated[str, pattern(_AWS, "the ARN of an IAM role, `arn:aws:iam::123456789012:role/shop`")] | None = Field(
        None, description="The ARN of the IAM role on EKS.", examples=["arn:aws:iam::123456789012:role/shop"]
    )
    gcp: (
        Annotated[str, pattern(_GCP, "a service account of Google Cloud, `shop@project.iam.gserviceaccount.com`")]
        | None
    ) = Field(None, description="The Google service account on GKE.", examples=["shop@project.iam.gserviceaccount.com"])
    azure: Annotated[str, pattern(_AZURE, "a client id of Azure: a UUID")] | None = Field(
        None,
        description="The client id of the managed identity on AKS; the pods get the label that it asks for.",
        examples=["11111111-2222-3333-4444-555555555555"],
    )


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
    cloud_role: CloudRoleFields | None = Field(
        None,
        description="The cloud role of the pods, which their environment mostly says.",
        examples=[{"aws": "arn:aws:iam::123456789012:role/shop-{environment}"}],
    )
    mount_service_account_token: Flag | None = Field(
        None,
        description="`true` mounts the token with which the pod may speak to the Kubernetes API. Unless said, only "
        "`rbac` mounts it.",
    )


def faults(fields: ServiceAccountFields, context: Context) -> Iterable[Fault]:
    """Annotations for an account that is not ours to write."""
    if fields.service_account is None:
        return
    message = "goes with an account of the service's own only, and `service_account` names another"
    if present(fields.service_account_annotations):
        yield Fault(("service_account_annotations",), message, hint="remove one of the two")
    if fields.cloud_role is not None and _roles(fields.cloud_role):
        yield Fault(("cloud_role",), message, hint="remove one of the two")


def values(fields: ServiceAccountFields, context: Context) -> Values:
    """`serviceAccount`."""
    account = {
        "create": False if fields.service_account is not None else None,
        "name": fields.service_account,
        "annotations": present(fields.service_account_annotations),
        "cloudRole": _roles(fields.cloud_role or CloudRoleFields()),
        "automount": fields.mount_service_account_token,
    }
    return tidy({"serviceAccount": tidy(account)})


def _roles(role: CloudRoleFields) -> Values:
    return tidy({"aws": role.aws, "gcp": role.gcp, "azure": role.azure})


CONCERN = Concern("service_account", "Service account", ServiceAccountFields, values, faults=faults, level="pod")
