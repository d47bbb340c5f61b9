"""Measures `chartgen deploy` beside plain `helmfile sync`, each against a control plane of its own; needs Go.

Both install the same releases with the same helm, helmfile and concurrency, one after the other, in clusters that hold
nothing; then one service changes, and then nothing does.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks import machine, project
from benchmarks.measure import CHARTGEN, Job, Measured
from tests import tools
from tests.e2e import go_tools
from tests.e2e.cluster.control_plane import Cluster, control_plane

PLAIN, ALL, ONE, NONE = "helmfile sync", "chartgen deploy", "one service changed", "nothing changed"
ENVIRONMENT = project.ENVIRONMENTS[0]
DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "benchmarks-deploy.md"

_PODS_A_NODE = 60
_LAST = project.ENVIRONMENTS[-1]
"""Where services run more pods than elsewhere; not here."""

_MOST = {ALL: 1.2, ONE: 1 / 20}
"""How long each may take, beside plain `helmfile sync` of all."""

_HEAD = """\
# Deploying

`benchmarks/deploy.py --write` measures this anew. Times are of whole processes; the pods are simulated, and ready at
once: what is measured is helm, helmfile, the API server, and what chartgen adds to them.

"""


@dataclass(frozen=True, slots=True)
class Deploying:
    """What was measured: so many releases, so many of them at once, by what was done."""

    releases: int
    concurrency: int
    by_what: Mapping[str, Measured]

    def ratio(self, what: str) -> float:
        """How long it took, beside plain `helmfile sync` of all."""
        return self.by_what[what].seconds / self.by_what[PLAIN].seconds

    @property
    def missed(self) -> list[str]:
        """What took longer than it may."""
        return [what for what, most in _MOST.items() if self.ratio(what) > most]


def main() -> int:
    """Returns the exit code: 1 when `--assert` finds a goal missed."""
    options = _options()
    load = machine.load()
    with tempfile.TemporaryDirectory(prefix="chartgen-bench-") as directory:
        done = measure(Path(directory), options.releases, options.concurrency)
    text = markdown(done, load)
    print(text, end="")
    if options.write:
        DOCUMENT.write_text(_HEAD + text)
    return int(options.demand and bool(done.missed))


def measure(directory: Path, releases: int, concurrency: int) -> Deploying:
    """All of it; `helmfile sync` first."""
    home = directory / "project"
    project.write(home, releases, [ENVIRONMENT, _LAST])
    runs: dict[str, Measured] = {}
    with _cluster(directory / "plain", home, releases) as settings:
        sync = ["-f", f"deploy/{ENVIRONMENT}/helmfile.yaml", "-e", ENVIRONMENT, "sync"]
        helmfile = [settings["CHARTGEN_HELMFILE"], "--helm-binary", settings["CHARTGEN_HELM"]]
        at_once = ["--concurrency", str(concurrency)]
        runs[PLAIN] = _run(PLAIN, [*helmfile, *sync, *at_once], home, settings)
    with _cluster(directory / "ours", home, releases) as settings:
        deploy = [*CHARTGEN, "deploy", "-e", ENVIRONMENT, "--yes", *at_once]
        runs[ALL] = _run(ALL, deploy, home, settings)
        project.write_service(home, releases // 2, releases, _LAST, "debug")
        _render(home, settings)
        runs[ONE] = _run(ONE, deploy, home, settings)
        runs[NONE] = _run(NONE, deploy, home, settings)
    return Deploying(releases, concurrency, runs)


def markdown(done: Deploying, load: str) -> str:
    """The table, and on what it was measured."""
    titles = {
        PLAIN: f"`helmfile sync` of {done.releases} releases",
        ALL: f"`chartgen deploy` of {done.releases} releases",
        ONE: "`chartgen deploy`, one service changed",
        NONE: "`chartgen deploy`, nothing changed",
    }
    lines = ["| what | time | beside `helmfile sync` | asked |", "| --- | --- | --- | --- |"]
    for what, title in titles.items():
        ratio = "" if what == PLAIN else f"{done.ratio(what):.3f}"
        asked = f"at most {_MOST[what]:.2f}" + (", **not met**" if what in done.missed else "") if what in _MOST else ""
        lines.append(f"| {title} | {done.by_what[what].seconds:.1f} s | {ratio} | {asked} |")
    programs = f"helm {tools.TOOLS['helm4'].version}, helmfile {go_tools.version('helmfile').removeprefix('v')}"
    how = f"{programs}, {done.concurrency} releases at once. Load average when the run began: {load}."
    return f"{machine.description()} Here: {how}\n\n" + "\n".join(lines) + "\n"


@contextmanager
def _cluster(directory: Path, home: Path, releases: int) -> Iterator[dict[str, str]]:
    """A control plane with nothing but the Secrets that the services need; yields the environment of the commands."""
    directory.mkdir()
    nodes = releases * 3 // _PODS_A_NODE + 3
    with control_plane(directory / "cluster", name=ENVIRONMENT, nodes=nodes) as cluster:
        settings = {
            "CHARTGEN_HELM": str(tools.find("helm4")),
            "CHARTGEN_HELMFILE": str(go_tools.build("helmfile")),
            "CHARTGEN_KUBECTL": str(tools.find("kubectl")),
            "KUBECONFIG": str(cluster.kubeconfig),
            "KUBECACHEDIR": str(directory / "cache"),
        }
        _render(home, settings)
        _give_secrets(cluster, home, settings)
        yield settings


def _give_secrets(cluster: Cluster, home: Path, settings: Mapping[str, str]) -> None:
    command = [*CHARTGEN, "secret", "list", "-e", ENVIRONMENT, "-o", "json"]
    said = home.parent / "secrets.json"
    with said.open("wb") as output:
        subprocess.run(command, cwd=home, env={**os.environ, **settings}, stdout=output, check=False)
    keys: dict[tuple[str, str], dict[str, str]] = {}
    for one in json.loads(said.read_text()):
        value = base64.b64encode(b"x").decode()
        keys.setdefault((one["namespace"], one["secret"]), {})[one["key"]] = value
    for namespace in dict.fromkeys(namespace for namespace, _ in keys):
        cluster.api.send("POST", "/api/v1/namespaces", {"metadata": {"name": namespace}})
    for (namespace, name), data in keys.items():
        secret: dict[str, Any] = {"metadata": {"name": name}, "data": data}
        cluster.api.send("POST", f"/api/v1/namespaces/{namespace}/secrets", secret)


def _render(home: Path, settings: Mapping[str, str]) -> None:
    _run("chartgen render", [*CHARTGEN, "render"], home, settings)


def _run(title: str, command: list[str], home: Path, settings: Mapping[str, str]) -> Measured:
    print(f"{title} …", file=sys.stderr, flush=True)
    return Job(title, [command], home, home.parent / "out", settings).run()


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--releases", type=int, default=300, metavar="N")
    parser.add_argument("--concurrency", type=int, default=8, metavar="N")
    parser.add_argument("--write", action="store_true", help="docs/benchmarks-deploy.md too")
    parser.add_argument("--assert", action="store_true", dest="demand", help="exit 1 when a goal is missed")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
