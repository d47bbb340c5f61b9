"""docs/reference/coverage.md: what others have, and the field, the value and the case that have it here.

Made from `tests/facts/rows.yaml` (the rows) and `tests/coverage/*.yaml` (what shows each). A test holds every name in
them to what there is.
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
that says it here, the chart's value for it, and the cases that show it. Each field and value is held to its cases by a
test: taken out of them, they fail.
"""


@dataclass(frozen=True, slots=True)
class Entry:
    """What shows a row.

    Attributes:
        source, row: the row, by its names in rows.yaml.
        spec: fields of the spec; a field of a service stands alone, others after `project.` or `versions.`.
        values: dotted paths of the chart's values.
        cases: cases below `tests/cases` or `tests/wrong`, or files of tests.
        note: where ours differs, and why.
        file: where the entry stands.
    """

    source: str
    row: str
    spec: tuple[str, ...]
    values: tuple[str, ...]
    cases: tuple[str, ...]
    note: str
    file: str


def pages() -> dict[str, bytes]:
    """The page by its path."""
    by_row: dict[tuple[str, str], list[Entry]] = {}
    for entry in entries():
        by_row.setdefault((entry.source, entry.row), []).append(entry)
    parts = [_HEAD]
    for source, of_source in rows().items():
        table = "| | In the spec | In the chart's values | Shown by |\n|---|---|---|---|"
        lines = [_line(words, by_row.get((source, row), [])) for row, words in of_source["rows"].items()]
        parts.append("\n".join([f"## {of_source['title']}\n", f"{of_source['about'].strip()}\n", table, *lines, ""]))
    return {PAGE: "\n".join(parts).encode()}


def rows() -> dict[str, Any]:
    """The sources with their rows: name to words."""
    return dict(yamlio.loads(ROWS.read_bytes()))


def entries() -> list[Entry]:
    """All that is written about rows, by file."""
    files = sorted(ENTRIES.glob("*.yaml"))
    return [_entry(one, file.name) for file in files for one in yamlio.loads(file.read_bytes()) or ()]


def _entry(written: Mapping[str, Any], file: str) -> Entry:
    names = {key: tuple(map(str, written.get(key) or ())) for key in ("spec", "values", "cases")}
    note = str(written.get("note") or "")
    return Entry(str(written["source"]), str(written["row"]), **names, note=note, file=file)


def _line(words: str, found: list[Entry]) -> str:
    spec = _codes(name for entry in found for name in entry.spec)
    values = _codes(path.replace("*", "<name>") for entry in found for path in entry.values)
    cases = ", ".join(dict.fromkeys(link for entry in found for link in _links(entry.cases)))
    notes = " ".join(dict.fromkeys(entry.note.rstrip(".") + "." for entry in found if entry.note))
    first = f"{words}<br>*{notes}*" if notes else words
    return f"| {' | '.join(_escaped(cell) for cell in (first, spec, values, cases))} |"


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in dict.fromkeys(names))


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
