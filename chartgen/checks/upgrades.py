"""What an upgrade cannot do in place, told before it fails: an object as it was committed beside what it is now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chartgen.checks.objects import Objects
from chartgen.checks.rule import Change, Family, Hit, Rule
from chartgen.compare.manifests import immutable
from chartgen.compare.manifests.reading import identity, is_hook, is_kept, name_of
from chartgen.compare.manifests.workloads import SERVING
from chartgen.model import Manifest, Path

_VALUES: Mapping[str, tuple[Path, ...]] = {
    "StatefulSet": (("claimTemplates",), ("volumeClaimTemplates",), ("statefulSet",)),
    "Job": (("image",),),
    "Service": (("service",),),
}


def immutable_field_changed(change: Change) -> Iterator[Hit]:
    """Helm would try, and the API server refuse."""
    before = _by_identity(change.old)
    for manifest in change.new.manifests:
        old = before.get(identity(manifest))
        if old is not None and old.object != manifest.object and not is_hook(manifest):
            for path in immutable.changed(old, manifest):
                kind = str(manifest.object["kind"])
                message = f"changes {'.'.join(map(str, path))}, which cannot change in place"
                yield Hit(message, manifest, path, _VALUES.get(kind, ()), immutable.remedy(manifest))


def workload_kind_changed(change: Change) -> Iterator[Hit]:
    """Helm deletes the one and makes the other: no pod is left meanwhile, and claims do not move along."""
    old = {name_of(each.manifest): each for each in change.old.workloads if each.kind in SERVING}
    now = {(each.kind, name_of(each.manifest)) for each in change.new.workloads}
    for workload in change.new.workloads:
        before = old.get(name_of(workload.manifest))
        gone = before is not None and (before.kind, name_of(before.manifest)) not in now
        if before is not None and gone and workload.kind in SERVING:
            message = f"was a {before.kind}, which is deleted with its pods before this one has any"
            yield Hit(message, workload.manifest, ("kind",), (("kind",),))


def claim_removed(change: Change) -> Iterator[Hit]:
    """Helm deletes the claim, and with it most often the data."""
    now = {identity(manifest) for manifest in change.new.manifests}
    for manifest in change.old.kind("PersistentVolumeClaim"):
        if identity(manifest) not in now and not is_kept(manifest):
            yield Hit("is gone: Helm deletes it, and its data with it", manifest, (), (("volumes",),))


def _by_identity(objects: Objects) -> dict[tuple[str, ...], Manifest]:
    return {identity(manifest): manifest for manifest in objects.manifests}


FAMILY = Family(
    "upgrades",
    "Upgrades",
    changes=(
        Rule(
            "immutable-field-changed",
            "error",
            "An API server refuses to change the field, so that the upgrade fails.",
            "take the change back, or delete the object first",
            immutable_field_changed,
        ),
        Rule(
            "workload-kind-changed",
            "warning",
            "Between the workload that goes and the one that comes there is none.",
            "deploy when nobody minds, or give the new one another name first",
            workload_kind_changed,
        ),
        Rule(
            "claim-removed",
            "error",
            "A claim that goes takes its data along, unless it is kept.",
            "keep it: annotate it with `helm.sh/resource-policy: keep` first, and deploy that",
            claim_removed,
        ),
    ),
)
