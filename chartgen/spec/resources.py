"""Resources as written: each layer brought to one form; what they become is decided at each place."""

from __future__ import annotations

from dataclasses import replace

from chartgen.errors import Problem, dotted
from chartgen.fields import describe
from chartgen.spec.layers import EMPTY
from chartgen.yamlio import List, Map, Node, Path, Scalar


def layer(node: Node | None, path: Path, problems: list[Problem]) -> Map:
    """One layer of `resources`, by name: `db: postgres` is `db: {kind: postgres}`."""
    if not isinstance(node, Map):
        return EMPTY  # anything but a map is told by the fields of what it stands in
    entries: dict[str, Node] = {}
    for name, entry in node.entries.items():
        if isinstance(entry, List):
            expected = "its kind, or `{kind: …}`"
            problems.append(Problem(f"is {describe(entry)}", node.keys[name], dotted((*path, name)), expected))
        elif isinstance(entry, Scalar) and entry.value is not None:
            entries[name] = Map({"kind": entry}, {"kind": entry.where}, entry.where)
        else:
            entries[name] = entry
    return replace(node, entries=entries)
