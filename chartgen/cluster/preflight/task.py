"""What a deploy is about to send to a cluster, and what Helm sent before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from chartgen.cluster import contents
from chartgen.cluster.steps import Step
from chartgen.compare.manifests.reading import namespace_of, objects_of
from chartgen.model import Chart, ChartRef, Manifest, Release


@dataclass(frozen=True, slots=True)
class Task:
    """What is to be sent.

    Attributes:
        steps: what becomes of each release.
        manifests: the objects of these releases as they are to be, hooks among them; lists are opened.
        stored: the objects that Helm sent last time, without hooks.
        charts: those of the releases.
        regions: those of the environment.
    """

    steps: tuple[Step, ...]
    manifests: tuple[Manifest, ...]
    stored: tuple[Manifest, ...]
    charts: Mapping[ChartRef, Chart]
    regions: tuple[str, ...]

    @classmethod
    def of(
        cls,
        steps: Sequence[Step],
        manifests: Sequence[Manifest],
        charts: Mapping[ChartRef, Chart],
        regions: Sequence[str],
    ) -> Task:
        """The task, with what is stored read."""
        new = tuple(each for manifest in manifests for each in objects_of(manifest))
        sent = tuple(each for step in steps for each in _stored(step))
        return cls(tuple(steps), new, sent, charts, tuple(regions))

    @property
    def releases(self) -> tuple[Release, ...]:
        """The releases."""
        return tuple(step.release for step in self.steps)

    @property
    def namespaces(self) -> tuple[str, ...]:
        """Those that the releases and their objects stand in."""
        own = (release.namespace for release in self.releases)
        return tuple(dict.fromkeys((*own, *(namespace_of(manifest) for manifest in self.manifests))))


def _stored(step: Step) -> Iterator[Manifest]:
    return (Manifest(step.release, "", data) for data in contents.readable(step.stored) or ())
