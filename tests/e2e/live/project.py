"""A small project, to be deployed: three services, of which `web` depends on `store`, and `worker` on none."""

from __future__ import annotations

import subprocess
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chartgen import yamlio
from tests import tools
from tests.e2e import go_tools
from tests.e2e.cluster.control_plane import Cluster
from tests.e2e.live.command import Command

PATIENCE = 6
"""Seconds that helm waits for a release: whatever becomes ready does so sooner."""

_WEB = {"port": {"http": 8080}, "healthcheck_path": "/"}
SERVICES: Mapping[str, Any] = {"store": {**_WEB}, "web": {**_WEB, "depends_on": ["store"]}, "worker": {}}
DEV: Mapping[str, Any] = {"dev": {"kube_context": "e2e"}}


@dataclass(frozen=True, slots=True)
class Project:
    """A project whose environments share a namespace, each in its own cluster.

    Attributes:
        directory: its folder.
        namespace: where its releases go; it is not there before.
    """

    directory: Path
    namespace: str

    def runs(self, environment: str = "dev", **images: str) -> None:
        """Sets the image tags of services; `render` is yours to call."""
        file = self.directory / "versions" / f"{environment}.yaml"
        file.parent.mkdir(exist_ok=True)
        known = yamlio.loads(file.read_bytes())["images"] if file.exists() else {}
        file.write_text(yamlio.dumps({"images": {**known, **images}}))


def write(
    directory: Path,
    *,
    services: Mapping[str, Any] = SERVICES,
    environments: Mapping[str, Any] = DEV,
    name: str = "shop",
) -> Project:
    """Writes a project; all services run the tag `1` in all environments."""
    namespace = f"{name}-{uuid.uuid4().hex[:8]}"
    spec = {
        "project": name,
        "namespace": namespace,
        "defaults": {
            "image": f"example.com/{name}/{{service}}",
            "timeout": PATIENCE,
            "termination_grace_period": 1,
            "min_containers": 1,
            "max_containers": 1,
        },
        "environments": environments,
        "services": services,
    }
    directory.mkdir(exist_ok=True)
    (directory / "chartgen.yaml").write_text(yamlio.dumps(spec))
    project = Project(directory, namespace)
    for environment in environments:
        project.runs(environment, **dict.fromkeys(services, "1"))
    return project


@contextmanager
def cleared(project: Project, *clusters: Cluster) -> Iterator[Project]:
    """The project for the block; its namespace goes afterwards, and nobody waits for that."""
    try:
        yield project
    finally:
        for cluster in clusters:
            cluster.kubectl("delete", "namespace", project.namespace, "--wait=false", "--ignore-not-found")


def pairs() -> dict[str, dict[str, str]]:
    """The pairs of helm and helmfile that go together, as the settings of a `Command`, by the major version of helm."""
    found = {
        "helm4": (tools.find("helm4"), go_tools.build("helmfile")),
        "helm3": (tools.find("helm3"), tools.find("helmfile0")),
    }
    return {
        name: {"CHARTGEN_HELM": str(helm), "CHARTGEN_HELMFILE": str(helmfile)}
        for name, (helm, helmfile) in found.items()
    }


def helmfile(chartgen: Command, *arguments: str) -> str:
    """What helmfile says, run by itself: nothing of chartgen is in it."""
    settings = chartgen.settings
    command = [settings["CHARTGEN_HELMFILE"], "--helm-binary", settings["CHARTGEN_HELM"], *arguments]
    done = subprocess.run(command, cwd=chartgen.directory, env=settings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + done.stdout
    return done.stdout
