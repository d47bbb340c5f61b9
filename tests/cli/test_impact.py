"""`chartgen impact`: its forms, and its exit codes."""

from __future__ import annotations

import json

import pytest

from chartgen.cli import main
from tests.chart.edited import PRIORITY, SELECTOR, write

SPEC = """\
project: shop
environments:
  dev: {overrides: {min_containers: 1, max_containers: 1}}
  prod: {}
services:
  web: {image: "example.com/shop/web:1", port: {http: 8080}, healthcheck_path: /}
  cart: {image: "example.com/shop/cart:1", port: {grpc: 9000}}
"""
TABLE = """\
microservice 1.0.0 → 2.0.0

recreate  Deployment/<release>: spec.selector.matchLabels.tier
          take the change back, or first `kubectl delete deployment <release> -n <namespace>`: the service is away \
until its new pods are ready
          nothing → "web"
          in all 4 releases

restart   Deployment/<release>: spec.template.spec.priority
          nothing → 7
          in all 4 releases

4 releases: 4 need a re-creation, the pods of 4 restart, 4 change
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "chartgen.yaml").write_text(SPEC, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "same", "1.1.0")
    write(tmp_path / "new", "2.0.0", {**PRIORITY, **SELECTOR})
    return tmp_path


def test_the_table_tells_the_worst_first_and_the_exit_code_that_something_would_change(project, capsys):
    assert main(["impact", "current", "new"]) == 1
    assert capsys.readouterr().out == TABLE


def test_labels_that_name_the_chart_do_not_count(project, capsys):
    assert main(["impact", "current", "same"]) == 0
    said = capsys.readouterr().out
    assert said == "microservice 1.0.0 → 1.1.0\n\n4 releases: 4 change in the chart's label only\n"


def test_more_is_said_of_each_release_when_asked_for(project, capsys):
    assert main(["impact", "current", "new", "-s", "web", "-v"]) == 1
    said = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["dev/web", "changed", "Deployment/web", "Deployment/web"] in said


def test_json_has_all_of_it(project, capsys):
    assert main(["impact", "current", "new", "-e", "prod", "-o", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert list(told) == ["project", "old", "new", "summary", "changes", "refused", "releases", "leftOut"]
    assert told["new"] == {"asked": "new", "chart": "microservice", "version": "2.0.0"}
    assert told["changes"][1] == {
        "change": "changed",
        "object": "Deployment/<release>",
        "path": "spec.template.spec.priority",
        "restarts": True,
        "hook": False,
        "message": "",
        "remedy": "",
        "variants": [{"before": None, "after": 7, "releases": ["prod/web", "prod/cart"]}],
    }
    assert told["releases"][0] == {
        "release": "prod/web",
        "environment": "prod",
        "region": None,
        "service": "web",
        "state": "changed",
        "restarts": ["Deployment/web"],
        "recreates": ["Deployment/web"],
        "changes": [0, 1],
    }


def test_html_is_one_page_that_needs_nothing_else(project, capsys):
    assert main(["impact", "current", "new", "-o", "html"]) == 1
    page = capsys.readouterr().out
    assert page.startswith("<!doctype html>")
    assert page.endswith("</html>\n")
    assert "http" not in page.replace('http-equiv="Content-Security-Policy"', "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["current"], "Missing argument 'NEW'"),
        (["current", "1.4.0"], "the project does not say where to fetch version 1.4.0 of its chart"),
        (["current", "new", "-s", "wbe"], "did you mean `web`?"),
        (["current", "new", "--engine", "magic"], "no engine is called `magic`"),
    ],
)
def test_wrong_arguments_are_told_with_exit_code_2(project, arguments, message, capsys):
    assert main(["impact", *arguments]) == 2
    said = capsys.readouterr()
    assert message in said.err
    assert said.out == ""
