"""What holds for any values that the schema accepts."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import assume, given

from chartgen import engine
from chartgen.checks import kubernetes
from chartgen.errors import InputError
from tests.chart.contract import SCHEMA, VALIDATOR, scalars
from tests.chart.random_values import values
from tests.chart.rendering import MINIMAL, base_chart, release

CHART = base_chart()
OURS = re.compile(r"[A-Z][A-Za-z]+/[-a-z0-9:]*web[-a-z0-9:]*: [a-zA-Z]+[^ ]*: ")


@given(values(SCHEMA))
def test_valid_values_render_to_valid_objects_or_to_a_message_of_ours(given_values: dict[str, Any]):
    assume(VALIDATOR.is_valid(given_values))
    try:
        manifests = engine.choose().template(CHART, [release(MINIMAL, given_values, {"image": MINIMAL["image"]})])
    except InputError as error:
        problems = error.problems
        manifests = []
    else:
        problems = ()
    assert all(OURS.match(problem.message) for problem in problems), problems
    assert not [manifest for manifest in manifests if None in list(scalars(manifest.object))]
    ours = [manifest for manifest in manifests if not manifest.template.endswith("/extramanifest.yaml")]
    assert kubernetes.check(ours, kubernetes.versions()[0]).findings == ()
