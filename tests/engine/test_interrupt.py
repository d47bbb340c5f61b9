"""Ctrl-C ends the programs that render."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # ignored where the tests run in the background
from chartgen import engine
from tests.engine import plain
engine.choose("cli").template(plain.chart("echo"), [plain.release(f"r{number}") for number in range(200)])
"""


def test_an_interrupt_leaves_no_helm_behind(tmp_path):
    helm = tmp_path / "helm"
    helm.write_text(f"#!/bin/sh\necho $$ >> {tmp_path}/pids\nexec sleep 60\n")
    helm.chmod(0o755)
    environment = {**os.environ, "CHARTGEN_HELM": str(helm), "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", PROGRAM], env=environment, stderr=subprocess.PIPE, text=True) as ours:
        pids = _started(tmp_path / "pids", min(2, os.cpu_count() or 1))
        ours.send_signal(signal.SIGINT)
        _, said = ours.communicate(timeout=20)
    assert said.strip().endswith("KeyboardInterrupt")
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


TERMINATED = """
import sys
from chartgen.cli import main
sys.exit(main(["-C", sys.argv[1], "template", "--engine", "cli"]))
"""


def test_the_end_that_a_pipeline_asks_for_is_an_interrupt_too(tmp_path):
    helm = tmp_path / "helm"
    helm.write_text(f"#!/bin/sh\necho $$ >> {tmp_path}/pids\nexec sleep 60\n")
    helm.chmod(0o755)
    spec = "project: shop\nenvironments: {dev: {}}\nservices: {web: {image: 'example.com/web:1'}}\n"
    (tmp_path / "chartgen.yaml").write_text(spec)
    environment = {**os.environ, "CHARTGEN_HELM": str(helm), "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen([sys.executable, "-c", TERMINATED, tmp_path], env=environment) as ours:
        pids = _started(tmp_path / "pids", 1)
        ours.send_signal(signal.SIGTERM)
        assert ours.wait(20) == 143
    assert not [pid for pid in pids if Path(f"/proc/{pid}").exists()]


def _started(file: Path, count: int) -> list[str]:
    for _ in range(200):
        if file.exists() and len(file.read_text().split()) >= count:
            break
        time.sleep(0.05)
    return file.read_text().split()
