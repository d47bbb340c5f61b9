"""Who wrote what: from values back to the files, and the lines in them, that decide them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from chartgen.errors import Where
from chartgen.model import Layer, Path, Release


def decided(release: Release, paths: Iterable[Path]) -> Where | None:
    """Where what the values say at one of the paths was written; None for what nobody wrote.

    Args:
        paths: the same thing said in several places, the one that wins first: the one of which most was written counts.
    """
    best: Where | None = None
    most, whole = 0, False
    for path in paths:
        layer = author(path, release.layers)
        depth = 0 if layer is None else depth_of(path, layer.values)[0]
        found = depth == len(path) > 0
        if layer is not None and (found, depth) > (whole, most):
            best, most, whole = layer.origin(path), depth, found
    return best


def author(path: Path, layers: Sequence[Layer]) -> Layer | None:
    """The layer that wrote an entry: the one that knows most of its path, the strongest of equals; None if nobody did.

    Args:
        path: where the entry stands in the merged values; its last parts may be missing there.
        layers: weakest first.
    """
    found, most = None, 0
    for layer in reversed(layers):
        depth, replaces = depth_of(path, layer.values)
        if depth > most:
            found, most = layer, depth
        if replaces:
            break
    return found


def depth_of(path: Path, node: Any) -> tuple[int, bool]:
    """How many parts of the path lead somewhere, and whether something other than a map hides all weaker layers."""
    hides = False
    for depth, part in enumerate(path):
        hides = hides or not isinstance(node, dict)
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            return depth, hides
    return len(path), hides or not isinstance(node, dict)
