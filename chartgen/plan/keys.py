"""Keys of a service's own ConfigMaps that its environment and files ask for: Kubernetes starts no pod without them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chartgen.concerns.config_maps import ConfigMapsFields
from chartgen.concerns.env import EnvFields
from chartgen.concerns.files import FilesFields
from chartgen.errors import Problem
from chartgen.fields import Fields, present, quoted
from chartgen.plan.claims import Here
from chartgen.spec.layers import locate
from chartgen.spec.paths import Paths
from chartgen.yamlio import Path


def missing(here: Here, paths: Paths) -> Iterator[Problem]:
    """What a service or a part of it takes from a ConfigMap of its own that has no such key."""
    for resolved in here.services.values():
        own = resolved.fields.get("config_maps")
        maps = present(own.config_maps) if isinstance(own, ConfigMapsFields) else {}
        known = {name: present(one.data).keys() for name, one in maps.items() if present(one.data)}
        if not known:
            continue
        whole = (resolved.fields, resolved.node, resolved.path)
        for fields, node, base in (whole, *((part.fields, part.node, part.path) for part in resolved.components)):
            for at, name, key in _asked(fields):
                if key not in known.get(name, {key}):
                    where, path = locate(node, at, base, paths)
                    expected = f"one of {', '.join(known[name])}"
                    yield Problem(f"`config_maps.{name}` has no key {quoted(key)}", where, path, expected)


def _asked(fields: Mapping[str, Fields]) -> Iterator[tuple[Path, str, str]]:
    """Where a key of a ConfigMap is asked for, of which, and which key."""
    env, files = fields.get("env"), fields.get("files")
    for name, one in present(env.env_vars).items() if isinstance(env, EnvFields) else ():
        if one.config_map is not None and not one.optional:
            yield ("env_vars", name, "config_map" if one.key is None else "key"), one.config_map, one.key or name
    for path, file in present(files.files).items() if isinstance(files, FilesFields) else ():
        if file.config_map is not None and file.key is not None:
            yield ("files", path, "key"), file.config_map, file.key
