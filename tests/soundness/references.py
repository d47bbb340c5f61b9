"""References: what a release would make itself is there, and has the key or the port that is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tests.soundness.scene import Object, Pod, Scene

_BY_HAND = "-secrets"
"""The end of the name of a service's Secret, which is set before the deploy; nothing of it stands in values."""
_CLUSTER_ISSUED = ("cert-manager.io/issuer", "cert-manager.io/cluster-issuer")


def faults(scene: Scene) -> Iterator[str]:
    """What objects refer to and is not there."""
    for pod in scene.pods:
        yield from (f"{pod.title}: {fault}" for fault in _of_pod(scene, pod))
    for kind, rule in _RULES.items():
        for title, one in scene.of(kind):
            yield from (f"{title}: {fault}" for fault in rule(scene, one))


def _of_backends(scene: Scene, one: Object) -> Iterator[str]:
    """Of a route, whose ever: the Services that it sends to, and their ports."""
    spec = one["spec"]
    if isinstance(spec, list):  # HAProxy's
        backends = [each["service"] for each in spec]
    elif "rules" in spec:
        backends = [each for rule in spec["rules"] for each in rule.get("backendRefs", ())]
    else:
        backends = [each for route in spec["routes"] for each in route.get("services", ())]
    for each in backends:
        yield from _backend(scene, each["name"], each["port"])


def _of_target(scene: Scene, one: Object) -> Iterator[str]:
    target = one["spec"].get("scaleTargetRef") or one["spec"]["targetRef"]
    kind = target.get("kind", "Deployment")
    if scene.get(kind, target["name"]) is None:
        yield f"there is no {kind}/{target['name']}"


def _of_stateful_set(scene: Scene, one: Object) -> Iterator[str]:
    name = one["spec"].get("serviceName", "")
    if name and scene.get("Service", name) is None:
        yield f"there is no Service/{name}"


def _of_pod(scene: Scene, pod: Pod) -> Iterator[str]:
    account = pod.spec.get("serviceAccountName", "default")
    if scene.is_ours(account) and scene.get("ServiceAccount", account) is None:
        yield f"there is no ServiceAccount/{account}"
    volumes = {volume["name"]: volume for volume in pod.spec.get("volumes", ())}
    claims = pod.owner.object.get("spec", {}).get("volumeClaimTemplates", ())
    volumes |= {claim["metadata"]["name"]: claim for claim in claims}
    for volume in volumes.values():
        yield from _of_volume(scene, volume)
    for container in pod.containers():
        for mount in container.get("volumeMounts", ()):
            yield from _of_mount(scene, mount, volumes)
        yield from _of_variables(scene, container)
        names = {port["name"] for port in container.get("ports", ())}
        for kind in ("livenessProbe", "readinessProbe", "startupProbe"):
            for how in ("httpGet", "tcpSocket"):
                port = container.get(kind, {}).get(how, {}).get("port")
                if isinstance(port, str) and port not in names:
                    yield f"{kind}: there is no port {port}"


def _of_volume(scene: Scene, volume: Object) -> Iterator[str]:
    sources = [volume, *volume.get("projected", {}).get("sources", ())]
    for source in sources:
        if part := source.get("configMap"):
            yield from _config_map(scene, part, *(item["key"] for item in part.get("items", ())))
        if part := source.get("secret"):
            yield from _secret(scene, {"name": part.get("secretName", part.get("name", "")), **part})
    claim = volume.get("persistentVolumeClaim", {}).get("claimName", "")
    if claim and scene.is_ours(claim) and scene.get("PersistentVolumeClaim", claim) is None:
        yield f"there is no PersistentVolumeClaim/{claim}"
    provided = volume.get("csi", {}).get("volumeAttributes", {}).get("secretProviderClass", "")
    if provided and scene.is_ours(provided) and scene.get("SecretProviderClass", provided) is None:
        yield f"there is no SecretProviderClass/{provided}"


def _of_mount(scene: Scene, mount: Object, volumes: Mapping[str, Object]) -> Iterator[str]:
    volume = volumes.get(mount["name"])
    if volume is None:
        yield f"there is no volume {mount['name']}"
    elif (part := volume.get("configMap")) and mount.get("subPath") and not part.get("items"):
        yield from _config_map(scene, part, mount["subPath"])


def _of_variables(scene: Scene, container: Object) -> Iterator[str]:
    for source in container.get("envFrom", ()):
        yield from _config_map(scene, source["configMapRef"]) if "configMapRef" in source else ()
        yield from _secret(scene, source["secretRef"]) if "secretRef" in source else ()
    for variable in container.get("env", ()):
        source = variable.get("valueFrom", {})
        if part := source.get("configMapKeyRef"):
            yield from _config_map(scene, part, part["key"])
        if part := source.get("secretKeyRef"):
            yield from _secret(scene, part)


def _config_map(scene: Scene, reference: Object, *keys: str) -> Iterator[str]:
    name = reference["name"]
    found = scene.get("ConfigMap", name)
    if found is None and scene.is_ours(name) and not reference.get("optional"):
        yield f"there is no ConfigMap/{name}"
    for key in keys:
        there = None if found is None else {**found.get("data", {}), **found.get("binaryData", {})}
        if there is not None and key not in there and not reference.get("optional"):
            yield f"ConfigMap/{name} has no key {key}"


def _secret(scene: Scene, reference: Object) -> Iterator[str]:
    name = reference["name"]
    asked = scene.is_ours(name) and not name.endswith(_BY_HAND) and not reference.get("optional")
    if asked and name not in set(_secrets(scene)):
        yield f"nothing makes Secret/{name}"


def _secrets(scene: Scene) -> Iterator[str]:
    """The names of the Secrets that are made here, by whatever."""
    for _, one in scene.of("Secret"):
        yield one["metadata"]["name"]
    for _, one in scene.of("ExternalSecret"):
        yield one["spec"].get("target", {}).get("name", one["metadata"]["name"])
    for _, one in scene.of("SealedSecret"):
        yield one["spec"].get("template", {}).get("metadata", {}).get("name", one["metadata"]["name"])
    for _, one in scene.of("SecretProviderClass"):
        yield from (each["secretName"] for each in one["spec"].get("secretObjects", ()))
    for _, one in scene.of("Certificate"):
        yield one["spec"]["secretName"]
    for _, one in scene.of("Ingress"):
        if any(key in one["metadata"].get("annotations", {}) for key in _CLUSTER_ISSUED):
            yield from (each["secretName"] for each in one["spec"].get("tls", ()))


def _of_ingress(scene: Scene, one: Object) -> Iterator[str]:
    backends = [path["backend"] for rule in one["spec"].get("rules", ()) for path in rule["http"]["paths"]]
    if "defaultBackend" in one["spec"]:
        backends.append(one["spec"]["defaultBackend"])
    for backend in backends:
        if "service" in backend:
            port: Mapping[str, Any] = backend["service"]["port"]
            yield from _backend(scene, backend["service"]["name"], port.get("name", port.get("number")))
    for tls in one["spec"].get("tls", ()):
        if "secretName" in tls:
            yield from _secret(scene, {"name": tls["secretName"]})


def _backend(scene: Scene, name: str, port: Any) -> Iterator[str]:
    service = scene.get("Service", name)
    if service is None:
        if scene.is_ours(name):
            yield f"there is no Service/{name}"
    elif not any(port in (each.get("name"), each["port"]) for each in service["spec"].get("ports", ())):
        yield f"Service/{name} has no port {port}"


def _of_binding(scene: Scene, one: Object) -> Iterator[str]:
    role = one["roleRef"]
    if scene.is_ours(role["name"]) and scene.get(role["kind"], role["name"]) is None:
        yield f"there is no {role['kind']}/{role['name']}"
    for subject in one.get("subjects", ()):
        here = subject["kind"] == "ServiceAccount" and subject.get("namespace", scene.namespace) == scene.namespace
        if here and scene.is_ours(subject["name"]) and scene.get("ServiceAccount", subject["name"]) is None:
            yield f"there is no ServiceAccount/{subject['name']}"


_RULES: Mapping[str, Callable[[Scene, Object], Iterator[str]]] = {
    "Ingress": _of_ingress,
    "StatefulSet": _of_stateful_set,
    **dict.fromkeys(("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute"), _of_backends),
    **dict.fromkeys(("IngressRoute", "IngressRouteTCP", "IngressRouteUDP", "TCP"), _of_backends),
    **dict.fromkeys(("HorizontalPodAutoscaler", "ScaledObject", "VerticalPodAutoscaler"), _of_target),
    **dict.fromkeys(("RoleBinding", "ClusterRoleBinding"), _of_binding),
}
