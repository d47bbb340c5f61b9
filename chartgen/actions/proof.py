"""Whether a chart does what it promises: rendered with what it says itself, and what comes out held against the API."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from chartgen import yamlio
from chartgen.chart.assemble import CASES
from chartgen.checks import kubernetes, values_schema
from chartgen.checks.objects import Objects
from chartgen.compare import corpus
from chartgen.engine.interface import Engine
from chartgen.errors import InputError, Problem, Where
from chartgen.model import Chart, ChartRef, Layer, Manifest, Release, Values


def own_cases(files: Mapping[str, bytes], place: str) -> dict[str, Values]:
    """The cases that the author of a chart wrote, `ci/<name>-values.yaml`, by name. Source: chart-testing.

    Arguments:
        files: content by path inside the chart.
        place: where they come from, for messages.

    Raises:
        InputError: one of them is no map.
    """
    found = {}
    for path, content in files.items():
        if path.startswith(CASES) and path.endswith("values.yaml"):
            values = yamlio.loads(content, f"{place}/{path}")
            if not isinstance(values, dict | None):
                raise InputError(Problem("is not a map", Where(f"{place}/{path}"), expected="`key: value` lines"))
            found[path.removeprefix(CASES).removesuffix(".yaml")] = values or {}
    return found


@dataclass(frozen=True, slots=True)
class Proof:
    """How many sets of values the chart was rendered with, and the images that it runs by its own defaults, sorted."""

    renderings: int
    images: tuple[str, ...]


def prove(chart: Chart, own: Mapping[str, Values], helm: Engine) -> Proof:
    """Renders the chart with its cases and holds what comes out against the oldest and the newest Kubernetes API.

    A chart need not take every case of the shared chart's corpus, for it may do without a concern; nor need a chart of
    other makers be content without any values.

    Arguments:
        own: the cases of the chart's author, by name.

    Raises:
        InputError: the schema refuses a case, it cannot be rendered, or the API would not take what comes out.
        ToolError: Helm failed.
    """
    optional = {*corpus.bundled(), *(() if chart.contract is not None else ("least",))} - {*own}
    cases, schema = corpus.cases((chart,), own), values_schema.ValuesSchema.of(chart)
    releases = [_release(chart, name, values) for name, values in cases.items()]
    refused = {release.service: values_schema.check_all([release], schema) for release in releases}
    told = [
        (name, replace(one, where=None)) for name, found in refused.items() if name not in optional for one in found
    ]
    if told:
        raise InputError(_once(told))
    manifests = _rendered(chart, [release for release in releases if not refused[release.service]], optional, helm)
    told = list(_unfit(manifests))
    if told:
        raise InputError(_once(told))
    rendered = {manifest.release.service for manifest in manifests}
    default = [manifest for manifest in manifests if not manifest.release.generated.values]
    return Proof(len(rendered), _images(default))


def _rendered(chart: Chart, releases: Sequence[Release], optional: Collection[str], helm: Engine) -> list[Manifest]:
    """The objects of all that render; those that need not are left out where they do not."""
    try:
        return helm.template(chart, releases)
    except InputError as error:
        failed = {problem.path: problem for problem in error.problems}
        needed = [each for each in releases if each.title in failed and each.service not in optional]
        left = [release for release in releases if release.title not in failed]
        if needed:
            told = ((each.service, replace(failed[each.title], path="")) for each in needed)
            raise InputError(_once(told)) from None
        if len(left) == len(releases):
            raise
        return helm.template(chart, left)


def _unfit(manifests: Sequence[Manifest]) -> Iterator[tuple[str, Problem]]:
    """What the oldest and the newest Kubernetes API would not take, each with its case."""
    names = {manifest.release.title: manifest.release.service for manifest in manifests}
    for version in (kubernetes.versions()[0], kubernetes.versions()[-1]):
        for finding in kubernetes.check(manifests, version).findings:
            yield names[finding.release], Problem(f"{finding.object}: {finding.message}", path=finding.path)


def _once(told: Iterable[tuple[str, Problem]]) -> Iterator[Problem]:
    """Each problem once, with the cases that have it, from pairs of case and problem."""
    cases: dict[Problem, dict[str, None]] = {}
    for case, problem in told:
        cases.setdefault(problem, {})[case] = None
    for problem, found in cases.items():
        first, *others = found
        which = f"{len(found)} cases, such as {first}" if others else f"the case {first}"
        yield replace(problem, message=f"{problem.message} ({which})")


def _images(manifests: Sequence[Manifest]) -> tuple[str, ...]:
    if not manifests:
        return ()
    containers = Objects.of(manifests[0].release, manifests).containers
    return tuple(sorted({str(container.data["image"]) for container in containers if container.data.get("image")}))


def _release(chart: Chart, name: str, values: Values) -> Release:
    return Release("build", "case", None, name, "app", "default", None, ChartRef(chart.name), Layer(name, values))
