"""Helm's merging of values, on plain dictionaries.

Arguments are never changed. What comes back shares parts with them: treat it as read-only too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any


def merge(lower: Mapping[str, Any], upper: Mapping[str, Any]) -> dict[str, Any]:
    """Two values files as one, as `helm -f lower -f upper` reads them.

    Maps merge by key, at every depth; anything else of `upper` replaces. A null stays: it removes a chart's default
    only when the values meet it (`coalesce`).

    Source of the rule: `MergeMaps` in Helm's `pkg/chart/v2/loader`.
    """
    merged = dict(lower)
    for key, value in upper.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if isinstance(value, dict) and isinstance(below, dict) else value
    return merged


def merge_all(layers: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Any number of values files as one, weakest first."""
    merged: dict[str, Any] = {}
    for layer in layers:
        merged = merge(merged, layer)
    return merged


def coalesce(defaults: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """What a chart's templates see as `.Values`: the chart's defaults, overridden by the user's values.

    A null removes the default that it meets, at any depth; a null that meets none stays null. A map does not merge with
    anything but a map: the user's value holds.

    Majors differ over defaults that are null themselves. Helm 4, followed here, drops them all, and a user's null over
    one below the top stays null; Helm 3 keeps null defaults, and 3.15 drops a user's null over one at every depth.

    Source of the rule: `coalesceValues` and `coalesceTablesFullKey` in Helm's `pkg/chart/common/util`.
    """
    coalesced = _without_nulls({key: default for key, default in defaults.items() if key not in values})
    for key, value in values.items():
        if value is None and key in defaults:
            continue
        default = defaults.get(key)
        if isinstance(value, dict) and isinstance(default, dict):
            coalesced[key] = _coalesce_below(default, value)
        else:
            coalesced[key] = value
    return coalesced


def _coalesce_below(defaults: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Below the top a null over a null default stays: Helm cleans the defaults before it looks, here only."""
    return coalesce({key: default for key, default in defaults.items() if default is not None}, values)


def _without_nulls(defaults: Mapping[str, Any]) -> dict[str, Any]:
    return {
        key: _without_nulls(default) if isinstance(default, dict) else default
        for key, default in defaults.items()
        if default is not None
    }
