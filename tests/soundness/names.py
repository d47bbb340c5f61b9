"""Names: each object's its own, none longer than Kubernetes takes, no two of one thing inside a pod."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from tests.soundness.scene import Pod, Scene

_LIMITS = {"CronJob": 52, "StatefulSet": 52, "Service": 63, "Namespace": 63, "Deployment": 63, "DaemonSet": 63}
"""Shorter than 253, because something is hung on it: a CronJob's time, a StatefulSet's revision (a label), DNS.

Source: https://kubernetes.io/docs/concepts/overview/working-with-objects/names and `ValidateCronJobName`.
"""
_LIMITS |= {"Job": 63, "Pod": 63, "PersistentVolumeClaim": 63}
_DNS = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*")
_LABEL = re.compile(r"([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?")
_PORT = re.compile(r"(?=.*[a-z])[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?")
_KEY = re.compile(r"[-._a-zA-Z0-9]{1,253}")
_ANYWHERE = ("ClusterRole", "ClusterRoleBinding")
_ELSEWHERE = ("/namespace.yaml", "/extramanifest.yaml")
"""The templates whose objects go where they are told: a namespace's, and objects written by hand."""


def faults(scene: Scene) -> Iterator[str]:
    """What is wrong with the names in a namespace."""
    titles = Counter(f"{one.object['apiVersion'].partition('/')[0]} {one.title}" for one in scene.manifests)
    yield from (f"{title} is there {count} times" for title, count in titles.items() if count > 1)
    for manifest in scene.manifests:
        yield from (f"{manifest.title}: {fault}" for fault in _of_object(manifest.object))
        namespace = manifest.object["metadata"].get("namespace", scene.namespace)
        said = manifest.template.endswith(_ELSEWHERE)
        if namespace != scene.namespace and manifest.object["kind"] not in _ANYWHERE and not said:
            yield f"{manifest.title}: it goes to {namespace}"
    for pod in scene.pods:
        yield from (f"{pod.title}: {fault}" for fault in _of_pod(pod))


def _of_object(one: Mapping[str, Any]) -> Iterator[str]:
    name, metadata = one["metadata"]["name"], one["metadata"]
    limit = _LIMITS.get(one["kind"], 253)
    if len(name) > limit:
        yield f"a name of {len(name)} letters, at most {limit} are allowed"
    if not _DNS.fullmatch(name) and one["kind"] not in ("Role", "RoleBinding", *_ANYWHERE):
        yield "no name"
    if one["kind"] == "Service" and not re.fullmatch(r"[a-z]([-a-z0-9]*[a-z0-9])?", name):
        yield "no name for a Service"
    yield from _of_labels(metadata)
    for key in {**one.get("data", {}), **one.get("binaryData", {})} if one["kind"] == "ConfigMap" else ():
        if not _KEY.fullmatch(key):
            yield f"the key {key} is none"


def _of_labels(metadata: Mapping[str, Any]) -> Iterator[str]:
    for key in (*metadata.get("labels", {}), *metadata.get("annotations", {})):
        prefix, slash, name = key.rpartition("/")
        if not name or not _LABEL.fullmatch(name) or (slash and (not _DNS.fullmatch(prefix) or len(prefix) > 253)):
            yield f"the label or annotation {key} has no name"
    for key, value in metadata.get("labels", {}).items():
        if not _LABEL.fullmatch(value):
            yield f"the label {key} has the value {value}"


def _of_pod(pod: Pod) -> Iterator[str]:
    yield from _of_labels({"labels": pod.labels})
    containers = list(pod.containers())
    yield from _twice("container", [container["name"] for container in containers])
    yield from _twice("volume", [volume["name"] for volume in pod.spec.get("volumes", ())])
    named = [container["name"] for container in containers]
    named += [volume["name"] for volume in pod.spec.get("volumes", ())]
    yield from (f"{name} is no name in a pod" for name in named if not _DNS.fullmatch(name) or len(name) > 63)
    for container in containers:
        ports = container.get("ports", ())
        yield from (f"{port['name']} is no name for a port" for port in ports if not _PORT.fullmatch(port["name"]))
        yield from _twice("variable", [variable["name"] for variable in container.get("env", ())])
        yield from _twice("mount", [mount["mountPath"] for mount in container.get("volumeMounts", ())])
        yield from _twice("port", [port["name"] for port in ports])
        yield from _twice("port", [(port["containerPort"], port.get("protocol", "TCP")) for port in ports])


def _twice(what: str, names: Iterable[Any]) -> Iterator[str]:
    yield from (f"{what} {name} is there {count} times" for name, count in Counter(names).items() if count > 1)
