"""What an engine is, and what it asks of Helm."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

from chartgen.errors import Problem
from chartgen.model import Chart, Manifest, Release, Values
from chartgen.process import Stop


class Engine(Protocol):
    """Renders a chart for many releases."""

    @property
    def name(self) -> str:
        """What `--engine` and `CHARTGEN_ENGINE` call it."""

    def template(self, chart: Chart, releases: Sequence[Release]) -> list[Manifest]:
        """The objects of all releases of one chart, as plain `helm template` gives them.

        Releases in the order given; inside each, objects in Helm's order of installing, hooks last. What is no object
        (NOTES.txt, empty documents) is left out. Values are not validated against the chart's schema.

        Raises:
            InputError: releases that cannot be rendered, each named, with Helm's reason and the place in the template.
            ToolError: Helm is missing or failed.
        """


class Helm(Protocol):
    """Helm, as one engine reaches it.

    Attributes:
        name: the engine's.
        workers: how many calls at once are worth it.
        least, most: how many releases a call should and may carry.
    """

    name: ClassVar[str]
    workers: int
    least: int
    most: int

    def open(self, archive: bytes, stop: Stop) -> AbstractContextManager[OpenChart]:
        """A chart (its `.tgz`), ready to be rendered. Once `stop` is set, what is under way ends as soon as it can.

        Raises:
            RenderError: Helm does not take it for a chart.
        """


class OpenChart(Protocol):
    """A chart in Helm's hands. May be used by several threads."""

    def driver(self, releases: str) -> str:
        """What a driver chart renders, with its one value.

        Raises:
            RenderError: Helm's complaint.
        """

    def single(self, release: Release, values: Values) -> Texts:
        """What the chart renders for one release, NOTES.txt left out.

        Raises:
            RenderError: Helm's complaint.
        """


class RenderError(Exception):
    """Helm does not render; the text is its own complaint. Never leaves the engine."""


Texts = list[tuple[str, str]]
"""What templates render to: (template, text) pairs; a text may hold several documents."""


@dataclass(frozen=True, slots=True)
class Document:
    """One document of what a template rendered: its text as Helm prints it, its data, or why it has none."""

    template: str
    text: str
    data: Any = None
    error: str = ""


Outcome = list[Document] | Problem | None
"""What came of one release: its documents, what is wrong with it, or None where it was not tried."""
