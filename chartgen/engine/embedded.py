"""Helm in this process, through the package `helm-python-sdk`.

GOGC=400 makes it a quarter faster, for some 60 MiB more; but Go reads the environment that the process was started
with, so that cannot be set from here.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, ClassVar

from chartgen.engine import driver
from chartgen.engine.interface import OpenChart, RenderError, Texts
from chartgen.errors import ToolError
from chartgen.model import Release, Values
from chartgen.process import Stop

if TYPE_CHECKING:
    import helm_python

INSTALL = "install `chartgen[embedded]`"


class EmbeddedHelm:
    """Helm 4 in process: no start to pay for, so small calls are fine; beyond two threads nothing is gained.

    Charts that a driver cannot carry see the Kubernetes that the library was built for, whatever the release says.

    Raises:
        ToolError: the package is not installed, or has no library for this machine.
    """

    name: ClassVar[str] = "embedded"
    workers = 2
    least = 20
    most = 100

    def __init__(self) -> None:
        try:
            import helm_python
        except ImportError:
            raise ToolError("the embedded engine is not installed", hint=INSTALL) from None
        except Exception as error:  # noqa: BLE001  # its own error for a library that is missing or does not fit
            raise ToolError(f"the embedded engine does not start: {error}", hint="use the helm program") from None
        self._helm = helm_python

    @contextmanager
    def open(self, archive: bytes, stop: Stop) -> Iterator[OpenChart]:
        """A chart in the library's hands, until the context ends."""
        try:
            chart = self._helm.Chart.load_archive(archive)
        except self._helm.HelmError as error:
            raise RenderError(str(error)) from None
        with chart:
            yield _OpenChart(chart, self._helm.HelmError, stop)


class _OpenChart:
    def __init__(self, chart: helm_python.Chart, error: type[Exception], stop: Stop) -> None:
        self._chart = chart
        self._error = error
        self._stop = stop

    def driver(self, releases: str) -> str:
        return "".join(self._render({driver.VALUE: releases}, driver.VALUE, "default").values())

    def single(self, release: Release, values: Values) -> Texts:
        rendered = self._render(values, release.name, release.namespace)
        return [(template, text) for template, text in rendered.items() if not template.endswith("NOTES.txt")]

    def _render(self, values: Values, name: str, namespace: str) -> dict[str, str]:
        if self._stop.is_set():  # a call that has begun cannot be ended, but takes no longer than its few releases do
            raise ToolError("rendering was stopped")
        try:
            rendered: dict[str, str] = self._chart.render(
                values, name=name, namespace=namespace, revision=1, is_install=True, is_upgrade=False
            )
        except self._error as error:
            raise RenderError(str(error)) from None
        return rendered
