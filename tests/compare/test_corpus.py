"""The corpus over which versions of the shared chart are compared."""

from __future__ import annotations

import json

import pytest

from chartgen import engine, values
from chartgen.chart import assemble, bundled
from chartgen.chart.walk import properties
from chartgen.compare import corpus, gate
from chartgen.compare.contract.gap import place
from chartgen.jsonvalidation import Validator
from scripts import corpus as making
from tests.compare.test_gate import replaced, shared

LARGEST = 150 * 1024


def test_it_is_small():
    assert len(corpus.text(corpus.bundled())) < LARGEST


def test_it_is_written_as_it_is_read():
    assert json.loads(corpus.text(corpus.bundled())) == corpus.bundled()


def test_the_chart_takes_every_case():
    chart = shared()
    fits = Validator(chart.schema or {}).is_valid
    assert [name for name, case in corpus.bundled().items() if not fits(values.coalesce(chart.values, case))] == []


UNSET = {"global", "readinessProbe.terminationGracePeriodSeconds"}
"""What no release has: Helm's own, and what Kubernetes refuses of a readiness probe."""


def test_every_value_of_the_chart_is_set_by_a_case():
    """Where it is told first: workers and jobs take the same ones."""
    schema = shared().schema or {}
    cases = corpus.cases([shared()], {})
    root = {"properties": schema["properties"]}
    touched = {
        place(feature[:-1]) for case in cases.values() for feature in making.of_value(schema, root, case, ()) if feature
    }
    known = {prop.dotted: prop for name in schema["properties"] for prop in properties(schema, name)}
    assert {path for path, prop in known.items() if path not in touched and not prop.definition} == UNSET


@pytest.mark.parametrize("dropped", ["ingress", "network_policy", "jobs", "storage"])
def test_cases_of_a_dropped_concern_stay_cases_of_the_rest(dropped: str):
    chart = assemble.assemble(bundled.sources(), assemble.Build(drop=(dropped,)))
    fits = Validator(chart.schema or {}).is_valid
    cases = corpus.cases([shared(), chart], {})
    taken = [name for name, case in cases.items() if fits(values.coalesce(chart.values, case))]
    assert len(taken) > len(cases) * 0.8


def test_the_authors_cases_come_with_it_and_none_is_there_twice():
    own = {"ours": {"image": {"repository": "example.com/ours"}}, "the least again": corpus.LEAST}
    cases = corpus.cases([shared()], own)
    assert cases["ours"] == own["ours"]
    assert "the least again" not in cases
    assert len({json.dumps(case, sort_keys=True) for case in cases.values()}) == len(cases)


def test_a_change_of_any_template_is_seen():
    """Every object of every kind gets an annotation more, by a change of the one place that writes metadata."""
    old = shared()
    path = "templates/_labels.tpl"
    text = {"app.kubernetes.io/managed-by: Helm": 'app.kubernetes.io/managed-by: Helm\nseen: "yes"'}
    new = assemble.assemble(
        bundled.sources(), assemble.Build(version="1.5.0", overlay={path: replaced(old.files[path], text)})
    )
    verdict = gate.judge(old, new, corpus.cases([old, new], {}), engine.choose())
    kinds = {change.path.partition(":")[0] for change in verdict.changes if change.path.endswith("labels.seen")}
    assert verdict.level == "patch"
    assert kinds >= {"Deployment", "StatefulSet", "DaemonSet", "Job", "CronJob", "Service", "Ingress", "HTTPRoute"}
    assert len(kinds) > 20
