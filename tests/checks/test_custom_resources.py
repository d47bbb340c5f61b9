"""Kinds of other projects: what their documentation shows is valid, and a typo in it is found."""

from __future__ import annotations

import copy
import gzip
from importlib import resources
from pathlib import Path

import pytest

from chartgen import yamlio
from chartgen.checks import kubernetes, kubernetes_data
from tests import kinds
from tests.checks.kubernetes_objects import manifest

EXAMPLES = list(yamlio.load_all((Path(__file__).parent / "custom-resources.yaml").read_bytes()))
DATA = resources.files("chartgen.checks") / "custom_resources"


def title(example):
    return f"{example['apiVersion']} {example['kind']}"


by_title = pytest.mark.parametrize("example", EXAMPLES, ids=title)


@by_title
def test_examples_are_valid(example):
    assert kinds.mistakes([manifest(example)]) == []


def test_there_is_an_example_of_every_kind_that_is_known():
    everywhere = [file for place in (DATA, kinds.WRITTEN_HERE) for file in place.iterdir()]
    files = [file for file in everywhere if not file.name.startswith("example.com")]  # kinds of the cases alone
    known = {f"{file.name.rpartition('.')[0].replace('_', '/')} {kind}" for file in files for kind in of(file)}
    assert {title(example) for example in EXAMPLES} == known


def of(file):
    return yamlio.loads(file.read_bytes())


@by_title
def test_a_typo_is_found_and_the_right_name_proposed(example):
    wrong = copy.deepcopy(example)
    spec = wrong["spec"][0] if isinstance(wrong["spec"], list) else wrong["spec"]
    name = max(spec, key=len)
    spec[f"{name}x"] = spec.pop(name)
    if kinds.published(example["apiVersion"], example["kind"]):
        (finding,) = kubernetes.check([manifest(wrong)], kinds.EDGES[0]).findings
        assert (finding.path, finding.message) == (f"spec.{name}x", f"unknown field `{name}x`")
        assert finding.remedy == f"did you mean `{name}`?"
    else:
        assert len(kinds.mistakes([manifest(wrong)])) >= 1


def test_metadata_is_that_of_kubernetes():
    route = {**EXAMPLES[0], "metadata": {"name": "a", "lables": {}}}
    (finding,) = kubernetes.check([manifest(route)], kinds.EDGES[-1]).findings
    assert (finding.path, finding.remedy) == ("metadata.lables", "did you mean `labels`?")


def test_the_pod_of_a_scaled_job_is_that_of_kubernetes():
    job = copy.deepcopy(next(example for example in EXAMPLES if example["kind"] == "ScaledJob"))
    job["spec"]["jobTargetRef"]["template"]["spec"]["restartPolicyy"] = "Never"
    assert [finding.path for finding in kubernetes.check([manifest(job)], kinds.EDGES[-1]).findings] == [
        "spec.jobTargetRef.template.spec.restartPolicyy"
    ]


def test_an_object_of_which_nothing_is_known_is_a_mistake_in_a_test():
    unknown = {"apiVersion": "acme.example/v1", "kind": "Thing", "metadata": {"name": "a"}}
    assert kubernetes.check([manifest(unknown)], kinds.EDGES[-1]) == kubernetes.Checked((), skipped=1)
    assert kinds.mistakes([manifest(unknown)]) == [
        "prod/eu-north/frontend Thing/a: nothing is known of acme.example/v1 Thing"
    ]


def test_they_are_small():
    assert sum(len(gzip.compress(file.read_bytes())) for file in DATA.iterdir()) < 30_000


@pytest.mark.parametrize("version", kubernetes.versions())
def test_what_they_refer_to_is_there_in_every_version(version):
    definitions = kubernetes_data.definitions(version)
    for file in DATA.iterdir():
        assert set(kubernetes_data.references(of(file))) <= definitions.keys()
