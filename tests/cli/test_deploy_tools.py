"""`chartgen deploy` without the programs that it drives: told before any cluster is asked."""

from __future__ import annotations

import pytest

from chartgen.cli import main

SPEC = """\
project: shop
environments: {dev: {kube_context: nowhere}}
services: {web: {image: "example.com/shop/web:1", port: {http: 8080}, healthcheck_path: /}}
"""


@pytest.fixture
def project(tmp_path, monkeypatch, helm4, helmfile0, kubectl):
    (tmp_path / "chartgen.yaml").write_text(SPEC)
    monkeypatch.chdir(tmp_path)
    for name, path in (("HELM", helm4), ("HELMFILE", helmfile0), ("KUBECTL", kubectl)):
        monkeypatch.setenv(f"CHARTGEN_{name}", str(path))
    assert main(["render", "-q"]) == 0
    return tmp_path


def told(capsys, code=3):
    assert main(["deploy", "-e", "dev", "--yes"]) == code
    said = capsys.readouterr()
    assert said.out == ""
    return said.err


def test_a_pair_that_does_not_work_together(project, capsys):
    said = told(capsys)
    assert said.startswith("error: helmfile 0.166.0 crashes with helm 4.3.1")
    assert "install helmfile 1.8.0 (1.2.0 or newer) from https://" in said
    assert "or Helm 3.18.6 (3.10.0 or newer) from https://" in said


@pytest.mark.parametrize("name", ["helm", "helmfile", "kubectl"])
def test_a_program_that_is_missing(project, capsys, monkeypatch, helm3, name):
    monkeypatch.setenv("CHARTGEN_HELM", str(helm3))
    monkeypatch.setenv(f"CHARTGEN_{name.upper()}", f"/nowhere/{name}")
    said = told(capsys)
    assert said.startswith(f"error: CHARTGEN_{name.upper()} names /nowhere/{name}, which is no program\n")
    assert "hint: install " in said


def test_all_that_is_wrong_with_them_is_told_at_once(project, capsys, monkeypatch):
    crashing = project / "helm"
    crashing.write_text("#!/bin/sh\necho 'panic: runtime error' >&2\nexit 2\n")
    crashing.chmod(0o755)
    monkeypatch.setenv("CHARTGEN_HELM", str(crashing))
    monkeypatch.setenv("CHARTGEN_KUBECTL", "/nowhere/kubectl")
    said = told(capsys)
    assert f"`helm version --short` ({crashing}) failed with exit code 2: panic: runtime error" in said
    assert "CHARTGEN_KUBECTL names /nowhere/kubectl" in said
    assert said.endswith("2 problems\n")
