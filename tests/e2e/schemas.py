"""Schemas as kubeconform wants them: one file a kind, each complete in itself. Kubernetes' own are those of the source,
not the pruned ones that `chartgen check` uses.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import resources
from pathlib import Path

from tests import kinds as known

_REFERENCE = '"/api/_definitions.json#'


def write(directory: Path, version: str, kinds: Iterable[tuple[str, str]]) -> str:
    """Writes the strict schemas of a Kubernetes version (`1.37`); returns kubeconform's `-schema-location` of them.

    Arguments:
        kinds: apiVersion and kind of each that is needed.
    """
    source = resources.files("kubernetes_validate") / "kubernetes-json-schema" / f"v{version}.0-local-strict"
    definitions = json.loads((source / "_definitions.json").read_text(encoding="utf-8").replace(_REFERENCE, '"#'))
    target = directory / version
    target.mkdir(parents=True, exist_ok=True)
    for api_version, kind in set(kinds):
        group = api_version.rpartition("/")[0].partition(".")[0]
        name = "-".join(part for part in (kind.lower(), group, api_version.rpartition("/")[2]) if part) + ".json"
        schema = known.custom(api_version, kind)
        if schema is None:
            own = json.loads((source / name).read_text(encoding="utf-8").replace(_REFERENCE, '"#'))
            schema = {**own, "$defs": definitions["$defs"]}
        (target / name).write_text(json.dumps(schema), encoding="utf-8")
    return f"{target}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
