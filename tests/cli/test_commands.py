"""The command line: what goes where, with which exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from chartgen import scaffolds
from chartgen.cli import main
from chartgen.cli.main import hoisted

SPEC = """\
project: shop
default_environment: dev
environments:
  dev: {overrides: {min_containers: 1, max_containers: 1}}
  prod: {}
services:
  web: {image: "example.com/shop/web:1", port: {http: 8080}, healthcheck_path: /}
  cart: {image: "example.com/shop/cart:1", port: {grpc: 9000}}
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    (tmp_path / "chartgen.yaml").write_text(SPEC, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        (["render", "-C", "shop"], ["-C", "shop", "render"]),
        (["render", "--directory=shop", "-q"], ["--directory=shop", "-q", "render"]),
        (["list", "-e", "prod", "--no-color"], ["--no-color", "list", "-e", "prod"]),
        (["adopt", "--", "-q"], ["adopt", "--", "-q"]),
    ],
)
def test_the_options_of_every_command_may_stand_anywhere(given, meant):
    assert hoisted(given) == meant


def test_the_project_is_the_nearest_upwards(project, monkeypatch, capsys):
    (project / "services").mkdir()
    monkeypatch.chdir(project / "services")
    assert main(["list", "-e", "dev", "-s", "web"]) == 0
    assert "example.com/shop/web:1" in capsys.readouterr().out


def test_results_go_to_stdout_and_notes_to_stderr(project, capsys):
    assert main(["render"]) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("wrote ")
    assert main(["render", "-q"]) == 0
    assert capsys.readouterr() == ("", "")


def test_check_of_render_shows_a_diff_and_exits_with_1(project, capsys):
    assert main(["render", "-q"]) == 0
    assert main(["render", "--check", "-q"]) == 0
    (project / "chartgen.yaml").write_text(SPEC.replace("web:1", "web:2"), encoding="utf-8")
    assert main(["render", "--check"]) == 1
    out = capsys.readouterr().out
    assert '-  tag: "1"\n+  tag: "2"\n' in out


def test_an_edited_file_is_left_and_told(project, capsys):
    assert main(["render", "-q"]) == 0
    edited = project / "deploy" / "prod" / "values" / "web.yaml"
    edited.write_text(edited.read_text() + "replicaCount: 7\n", encoding="utf-8")
    assert main(["render"]) == 1
    assert "deploy/prod/values/web.yaml was edited by hand and is left as it is" in capsys.readouterr().err
    assert main(["adopt", "deploy/prod/values/web.yaml"]) == 0
    assert capsys.readouterr().out == "deploy/prod/values/web.yaml → values/web.prod.yaml: replicaCount\n"
    assert main(["render", "--check", "-q"]) == 0


def test_template_prints_documents_under_the_name_of_their_release(project, capsys):
    assert main(["template", "-e", "prod", "-s", "cart"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("---\n# prod/cart: microservice/templates/")
    assert out.count("\nkind: Deployment\n") == 1


def test_template_as_json_is_one_array(project, capsys):
    assert main(["template", "-e", "prod", "-s", "cart", "-o", "json"]) == 0
    objects = json.loads(capsys.readouterr().out)
    assert "Deployment" in {one["kind"] for one in objects}


def test_template_into_a_directory_writes_one_file_an_object(project, capsys):
    assert main(["template", "-e", "prod", "-s", "cart", "--output-dir", "out"]) == 0
    listed = capsys.readouterr().out.splitlines()
    assert "out/prod/cart/deployment-cart.yaml" in listed
    assert all((project / path).is_file() for path in listed)


def test_list_as_json_has_every_column(project, capsys):
    assert main(["list", "-e", "prod", "-o", "json"]) == 0
    web = json.loads(capsys.readouterr().out)[0]
    assert web == {
        "service": "web",
        "environment": "prod",
        "region": None,
        "release": "web",
        "namespace": "apps-shop-prod",
        "kubeContext": None,
        "chart": "microservice",
        "repository": None,
        "version": "1.0.0",
        "image": "example.com/shop/web:1",
        "needs": [],
        "docker_repo_url": None,
        "publicUris": [],
        "links": [],
        "permissions": {},
    }


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["list", "-e", "porduction"], "there is no environment `porduction`\n  expected: one of dev, prod"),
        (["list", "-s", "wbe"], "there is no service `wbe`\n  expected: one of web, cart\n  hint: did you mean `web`?"),
        (["template", "-r", "eu"], "there is no region `eu`\n  expected: one of none"),
        (["check", "--kubernetes-version", "1.12"], "the Kubernetes version 1.12 is not known"),
        (["template", "--engine", "magic"], "magic"),
        (["set-version", "web", "no tag", "-e", "prod"], "no tag"),
        (["promote", "--from", "dev", "--to", "prd"], "did you mean `prod`?"),
        (["init", "--example", "online-botique", "new"], "did you mean `online-boutique`?"),
        (["init"], "chartgen.yaml: is there already"),
        (["templte"], "Did you mean 'template'?"),
        (["render", "--nope"], "No such option: --nope"),
    ],
)
def test_wrong_arguments_are_told_with_exit_code_2(project, arguments, message, capsys):
    assert main(arguments) == 2
    said = capsys.readouterr()
    assert message in said.err + said.out
    assert "Traceback" not in said.err
    assert sorted(path.name for path in project.iterdir()) == ["chartgen.yaml"]


def test_check_exits_with_1_on_findings(project, capsys):
    (project / "values").mkdir()
    (project / "values" / "web.yaml").write_text("replicaCuont: 3\n", encoding="utf-8")
    assert main(["check", "-o", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert found[0]["file"] == "values/web.yaml"
    assert found[0]["line"] == 1


def test_the_schemas_are_json_schemas(project, capsys):
    for subject in ("project", "service", "values"):
        assert main(["schema", subject]) == 0
        assert json.loads(capsys.readouterr().out)["$schema"] == "http://json-schema.org/draft-07/schema#"


def test_build_puts_the_chart_into_a_repository(project, capsys):
    assert main(["build", "--publish", "charts"]) == 0
    assert capsys.readouterr().out == "charts/microservice-1.0.0.tgz\n"
    assert (project / "charts" / "index.yaml").is_file()


def test_init_writes_a_project_that_renders_and_checks_at_once(tmp_path, capsys):
    examples = scaffolds.examples()
    assert examples == ["hops-app", "online-boutique", "opta-service"]
    for example in ([], *(["--example", name] for name in examples)):
        where = str(tmp_path / "-".join(["new", *example]))
        assert main(["init", where, *example]) == 0
        first = Path(where, "chartgen.yaml").read_text(encoding="utf-8").splitlines()[0]
        assert first == "# yaml-language-server: $schema=.chartgen/project.schema.json"
        assert main(["render", "-C", where]) == 0
        assert main(["check", "-C", where]) == 0
        assert main(["init", where, *example]) == 2
    assert "is there already" in capsys.readouterr().err


def test_init_names_every_example(capsys):
    assert main(["init", "--help"]) == 0
    told = "".join(capsys.readouterr().out.split())
    assert ",".join(scaffolds.examples()) in told


def test_doctor_tells_what_is_there_and_what_to_do(monkeypatch, capsys, helm4, helmfile0):
    monkeypatch.setenv("CHARTGEN_HELM", str(helm4))
    monkeypatch.setenv("CHARTGEN_HELMFILE", str(helmfile0))
    monkeypatch.setenv("CHARTGEN_KUBECTL", "/nowhere/kubectl")
    assert main(["doctor", "-o", "json"]) == 0
    tools = {tool["name"]: tool for tool in json.loads(capsys.readouterr().out)}
    assert (tools["helm"]["status"], tools["helm"]["version"]) == ("ok", "4.3.1")
    assert tools["helmfile"]["status"] == "problem"
    assert "crashes with helm 4.3.1" in tools["helmfile"]["remedy"]
    assert (tools["kubectl"]["status"], tools["kubectl"]["version"]) == ("missing", "")


def test_a_reader_that_has_seen_enough_is_no_error(project):
    command = f"{sys.executable} -m chartgen template | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
    assert (done.stdout, done.stderr) == ("---\n", "")


HEAVY = {"pydantic", "yaml", "ruamel", "jsonschema_rs", "jinja2", "helm_python", "rich"}


def test_help_imports_nothing_heavy():
    program = "import sys; from chartgen.cli import main; main(['--help']); print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert HEAVY & set(done.stdout.splitlines()) == set()
