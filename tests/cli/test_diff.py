"""`chartgen diff` against a revision of git."""

from __future__ import annotations

import json
import subprocess

import pytest

from chartgen.cli import main

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
dev/web differs
  Deployment/web
    ~ spec.template.spec.containers["web"].livenessProbe.httpGet.path: "/" → "/ok"  (pods restart)
    ~ spec.template.spec.containers["web"].readinessProbe.httpGet.path: "/" → "/ok"  (pods restart)

2 releases since HEAD: 1 to upgrade, 1 unchanged
"""


def git(*arguments):
    who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
    subprocess.run(["git", *who, *arguments], check=True, capture_output=True)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose files are as git has them."""
    (tmp_path / "chartgen.yaml").write_text(SPEC, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    git("init", "-q", "-b", "main")
    assert main(["render", "-q"]) == 0
    git("add", "-A")
    git("commit", "-q", "-m", "first")
    return tmp_path


def change(project, old, new):
    spec = project / "chartgen.yaml"
    assert old in spec.read_text()
    spec.write_text(spec.read_text().replace(old, new))


def test_nothing_has_changed(project, capsys):
    capsys.readouterr()
    assert main(["diff"]) == 0
    assert capsys.readouterr().out == "4 releases since HEAD: 4 unchanged\n"


def test_what_has_changed_is_told_by_release_and_object(project, capsys):
    change(project, "healthcheck_path: /", "healthcheck_path: /ok")
    capsys.readouterr()
    assert main(["diff", "-e", "dev"]) == 1
    assert capsys.readouterr().out == TABLE


def test_a_release_comes_and_another_goes(project, capsys):
    change(project, "  cart:", "  basket:")
    capsys.readouterr()
    assert main(["diff", "-e", "prod", "-o", "json"]) == 1
    data = json.loads(capsys.readouterr().out)
    assert data["against"] == "HEAD"
    assert {each["release"]: each["action"] for each in data["releases"]} == {
        "prod/web": "unchanged",
        "prod/basket": "create",
        "prod/cart": "remove",
    }
    assert {each["change"] for each in data["releases"][1]["changes"]} == {"added"}


def test_a_release_that_goes_is_told_where_it_is_asked_for(project, capsys):
    change(project, "  cart:", "  basket:")
    assert main(["diff", "-s", "web"]) == 0
    assert main(["diff", "-s", "basket"]) == 1


def test_another_revision(project, capsys):
    change(project, "shop/web:1", "shop/web:2")
    assert main(["render", "-q"]) == 0
    git("commit", "-q", "-a", "-m", "second")
    assert main(["diff"]) == 0
    assert main(["diff", "--against", "HEAD~1"]) == 1


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--against", "nowhere"], "there is no revision `nowhere`"),
        (["--against", "HEAD", "--live"], "`--against` names a revision of git, `--live` compares with the clusters"),
    ],
)
def test_what_cannot_be_compared_is_refused(project, capsys, arguments, said):
    assert main(["diff", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_a_project_outside_git_is_told_so(tmp_path, monkeypatch, capsys):
    (tmp_path / "chartgen.yaml").write_text(SPEC, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert main(["diff"]) == 2
    assert "git has no revision of this folder yet" in capsys.readouterr().err
