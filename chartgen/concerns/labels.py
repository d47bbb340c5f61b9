"""Labels and annotations: what others know the objects by."""

from __future__ import annotations

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Annotations, Fields, Labels, present
from chartgen.model import Values


class LabelsFields(Fields):
    """Labels and annotations."""

    labels: Labels | None = Field(
        None, description="Labels of every object and pod.", examples=[{"owner": "shop-team"}]
    )
    annotations: Annotations | None = Field(
        None,
        description="Annotations of every object but the pods: what changes with each build restarts nothing here.",
        examples=[{"example.com/git-hash": "4f2c1d9", "example.com/pull-request": "87"}],
    )
    pod_labels: Labels | None = Field(None, description="Labels of the pods alone.")
    pod_annotations: Annotations | None = Field(
        None, description="Annotations of the pods alone.", examples=[{"sidecar.istio.io/inject": "false"}]
    )


def values(fields: LabelsFields, context: Context) -> Values:
    """`labels` (with where the service belongs and where it runs), `annotations`, `podLabels`, `podAnnotations`.

    Source of the names: Kubernetes, "Recommended Labels". None of them selects pods, and none changes with a version.
    """
    place: dict[str, str | None] = {
        "app.kubernetes.io/part-of": context.project,
        "app.kubernetes.io/component": context.service,
        "environment": context.environment,
        "region": context.region,
    }
    if context.part is not None:  # it has those of the service
        place = {}
    return tidy(
        {
            "labels": present(place | (fields.labels or {})),
            "annotations": present(fields.annotations),
            "podLabels": present(fields.pod_labels),
            "podAnnotations": present(fields.pod_annotations),
        }
    )


CONCERN = Concern("labels", "Labels and annotations", LabelsFields, values, level="pod")
