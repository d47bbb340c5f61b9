"""The version gate: what changed between two versions of a chart, and how much of the version that demands."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from chartgen import values
from chartgen.chart import finish
from chartgen.compare import corpus, defaults, metadata, templates, versions
from chartgen.compare.change import LEVELS, Change, Level
from chartgen.compare.contract import schemas
from chartgen.compare.contract.gap import place
from chartgen.compare.contract.shape import canonical
from chartgen.engine.interface import Engine
from chartgen.errors import InputError
from chartgen.jsonvalidation import Validator
from chartgen.model import Chart, Values

_CHART, _VALUES, _SCHEMA = "Chart.yaml", "values.yaml", "values.schema.json"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What changed between a published chart and a new one.

    Attributes:
        old: the version that was published.
        changes: all of it, the strongest first.
        cases: over how many sets of values both were rendered.
    """

    old: str
    changes: tuple[Change, ...]
    cases: int

    @property
    def level(self) -> Level | None:
        """The strongest change; None: nothing changed but what a build makes."""
        return versions.highest(change.level for change in self.changes)


def judge(
    old: Chart, new: Chart, cases: Mapping[str, Values], helm: Engine, made: Collection[str] = finish.MADE
) -> Verdict:
    """Compares two versions of a chart: their schemas, their defaults, what they render, and their files.

    Arguments:
        cases: values to render both with, by name: those of `corpus.cases`.
        made: files that a build makes where the chart does not bring them; those do not count.

    Raises:
        InputError: the new chart's schema is not valid, or the new chart cannot be rendered.
        ToolError: Helm is missing or failed.
    """
    schema = schemas.changes(old.schema, new.schema, lambda path: _is_default(old.values, path))
    kept = {key: value for key, value in old.values.items() if key not in _gone(old, new)}
    default = defaults.changes(kept, new.values)
    taken: Mapping[str, Values] = {}
    refused: tuple[Change, ...] = ()
    template: tuple[Change, ...] = ()
    if _inputs(old, made) != _inputs(new, made):
        taken, refused = _taken(old, new, cases)
        template = templates.changes(old, new, taken, helm)
    if any(change.level == "major" for change in schema):
        refused = ()
    found = [*metadata.changes(old, new), *schema, *refused, *default, *template]
    found += _files(old, new, made, found)
    strongest_first = sorted(found, key=lambda change: -LEVELS.index(change.level))
    return Verdict(old.version, tuple(strongest_first), len(taken))


def _is_default(node: object, path: tuple[str, ...]) -> bool:
    """Whether the defaults have something at a path of the schema."""
    for key in path:
        if not isinstance(node, dict) or key not in node:
            return False
        node = node[key]
    return True


def _gone(old: Chart, new: Chart) -> Collection[str]:
    """Values of the top level that the new schema knows no longer; their defaults go with them."""
    return corpus.properties(old).keys() - corpus.properties(new).keys()


def _inputs(chart: Chart, made: Collection[str]) -> tuple[str, dict[str, bytes]]:
    """All of a chart that what it renders can depend on."""
    left_out = {*made, _VALUES, _SCHEMA}
    files = {path: text for path, text in templates.neutral(chart).files.items() if path not in left_out}
    return canonical(chart.values), files


def _taken(old: Chart, new: Chart, cases: Mapping[str, Values]) -> tuple[dict[str, Values], tuple[Change, ...]]:
    """The cases that both charts take; and, where the new one refuses what the old one took, the first such."""
    before, after = _validator(old), _validator(new)
    taken: dict[str, Values] = {}
    refused: dict[str, Change] = {}
    for name, case in cases.items():
        if before and not before.is_valid(values.coalesce(old.values, case)):
            continue
        now = values.coalesce(new.values, case)
        if after is None or after.is_valid(now):
            taken[name] = case
            continue
        for violation in after.violations(now)[:1]:
            path = place(f"[{part}]" if isinstance(part, int) else part for part in violation.path)
            message = f"{violation.message}, which was taken before: the case {name}"
            refused.setdefault(path, Change("major", "schema", path, message))
    return taken, tuple(refused.values())


def _validator(chart: Chart) -> Validator | None:
    """None for a chart without a schema, or with one that nothing can be held to."""
    try:
        return None if chart.schema is None else Validator(chart.schema)
    except InputError:
        return None


# ---- files ----------------------------------------------------------------------------------------------------------


def _files(old: Chart, new: Chart, made: Collection[str], told: Collection[Change]) -> Iterator[Change]:
    """Files that differ and whose difference has not shown yet; packages of other bytes are other versions."""
    explained = {change.part for change in told}
    changed = [
        path
        for path in {**old.files, **new.files}
        if old.files.get(path) != new.files.get(path)
        and path != _CHART
        and not (path in made and path not in new.files)
    ]
    of_templates = [path for path in changed if path.startswith("templates/")]
    if of_templates and "template" not in explained:
        yield from _unseen(of_templates)
    for path in changed:
        if path == _SCHEMA and not explained & {"schema", "default"}:
            yield Change("patch", "file", path, "is written otherwise, and says the same")
        elif path == _VALUES and "default" not in explained:
            yield Change("patch", "file", path, "has other comments, and the same defaults")
        elif path not in (_SCHEMA, _VALUES, *of_templates):
            yield _file(path, old, new)


def _unseen(paths: list[str]) -> Iterator[Change]:
    more = f", and so {'does' if len(paths) == 2 else 'do'} {len(paths) - 1} more" if len(paths) > 1 else ""
    yield Change("patch", "file", paths[0], f"differs, though no case is rendered otherwise{more}")


def _file(path: str, old: Chart, new: Chart) -> Change:
    """Helm installs what is in crds/ with the first release, and never touches it again."""
    definition = path.startswith("crds/")
    if path not in new.files:
        return Change("major" if definition else "patch", "file", path, "is removed")
    verb = "changes" if path in old.files else "is added"
    return Change("minor" if definition else "patch", "file", path, verb)
