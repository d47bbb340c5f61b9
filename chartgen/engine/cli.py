"""The helm program: one process a call."""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from chartgen import process
from chartgen.engine import driver
from chartgen.engine.interface import OpenChart, RenderError, Texts
from chartgen.model import Release, Values
from chartgen.process import Stop

_TIMEOUT = 300.0
_ARCHIVE = "chart.tgz"
_SOURCE = re.compile(r"^---\n# Source: (.*)\n", re.MULTILINE)
_NOT_IN_YAML = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
# Helm's heap is small and short-lived: fewer collections make it a fifth faster, for half as much memory again.
_COLLECT_LESS = {"GOGC": "200"}
_MAX_WORKERS = 8


class CliHelm:
    """The helm program, 3 or 4. A start costs about as much as rendering fifty releases, so calls are large.

    Raises:
        ToolError: when it is used and is not there.
    """

    name: ClassVar[str] = "cli"
    least = 50
    most = 250

    def __init__(self) -> None:
        self.workers = min(_MAX_WORKERS, _processors())

    @contextmanager
    def open(self, archive: bytes, stop: Stop) -> Iterator[OpenChart]:
        """A chart in a directory of its own, until the context ends."""
        with tempfile.TemporaryDirectory(prefix="chartgen-") as directory:
            (Path(directory) / _ARCHIVE).write_bytes(archive)
            yield _OpenChart(Path(directory), stop)


class _OpenChart:
    def __init__(self, directory: Path, stop: Stop) -> None:
        self._directory = directory
        self._stop = stop

    def driver(self, releases: str) -> str:
        return self._template([driver.VALUE, _ARCHIVE, "--set-file", f"{driver.VALUE}=-"], releases)

    def single(self, release: Release, values: Values) -> Texts:
        version = ["--kube-version", driver.full_version(release.kubernetes)] if release.kubernetes else []
        arguments = [release.name, _ARCHIVE, "--namespace", release.namespace, "--values", "-", *version]
        output = self._template(arguments, _yaml(values))
        # Helm has split the documents itself, so that none can hold a line that looks like these.
        _, *parts = _SOURCE.split("\n" + output)
        # Helm ends each with a newline of its own.
        return [(source, text.removesuffix("\n")) for source, text in zip(parts[::2], parts[1::2], strict=True)]

    def _template(self, arguments: list[str], stdin: str) -> str:
        home = str(self._directory)  # nobody's plugins, repositories or kubeconfig
        result = process.run(
            ["helm", "template", *arguments],
            timeout=_TIMEOUT,
            stdin=stdin.encode(),
            environment={
                **{name: os.environ.get(name, value) for name, value in _COLLECT_LESS.items()},
                "HELM_PLUGINS": home,
                "HELM_CONFIG_HOME": home,
                "HELM_CACHE_HOME": home,
                "HELM_DATA_HOME": home,
                "KUBECONFIG": os.devnull,
            },
            directory=self._directory,
            stop=self._stop,
        )
        if result.returncode:
            raise RenderError(_complaint(result.stderr))
        return result.stdout.decode("utf-8", "replace")


def _processors() -> int:
    """How many of the machine's processors are ours."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _yaml(values: Values) -> str:
    """JSON that is YAML too, which has no escape for half a character and breaks lines at more characters.

    The final newline matters: some Helm 4 drop values of 4096 bytes that end without one.
    """
    text = json.dumps(values, ensure_ascii=False, allow_nan=False)
    return _NOT_IN_YAML.sub(lambda found: f"\\u{ord(found[0]):04x}", text) + "\n"


def _complaint(stderr: str) -> str:
    """What follows `Error: `; logs and warnings may stand before it."""
    found = re.search(r"^Error: (.*)", stderr, re.MULTILINE | re.DOTALL)
    return (found[1] if found else stderr).strip() or "helm failed without a word"
