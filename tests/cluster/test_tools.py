"""Whether the programs that the live side drives are fit for it; small scripts stand for those that are not."""

from __future__ import annotations

import pytest

from chartgen import process
from chartgen.cluster import tools
from chartgen.errors import ToolError

PANIC = """\
panic: unexpected error from helm: exit status 1

goroutine 1 [running]:
main.main()
"""


@pytest.fixture
def program(tmp_path, monkeypatch):
    """Puts a script in the place of a program."""

    def put(name, script):
        file = tmp_path / name
        file.write_text(f"#!/bin/sh\n{script}\n")
        file.chmod(0o755)
        monkeypatch.setenv(f"CHARTGEN_{name.upper()}", str(file))
        return file

    return put


@pytest.fixture
def versions(program):
    """Puts scripts that tell versions in the place of all programs."""

    def put(helm="4.3.1", helmfile="1.8.0", kubectl="1.37.1"):
        program("helm", f"echo v{helm}+g3bb50bb")
        program("helmfile", f"echo helmfile version {helmfile}")
        program("kubectl", f"echo Client Version: v{kubectl}; echo Kustomize Version: v5.7.1")

    return put


def problems(**options):
    with pytest.raises(ToolError) as raised:
        tools.ready(**options)
    return raised.value.problems


def test_the_real_programs_are_fit(monkeypatch, helm3, helmfile0, kubectl):
    for name, path in (("HELM", helm3), ("HELMFILE", helmfile0), ("KUBECTL", kubectl)):
        monkeypatch.setenv(f"CHARTGEN_{name}", str(path))
    found = tools.ready()
    assert [str(found.helm), str(found.helmfile), str(found.kubectl)] == [
        "helm 3.15.3",
        "helmfile 0.166.0",
        "kubectl 1.37.1",
    ]
    assert found.helm.path == helm3
    assert found.warnings == ()


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({}, []),
        ({"helm": "3.18.6"}, []),
        ({"helm": "3.15.3", "helmfile": "0.166.0"}, []),
        ({"helmfile": "0.166.0"}, ["helmfile 0.166.0 crashes with helm 4.3.1"]),
        ({"helmfile": "1.1.9"}, ["helmfile 1.1.9 crashes with helm 4.3.1"]),
        ({"helm": "3.9.4"}, ["helm 3.9.4"]),
        ({"helmfile": "0.144.0"}, ["helmfile 0.144.0", "helmfile 0.144.0 crashes"]),
        ({"kubectl": "1.20.15"}, ["kubectl 1.20.15"]),
        ({"helm": "2.17.0", "helmfile": "0.100.1", "kubectl": "1.9.0"}, ["helm 2", "helmfile 0.1", "kubectl 1.9.0"]),
    ],
)
def test_versions_that_do_not_do_are_told_all_at_once(versions, given, told):
    versions(**given)
    if not told:
        assert tools.ready().warnings == ()
        return
    found = problems()
    assert len(found) == len(told)
    for problem, start in zip(found, told, strict=True):
        assert problem.message.startswith(start)
        assert "https://" in problem.hint


@pytest.mark.parametrize(("helmfile", "warned"), [("1.6.9", 0), ("1.7.0", 1), ("1.7.3", 1), ("1.7.4", 0)])
def test_a_helmfile_that_is_merely_slow_is_a_warning(versions, helmfile, warned):
    versions(helmfile=helmfile)
    assert len(tools.ready().warnings) == warned


def test_what_is_missing_is_told_with_what_to_do(versions, monkeypatch, tmp_path):
    versions()
    monkeypatch.setenv("CHARTGEN_HELMFILE", "/nowhere/helmfile")
    monkeypatch.delenv("CHARTGEN_KUBECTL")
    monkeypatch.setenv("PATH", str(tmp_path / "empty"))
    helmfile, kubectl = problems()
    assert helmfile.message == "CHARTGEN_HELMFILE names /nowhere/helmfile, which is no program"
    assert (kubectl.message, kubectl.hint) == ("kubectl is not installed", process.INSTALL["kubectl"])


def test_a_helmfile_that_nobody_needs_may_be_missing(versions, monkeypatch):
    versions()
    monkeypatch.setenv("CHARTGEN_HELMFILE", "/nowhere/helmfile")
    assert tools.ready(helmfile=False).helmfile is None


@pytest.mark.parametrize(
    ("script", "told"),
    [
        (f"cat >&2 <<'EOF'\n{PANIC}EOF\nexit 2", "exit code 2: panic: unexpected error from helm: exit status 1"),
        ("kill -SEGV $$", "was ended by SIGSEGV"),
        ("exit 7", "exit code 7 without a word"),
        ("echo dev", "says no version"),
        ("echo certificate expired >&2; exit 1", "exit code 1: certificate expired"),
    ],
)
def test_a_program_that_crashes_is_told_as_it_ended(versions, program, script, told):
    versions()
    path = program("helmfile", script)
    [problem] = problems()
    assert problem.message.startswith(f"`helmfile --version` ({path})")
    assert told in problem.message
    assert problem.hint.startswith("install it anew: https://")


def test_a_program_that_hangs_is_ended(versions, program, monkeypatch):
    versions()
    program("kubectl", "sleep 60")
    monkeypatch.setattr(tools, "_TIMEOUT", 0.2)
    [problem] = problems()
    assert problem.message == "kubectl took longer than 0.2 seconds"
    assert "try `kubectl version --client`" in problem.hint


def test_nobody_is_asked_over_the_network(versions, program):
    versions()
    program("helmfile", 'test "$HELMFILE_UPGRADE_NOTICE_DISABLED" && echo 1.8.0')
    assert tools.ready().helmfile
