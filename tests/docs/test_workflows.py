"""The pipelines in the docs: their commands are run as the pipelines would, with a directory for the registry."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from chartgen import yamlio
from tests.docs.pages import ROOT, steps

GUIDE = ROOT / "docs" / "guides" / "releasing-charts.md"
TEXT = GUIDE.read_text(encoding="utf-8")
GITLAB = ".gitlab-ci.yml"
FILES = {step.file: step.expected for step in steps(TEXT) if step.file}
FILES[GITLAB] = next(
    block for block in re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL) if block.startswith(f"# {GITLAB}")
)
SIGNING = re.compile(r'--(sign|cosign-key) (env://\w+|"\$\w+")')


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project of the guide, in git; its small chart alone is built here."""
    for name in ("chartgen.yaml", "charts/redis/Chart.yaml", "charts/redis/templates/pod.yaml"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(FILES[name])
    who = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
    for command in (["init", "-q"], ["add", "-A"], [*who, "commit", "-qm", "x"]):
        subprocess.run(["git", *command], cwd=tmp_path, check=True)
    return tmp_path


def run(project: Path, script: str, **variables: str) -> None:
    """Without keys, for which the end-to-end tests are: what is signed is said by two options more."""
    unsigned, count = SIGNING.subn("", script)
    assert count == 2
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    subprocess.run(
        ["bash", "-euo", "pipefail", "-c", unsigned.replace("chartgen build", "chartgen build redis")],
        cwd=project,
        env={**os.environ, **variables, "PATH": path, "REPOSITORY": str(project / "out")},
        check=True,
    )


def test_github_reads_what_was_released(project):
    job = yamlio.loads(FILES[".github/workflows/chart.yaml"])["jobs"]["release"]
    step = next(step for step in job["steps"] if step.get("id") == "build")
    run(project, step["run"], GITHUB_OUTPUT=str(project / "outputs"))
    outputs = dict(line.split("=", 1) for line in (project / "outputs").read_text().splitlines())
    assert outputs["chart_version"] == "1.0.0"
    used = {name for step in job["steps"] for name in re.findall(r"steps\.build\.outputs\.(\w+)", str(step))}
    assert used
    assert used <= set(outputs)


def test_gitlab_reads_what_was_released(project):
    job = yamlio.loads(FILES[GITLAB])["chart"]
    run(project, "\n".join(job["script"]))
    report = (project / job["artifacts"]["reports"]["dotenv"]).read_text()
    assert all(re.fullmatch(r"[A-Za-z_]\w*=[^\n]*", line) for line in report.splitlines())
    assert "chart_changed=true\n" in report


@pytest.mark.parametrize("name", [".github/workflows/chart.yaml", GITLAB])
def test_no_secret_stands_in_an_argument(name):
    for line in FILES[name].splitlines():
        assert not re.search(r"(password|passphrase|token)[= ]\$", line, re.IGNORECASE)
