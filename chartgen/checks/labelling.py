"""Labels and namespaces: what tells objects, teams and environments apart."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from chartgen.checks.objects import CLUSTER_WIDE, Objects, labels_of
from chartgen.checks.rule import Family, Hit, Rule
from chartgen.compare.manifests.reading import namespace_of
from chartgen.model import Manifest, Release

_TECHNICAL = ("app.kubernetes.io/name", "app.kubernetes.io/instance", "app.kubernetes.io/managed-by")
"""Source: Kubernetes, "Recommended Labels"."""

_OURS = frozenset({"app.kubernetes.io/part-of", "environment", "region"})
"""The labels that chartgen itself puts on every object: they say nothing of the business."""

_DEFAULT = "default"


def missing_technical_labels(objects: Objects) -> Iterator[Hit]:
    """Those that Kubernetes recommends, as far as tools go by them."""
    for label in _TECHNICAL:
        yield from _without(objects, label)


def missing_business_labels(objects: Objects) -> Iterator[Hit]:
    """Those that the project asks for, or any at all."""
    release = objects.release
    for label in release.checks.required_labels:
        for hit in _without(objects, label):
            yield Hit(hit.message, hit.manifest, hit.path, (("labels",),), f"add `labels: {{{label}: …}}`")
    if not release.checks.required_labels and not any(map(_is_labelled, objects.manifests)):
        yield Hit("no object says who it belongs to", where=release.checks.project)


def _is_labelled(manifest: Manifest) -> bool:
    """Whether an object has a label that nobody but the project can have given it."""
    labels = labels_of(manifest)
    return any(label not in _OURS and not label.startswith(("app.kubernetes.io/", "helm.sh/")) for label in labels)


def _without(objects: Objects, label: str) -> Iterator[Hit]:
    """One hit for all objects of the release that lack a label."""
    lacking = [each for each in objects.manifests if not labels_of(each).get(label)]
    if lacking:
        some = "the object" if len(lacking) == 1 else f"{len(lacking)} objects"
        yield Hit(f"{some} of the release without the label `{label}`", lacking[0], ("metadata", "labels"))


def default_namespace(objects: Objects) -> Iterator[Hit]:
    """What a namespace is for, quotas, access and network policy, `default` has for nobody."""
    for manifest in objects.manifests:
        if manifest.object["kind"] not in CLUSTER_WIDE and namespace_of(manifest) == _DEFAULT:
            yield Hit(
                "stands in the namespace `default`",
                manifest,
                ("metadata", "namespace"),
                where=objects.release.checks.environment,
            )
            return


def shared_namespace(releases: Sequence[Release]) -> Iterator[Hit]:
    """Two environments of one cluster in one namespace: each may break the other."""
    owners: dict[tuple[str | None, str], str] = {}
    told: set[tuple[str | None, str]] = set()
    for release in releases:
        place = release.kube_context, release.namespace
        owner = owners.setdefault(place, release.environment)
        if owner != release.environment and release.namespace != _DEFAULT and place not in told:
            told.add(place)
            cluster = f" of {release.kube_context}" if release.kube_context else ""
            message = f"{owner} and {release.environment} share the namespace `{release.namespace}`{cluster}"
            yield Hit(message, where=release.checks.environment)


FAMILY = Family(
    "labelling",
    "Labels and namespaces",
    releases=(
        Rule(
            "missing-technical-labels",
            "warning",
            "Tools find what belongs together by the labels that Kubernetes recommends.",
            "give every object of the chart `app.kubernetes.io/name`, `instance` and `managed-by`",
            missing_technical_labels,
        ),
        Rule(
            "missing-business-labels",
            "warning",
            "When something breaks or costs too much, nobody knows whose it is.",
            "add `labels: {owner: …}` to the project",
            missing_business_labels,
        ),
        Rule(
            "default-namespace",
            "error",
            "In the namespace `default` everything meets everything, without quota or policy.",
            "give the project a namespace of its own, `namespace: apps-{project}-{environment}`",
            default_namespace,
        ),
    ),
    all_releases=(
        Rule(
            "shared-namespace",
            "warning",
            "Environments in one namespace share its quota, its Secrets and its mistakes.",
            "put `{environment}` into `namespace`, or give the environments different clusters",
            shared_namespace,
        ),
    ),
)
