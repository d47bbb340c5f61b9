"""`chartgen build`: assemble, validate and package the shared chart, and put it into a repository."""

from __future__ import annotations

import datetime as dt
import os
import pathlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from chartgen import engine
from chartgen.actions.charts import assembled
from chartgen.chart import package, validate
from chartgen.checks import kubernetes, values_schema
from chartgen.errors import InputError, Problem, Where
from chartgen.model import Chart, ChartRef, Layer, Package, Release, Values
from chartgen.publish.directory import Directory
from chartgen.publish.interface import Published
from chartgen.spec.load import load

MINIMAL: Values = {
    "image": {"repository": "example.com/app", "tag": "1.0.0"},
    "ports": {"http": {"containerPort": 8080}},
}
"""The least that makes a service: an image and a port."""


@dataclass(frozen=True, slots=True)
class Built:
    """A chart that was built: its package, where it went, and how many renderings vouch for it."""

    package: Package
    published: Published
    renderings: int


def build(
    directory: pathlib.Path,
    destination: pathlib.Path,
    *,
    version: str | None = None,
    engine_name: str | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Built:
    """Builds the project's chart into the repository in the directory `destination`.

    Arguments:
        version: another version than the spec says.
        environment: where SOURCE_DATE_EPOCH is looked up (reproducible-builds.org).

    Raises:
        InputError: the spec or the chart is wrong, or the version is published already with other bytes.
        ToolError: there is no engine, or the repository cannot be written to.
    """
    project = load(directory)
    chart = assembled(project, version)
    validate.validate(chart)
    renderings = _render_examples(chart, engine_name)
    epoch = _epoch(environment)
    packed = package.package(chart, package.EPOCH if epoch is None else epoch)
    now = dt.datetime.now(dt.UTC) if epoch is None else dt.datetime.fromtimestamp(epoch, dt.UTC)
    return Built(packed, Directory(destination).publish(packed, now=now), renderings)


def _epoch(environment: Mapping[str, str]) -> int | None:
    text = environment.get("SOURCE_DATE_EPOCH", "")
    if text and not text.isdecimal():
        raise InputError(Problem(f"SOURCE_DATE_EPOCH is `{text}`", expected="a number of seconds since 1970"))
    return int(text) if text else None


def _render_examples(chart: Chart, engine_name: str | None) -> int:
    """Renders the least a service needs, alone and with every example of the schema, and validates what comes out."""
    releases = [_release(chart, name, values) for name, values in _examples(chart)]
    problems = values_schema.check_all(releases, values_schema.ValuesSchema.of(chart))
    if problems:
        raise InputError(problems)
    manifests = engine.choose(engine_name).template(chart, releases)
    for version in (kubernetes.versions()[0], kubernetes.versions()[-1]):
        found = kubernetes.check(manifests, version).findings
        if found:
            raise InputError(
                Problem(f"{finding.object} of {finding.release}: {finding.message}", path=finding.path)
                for finding in found
            )
    return len(releases)


def _examples(chart: Chart) -> Iterator[tuple[str, Values]]:
    yield "minimal", MINIMAL
    for key, schema in ((chart.schema or {}).get("properties") or {}).items():
        for number, example in enumerate(schema.get("examples") or ()):
            yield f"{key}-{number}".lower(), {**MINIMAL, key: example}


def _release(chart: Chart, name: str, values: Values) -> Release:
    where = Layer(f"{chart.name}: the example {name}", values, {(): Where(f"{chart.name}: the example {name}")})
    return Release("build", "example", None, name, "app", "default", None, ChartRef(chart.name), where)
