"""The values of releases against the schema of their chart, each mistake at the line that made it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chartgen import values
from chartgen.checks.origins import author
from chartgen.errors import Problem, Where, dotted
from chartgen.jsonvalidation import Validator, Violation
from chartgen.model import Chart, Layer, Release

_MOST_NAMES = 3


@dataclass(frozen=True, slots=True)
class ValuesSchema:
    """What a chart asks of its values, compiled once for all its releases.

    Attributes:
        validator: of the chart's schema; None for a chart without one.
        defaults: the chart's own values, which Helm puts below all others before it validates.
    """

    validator: Validator | None
    defaults: Layer

    @classmethod
    def of(cls, chart: Chart, directory: str = "") -> ValuesSchema:
        """The schema of a chart; `directory` is where the chart lies, for messages (its name by default).

        Raises:
            InputError: the schema is not valid.
        """
        directory = directory or chart.name
        schema = None if chart.schema is None else Validator(chart.schema, f"{directory}/values.schema.json")
        return cls(schema, Layer(f"{directory}/values.yaml", chart.values))


def check_all(releases: Iterable[Release], schema: ValuesSchema) -> list[Problem]:
    """What is wrong with the values of many releases of one chart: what a shared file gets wrong is said once."""
    hit: dict[Problem, list[str]] = {}
    users: Counter[str] = Counter()
    for release in releases:
        users.update({layer.file for layer in release.developer})
        for problem in check(release, schema):
            hit.setdefault(problem, []).append(release.title)
    return [
        _only_in(titles, problem) if problem.where and len(titles) < users[problem.where.file] else problem
        for problem, titles in hit.items()
    ]


def check(release: Release, schema: ValuesSchema) -> list[Problem]:
    """What is wrong with the values of a release, as Helm would validate them: over the chart's defaults.

    Each problem stands where the offending entry was written, in the strongest layer that says anything about it.
    """
    if schema.validator is None:
        return []
    merged = values.merge_all(layer.values for layer in release.layers)
    coalesced = values.coalesce(schema.defaults.values, merged)
    if schema.validator.is_valid(coalesced):
        return []
    problems = [_problem(violation, release, schema.defaults) for violation in schema.validator.violations(coalesced)]
    return sorted(problems, key=lambda problem: problem.where or Where(""))


def _only_in(titles: Sequence[str], problem: Problem) -> Problem:
    """The values of one environment can be at odds with a file that is right in all others."""
    more = f" and {len(titles) - _MOST_NAMES} more" if len(titles) > _MOST_NAMES else ""
    note = f"only in {', '.join(titles[:_MOST_NAMES])}{more}"
    return replace(problem, hint=f"{problem.hint} ({note})" if problem.hint else note)


def _problem(violation: Violation, release: Release, defaults: Layer) -> Problem:
    layer = author(violation.path, (defaults, *release.layers)) or release.generated
    return Problem(
        violation.message, layer.origin(violation.path), dotted(violation.path), violation.expected, violation.hint
    )
