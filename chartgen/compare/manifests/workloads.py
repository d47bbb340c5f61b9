"""The kinds that make pods."""

from __future__ import annotations

from collections.abc import Mapping

from chartgen.model import Path

SERVING = frozenset({"Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"})
"""The kinds whose pods are to run all the time."""

TEMPLATES: Mapping[str, Path] = {
    "Deployment": ("spec", "template"),
    "StatefulSet": ("spec", "template"),
    "DaemonSet": ("spec", "template"),
    "ReplicaSet": ("spec", "template"),
    "Job": ("spec", "template"),
    "CronJob": ("spec", "jobTemplate", "spec", "template"),
    "Pod": (),
}
"""Where each kind of workload has its pod template."""

ROLLED = frozenset({"Deployment", "StatefulSet", "DaemonSet"})
"""The kinds that replace their pods when the template changes."""
