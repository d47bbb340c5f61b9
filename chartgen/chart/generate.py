"""The files of the repository that are made from the fragments: for `make gen`, and the test that they are fresh."""

from __future__ import annotations

from pathlib import Path

from chartgen.chart import docs, fragments, schema, valuesfile
from chartgen.chart.bundled import sources_in


def generated(root: Path) -> dict[str, bytes]:
    """What should stand in each generated file, by its path below the root of a source checkout.

    Raises:
        InputError: a fragment is wrong.
    """
    read = fragments.read(sources_in(root).fragments)
    bundle = schema.bundle(read)
    return {
        "base-chart/values.schema.json": schema.text(bundle),
        "base-chart/values.yaml": valuesfile.text(read, bundle),
        "docs/reference/values.md": docs.text(read, bundle),
    }
