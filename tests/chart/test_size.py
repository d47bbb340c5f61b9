"""The chart stays small: Helm keeps it, with every revision of a release, in a Secret of at most 1 MiB."""

from __future__ import annotations

import base64
import gzip
import json

from chartgen.chart import schema
from chartgen.chart.changes import Section
from chartgen.chart.finish import finished
from tests.chart.contract import SCHEMA
from tests.chart.rendering import BASE, MINIMAL, base_chart, release
from tests.engine import plain

KIB = 1024
SECRET = 1024 * KIB
"""What the API server takes of a Secret (`MaxSecretSize`)."""


def test_the_schema_is_below_its_limit():
    assert len(schema.text(SCHEMA)) < 300 * KIB


def test_a_release_takes_a_fraction_of_its_secret(helm4, tmp_path):
    """As Helm stores it (`encodeRelease` in its `pkg/storage/driver`): JSON, compressed, in base64."""
    chart = finished(base_chart(), Section("1.0.0", "", ()), None, {})
    files = {path: content for path, content in chart.files.items() if path.startswith("templates/")}
    others = [path for path in chart.files if path not in files and path != "values.schema.json"]
    encoded = {path: base64.b64encode(content).decode() for path, content in chart.files.items()}
    stored = {
        "name": "web",
        "chart": {
            "metadata": chart.metadata,
            "templates": [{"name": path, "data": encoded[path]} for path in files],
            "files": [{"name": path, "data": encoded[path]} for path in others],
            "values": chart.values,
            "schema": encoded["values.schema.json"],
        },
        "config": MINIMAL,
        "manifest": json.dumps(list(plain.template(helm4, BASE, release(MINIMAL), tmp_path))),
    }
    packed = base64.b64encode(gzip.compress(json.dumps(stored).encode(), 9))
    assert len(packed) < SECRET / 5
