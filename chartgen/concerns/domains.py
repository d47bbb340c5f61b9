"""The hosts where a service is published, as `domain` and `domains`: other words for its `public_uri`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from chartgen.concerns import forms
from chartgen.errors import Where
from chartgen.fields import Fault
from chartgen.yamlio import List, Map, Node, Scalar

_FIELDS = ("domain", "domains")


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """`domain` and `domains` → `public_uri`."""
    said = {name: layer.entries[name] for name in _FIELDS if name in layer.entries}
    if not said:
        return layer
    first = next(iter(said))
    faults += [Fault((name,), "is a map", "a host, or a list") for name, node in said.items() if isinstance(node, Map)]
    if "public_uri" in layer.entries:
        faults.append(Fault((first,), "stands beside `public_uri`", "one of the two", "move it into `public_uri`"))
    else:
        layer = forms.put(layer, "public_uri", _together(said.values(), layer.keys[first]), instead_of=first)
    return forms.drop(forms.drop(layer, "domain"), "domains")


def _together(nodes: Iterable[Node], where: Where) -> Node:
    """Hosts as a list; a single reference, which may mean a list, stays as it is."""
    right = [
        node for node in nodes if not isinstance(node, Map) and not (isinstance(node, Scalar) and node.value is None)
    ]
    if len(right) == 1:
        return right[0]
    items = [item for node in right for item in (node.items if isinstance(node, List) else (node,))]
    return List(tuple(items), where) if items else Scalar(None, "", where)


URIS: dict[str, Any] = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "null"}]}
"""The JSON Schema of hosts: one, or several."""

FORMS: dict[str, dict[str, Any]] = {
    "domain": {
        "description": "The host where the service is published: another word for `public_uri`.",
        "examples": ["shop.example"],
        **URIS,
    },
    "domains": {
        "description": "The hosts where the service is published, beside `domain`.",
        "examples": [["shop.example", "shop.example.org"]],
        **URIS,
    },
}
