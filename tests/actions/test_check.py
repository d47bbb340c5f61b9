"""`check` from a project's files: scanners' reports, what git has, what is allowed."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from chartgen.actions.check import Asked, check
from chartgen.actions.planning import Selection
from chartgen.actions.project import render_project
from chartgen.cli import main
from chartgen.errors import InputError

SPEC = """\
project: shop
labels: {owner: shop-team}
checks: {allow: {single-replica: enough here}}
environments: {dev: {overrides: {min_containers: 1}}, prod: }
services:
  web: {image: "example.com/web:1", port: {http: 8080}, healthcheck_path: /health}
"""
CLEAN = {
    "runs": [{"tool": {"driver": {"name": "Trivy"}}, "results": [], "properties": {"imageName": "example.com/web:1"}}]
}


@pytest.fixture
def project(tmp_path):
    (tmp_path / "chartgen.yaml").write_text(SPEC, encoding="utf-8")
    return tmp_path


def rules(project, *environments, **asked):
    outcome = check(project, Selection(environments), Asked(**asked))
    assert not outcome.problems
    return [finding.rule for finding in outcome.told]


def test_reports_are_read_from_their_files(project):
    report = project / "web.sarif"
    report.write_text(json.dumps(CLEAN), encoding="utf-8")
    assert rules(project, reports=[str(report)]) == []
    report.write_text(json.dumps(CLEAN).replace("web:1", "web:2"), encoding="utf-8")
    assert rules(project, reports=[str(report)]) == ["image-not-scanned"] * 2
    assert rules(project, reports=[f"example.com/web:1={report}"]) == []


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("{}", "is no report in SARIF"),
        ("<html>", "is no report in SARIF"),
        ("[" * 100_000, "is no report in SARIF"),
        ('{"runs": [{"results": []}]}', "does not say which image it is about"),
        (None, "cannot be read: No such file or directory"),
    ],
)
def test_what_is_no_report_is_told(project, content, told):
    report = project / "web.sarif"
    if content is not None:
        report.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match=told):
        rules(project, reports=[str(report)])


def test_what_is_allowed_for_more_than_was_looked_at_is_not_called_unused(project):
    assert rules(project) == []
    assert rules(project, "prod") == []
    (project / "chartgen.yaml").write_text(SPEC.replace("overrides: {min_containers: 1}", ""), encoding="utf-8")
    assert rules(project, "prod") == []
    assert rules(project) == ["unused-allow"]


def test_what_stands_in_a_chart_of_its_own_is_told_at_its_template_unless_values_decide_it(project):
    (project / "chartgen.yaml").write_text(
        "project: shop\nlabels: {owner: x}\nenvironments: {dev: }\n"
        "services:\n  own:\n    chart: {path: charts/own}\n    values: {image: 'a:latest'}\n",
        encoding="utf-8",
    )
    chart = project / "charts" / "own"
    (chart / "templates").mkdir(parents=True)
    (chart / "Chart.yaml").write_text("apiVersion: v2\nname: own\nversion: 1.0.0\n", encoding="utf-8")
    spec = "containers: [{name: own, image: {{ .Values.image }}}]"
    pod = f"apiVersion: v1\nkind: Pod\nmetadata: {{name: own}}\nspec:\n  {spec}\n"
    (chart / "templates" / "pod.yaml").write_text(pod, encoding="utf-8")
    found = {finding.rule: str(finding.where) for finding in check(project, Selection(), Asked()).told}
    assert found["image-not-pinned"] == "chartgen.yaml:7:14"
    assert found["privilege-escalation"] == "charts/own/templates/pod.yaml"


@pytest.fixture
def repository(project):
    if not shutil.which("git"):
        pytest.skip("git is not installed")

    def git(*arguments):
        names = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"]
        subprocess.run(["git", *names, *arguments], cwd=project, check=True, capture_output=True)

    git("init", "-b", "main")
    assert rules(project) == []  # before there is any commit
    render_project(project)
    git("add", ".")
    git("commit", "-m", "render")
    git("tag", "deployed")
    return git


def test_what_git_has_is_upgraded_from(project, repository):
    assert rules(project) == []
    (project / "chartgen.yaml").write_text(SPEC.replace("path: /health", "path: /health, kind: StatefulSet"))
    found = check(project, Selection(), Asked()).told
    assert {finding.rule for finding in found} == {"workload-kind-changed"}
    assert [str(finding.where).rpartition(":")[0] for finding in found] == ["chartgen.yaml:6"] * 2
    render_project(project)
    repository("commit", "-am", "a set")
    assert rules(project) == []
    assert set(rules(project, against="deployed")) == {"workload-kind-changed"}
    with pytest.raises(InputError, match="there is no revision `gone`"):
        rules(project, against="gone")


def test_the_command_counts_and_lists(project, capsys, monkeypatch):
    monkeypatch.chdir(project)
    assert main(["check"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("no problems in 2 releases, ")
    assert out.endswith(" (1 allowed)\n")
    assert main(["check", "-v"]) == 0
    assert "because: enough here" in capsys.readouterr().out
    (project / "chartgen.yaml").write_text(SPEC.replace("enough here", '""'), encoding="utf-8")
    assert main(["check"]) == 2
    (project / "chartgen.yaml").write_text(SPEC.replace("single-replica", "single"), encoding="utf-8")
    assert main(["check"]) == 1
    assert "did you mean" in capsys.readouterr().out


def test_the_rules_are_listed_wherever_one_is(tmp_path, capsys, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["check", "--list-rules"]) == 0
    assert capsys.readouterr().out.startswith("RULE ")
    assert main(["check", "--list-rules", "-o", "json"]) == 0
    assert {"id", "severity", "reason", "remedy"} == set(json.loads(capsys.readouterr().out)[0])
