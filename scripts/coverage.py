"""docs/reference/coverage.md: what others have, and the field, the value and the case that have it here.

Made from `tests/facts/rows.yaml` (the rows of each source) and `tests/coverage/<source>.yaml` (what shows each). A test
holds every name in them to what there is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chartgen import yamlio

PAGE = "docs/reference/coverage.md"
ROOT = Path(__file__).resolve().parent.parent
ROWS = ROOT / "tests" / "facts" / "rows.yaml"
ENTRIES = ROOT / "tests" / "coverage"

_HEAD = """\
# Coverage

What other charts, Opta's k8s-service, HOPS and Kubernetes itself have for a service, row by row: the field of the spec
that says it here, the chart's value for it, and the cases that show it.

- A test holds each line to its cases: they write every field and every value that it names. Another takes each field
  and each value there is out of cases, one by one, and sees that one notices.
- A row without a field is said by chart values alone (`values:` of a service, or `values/<service>.yaml`); one without
  either needs nothing to be set. In slanted letters: where ours differs, and why.
- What belongs to a pod holds for workers, jobs and tests as well; only the field at the service is named.
- What production asks of a release beyond that, practices and security, is in [the rules](rules.md), each with a case
  that breaks it; every field is in [the spec](spec.md), every value in [the chart's values](values.md).

Not here, for they are not there yet: Argo Rollouts and canaries, importers of other formats, and the published chart.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What shows a row.

    Attributes:
        source, row: the row, by its names in rows.yaml.
        spec: fields of the spec; a field of a service stands alone, others after `project.`, `versions.`, `resources.`.
        values: dotted paths of the chart's values.
        cases: cases below `tests/cases` or `tests/wrong`, or files of tests.
        note: where ours differs, and why.
    """

    source: str
    row: str
    spec: tuple[str, ...]
    values: tuple[str, ...]
    cases: tuple[str, ...]
    note: str


def pages() -> dict[str, bytes]:
    """The page by its path."""
    by_row = {(entry.source, entry.row): entry for entry in entries()}
    parts = [_HEAD]
    for source, of_source in rows().items():
        table = "| | In the spec | In the chart's values | Shown by |\n|---|---|---|---|"
        lines = [_line(words, by_row.get((source, row))) for row, words in of_source["rows"].items()]
        parts.append("\n".join([f"## {of_source['title']}\n", f"{of_source['about'].strip()}\n", table, *lines, ""]))
    return {PAGE: "\n".join(parts).encode()}


def rows() -> dict[str, Any]:
    """The sources with their rows: name to words."""
    return dict(yamlio.loads(ROWS.read_bytes()))


def entries() -> list[Entry]:
    """All that is written about rows, by source."""
    return [
        _entry(source, row, written)
        for source in rows()
        for row, written in yamlio.loads((ENTRIES / f"{source.lower()}.yaml").read_bytes()).items()
    ]


def _entry(source: str, row: str, written: Mapping[str, Any]) -> Entry:
    names = {key: tuple(map(str, written.get(key) or ())) for key in ("spec", "values", "cases")}
    return Entry(source, row, **names, note=str(written.get("note") or ""))


def _line(words: str, entry: Entry | None) -> str:
    if entry is None:
        return f"| {_escaped(words)} | | | |"
    first = f"{words}<br>*{entry.note}*" if entry.note else words
    cells = (first, _codes(entry.spec), _codes(entry.values), ", ".join(_links(entry.cases)))
    return f"| {' | '.join(map(_escaped, cells))} |"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name.replace('*', '<name>')}`" for name in names)


def _links(cases: Iterable[str]) -> Iterator[str]:
    for case in cases:
        path = case_file(case)
        yield f"[{case.removeprefix('tests/')}](../../{path.relative_to(ROOT).as_posix()})"


def case_file(case: str) -> Path:
    """Where a case, or the test that is named in its place, stands."""
    if case.startswith("tests/"):
        return ROOT / case
    return ROOT / "tests" / (f"{case}.yaml" if case.startswith("wrong/") else f"cases/{case}.yaml")


def _escaped(cell: str) -> str:
    return " ".join(cell.replace("|", "\\|").split())
