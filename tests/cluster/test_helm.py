"""Each test is a defect of plain pyhelm3 that does not reach us: helm is driven by its arguments, and run by us."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from chartgen.cluster.helm import Helm, HelmError
from chartgen.cluster.helm.command import Command, Running
from chartgen.cluster.helm.errors import complaint
from chartgen.errors import InputError, ToolError
from chartgen.process import Stop

RECORD = """\
#!{python}
import json, os, sys, time
told = {{"argv": sys.argv[1:], "shell": os.path.basename(os.readlink(f"/proc/{{os.getppid()}}/exe")),
        "environment": sorted(os.environ), "pid": os.getpid()}}
with open({record!r}, "a") as file:
    file.write(json.dumps(told) + "\\n")
{then}
"""


@pytest.fixture
def helm_that(tmp_path, monkeypatch):
    """Makes a program take helm's place: it records how it was called, then does what the code says."""

    def make(then: str = ""):
        record, program = tmp_path / "record", tmp_path / "bin" / "helm"
        program.parent.mkdir(exist_ok=True)
        program.write_text(RECORD.format(python=sys.executable, record=str(record), then=then))
        program.chmod(0o755)
        monkeypatch.setenv("CHARTGEN_HELM", str(program))
        return lambda: [json.loads(line) for line in record.read_text().splitlines()] if record.exists() else []

    return make


def test_a_rollback_as_helm_is_asked_for_it(helm_that):
    calls = helm_that()
    Helm("edge").rollback("shop-dev", "web", 3, timeout=30, history_max=25)
    [call] = calls()
    said = ["rollback", "web", "3", "--history-max", "25", "--timeout", "30s", "--namespace", "shop-dev"]
    assert call["argv"] == [*said, "--wait", "--wait-for-jobs", "--kube-context=edge"]


def test_an_uninstall_as_helm_is_asked_for_it(helm_that):
    calls = helm_that()
    assert Helm().uninstall("shop-dev", "web", timeout=30)
    [call] = calls()
    assert call["argv"] == ["uninstall", "web", "--timeout", "30s", "--namespace", "shop-dev", "--wait"]


@pytest.mark.parametrize("major", ["helm3", "helm4"])
def test_both_helms_know_every_option_that_is_sent(helm_that, request, major):
    helm = request.getfixturevalue(major)
    calls = helm_that()
    Helm("edge").rollback("shop-dev", "web", 3, timeout=30, history_max=0)
    Helm("edge").uninstall("shop-dev", "web", timeout=30)
    for call in calls():
        verb, *arguments = call["argv"]
        known = subprocess.run([helm, verb, "--help"], capture_output=True, text=True, check=True).stdout
        sent = [argument.partition("=")[0] for argument in arguments if argument.startswith("--")]
        assert [option for option in sent if f" {option} " not in known] == []


def test_helm_is_started_once_by_us_and_by_no_shell(helm_that):
    calls = helm_that()
    Helm().uninstall("shop-dev", "web", timeout=30)
    assert [call["shell"] for call in calls()] == [Path(sys.executable).resolve().name]


@pytest.mark.parametrize(
    "name",
    ["--post-renderer=/bin/false", "-n", "--kube-token=x", "", "Web", "web;ls", "$(ls)", "a b", "web\n", "w" * 54, "ü"],
)
def test_what_is_no_name_starts_nothing(helm_that, name):
    calls = helm_that()
    for call in (
        lambda: Helm().uninstall("shop-dev", name, timeout=30),
        lambda: Helm().uninstall(f"{name}-" * 2, "web", timeout=30),
        lambda: Helm().rollback("shop-dev", name, 1, timeout=30, history_max=0),
    ):
        with pytest.raises(InputError, match="is no name of a"):
            call()
    assert calls() == []


def test_a_context_is_never_an_option_or_a_word_of_a_shell(helm_that):
    calls = helm_that()
    Helm("--debug $(id)").uninstall("shop-dev", "web", timeout=30)
    assert calls()[0]["argv"][-1] == "--kube-context=--debug $(id)"


def test_the_log_is_told_no_arguments(helm_that, caplog):
    helm_that()
    with caplog.at_level(logging.DEBUG):
        Helm("secret-context").rollback("shop-dev", "web", 3, timeout=30, history_max=0)
    assert caplog.text == ""


def test_settings_of_the_shell_do_not_reach_helm(helm_that, monkeypatch):
    calls = helm_that()
    for name in ("HELM_NAMESPACE", "HELM_KUBETOKEN", "HELM_KUBECONTEXT", "HELM_DEBUG", "CHARTGEN_PASSPHRASE"):
        monkeypatch.setenv(name, "x")
    monkeypatch.setenv("KUBECONFIG", "/there")
    Helm().uninstall("shop-dev", "web", timeout=30)
    [call] = calls()
    assert [
        name for name in call["environment"] if name.startswith(("HELM_K", "HELM_N", "HELM_DE", "CHARTGEN_P"))
    ] == []
    assert "KUBECONFIG" in call["environment"]


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        (
            "Error: uninstall: Release not loaded: web: release: not there\n",
            "uninstall: Release not loaded: web: release: not there",
        ),
        (
            "level=ERROR msg=x\nError: one\nlevel=WARN msg=y\nError: release web failed: not ready\nat all\n",
            "release web failed: not ready; at all",
        ),
        ("Killed\n", "Killed"),
        ("", "helm failed without a word"),
    ],
)
def test_the_reason_is_helms_last_error(helm_that, said, reason):
    assert complaint(said) == reason
    helm_that(f"sys.stderr.write({said!r}); sys.exit(1)")
    with pytest.raises(HelmError) as caught:
        Helm().rollback("shop-dev", "web", 1, timeout=30, history_max=0)
    assert caught.value.reason == reason
    assert caught.value.exit_code == 3


def test_what_is_not_there_needs_no_uninstall(helm_that):
    helm_that("sys.exit('Error: uninstall: Release not loaded: web: release: not found')")
    assert not Helm().uninstall("shop-dev", "web", timeout=30)


def test_a_helm_that_is_not_installed(monkeypatch):
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(ToolError, match="helm is not installed"):
        Helm().uninstall("shop-dev", "web", timeout=30)


def test_a_helm_that_hangs_has_a_time_limit(helm_that):
    calls = helm_that("time.sleep(60)")
    running = Running(None, 1.0, Stop())
    with pytest.raises(ToolError, match="helm took longer than 1 seconds"):
        Command(running, 0).uninstall("web", namespace="shop-dev").send(None)
    _assert_gone(calls()[0]["pid"])


def test_an_interrupt_ends_helm(helm_that):
    calls = helm_that("time.sleep(60)")
    _when_it_runs(calls, lambda: signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT))
    with pytest.raises(KeyboardInterrupt):
        Helm().uninstall("shop-dev", "web", timeout=30)
    _assert_gone(calls()[0]["pid"])


def test_another_thread_ends_helm(helm_that):
    calls, stop = helm_that("time.sleep(60)"), Stop()
    _when_it_runs(calls, stop.set)
    with pytest.raises(ToolError, match="helm was stopped"):
        Helm(stop=stop).uninstall("shop-dev", "web", timeout=30)
    _assert_gone(calls()[0]["pid"])


def test_the_version_is_asked_for_only_when_it_is_wanted(helm_that):
    calls = helm_that("print('v4.3.1')")  # with a newline, which pyhelm3 itself cannot read
    command = Command(Running(None, 30.0, Stop()), 0)
    assert calls() == []
    assert command.client_version().major == 4


def test_it_runs_within_an_event_loop_too(helm_that):
    calls = helm_that()

    async def work() -> bytes:
        return await Command(Running(None, 30.0, Stop()), 0).run(["version"])

    assert asyncio.run(work()) == b""
    assert calls()[0]["argv"] == ["version"]


def test_pyhelm3_is_not_imported_before_helm_runs():
    code = "import sys, chartgen.cluster.helm; sys.exit('pyhelm3' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)


def _when_it_runs(calls, act) -> None:
    def wait() -> None:
        while not calls():
            time.sleep(0.02)
        act()

    threading.Thread(target=wait, daemon=True).start()


def _assert_gone(pid: int) -> None:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return
        time.sleep(0.05)
    raise AssertionError(f"{pid} still runs")
