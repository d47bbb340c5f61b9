"""What a cluster holds before anybody uses it: nodes, and a class of storage."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

ZONES = 3


def nodes(name: str, count: int) -> Iterator[dict[str, Any]]:
    """Nodes `NAME-1` and so on, in three zones, of 32 CPUs and 256 Gi, with room for 110 pods each."""
    room = {"cpu": "32", "memory": "256Gi", "pods": "110", "ephemeral-storage": "1Ti"}
    for number in range(1, count + 1):
        labels = {
            "kubernetes.io/hostname": f"{name}-{number}",
            "kubernetes.io/os": "linux",
            "kubernetes.io/arch": "amd64",
            "topology.kubernetes.io/region": name,
            "topology.kubernetes.io/zone": f"{name}-{'abc'[number % ZONES]}",
        }
        yield {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": f"{name}-{number}", "labels": labels},
            "status": {"allocatable": room, "capacity": room},
        }


STORAGE_CLASS = {
    "apiVersion": "storage.k8s.io/v1",
    "kind": "StorageClass",
    "metadata": {"name": "standard", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}},
    "provisioner": "e2e.test/volumes",
    "reclaimPolicy": "Delete",
    "volumeBindingMode": "Immediate",
    "allowVolumeExpansion": True,
}
"""The default; the volumes are kwok's."""
