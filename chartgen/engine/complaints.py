"""What Helm says of a render that failed, shortened to what the author of the chart or of the values can use."""

from __future__ import annotations

import re

from chartgen.engine.interface import Document, RenderError
from chartgen.errors import Problem, Where
from chartgen.model import Chart, Release

_PLACE = r"(?P<file>[^\s:()]+):(?P<line>\d+)(?::(?P<column>\d+))?"
_PARSE = re.compile(rf"parse error at \({_PLACE}\): (?P<message>.+)", re.DOTALL)
_FAIL = re.compile(rf"execution error at \({_PLACE}\): (?P<message>.+)", re.DOTALL)
# Helm 3 chains the templates on one line, Helm 4 gives each a line: the last one is where it happened.
_STEP = re.compile(rf"(?:^|template: |\s){_PLACE}:?\s+executing \"[^\"]*\" at <(?P<expression>.*?)>:\s+", re.DOTALL)
_YAML = re.compile(r"YAML parse error on (?P<file>\S+): (?P<message>.+)", re.DOTALL)
_NOISE = re.compile(r"(?:error converting YAML to JSON|error unmarshaling JSON): (?:yaml: )?|^yaml: ")
_DEBUG_HINT = "Use --debug flag to render out invalid YAML"
_LINE = re.compile(r"line (\d+)")


def of_chart(error: RenderError) -> bool:
    """Whether no release could be rendered, whatever its values: a template cannot be parsed."""
    return str(error).startswith("parse error")


def failed(error: RenderError, release: Release) -> Problem:
    """The problem of a release that Helm does not render: where in which template, and why."""
    return _problem(str(error), release.title)


def broken(error: RenderError, chart: Chart) -> Problem:
    """The problem of a chart that Helm does not render for any release."""
    return _problem(str(error), f"the chart {chart.name} {chart.version}")


def unreadable(release: Release, document: Document) -> Problem:
    """The problem of a document that is no object: Helm's parser says why, the hint shows the line that it means."""
    where = Where(document.template)
    if not document.error:
        return Problem("renders to something that is no Kubernetes object", where, release.title, expected="a map")
    message = _NOISE.sub("", document.error)
    if "cannot unmarshal" in message:
        return Problem("renders to something that is no Kubernetes object", where, release.title, expected="a map")
    number = _LINE.search(message)
    lines = document.text.splitlines()
    line = lines[int(number[1]) - 1].strip() if number and 0 < int(number[1]) <= len(lines) else ""
    hint = f"that line of the rendered text is `{line}`" if line else ""
    return Problem(f"does not render to YAML: {message}", where, release.title, hint=hint)


def _problem(complaint: str, subject: str) -> Problem:
    complaint = complaint.replace(_DEBUG_HINT, "").strip()
    for pattern in (_PARSE, _FAIL):
        if found := pattern.fullmatch(complaint):
            return Problem(_line(found["message"]), _where(found), subject)
    if found := _YAML.fullmatch(complaint):
        message = f"does not render to YAML: {_NOISE.sub('', found['message'])}"
        return Problem(_line(message), Where(found["file"]), subject)
    steps = list(_STEP.finditer(complaint))
    if not steps:
        return Problem(_line(complaint), path=subject)
    message = f"{complaint[steps[-1].end() :]}, in `{steps[-1]['expression']}`"
    return Problem(_line(message), _where(steps[-1]), subject)


def _where(found: re.Match[str]) -> Where:
    return Where(found["file"], int(found["line"]), int(found["column"] or 0))


def _line(text: str) -> str:
    return " ".join(text.split())
