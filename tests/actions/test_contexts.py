"""Which contexts of the kubeconfig a project needs, and whether they are there."""

from __future__ import annotations

import json

import pytest

from chartgen.actions.contexts import compared, needed
from chartgen.cli import main
from chartgen.spec.load import load

SPEC = """\
project: shop
environments:
  dev: {}
  staging: {kube_context: test}
  prod:
    kube_context: "prod-{environment}"
    regions: {eu-north: {}, us-east: {kube_context: america}}
services: {web: {image: "example.com/web:1", port: {http: 80}, healthcheck_path: /}}
"""
KUBECONFIG = """\
apiVersion: v1
kind: Config
contexts:
  - {name: test, context: {cluster: c, user: u}}
  - {name: americas, context: {cluster: c, user: u}}
"""


@pytest.fixture
def project(tmp_path, monkeypatch, kubectl):
    (tmp_path / "chartgen.yaml").write_text(SPEC)
    (tmp_path / "kubeconfig").write_text(KUBECONFIG)
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    monkeypatch.setenv("CHARTGEN_KUBECTL", str(kubectl))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(capsys):
    assert main(["doctor", "-o", "json"]) == 0
    return {tool["name"]: tool for tool in json.loads(capsys.readouterr().out) if tool["name"].startswith("context ")}


def test_each_context_is_named_with_what_it_is_for(project):
    assert needed(load(project)) == {
        "test": ["staging"],
        "prod-prod": ["prod/eu-north"],
        "america": ["prod/us-east"],
    }


def test_doctor_tells_which_are_there(project, capsys):
    found = told(capsys)
    assert found["context test"]["status"] == "ok"
    assert found["context america"]["status"] == "missing"
    assert found["context america"]["remedy"].endswith("did you mean `americas`?")


WITHOUT = (
    "project: shop\nenvironments: {dev: {}}\nservices: {web: {image: web, port: {http: 80}, healthcheck_path: /}}\n"
)


@pytest.mark.parametrize("spec", [None, WITHOUT])
def test_without_a_project_or_contexts_there_is_nothing_to_tell(project, capsys, spec):
    (project / "chartgen.yaml").unlink()
    if spec:
        (project / "chartgen.yaml").write_text(spec)
    assert told(capsys) == {}


@pytest.mark.parametrize(
    ("file", "text", "row", "said"),
    [
        ("chartgen.yaml", "project: [\n", "project", "chartgen.yaml:2:1: not YAML"),
        ("kubeconfig", "contexts: [", "kubeconfig", "error: error loading config file "),
    ],
)
def test_what_keeps_it_from_telling_is_a_problem_of_its_own(project, capsys, file, text, row, said):
    (project / file).write_text(text)
    assert main(["doctor", "-o", "json"]) == 3
    [found] = [tool for tool in json.loads(capsys.readouterr().out) if tool["name"] in ("project", "kubeconfig")]
    assert (found["name"], found["status"], found["remedy"].startswith(said)) == (row, "problem", True), found


def test_two_environments_may_share_a_context():
    [one] = compared({"test": ["dev", "staging"]}, ["test", ""])
    assert (one.status, one.purpose) == ("ok", "reaches dev, staging")
