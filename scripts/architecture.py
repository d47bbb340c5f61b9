"""docs/architecture.md and its picture, drawn from the import contract in pyproject.toml and the rooms' docstrings."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path

PAGE = "docs/architecture.md"
PICTURE = "docs/architecture.svg"
ROOT = Path(__file__).resolve().parent.parent
_WIDTH, _ROW, _BOX = 720, 44, 30

_HEAD = """\
# Architecture

Data goes one way: what people write becomes a project, a project becomes releases, releases become files and
manifests, manifests become findings. Reading files, running tools and talking to networks stand at the edges; all
between is pure:
frozen dataclasses and dictionaries in, frozen dataclasses and dictionaries out. A `Release` is the waist of the
hourglass: everything above makes releases, everything below consumes them, and nothing below knows what a spec is.

![From files to releases to files, manifests and packages](data-flow.svg)

## Who may import whom

Downward only. `make lint` holds the code to it, and this page is drawn from that contract.

![The layers, from the command line at the top to errors at the bottom](architecture.svg)

| Layer | Room | What it is |
|---|---|---|
"""
_TAIL = """
Rooms in one row do not know each other. Beside that: YAML libraries are imported in `yamlio` only, programs are started
in `process` only, servers are spoken to in `publish` and `cluster` only, keys handled in `signing` only, `pyhelm3` is
known to `cluster`, `typer` to `cli`, `rich` to `report`, `jinja2` to `chart`, `report` and `scaffolds`, and no concern
imports another.

## A concern has one name in every room

| Room | For `ports` |
|---|---|
| The spec's fields, and what becomes of them | `chartgen/concerns/ports.py` |
| The chart's contract | `values-schemas/ports.yaml` |
| The chart's templates | `base-chart/templates/_ports.tpl` |
| Cases | `tests/cases/ports/` |
| Its page | `docs/concerns/ports.md` |

Adding one touches those, and a line in `chartgen/concerns/__init__.py`. One concern is no service's: `namespace`, which
projects, environments and regions say in `managed_namespace`, and which becomes a release of its own
(`plan/namespaces.py`).

## Where to look

| You want to know | Look at |
|---|---|
| how a layer is laid over another | `spec/layers.py`, `plan/resolve.py` |
| how a reference is resolved | `spec/interpolation.py` |
| where a message about a field comes from | `spec/validation.py`, and the concern's `faults` |
| what a release is called and where it goes | `plan/places.py` |
| what resources give, and what a link takes | `concerns/kinds.py`, `concerns/outside.py`, `concerns/links.py` |
| who links to whom, for policies and order | `plan/graph.py` |
| how many releases are rendered at once | `engine/driver.py`, [why](decisions/0005-many-releases-in-one-call.md) |
| what `render` may overwrite | `actions/survey.py`, [decision 7](decisions/0007-state-and-hand-edits.md) |
| how the chart's schema comes about | `chart/schema.py` |
| what a rule of `check` is, and which there are | `checks/rule.py`, `checks/registry.py` |
| how a finding knows the line that decides it | `checks/component.py`, `checks/origins.py` |
| what a deploy does | `actions/deploy.py`, `actions/deploying/`, [why](decisions/0026-what-a-deploy-does.md) |
| what makes a release differ from what is deployed | `cluster/steps.py`, `cluster/stored.py`, `cluster/absent.py` |
| how a cluster is reached | `cluster/api/connect.py`, [why](decisions/0025-clusters-through-kubectl.md) |
| what a cluster is asked before a deploy | `cluster/preflight/check.py`, `checks/preflight.py` |
| why a workload is not healthy | `cluster/health/` |
| how a change by hand is told from the rest | `cluster/drift/`, [why](decisions/0028-changed-by-hand.md) |

Why things are as they are: [decisions](decisions/).
"""


def pages() -> dict[str, bytes]:
    """The page and its picture, by path."""
    layers = _layers()
    rows = [
        f"| {number} | `{room}` | {_docstring(room)} |"
        for number, rooms in enumerate(layers, start=1)
        for room in rooms
    ]
    text = _HEAD + "\n".join(rows) + "\n" + _TAIL
    return {PAGE: text.encode(), PICTURE: _picture(layers).encode()}


def _layers() -> list[list[str]]:
    """The layers of the contract from the top, each with the rooms that exist."""
    config = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = next(one for one in config["tool"]["importlinter"]["contracts"] if one["id"] == "layers")
    named = [[room.strip(" ()") for room in layer.split("|")] for layer in contract["layers"]]
    existing = [[room for room in rooms if _module(room) is not None and room != "__main__"] for rooms in named]
    return [rooms for rooms in existing if rooms]


def _module(room: str) -> Path | None:
    candidates = (ROOT / "chartgen" / room / "__init__.py", ROOT / "chartgen" / f"{room}.py")
    return next((path for path in candidates if path.is_file()), None)


def _docstring(room: str) -> str:
    path = _module(room)
    text = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) if path else ""
    return (text or "").split("\n\n")[0].replace("\n", " ")


def _picture(layers: list[list[str]]) -> str:
    height = len(layers) * _ROW + 20
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img" aria-label="Layers">',
        "<style>text {font: 14px DejaVu Sans, Verdana, sans-serif} .room {fill: #ddf4ff; stroke: #0969da}</style>",
        f'<rect width="{_WIDTH}" height="{height}" fill="#ffffff"/>',
        f'<path d="M24 14V{height - 22}" stroke="#57606a" stroke-width="1.6"/>',
        f'<path d="M18 {height - 24}h12l-6 10z" fill="#57606a"/>',
    ]
    for row, rooms in enumerate(layers):
        width = (_WIDTH - 60) / len(rooms)
        top = row * _ROW + 12
        for column, room in enumerate(rooms):
            left = 50 + column * width
            parts += [
                f'<rect x="{left:.0f}" y="{top}" width="{width - 10:.0f}" height="{_BOX}" rx="6" class="room"/>',
                f'<text x="{left + (width - 10) / 2:.0f}" y="{top + 20}" text-anchor="middle">{room}</text>',
            ]
    return "\n".join([*parts, "</svg>", ""])
