"""Labels and annotations: what others know the objects by."""

from __future__ import annotations

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Annotations, Fields, Labels, present
from chartgen.model import Values


class LabelsFields(Fields):
    """Labels and annotations."""

    labels: Labels | None = Field(None, description="Labels of every object.", examples=[{"owner": "shop-team"}])
    annotations: Annotations | None = Field(None, description="Annotations of every object.")
    pod_labels: Labels | None = Field(None, description="Labels of the pods alone.")
    pod_annotations: Annotations | None = Field(
        None, description="Annotations of the pods alone.", examples=[{"sidecar.istio.io/inject": "false"}]
    )


def values(fields: LabelsFields, context: Context) -> Values:
    """`labels` (with the project, the environment and the region), `annotations`, `podLabels`, `podAnnotations`."""
    place = {
        "app.kubernetes.io/part-of": context.project,
        "environment": context.environment,
        "region": context.region,
    }
    return tidy(
        {
            "labels": present(place | (fields.labels or {})),
            "annotations": present(fields.annotations),
            "podLabels": present(fields.pod_labels),
            "podAnnotations": present(fields.pod_annotations),
        }
    )


CONCERN = Concern("labels", "Labels and annotations", LabelsFields, values, level="pod")
