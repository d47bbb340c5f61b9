"""Whether a chart is one that Helm 3 and Helm 4 take: everything that shows without rendering it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import semver

from chartgen.chart import archive
from chartgen.chart.fragments import DRAFT
from chartgen.errors import InputError, Problem, Where, dotted
from chartgen.jsonvalidation import Validator
from chartgen.model import CONTRACT_ANNOTATION, Chart

_NAME = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?")
_SUBCHART = re.compile(r"charts/([^/]+)/Chart\.yaml$")
_LONGEST_NAME = 63
_MAX_TEXT = 2**20
"""A release's Secret holds the chart, compressed and encoded, and cannot exceed 1 MiB."""


def validate(chart: Chart) -> None:
    """Says everything that is wrong with a chart.

    Raises:
        InputError: metadata that Helm refuses, a schema that is not draft-07 or that refuses the chart's own defaults,
            files that are too large, or templates that Helm would not read whole.
    """
    problems = [*_metadata(chart), *_dependencies(chart), *_schema(chart), *_files(chart)]
    if problems:
        raise InputError(problems)


def _metadata(chart: Chart) -> Iterator[Problem]:
    where = Where("Chart.yaml")
    if not _NAME.fullmatch(chart.name) or len(chart.name) > _LONGEST_NAME:
        expected = f"lower-case letters, digits and dashes, a letter first, at most {_LONGEST_NAME}"
        yield Problem(f"`{chart.name}` is no name for a chart", where, "name", expected)
    if not semver.Version.is_valid(chart.version):
        yield Problem(f"`{chart.version}` is no version", where, "version", "major.minor.patch, such as 1.4.0")
    if chart.metadata.get("apiVersion") != "v2":
        yield Problem("Helm 3 and 4 share one form of charts", where, "apiVersion", "v2")
    if chart.metadata.get("type", "application") != "application":
        yield Problem("only an application can be installed", where, "type", "application")
    annotations = chart.metadata.get("annotations") or {}
    if CONTRACT_ANNOTATION in annotations and chart.contract is None:
        path = dotted(("annotations", CONTRACT_ANNOTATION))
        yield Problem(f"`{annotations[CONTRACT_ANNOTATION]}` is no contract", where, path, 'a number in quotes: "1"')


def _dependencies(chart: Chart) -> Iterator[Problem]:
    """What Chart.yaml names must lie in charts/, unpacked or as packages, as Helm asks when it installs."""
    there = {match[1] for path in chart.files if (match := _SUBCHART.match(path))}
    packed = [
        path.removeprefix("charts/") for path in chart.files if path.startswith("charts/") and path.count("/") == 1
    ]
    for index, dependency in enumerate(chart.metadata.get("dependencies") or ()):
        name = str(dependency.get("name"))
        if name not in there and not any(re.fullmatch(rf"{re.escape(name)}-v?\d.*\.tgz", file) for file in packed):
            hint = "run `helm dependency build` in the chart's directory"
            yield Problem(f"`{name}` is not in charts/", Where("Chart.yaml"), f"dependencies[{index}]", hint=hint)


def _schema(chart: Chart) -> Iterator[Problem]:
    if chart.schema is None:
        return
    where = Where("values.schema.json")
    if chart.schema.get("$schema") != DRAFT:
        hint = "Helm 3 reads draft-07 whatever is said here, Helm 4 what is said"
        yield Problem("the schema must say that it is draft-07", where, "$schema", hint=hint)
    try:
        violations = Validator(chart.schema, where.file).violations(chart.values)
    except InputError as error:
        yield from error.problems
        return
    for violation in violations:
        message = f"the default {violation.message}"
        yield Problem(message, Where("values.yaml"), dotted(violation.path), violation.expected, violation.hint)


def _files(chart: Chart) -> Iterator[Problem]:
    for path, content in chart.files.items():
        if len(content) > archive.MAX_FILE:
            yield Problem(f"is larger than {archive.MAX_FILE >> 20} MiB, Helm's limit for one file", Where(path))
        elif path.startswith("templates/"):
            yield from _template(path, content)
    if sum(map(len, chart.files.values())) > _MAX_TEXT:
        hint = "leave out what no template uses"
        yield Problem("the chart is larger than 1 MiB: no release of it could be stored", Where(chart.name), hint=hint)


def _template(path: str, content: bytes) -> Iterator[Problem]:
    try:
        content.decode()
    except UnicodeDecodeError as error:
        yield Problem("is not UTF-8", Where(path, content[: error.start].count(b"\n") + 1))
    if content and not content.endswith(b"\n"):
        # Helm 4.0 to 4.2 drop a file whose length is a multiple of 4096 and that does not end a line (helm/helm#32506).
        yield Problem("does not end with a line break", Where(path), hint="end the last line")
    if b"\r" in content:
        yield Problem("has Windows line ends", Where(path), hint="save it with line feeds alone")
