"""The shared chart, made from the base chart and the fragments, as an organisation wants it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from chartgen import yamlio
from chartgen.chart import defaults, fragments, load, valuesfile
from chartgen.chart import schema as schemas
from chartgen.chart.bundled import FRAGMENTS, Sources
from chartgen.chart.fragments import Fragment
from chartgen.errors import InputError, Problem, Where, did_you_mean
from chartgen.model import Chart, Values

_MADE = ("Chart.yaml", "values.yaml", "values.schema.json")
CASES = "ci/"
"""Where an overlay has values to try the chart with, `ci/<name>-values.yaml`: not part of the chart."""

_DEFINE = re.compile(rb'\{\{-?\s*define\s+"([^"]+)"')


@dataclass(frozen=True, slots=True)
class Build:
    """What an organisation wants otherwise than the shared chart has it. Empty: as it is.

    Attributes:
        name, version, description: what Chart.yaml says; nothing else changes with the name.
        metadata: further entries of Chart.yaml; annotations come beside the chart's own.
        drop: concerns to leave out, their values and their objects with them.
        defaults: values that are to be the chart's defaults.
        overlay: further files of the chart: `templates/…`, and fragments in `values-schemas/…`. One of the same name
            as a file of the base chart takes its place. What stands in CASES stays out.
        place: where `drop` and `defaults` are written, for messages.
        overlay_place: the directory of the overlay, for messages.
    """

    name: str = ""
    version: str = ""
    description: str = ""
    metadata: Mapping[str, Any] = field(default_factory=dict)
    drop: tuple[str, ...] = ()
    defaults: Values = field(default_factory=dict)
    overlay: Mapping[str, bytes] = field(default_factory=dict)
    place: str = "build"
    overlay_place: str = "overlay"


def assemble(source: Sources, build: Build) -> Chart:
    """The chart.

    Raises:
        InputError: a concern to drop that is unknown or cannot be spared, defaults that the schema refuses, fragments
            that are wrong, or files of the overlay that have no place in a chart.
    """
    # What is made from the fragments stands in the base chart: without wishes it need not be made again.
    as_it_is = not (build.drop or build.defaults or build.overlay)
    files = dict(source.chart) if as_it_is else _remade(source, build)
    files["Chart.yaml"] = _metadata(source, build)
    return load.from_files(dict(sorted(files.items())), build.name or "chart")


def overridden(source: Sources, build: Build) -> tuple[str, ...]:
    """The files of the overlay that take the place of one of the base chart's, to be told to whoever builds."""
    return tuple(sorted(set(build.overlay) & {*source.chart, *source.fragments}))


def _remade(source: Sources, build: Build) -> dict[str, bytes]:
    """The chart's files, made from its parts."""
    known = _fragments(source, build)
    problems = [*_drop_problems(known, build), *_overlay_problems(build)]
    if problems:
        raise InputError(problems)
    schema = schemas.bundle(known, build.drop)
    if build.defaults:
        schema = defaults.with_defaults(schema, build.defaults, build.place)
    kept = [fragment for fragment in known if fragment.concern not in build.drop]
    return {
        **_templates(source, known, build),
        "values.yaml": valuesfile.text(kept, schema),
        "values.schema.json": schemas.text(schema),
    }


def _fragments(source: Sources, build: Build) -> tuple[Fragment, ...]:
    """All fragments, the organisation's own in the place of the base's of the same name."""
    own = {path: content for path, content in build.overlay.items() if path.startswith(f"{FRAGMENTS}/")}
    base = {path: content for path, content in source.fragments.items() if path not in own}
    return fragments.read({**base, **{f"{build.overlay_place}/{path}": content for path, content in own.items()}})


def _drop_problems(known: tuple[Fragment, ...], build: Build) -> Iterator[Problem]:
    by_name = {fragment.concern: fragment for fragment in known}
    can_go = [name for name, fragment in by_name.items() if fragment.droppable]
    for name in build.drop:
        expected = f"one of {', '.join(sorted(can_go))}"
        if name not in by_name:
            message = f"there is no concern `{name}` to drop"
            yield Problem(message, Where(build.place), "drop", expected, did_you_mean(name, by_name))
        elif name not in can_go:
            yield Problem(f"no chart works without the concern `{name}`", Where(build.place), "drop", expected)


def _overlay_problems(build: Build) -> Iterator[Problem]:
    for path in build.overlay:
        if not path.startswith((f"{FRAGMENTS}/", "templates/", CASES)):
            where = Where(f"{build.overlay_place}/{path}")
            yield Problem("has no place in a chart", where, expected=f"templates/…, {FRAGMENTS}/… or {CASES}…")


def _templates(source: Sources, known: tuple[Fragment, ...], build: Build) -> dict[str, bytes]:
    """The chart's files but for those that are made: without what dropped concerns alone need, with the overlay's."""
    files = {path: content for path, content in source.chart.items() if path not in _MADE}
    for fragment in known:
        if fragment.concern in build.drop:
            for template in fragment.templates:
                files.pop(f"templates/{template}", None)
            helper = f"templates/_{fragment.concern}.tpl"
            if helper in files:
                files[helper] = _emptied(files[helper])
    own = {path: content for path, content in build.overlay.items() if path.startswith("templates/")}
    return files | own


def _emptied(helper: bytes) -> bytes:
    """The same names defined as nothing, for the templates that include them."""
    return b"".join(b'{{- define "%s" }}{{ end }}\n' % name for name in _DEFINE.findall(helper))


def _metadata(source: Sources, build: Build) -> bytes:
    """Chart.yaml: as it stands in the base chart, where nothing else is said."""
    wanted = {"name": build.name, "version": build.version, "description": build.description, **build.metadata}
    said = {key: value for key, value in wanted.items() if value}
    written = source.chart["Chart.yaml"]
    if not said:
        return written
    data = yamlio.loads(written, "Chart.yaml")
    if "annotations" in said:
        said["annotations"] = {**(data.get("annotations") or {}), **said["annotations"]}
    return yamlio.dumps({**data, **said}).encode()
