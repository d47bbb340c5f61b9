"""Which version runs where: a line a service, a column an environment or region."""

from __future__ import annotations

from chartgen.report.columns import columns
from chartgen.report.ink import Ink
from chartgen.report.status.rows import Row, Status
from chartgen.report.status.table import summary, version

_UNKNOWN = "?"


def render(status: Status, ink: Ink = Ink.PLAIN) -> str:
    """The matrix and a summary; a blank line between.

    A cell is the image's version (`1.4.0→1.5.0` where the spec has another), and what is wrong with the release; `?`
    where the cluster could not be asked.
    """
    cells = {(row.service, row.place): _cell(row) for row in status.rows}
    services = list(dict.fromkeys(row.service for row in status.rows))
    hidden = {place for place, _ in status.unreached}
    rows = [
        [service, *(cells.get((service, place), _UNKNOWN if place in hidden else "") for place in status.places)]
        for service in services
    ]
    blocks = [
        *([columns(("service", *status.places), rows).rstrip("\n")] if rows else []),
        ink("title", summary(status)),
    ]
    return "\n\n".join(blocks) + "\n"


def _cell(row: Row) -> str:
    if row.revision is None:
        return "(not installed)"
    wrong = [row.status] if row.status != "deployed" else []
    wrong += [str(row.health)] if row.health != "healthy" else []
    wrong += ["behind"] if row.behind and version(row) == row.version else []
    runs = version(row) or row.chart
    return f"{runs} ({', '.join(wrong)})" if wrong else runs
