"""What a deploy has to do: each release as it is to be beside what Helm has stored of it. Pure."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from chartgen.cluster.absent import Named
from chartgen.cluster.stored import PENDING, Stored
from chartgen.compare.manifests.reading import part
from chartgen.errors import ToolError
from chartgen.model import Chart, Release, Values
from chartgen.outputs.values import data
from chartgen.values import merge_all

Action = Literal["create", "upgrade", "unchanged", "stuck"]
"""What becomes of a release; `stuck`: Helm was interrupted at it, and refuses until that is mended."""

_MAIN = ("Chart.yaml", "Chart.lock", "values.yaml", "values.schema.json", "requirements.yaml", "requirements.lock")
_APART = ("templates/", "charts/", "crds/")
_TOLD = 3
_SHOWN = frozenset({"image.digest", "image.repository", "image.tag", "replicaCount"})
"""Values of which it says what they were and are; others may be long, or nobody's business."""


@dataclass(frozen=True, slots=True)
class Step:
    """What a deploy does with one release.

    Attributes:
        release: as it is to be.
        action: what is done.
        reasons: why, each a few words: `values: image.tag 1.4 → 1.5, env.MODE`, `chart: shop-1.4.0 → shop-1.5.0`.
        stored: what Helm has of it; None: nothing.
        absent: the objects of it that are not there any more, as kubectl names them; Helm makes them again.
    """

    release: Release
    action: Action
    reasons: tuple[str, ...] = ()
    stored: Stored | None = None
    absent: tuple[str, ...] = ()


def step(release: Release, chart: Chart, stored: Stored | None) -> Step:
    """What a deploy has to do for one release.

    Unchanged is a release whose latest revision is deployed, from the same values and a chart of the same content,
    whatever its version says.
    """
    if stored is None:
        return Step(release, "create")
    if stored.status in PENDING:
        return Step(release, "stuck", (f"is {stored.status}",), stored)
    failed = [f"its revision {stored.revision} is {stored.status}"] if stored.status != "deployed" else []
    reasons = (*failed, *chart_reasons(chart, stored), *value_reasons(release, stored))
    if not reasons:
        return Step(release, "unchanged", stored=replace(stored))  # without what was decoded of it: a megabyte each
    return Step(release, "upgrade", reasons, stored)


def restored(found: Step, absent: Sequence[Named]) -> Step:
    """The step, an upgrade instead of none where objects of the release are not there."""
    if found.action != "unchanged" or not absent:
        return found
    titles = tuple(each.title for each in absent)
    more = [f"{len(titles) - _TOLD} more"] if len(titles) > _TOLD else []
    reason = f"{', '.join([*titles[:_TOLD], *more])} {'is' if len(titles) == 1 else 'are'} not there"
    return replace(found, action="upgrade", reasons=(reason,), absent=titles)


def given(release: Release) -> Values:
    """The values that a release is given: its values files merged, the generated one first."""
    return merge_all([data(release), *(layer.values for layer in release.developer)])


def value_reasons(release: Release, stored: Stored) -> Iterator[str]:
    """In what the values differ from those that a revision was given, by path."""
    before, now = stored.config, given(release)
    paths = list(_different(_plain(before), _plain(now)))
    if paths:
        more = [f"{len(paths) - _TOLD} more"] if len(paths) > _TOLD else []
        told = [f"{path} {_at(before, path)} → {_at(now, path)}" if path in _SHOWN else path for path in paths[:_TOLD]]
        yield f"values: {', '.join([*told, *more])}"


def _at(values: Values, path: str) -> str:
    """The value at a path, `-` where there is none."""
    found = part(values, *path.split("."))
    return "-" if found is None else str(found)


def chart_reasons(chart: Chart, stored: Stored) -> Iterator[str]:
    """In what the chart differs from the one that a revision was made from.

    Helm stores no charts that a chart depends on: of these only what Chart.yaml says of them is compared.
    """
    now = f"{chart.name}-{chart.version}"
    if now != stored.chart_title:
        yield f"chart: {stored.chart_title} → {now}"
        return
    before = stored.chart
    files = [
        *_files(before.get("templates"), chart, lambda path: path.startswith("templates/")),
        *_files(before.get("files"), chart, lambda path: path not in _MAIN and not path.startswith(_APART)),
    ]
    parts = ["Chart.yaml"] if _metadata(before.get("metadata") or {}) != _metadata(chart.metadata) else []
    parts += ["values.yaml"] if _plain(before.get("values") or {}) != _plain(chart.values) else []
    parts += ["values.schema.json"] if _schema(before) != chart.schema else []
    if files or parts:
        yield f"chart: {', '.join([*parts, *files][:_TOLD])}"


def _files(stored: Any, chart: Chart, mine: Any) -> Iterator[str]:
    before = {str(each.get("name")): base64.b64decode(each.get("data") or "") for each in stored or ()}
    now = {path: content for path, content in chart.files.items() if mine(path)}
    for path in sorted(before.keys() | now.keys()):
        if path.rsplit("/", 1)[-1] != ".helmignore" and before.get(path) != now.get(path):
            yield path


def _metadata(said: Mapping[str, Any]) -> tuple[Any, ...]:
    """What Chart.yaml says that matters to what is rendered, beside the version."""
    needed = said.get("dependencies") or ()
    keys = ("name", "version", "repository", "condition", "alias")
    dependencies = [[str(each.get(key) or "") for key in keys] for each in needed if isinstance(each, dict)]
    return str(said.get("appVersion") or ""), str(said.get("kubeVersion") or ""), dependencies


def _schema(chart: Mapping[str, Any]) -> Any:
    packed = chart.get("schema")
    return json.loads(base64.b64decode(packed)) if packed else None


def _plain(data: Any) -> Any:
    """The data as it comes back through Helm, to which every number is a float of 64 bits."""
    return json.loads(json.dumps(data), parse_int=float)


def _different(before: Any, now: Any, path: str = "") -> Iterator[str]:
    if isinstance(before, dict) and isinstance(now, dict):
        for key in sorted(before.keys() | now.keys()):
            below = f"{path}.{key}" if path else key
            if key not in before or key not in now:
                yield below
            else:
                yield from _different(before[key], now[key], below)
    elif before != now or isinstance(before, bool) != isinstance(now, bool):
        yield path


def leftovers(releases: Iterable[Release], stored: Iterable[Stored], project: str, environment: str) -> list[Stored]:
    """The stored releases that bear the project's and the environment's mark, but are none of its releases any more.

    What cannot be read may bear that mark where its releases stand, and is among them: it says so to whoever asks for
    the mark. Elsewhere it is a stranger's.
    """
    ours = {(release.namespace, release.name) for release in releases}
    spaces = {namespace for namespace, _ in ours}

    def may_be_left(each: Stored) -> bool:
        try:
            mark = each.mark
        except ToolError:
            return each.namespace in spaces
        return mark is not None and (mark.project, mark.environment) == (project, environment)

    return [each for each in stored if (each.namespace, each.name) not in ours and may_be_left(each)]
