"""`chartgen deploy` as far as it gets without a cluster: what it refuses before it looks at one."""

from __future__ import annotations

import json
import shutil

import pytest

from chartgen.actions.charts import Charts
from chartgen.actions.deploying.plan import DeployPlan, Planned
from chartgen.actions.deploying.prepare import Ready
from chartgen.actions.live import open_live
from chartgen.actions.planning import Selection
from chartgen.cli import deploy_shown
from chartgen.cli.main import main
from chartgen.cli.options import TableOrJson
from chartgen.cluster.steps import Step
from chartgen.cluster.tools import Program, Tools
from tests.cluster.releases import stored

SPEC = """\
project: shop
environments: {dev: {kube_context: here}, prod: {kube_context: nowhere}}
services:
  web: {image: "example.com/shop/web:1", port: {http: 8080}, healthcheck_path: /}
"""
KUBECONFIG = {
    "apiVersion": "v1",
    "kind": "Config",
    "clusters": [{"name": "here", "cluster": {"server": "https://127.0.0.1:1"}}],
    "users": [{"name": "here", "user": {"token": "secret"}}],
    "contexts": [{"name": "here", "context": {"cluster": "here", "user": "here"}}],
}


@pytest.fixture(scope="module")
def rendered(tmp_path_factory):
    """A project whose files are generated."""
    directory = tmp_path_factory.mktemp("rendered")
    (directory / "chartgen.yaml").write_text(SPEC)
    (directory / "values").mkdir()
    (directory / "values" / "web.yaml").write_text("replicaCount: 1\n")
    assert main(["-q", "-C", str(directory), "render"]) == 0
    return directory


@pytest.fixture
def shop(rendered, tmp_path, monkeypatch, helm3, helmfile0, kubectl):
    """A copy of it, and the programs that deploy it."""
    for name, path in (("HELM", helm3), ("HELMFILE", helmfile0), ("KUBECTL", kubectl)):
        monkeypatch.setenv(f"CHARTGEN_{name}", str(path))
    (tmp_path / "kubeconfig").write_text(json.dumps(KUBECONFIG))
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    shutil.copytree(rendered, tmp_path / "shop")
    monkeypatch.chdir(tmp_path / "shop")
    return tmp_path / "shop"


@pytest.mark.parametrize(
    ("arguments", "code", "told"),
    [
        ([], 2, "no environment is named"),
        (["-e", "nowhere"], 2, "there is no environment `nowhere`"),
        (["-e", "dev", "-e", "prod"], 2, "2 environments are named"),
        (["-e", "dev", "-s", "shop"], 2, "there is no service `shop`"),
        (["-e", "dev", "--bake", "10"], 2, "--bake: `10` is no span of time"),
        (["-e", "dev", "--pause"], 2, "`--pause` asks, and nobody is there to answer"),
        (["-e", "dev", "--force-conflicts"], 2, "--force-conflicts is for Helm 4, and this is helm 3.15.3"),
        (["-e", "prod"], 3, 'context `nowhere`|context "nowhere" does not exist'),
        (["-e", "dev"], 3, "the cluster of context here"),
    ],
)
def test_what_is_refused_and_how_it_exits(shop, capsys, arguments, code, told):
    assert main(["deploy", *arguments]) == code
    said = capsys.readouterr()
    assert any(text in said.err for text in told.split("|")), said.err
    assert said.out == ""


@pytest.mark.parametrize(
    ("path", "text", "told", "hint"),
    [
        (
            "chartgen.yaml",
            SPEC.replace("web:1", "web:2"),
            "deploy/dev/values/web.yaml is not as the spec says",
            "render",
        ),
        (
            "deploy/dev/values/web.yaml",
            "replicaCount: 7\n",
            "deploy/dev/values/web.yaml is edited by hand",
            "chartgen adopt",
        ),
        ("values/web.yaml", "replicaCount: many\n", "values/web.yaml:1:", "integer"),
    ],
)
def test_what_is_deployed_is_what_is_generated_and_valid(shop, capsys, path, text, told, hint):
    (shop / path).write_text(text)
    assert main(["deploy", "-e", "dev"]) == 2
    said = capsys.readouterr().err
    assert told in said
    assert hint in said


def test_a_program_that_is_missing_is_told_first(shop, capsys, monkeypatch):
    monkeypatch.setenv("CHARTGEN_HELMFILE", "/nowhere/helmfile")
    assert main(["deploy", "-e", "dev"]) == 3
    assert "CHARTGEN_HELMFILE names /nowhere/helmfile, which is no program" in capsys.readouterr().err


def test_what_helm_may_be_at_work_on_is_not_called_abandoned(tmp_path, capsys):
    (tmp_path / "chartgen.yaml").write_text(SPEC)
    live = open_live(tmp_path, Selection(["dev"]))
    [target], program = live.targets, Program("any", tmp_path, (4, 0, 0))
    step = Step(target.releases[0], "stuck", (), stored(revision=2, status="pending-upgrade"))
    ready = Ready(Tools(program, program, program), "dev", live, Charts({}, None))
    plan = DeployPlan(ready, {}, (Planned(target, (step,)),))
    deploy_shown.plan(plan, TableOrJson.table, dry_run=False, quiet=True)
    assert capsys.readouterr().err == (
        "error: dev/web is pending-upgrade: Helm is at work on it, or was interrupted\n"
        "  hint: `chartgen recover -e dev` says which\n"
    )
