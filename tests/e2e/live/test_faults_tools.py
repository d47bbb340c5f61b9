"""Programs that break while a deploy is under way: told as they ended, with what is where, and nothing left behind."""

from __future__ import annotations

import json
import uuid
from pathlib import Path

import pytest

from tests import tools
from tests.e2e import go_tools
from tests.e2e.live.command import Command

SPEC = """\
project: shop
environments: {dev: {kube_context: e2e}}
namespace: NAMESPACE
defaults: {min_containers: 1, max_containers: 1, timeout: 10}
services:
  web: {image: "example.com/shop/web:1", port: {http: 8080}, healthcheck_path: /}
  cart: {image: "example.com/shop/cart:1", port: {grpc: 9000}}
"""

# Instead of helmfile: installs `web`, then ends in some way while something that it started works on.
BROKEN = """\
#!/bin/sh
[ "$1" = --version ] && exec HELMFILE --version
HELMFILE "$@" -l service=web
sleep 600 &
echo $! > PID
END
"""
PANIC = """\
echo 'panic: runtime error: invalid memory address or nil pointer dereference' >&2
echo '[signal SIGSEGV: segmentation violation code=0x1 addr=0x0 pc=0x1]' >&2
exit 2
"""

# Instead of helm: dies at `cart`.
DYING = """\
#!/bin/sh
case " $* " in *" cart "*) kill -KILL $$;; esac
exec HELM "$@"
"""


@pytest.fixture
def chartgen(cluster, tmp_path):
    namespace = f"faults-{uuid.uuid4().hex[:8]}"
    (tmp_path / "chartgen.yaml").write_text(SPEC.replace("NAMESPACE", namespace))
    command = Command(cluster, tmp_path)
    command("render", "-q")
    yield command
    cluster.kubectl("delete", "namespace", namespace, "--wait=false", "--ignore-not-found")


def broken(chartgen, name, script, **words):
    """chartgen with a script in the place of a program; words of the script are replaced."""
    for word, text in words.items():
        script = script.replace(word, text)
    file: Path = chartgen.directory / name
    file.write_text(script)
    file.chmod(0o755)
    return Command(chartgen.cluster, chartgen.directory, {f"CHARTGEN_{name.upper()}": str(file)})


def would_do(chartgen):
    """What the next deploy would do with each service."""
    plan = json.loads(chartgen("deploy", "-e", "dev", "--dry-run", "-o", "json", code=None).out)
    return {release["service"]: release["action"] for region in plan["regions"] for release in region["releases"]}


def results(said):
    """What became of each service, as the table says it."""
    header, *rows = (line.split("   ") for line in said.out.splitlines() if "   " in line)
    assert header[0] == "SERVICE"
    return {row[0].strip(): [cell.strip() for cell in row if cell][1] for row in rows}


def runs(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (PANIC, "helmfile failed with exit code 2: panic: runtime error: invalid memory address"),
        ("kill -KILL $$", "helmfile was ended by SIGKILL"),
    ],
    ids=["panic", "killed"],
)
def test_a_helmfile_that_breaks_half_way(chartgen, end, told):
    pid = chartgen.directory / "pid"
    words = {"HELMFILE": str(go_tools.build("helmfile")), "PID": str(pid), "END": end}
    said = broken(chartgen, "helmfile", BROKEN, **words)("deploy", "-e", "dev", "--yes", code=3)
    assert f"dev: {told}" in said.out
    assert results(said) == {"web": "deployed", "cart": "not reached"}
    assert not runs(int(pid.read_text()))
    assert would_do(chartgen) == {"web": "unchanged", "cart": "create"}
    mended = chartgen("deploy", "-e", "dev", "--yes")
    assert results(mended) == {"cart": "deployed"}


def test_a_helm_that_is_killed_at_one_release(chartgen):
    said = broken(chartgen, "helm", DYING, HELM=str(tools.find("helm4")))("deploy", "-e", "dev", "--yes", code=4)
    assert results(said) == {"web": "deployed", "cart": "removed"}
    assert "dev/cart removed: it was not there before, and is not now" in said.out
    assert would_do(chartgen) == {"web": "unchanged", "cart": "create"}
