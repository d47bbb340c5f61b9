"""Whether the cluster serves the kinds of all objects. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from chartgen import yamlio
from chartgen.checks import kubernetes_data
from chartgen.checks.kubernetes_kinds import Kinds
from chartgen.cluster.preflight.rules import found
from chartgen.cluster.preflight.scene import Scene
from chartgen.cluster.preflight.task import Task
from chartgen.compare.manifests.reading import group_of, kind_of, part
from chartgen.errors import InputError
from chartgen.model import Chart, Finding, Manifest

_PROJECTS: Mapping[str, tuple[str, str]] = {
    "argoproj.io": ("Argo", "https://argoproj.github.io"),
    "autoscaling.k8s.io": ("the Vertical Pod Autoscaler", "https://github.com/kubernetes/autoscaler"),
    "bitnami.com": ("Sealed Secrets", "https://github.com/bitnami-labs/sealed-secrets"),
    "cert-manager.io": ("cert-manager", "https://cert-manager.io/docs/installation"),
    "cilium.io": ("Cilium", "https://docs.cilium.io"),
    "external-secrets.io": ("External Secrets", "https://external-secrets.io"),
    "gateway.networking.k8s.io": ("the Gateway API", "https://gateway-api.sigs.k8s.io/guides"),
    "keda.sh": ("KEDA", "https://keda.sh/docs/latest/deploy"),
    "kyverno.io": ("Kyverno", "https://kyverno.io/docs/installation"),
    "monitoring.coreos.com": ("the Prometheus operator", "https://prometheus-operator.dev"),
    "networking.istio.io": ("Istio", "https://istio.io/latest/docs/setup"),
    "projectcontour.io": ("Contour", "https://projectcontour.io"),
    "secrets-store.csi.x-k8s.io": ("the Secrets Store CSI driver", "https://secrets-store-csi-driver.sigs.k8s.io"),
    "security.istio.io": ("Istio", "https://istio.io/latest/docs/setup"),
    "snapshot.storage.k8s.io": ("the CSI snapshotter", "https://github.com/kubernetes-csi/external-snapshotter"),
    "traefik.io": ("Traefik", "https://doc.traefik.io/traefik"),
}
"""Which project brings the definitions of a group, and where it tells how."""

_DEFINITION = "CustomResourceDefinition"

Kind = tuple[str, str]
"""Group and kind."""


def check(task: Task, scene: Scene) -> Iterator[Finding]:
    """Each kind is told once."""
    missing: dict[tuple[str, str], list[Manifest]] = {}
    for manifest in task.manifests:
        name = (str(manifest.object.get("apiVersion")), kind_of(manifest))
        if name not in scene.resources and not comes_before(task, manifest):
            missing.setdefault(name, []).append(manifest)
    for name, manifests in missing.items():
        message, remedy = _explained(*name, manifests[0], task, scene)
        more = f" ({len(manifests)} objects need it)" if len(manifests) > 1 else ""
        yield found("preflight-kind", message + more, manifests[0], path=("apiVersion",), remedy=remedy)


def comes_before(task: Task, manifest: Manifest) -> bool:
    """Whether the deploy itself brings the definition of an object's kind before the object.

    Helm installs what stands in a chart's `crds` first; a definition among a release's own templates is too late for
    it.
    """
    kind = (group_of(manifest), kind_of(manifest))
    if kind in brought(task.charts.get(manifest.release.chart)):
        return True
    return any(
        kind_of(each) == _DEFINITION and _defined(each.object) == kind and each.release is not manifest.release
        for each in task.manifests
    )


def brought(chart: Chart | None) -> frozenset[Kind]:
    """The kinds whose definitions a chart has in `crds`."""
    files = chart.files if chart else {}
    return frozenset(
        _defined(document)
        for path, content in files.items()
        if path.startswith("crds/")
        for document in _documents(content)
        if part(document, "kind") == _DEFINITION
    )


def _documents(content: bytes) -> Iterable[object]:
    try:
        return yamlio.load_all(content)
    except InputError:  # stricter than Helm
        return ()


def _defined(definition: object) -> Kind:
    return str(part(definition, "spec", "group")), str(part(definition, "spec", "names", "kind"))


def _explained(api_version: str, kind: str, manifest: Manifest, task: Task, scene: Scene) -> tuple[str, str]:
    """What to say of a kind that is not served, and what to do."""
    minor = ".".join(scene.version.removeprefix("v").split(".")[:2])
    kinds = Kinds(minor, kubernetes_data.served())
    if not kinds.is_foreign(api_version):
        refusal = kinds.refusal(api_version, kind)
        return refusal.message, refusal.hint or "write it in a version that is served"
    group = group_of(manifest)
    served = [each for each, other in scene.resources if other == kind and each.rpartition("/")[0] == group]
    project, address = _PROJECTS.get(group, ("", ""))
    if served:
        newer = f"bring {project or 'its project'} to a version that serves it"
        return (
            f"the cluster serves `{kind}` as {' and '.join(served)}, not as {api_version}",
            f"write it so, or {newer}",
        )
    message = f"the cluster does not know the kind `{kind}` of {api_version}"
    if (group, kind) in {_defined(each.object) for each in task.manifests if kind_of(each) == _DEFINITION}:
        return (
            f"{message}, whose definition is among the release's own templates",
            "put it in the chart's `crds` folder",
        )
    install = f"install {project} ({address})" if project else f"install what defines `{kind}` in the group {group}"
    return f"{message}: its definition is not installed", f"{install}, or leave the object out"
