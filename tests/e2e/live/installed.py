"""Releases of a small project, installed by helm itself: what chartgen then finds in the cluster."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
import uuid
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chartgen import yamlio
from tests.e2e.cluster.control_plane import Cluster
from tests.e2e.live.command import Command

STATEFUL = {"port": {"grpc": 9000}, "persistent_storage": [{"path": "/data", "size": 1}]}
WEB = {"port": {"http": 8080}, "healthcheck_path": "/", "depends_on": ["store"]}
SERVICES: dict[str, Any] = {"store": STATEFUL, "web": WEB, "worker": {}}


@dataclass(frozen=True, slots=True)
class Installed:
    """A project beside a cluster; `web` needs `store`, which has a volume.

    Attributes:
        chartgen: the command, in the project's folder.
        namespace: of the releases; it is not there before.
    """

    chartgen: Command
    cluster: Cluster
    namespace: str

    def helm(self, *arguments: str) -> str:
        """What helm prints."""
        command = [self.chartgen.settings["CHARTGEN_HELM"], *arguments]
        done = subprocess.run(command, env=self.chartgen.settings, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def upgrade(self, service: str, tag: str = "1", *more: str, namespace: str = "") -> None:
        """Installs the service's release, or upgrades it; nobody waits for what cannot become ready."""
        self.helm(*self._upgrade(service, tag, namespace), *(["--wait"] if tag.isdecimal() else []), *more)

    def install(self, *services: str) -> None:
        """Installs the services' releases, all at once."""
        with ThreadPoolExecutor(len(services)) as pool:
            list(pool.map(self.upgrade, services))

    def install_as(self, name: str, service: str, **mark: str) -> None:
        """Installs a service's release under another name, or with what its mark says changed."""
        arguments = self._upgrade(service, "1")
        marked = (f"x-chartgen.{key}={value}" for key, value in mark.items())
        self.helm(*arguments[:2], name, *arguments[3:], *(part for each in marked for part in ("--set-string", each)))

    def killed_upgrade(self, service: str, kind: str, tag: str) -> None:
        """An upgrade, or an install, that is killed when the workload has the image, and helm waits for its pods."""
        self._killed([*self._upgrade(service, tag), "--wait"], lambda: self.image(kind, service).endswith(f":{tag}"))

    def killed_uninstall(self, service: str) -> None:
        """One that is killed when the Deployment is gone; its Service is not, as somebody holds it until then."""
        where = ("patch", "service", service, "-n", self.namespace, "--type=merge", "-p")
        self.cluster.kubectl(*where, '{"metadata": {"finalizers": ["e2e.test/hold"]}}')
        self._killed(
            ["uninstall", service, "-n", self.namespace, "--wait"], lambda: service not in self.names("deployments")
        )
        self.cluster.kubectl(*where, '{"metadata": {"finalizers": []}}')

    def state(self, service: str) -> tuple[int, str] | None:
        """The latest revision of the service's release, and its status."""
        labels = f"owner=helm,name={service}"
        found = self.cluster.api.get(f"/api/v1/namespaces/{self.namespace}/secrets?labelSelector={labels}")
        known = [each["metadata"]["labels"] for each in found["items"]]
        return max(((int(each["version"]), each["status"]) for each in known), default=None)

    def image(self, kind: str, service: str) -> str:
        """The image that the workload has; empty: it is not there."""
        found = self.cluster.json(kind, "-n", self.namespace)["items"]
        specs = [each["spec"]["template"]["spec"] for each in found if each["metadata"]["name"] == service]
        return str(specs[0]["containers"][0]["image"]) if specs else ""

    def names(self, kind: str) -> list[str]:
        """The objects of a kind in the namespace."""
        return [each["metadata"]["name"] for each in self.cluster.json(kind, "-n", self.namespace)["items"]]

    def phase(self) -> str:
        """Of the namespace; empty: it is not there."""
        found = json.loads(self.cluster.kubectl("get", "namespaces", "-o", "json"))["items"]
        return next((each["status"]["phase"] for each in found if each["metadata"]["name"] == self.namespace), "")

    def _killed(self, arguments: list[str], is_time: Callable[[], bool]) -> None:
        command = [self.chartgen.settings["CHARTGEN_HELM"], *arguments]
        quiet = subprocess.DEVNULL
        with subprocess.Popen(command, env=self.chartgen.settings, stdout=quiet, stderr=quiet) as child:
            try:
                while not is_time():
                    assert child.poll() is None, "helm ended before it could be killed"
                    time.sleep(0.1)
            finally:
                child.send_signal(signal.SIGKILL)

    def _upgrade(self, service: str, tag: str, namespace: str = "") -> list[str]:
        generated = self.chartgen.directory / "deploy"
        values = generated / "dev" / "values" / f"{service}.yaml"
        where = ["-n", namespace or self.namespace, "--create-namespace", "-f", str(values)]
        chart = str(generated / "charts" / "microservice")
        return ["upgrade", "--install", service, chart, *where, "--set-string", f"image.tag={tag}"]


def write(directory: Path, namespace: str, services: dict[str, Any] | None = None, timeout: int = 12) -> None:
    """Writes the project, named as its namespace: another test's project may still be on its way out."""
    defaults = {"image": "example.com/shop/{service}:1", "min_containers": 1, "max_containers": 1}
    spec = {
        "project": namespace,
        "namespace": namespace,
        "environments": {"dev": {"kube_context": "e2e"}},
        "defaults": {**defaults, "timeout": timeout, "termination_grace_period": 1},
        "services": SERVICES if services is None else services,
    }
    directory.mkdir(exist_ok=True)
    (directory / "chartgen.yaml").write_text(yamlio.dumps(spec))


@contextmanager
def project(cluster: Cluster, directory: Path, helm: Path) -> Iterator[Installed]:
    """The project, rendered, with a namespace of its own that goes afterwards."""
    namespace = f"shop-{uuid.uuid4().hex[:8]}"
    write(directory, namespace)
    chartgen = Command(cluster, directory, {"CHARTGEN_HELM": os.fspath(helm)})
    chartgen("render", "-q")
    try:
        yield Installed(chartgen, cluster, namespace)
    finally:
        cluster.kubectl("delete", "namespace", namespace, "--wait=false", "--ignore-not-found")
