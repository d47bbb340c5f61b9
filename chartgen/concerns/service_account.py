"""Service account: as whom the pods speak to Kubernetes and to the cloud."""

from __future__ import annotations

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Fields, Flag, Text, TextMap, present
from chartgen.model import Values


class ServiceAccountFields(Fields):
    """The service account."""

    service_account: Text | None = Field(
        None,
        description="An existing ServiceAccount to use; else the service gets one of its own name.",
        examples=["shared-account"],
    )
    service_account_annotations: TextMap | None = Field(
        None, description="Annotations of the ServiceAccount.", examples=[{"eks.amazonaws.com/role-arn": "arn:…"}]
    )
    mount_service_account_token: Flag | None = Field(
        None, description="`true` mounts the token with which the pod may speak to the Kubernetes API."
    )


def values(fields: ServiceAccountFields, context: Context) -> Values:
    """`serviceAccount`."""
    account = {
        "create": False if fields.service_account is not None else None,
        "name": fields.service_account,
        "annotations": present(fields.service_account_annotations or {}),
        "automount": fields.mount_service_account_token,
    }
    return tidy({"serviceAccount": tidy(account)})


CONCERN = Concern("service_account", "Service account", ServiceAccountFields, values)
