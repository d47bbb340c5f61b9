"""What a person changed in a generated values file, as values of their own. Pure.

Values layer as Helm layers files (`chartgen.values.merge`): a map's entries beat those below, a null removes. What
"wanted" means here: all layers together as they were, with the person's edit as the strongest of them.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chartgen.model import Path, Values
from chartgen.values import merge
from chartgen.yamlio import REMOVE, same

Change = tuple[Path, Any]
"""A path, and the value that it gets; REMOVE where the entry went."""


def difference(base: Values, edited: Values, path: Path = ()) -> Iterator[Change]:
    """What the edit did to the base: entries set (a map's one by one), and entries removed."""
    for key in [*edited, *(key for key in base if key not in edited)]:
        here, old, new = (*path, key), base.get(key), edited.get(key)
        if key not in edited:
            yield here, REMOVE
        elif isinstance(new, dict) and (new or isinstance(old, dict)):
            yield from difference(old if isinstance(old, dict) else {}, new, here)
        elif key not in base or not same(old, new):
            yield here, new


def settle(
    generated: Values, general: Values, own: Values, changes: Iterable[Change], defaults: Values
) -> dict[Path, Any]:
    """What the developer's most particular file has to say, over what it says, for the changes to hold.

    An entry that was removed becomes the chart's default, spelled out, or null where there is none: no layer can take
    back what one below says. What the developer's own files say there stays.

    Arguments:
        generated: the generated values as they will be.
        general: the developer's more general files, merged.
        own: what the file says now.
        changes: from `difference`.
        defaults: the chart's.

    Returns:
        Path -> value, to be set in the file.
    """
    below, developer = merge(generated, general), merge(general, own)
    wanted = copy.deepcopy(merge(below, own))
    for path, value in changes:
        if value is REMOVE:
            _take(wanted, path, developer, defaults)
        elif value != {} or not isinstance(_get(wanted, path), dict):
            _put(wanted, path, value)
    return dict(_missing(below, own, wanted, ()))


def _missing(below: Values, own: Values, wanted: Values, path: Path) -> Iterator[Change]:
    """What `own` has to set for it to give `wanted` when it lies over `below`."""
    for key in [*wanted, *(key for key in below if key not in wanted)]:
        here, want, low, mine = (*path, key), wanted.get(key), below.get(key), own.get(key, {})
        together = merge(_only(below, key), _only(own, key))
        if same(together, {key: want}):
            continue
        if isinstance(want, dict) and isinstance(mine, dict) and (isinstance(low, dict) or mine):
            yield from _missing(low if isinstance(low, dict) else {}, mine, want, here)
        else:
            yield here, _over(low, want)


def _only(values: Values, key: str) -> Values:
    return {key: values[key]} if key in values else {}


def _over(below: Any, want: Any) -> Any:
    """The value that gives `want` when it lies over `below`."""
    if not (isinstance(below, dict) and isinstance(want, dict)):
        return want
    keys = [*want, *(key for key in below if key not in want)]
    return {
        key: _over(below.get(key), want.get(key))
        for key in keys
        if not (key in below and key in want and same(below[key], want[key]))
    }


def _take(wanted: Values, path: Path, developer: Values, defaults: Values) -> None:
    here = _get(wanted, path)
    if not _has(developer, path):
        if _has(wanted, path):
            _put(wanted, path, _get(defaults, path))
    elif isinstance(here, dict):
        for key in here:
            _take(wanted, (*path, key), developer, defaults)


def _has(values: Any, path: Path) -> bool:
    for key in path:
        if not isinstance(values, dict) or key not in values:
            return False
        values = values[key]
    return True


def _get(values: Any, path: Path) -> Any:
    for key in path:
        if not isinstance(values, Mapping):
            return None
        values = values.get(key)
    return copy.deepcopy(values)


def _put(values: Values, path: Path, value: Any) -> None:
    *above, last = path
    here: dict[Any, Any] = values
    for key in above:
        if not isinstance(here.get(key), dict):
            here[key] = {}
        here = here[key]
    here[last] = copy.deepcopy(value)
