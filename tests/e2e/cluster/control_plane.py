"""A real Kubernetes control plane on this machine, whose nodes and pods are simulated by kwok.

with control_plane(directory) as cluster:
    cluster.kubectl("get", "nodes")
"""

from __future__ import annotations

import contextlib
import json
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3

from chartgen import yamlio
from tests import tools
from tests.e2e import go_tools
from tests.e2e.cluster import components, definitions, objects
from tests.e2e.cluster.api import Api, ApiError
from tests.e2e.cluster.components import Setup
from tests.e2e.cluster.parts import Part

_PATIENCE = 60.0
_ATTEMPTS = 3
_TAKEN = "address already in use"
"""Somebody else took a port between our looking and our listening."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A control plane that runs.

    Attributes:
        kubeconfig: a file with one context.
        context: its name.
        server: `https://127.0.0.1:PORT`.
        directory: data, certificates, logs.
        api: its API, for what is asked often.
        parts: its processes, by name: etcd, apiserver, controller-manager, scheduler, kwok.
    """

    kubeconfig: Path
    context: str
    server: str
    directory: Path
    api: Api = field(repr=False)
    parts: Mapping[str, Part] = field(repr=False)

    def kubectl(self, *arguments: str, stdin: str = "") -> str:
        """What kubectl prints.

        Raises:
            subprocess.CalledProcessError: it fails; what it says then is a note of the error.
        """
        options = ["--kubeconfig", str(self.kubeconfig), "--cache-dir", str(self.directory / "cache")]
        command = [str(tools.find("kubectl")), *options, *arguments]
        done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
        try:
            done.check_returncode()
        except subprocess.CalledProcessError as error:
            error.add_note(done.stderr)
            raise
        return done.stdout

    def json(self, *arguments: str) -> Any:
        """What `kubectl get` finds, as data."""
        return json.loads(self.kubectl("get", *arguments, "-o", "json"))

    @contextlib.contextmanager
    def namespace(self, name: str) -> Iterator[str]:
        """A namespace for the block. It takes seconds to go, and nobody waits for it: let no other have its name."""
        self.api.send("POST", "/api/v1/namespaces", {"metadata": {"name": name}})
        try:
            yield name
        finally:
            self.api.send("DELETE", f"/api/v1/namespaces/{name}")

    def install_definitions(self) -> None:
        """The custom resources that the chart makes are known from now on."""
        definitions.install(self.api)

    def pause(self, component: str) -> contextlib.AbstractContextManager[None]:
        """The component neither answers nor ends while the block runs."""
        return self.parts[component].paused()

    def stop(self, component: str) -> None:
        """Ends the component; it keeps its data and its port."""
        self.parts[component].stop()

    def start(self, component: str) -> None:
        """Starts it again, and waits for the API server where that was it."""
        self.parts[component].start()
        if component in {"etcd", "apiserver"} and not self.parts["apiserver"].ended:
            _wait("the API server", self.parts, lambda: _ready(self.api))


@contextlib.contextmanager
def control_plane(
    directory: Path, *, name: str = "e2e", nodes: int = 3, apiserver_options: Sequence[str] = ()
) -> Iterator[Cluster]:
    """A control plane, ready for pods, to the end of the block or of this process.

    Arguments:
        directory: of its own; what is left there is of use to who looks for a mistake.
        name: of the context; the nodes' names begin with it.
        nodes: how many; each has room for 110 pods.
        apiserver_options: further ones.

    Raises:
        RuntimeError: it does not start, with what its parts say.
    """
    program = go_tools.build("kubernetes")
    for attempt in range(1, _ATTEMPTS + 1):
        setup = components.prepare(program, directory / f"attempt{attempt}", _free_ports(), apiserver_options)
        parts = {part: Part(command, setup.directory / f"{part}.log") for part, command in setup.commands.items()}
        with _killed(parts):
            try:
                cluster = _started(setup, parts, name)
                _populate(cluster, nodes)
            except RuntimeError as error:
                if _TAKEN in str(error) and attempt < _ATTEMPTS:
                    continue
                raise
            yield cluster
            return


def kubeconfig(clusters: Mapping[str, Cluster], file: Path, current: str) -> Path:
    """Writes one file with a context for each of the clusters, by the names that it is given here; returns the file."""
    own = {name: yamlio.loads(cluster.kubeconfig.read_bytes()) for name, cluster in clusters.items()}
    given = {name: (one["clusters"][0]["cluster"], one["users"][0]["user"]) for name, one in own.items()}
    components.write_private(file, json.dumps(components.contexts(given, current)))
    return file


def _started(setup: Setup, parts: Mapping[str, Part], name: str) -> Cluster:
    parts["etcd"].start()
    parts["apiserver"].start()
    _wait("the API server's certificate", parts, setup.authority.exists)
    api = Api.of(setup.port, setup.authority, setup.token)
    file = components.write_kubeconfig(setup, name)
    _wait("the API server", parts, lambda: _ready(api))
    for part in ("controller-manager", "scheduler", "kwok"):
        parts[part].start()
    return Cluster(file, name, f"https://{components.HOST}:{setup.port}", setup.directory, api, parts)


def _populate(cluster: Cluster, nodes: int) -> None:
    cluster.api.send("POST", "/apis/storage.k8s.io/v1/storageclasses", objects.STORAGE_CLASS)
    for node in objects.nodes(cluster.context, nodes):
        cluster.api.send("POST", "/api/v1/nodes", node)
    _wait("the nodes", cluster.parts, lambda: all(map(_usable, cluster.api.get("/api/v1/nodes")["items"])))
    account = "/api/v1/namespaces/default/serviceaccounts/default"
    _wait("the service accounts", cluster.parts, lambda: _found(cluster.api, account))


def _ready(api: Api) -> bool:
    try:
        return api.get("/readyz") == b"ok"
    except (ApiError, urllib3.exceptions.HTTPError):
        return False


def _usable(node: Any) -> bool:
    ready = any(each["type"] == "Ready" and each["status"] == "True" for each in node["status"].get("conditions", ()))
    return ready and not node["spec"].get("taints")


def _found(api: Api, path: str) -> bool:
    try:
        return bool(api.get(path))
    except ApiError as error:
        if error.status == 404:
            return False
        raise


def _wait(what: str, parts: Mapping[str, Part], is_there: Callable[[], bool]) -> None:
    """Until it is there, or a part that was started is no more."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end and not (ended := [part for part in parts.values() if part.ended]):
        if is_there():
            return
        time.sleep(0.02)
    said = "\n".join(part.said() for part in ended or parts.values())
    raise RuntimeError(f"{what} is not ready:\n{said}")


@contextlib.contextmanager
def _killed(parts: Mapping[str, Part]) -> Iterator[None]:
    """After the block, whatever runs of them: their data are of no use to anybody."""
    try:
        yield
    finally:
        for part in parts.values():
            part.kill()


def _free_ports() -> list[int]:
    """Ports that nobody listens on now, no two the same."""
    with contextlib.ExitStack() as stack:
        listeners = [stack.enter_context(socket.create_server((components.HOST, 0))) for _ in range(components.PORTS)]
        return [int(listener.getsockname()[1]) for listener in listeners]
