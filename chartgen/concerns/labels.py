"""Labels and annotations: what others know the objects by."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import Fault, Fields, TextMap, present
from chartgen.model import Values

_NAME = r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)"
_KEY = re.compile(rf"([a-z0-9]([-a-z0-9.]{{0,251}}[a-z0-9])?/)?{_NAME}")
_VALUE = re.compile(rf"{_NAME}?")
_RESERVED = ("app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/managed-by", "helm.sh/chart")


class LabelsFields(Fields):
    """Labels and annotations."""

    labels: TextMap | None = Field(None, description="Labels of every object.", examples=[{"owner": "shop-team"}])
    annotations: TextMap | None = Field(None, description="Annotations of every object.")
    pod_labels: TextMap | None = Field(None, description="Labels of the pods alone.")
    pod_annotations: TextMap | None = Field(
        None, description="Annotations of the pods alone.", examples=[{"sidecar.istio.io/inject": "false"}]
    )


def faults(fields: LabelsFields, context: Context) -> Iterable[Fault]:
    """Keys and values that Kubernetes refuses. Source: Kubernetes, "Labels and Selectors"."""
    for field in ("labels", "pod_labels", "annotations", "pod_annotations"):
        entries: Mapping[str, str] = present(getattr(fields, field) or {})
        for key, value in entries.items():
            if not _KEY.fullmatch(key):
                yield Fault((field, key), "is no key of a label", "`name` or `prefix/name`")
            if "labels" in field and not _VALUE.fullmatch(value):
                expected = "at most 63 letters, digits, `-`, `_` and `.`, a letter or digit at both ends"
                yield Fault((field, key), f'is "{value}"', expected)
            if "labels" in field and key in _RESERVED:
                yield Fault((field, key), "is set by the chart, which selects pods by it", hint="remove it")


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
            "annotations": present(fields.annotations or {}),
            "podLabels": present(fields.pod_labels or {}),
            "podAnnotations": present(fields.pod_annotations or {}),
        }
    )


CONCERN = Concern("labels", "Labels and annotations", LabelsFields, values, faults=faults)
