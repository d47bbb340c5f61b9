"""What an object would be if a manifest were applied to it, told without the server. Pure.

That is for where the server may not be asked, or refuses because of what somebody has changed.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from chartgen.checks.quantity import number
from chartgen.compare.manifests.fields import named
from chartgen.yamlio import same

_AMOUNTS = frozenset(
    {"averageValue", "divisor", "hard", "limits", "max", "min", "requests", "sizeLimit", "storage", "value"}
)
"""Fields that hold quantities, or maps of them: `1000m` is `1` there."""

_REPLACED = frozenset({"items", "paths", "rules", "subjects", "volumeClaimTemplates"})
"""Lists of named things that the API replaces as a whole (`x-kubernetes-list-type: atomic`)."""

_EMPTY: tuple[Any, ...] = (None, {}, [], "", False, 0)


def overlay(live: Any, manifest: Any, path: tuple[str, ...] = ()) -> Any:
    """The live object with all that the manifest says; what it does not say stays.

    Where both say the same in other words (an empty map and none, `1000m` and `1`), it stays as it is live.
    """
    if isinstance(manifest, dict) and isinstance(live, dict):
        merged = dict(live)
        for key, value in manifest.items():
            if key in live:
                merged[key] = overlay(live[key], value, (*path, str(key)))
            elif value not in _EMPTY:
                merged[key] = value
        return merged
    if isinstance(manifest, list) and isinstance(live, list):
        return _list(live, manifest, path)
    return live if _same(live, manifest, path) else manifest


def applied_data(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest of a Secret with `stringData` as the server keeps it: encoded, among `data`; any other as it is."""
    text = manifest.get("stringData")
    if manifest.get("kind") != "Secret" or not isinstance(text, dict):
        return dict(manifest)
    encoded = {key: base64.b64encode(str(value).encode()).decode() for key, value in text.items()}
    rest = {key: value for key, value in manifest.items() if key != "stringData"}
    return {**rest, "data": {**(manifest.get("data") or {}), **encoded}}


def _list(live: list[Any], manifest: list[Any], path: tuple[str, ...]) -> list[Any]:
    field = path[-1] if path else ""
    names = named(live, manifest, field)
    if names is not None:
        wanted = dict(zip(names[1], manifest, strict=True))
        there = dict(zip(names[0], live, strict=True))
        kept = {name: item for name, item in there.items() if name in wanted or field not in _REPLACED}
        merged = [overlay(item, wanted.get(name, {}), path) for name, item in kept.items()]
        return [*merged, *(item for name, item in wanted.items() if name not in there)]
    if len(live) == len(manifest):
        return [overlay(one, other, path) for one, other in zip(live, manifest, strict=True)]
    return manifest


def _same(live: Any, manifest: Any, path: tuple[str, ...]) -> bool:
    if same(live, manifest) or (live in _EMPTY and manifest in _EMPTY):
        return True
    if isinstance(live, bool) or isinstance(manifest, bool):
        return False
    scalars = isinstance(live, str | int | float) and isinstance(manifest, str | int | float)
    if not scalars or not _AMOUNTS & set(path):
        return False
    amounts = number(live), number(manifest)
    return amounts[0] is not None and amounts[0] == amounts[1]
