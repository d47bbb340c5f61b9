"""`chartgen deploy` in a real cluster: what goes wrong, and how it is told."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time

import pytest

from chartgen import yamlio
from tests import tools
from tests.e2e.live import project as projects
from tests.e2e.live.command import Command

# Instead of helmfile: somebody turns to another cluster while it works.
TURNING = """\
#!/bin/sh
case " $* " in *" sync "*) KUBECTL config use-context elsewhere >&2;; esac
exec HELMFILE "$@"
"""


@pytest.fixture
def shop(cluster, tmp_path):
    with projects.cleared(projects.write(tmp_path / "shop"), cluster) as project:
        yield project


def became(said):
    """What became of each service, as `-o json` tells it."""
    releases = [each for region in json.loads(said.out)["regions"] for each in region["releases"]]
    return {each["service"]: each["became"] for each in releases}


def store(cluster, namespace):
    """The objects of the release `store` with their versions: one that was touched has another."""
    found = cluster.json("deployments,services,serviceaccounts,secrets", "-n", namespace)["items"]
    own = (item for item in found if "store" in item["metadata"]["name"])
    return {f"{item['kind']}/{item['metadata']['name']}": item["metadata"]["resourceVersion"] for item in own}


def test_a_bad_image_is_rolled_back_and_told_with_the_pods_reason(cluster, shop):
    chartgen = Command(cluster, shop.directory)
    chartgen("render")
    assert became(chartgen("deploy", "-e", "dev", "--yes", "-o", "json")) == dict.fromkeys(
        ("store", "web", "worker"), "deployed"
    )
    before = store(cluster, shop.namespace)

    shop.runs(web="broken", worker="2")
    chartgen("render")
    said = chartgen("deploy", "-e", "dev", "--yes", "-o", "json", code=4)
    assert became(said) == {"store": "unchanged", "web": "rolled back", "worker": "deployed"}
    [web] = [each for each in json.loads(said.out)["regions"][0]["releases"] if each["service"] == "web"]
    assert (web["before"]["revision"], web["now"]) == (1, {"revision": 3, "status": "deployed"})
    assert re.match(r"web-\w+-\w+: (ImagePullBackOff|ErrImagePull)", web["pods"][0])
    assert "has been rolled back" in web["error"]
    assert re.search(r"^  waiting +web  web-\w+-\w+: ", said.err, re.MULTILINE)
    assert store(cluster, shop.namespace) == before

    shop.runs(web="2")
    chartgen("render")
    assert became(chartgen("deploy", "-e", "dev", "--yes", "-o", "json")) == {
        "store": "unchanged",
        "web": "deployed",
        "worker": "unchanged",
    }


@pytest.mark.parametrize("pair", ["helm3", "helm4"])
def test_what_somebody_has_deleted_comes_back(cluster, shop, pair):
    chartgen = Command(cluster, shop.directory, projects.pairs()[pair])
    chartgen("render")
    chartgen("deploy", "-e", "dev", "--yes", "-s", "store", "-s", "worker")
    cluster.kubectl("-n", shop.namespace, "delete", "deployment/store", "service/store")

    reason = "Service/store, Deployment/store are not there"
    for chosen in ((), ("--all",)):
        said = chartgen("deploy", "-e", "dev", "--dry-run", "-o", "json", "-s", "store", *chosen, code=1)
        [planned] = json.loads(said.out)["regions"][0]["releases"]
        assert (planned["action"], planned["reasons"], planned["objects"]) == ("upgrade", [reason], 2)
    status = chartgen("status", "-e", "dev", "-s", "store").out
    assert [status.count(f"  unhealthy  {kind}/store: is not there\n") for kind in ("Service", "Deployment")] == [1, 1]
    assert "  `chartgen deploy -e dev` puts back what is not there\n" in status
    assert reason in chartgen("diff", "--live", "-e", "dev", "-s", "store", code=None).out
    assert became(chartgen("deploy", "-e", "dev", "--yes", "-o", "json", "-s", "store", "-s", "worker")) == {
        "store": "deployed",
        "worker": "unchanged",
    }
    assert {"Deployment/store", "Service/store"} <= store(cluster, shop.namespace).keys()


def test_status_tells_what_somebody_scaled_to_nothing_or_gave_another_image(cluster, shop):
    chartgen = Command(cluster, shop.directory)
    chartgen("render")
    chartgen("deploy", "-e", "dev", "--yes", "-s", "store", "-s", "worker")
    cluster.kubectl("-n", shop.namespace, "set", "image", "deployment/worker", "*=example.com/shop/worker:hand")
    cluster.kubectl("-n", shop.namespace, "scale", "deployment/store", "--replicas=0")
    cluster.kubectl("-n", shop.namespace, "rollout", "status", "deployment/store", "--timeout=20s")
    said = chartgen("status", "-e", "dev", "-s", "store", "-s", "worker").out
    assert "  unhealthy  Deployment/store: is scaled to 0, and 1 is wanted\n" in said
    assert "  Deployment/worker runs example.com/shop/worker:hand instead of example.com/shop/worker:1\n" in said
    assert "  `chartgen diff --live -e dev` tells what was changed by hand\n" in said


@pytest.mark.parametrize("pair", ["helm3", "helm4"])
def test_what_was_never_there_is_taken_away_again_if_it_fails(cluster, shop, pair):
    """Of several that failed helmfile 1.x names one only."""
    chartgen = Command(cluster, shop.directory, projects.pairs()[pair])
    shop.runs(store="broken", worker="broken")
    chartgen("render")
    said = chartgen("deploy", "-e", "dev", "--yes", code=4)
    for service in ("store", "worker"):
        assert re.search(rf"^{service} +removed +- +(ImagePullBackOff|ErrImagePull)", said.out, re.MULTILINE)
    assert re.search(r"^web +not reached +- +-$", said.out, re.MULTILINE)
    assert "go on: `chartgen deploy -e dev`" in said.err
    assert not cluster.json("deployments", "-n", shop.namespace)["items"]


@pytest.mark.parametrize("pair", ["helm3", "helm4"])
def test_a_deploy_goes_on_in_the_context_in_which_it_began(cluster, tmp_path, pair):
    config = json.loads(cluster.kubeconfig.read_text())
    config["clusters"].append({"name": "elsewhere", "cluster": {"server": "https://127.0.0.1:1"}})
    config["contexts"].append({"name": "elsewhere", "context": {"cluster": "elsewhere", "user": "e2e"}})
    (tmp_path / "kubeconfig").write_text(json.dumps(config))
    settings = projects.pairs()[pair]
    script = TURNING.replace("KUBECTL", str(tools.find("kubectl"))).replace("HELMFILE", settings["CHARTGEN_HELMFILE"])
    (tmp_path / "helmfile").write_text(script)
    (tmp_path / "helmfile").chmod(0o755)
    changed = {"KUBECONFIG": str(tmp_path / "kubeconfig"), "CHARTGEN_HELMFILE": str(tmp_path / "helmfile")}

    written = projects.write(tmp_path / "shop", environments={"dev": {}})
    chartgen = Command(cluster, written.directory, {**settings, **changed})
    with projects.cleared(written, cluster):
        chartgen("render")
        said = chartgen("deploy", "-e", "dev", "-s", "worker", "--yes")
        assert "dev (context e2e, the current one)" in said.err
        assert yamlio.loads((tmp_path / "kubeconfig").read_bytes())["current-context"] == "elsewhere"
        assert cluster.json("deployment", "worker", "-n", written.namespace)["status"]["readyReplicas"] == 1


def test_an_interrupted_deploy_takes_back_what_it_is_at_and_says_so(cluster, shop):
    chartgen = Command(cluster, shop.directory)
    chartgen("render")
    chartgen("deploy", "-e", "dev", "--yes", "-s", "store")
    shop.runs(store="broken")
    chartgen("render")
    command = [sys.executable, "-m", "chartgen", "deploy", "-e", "dev", "--yes"]
    with subprocess.Popen(
        command,
        cwd=shop.directory,
        env=chartgen.settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as child:
        assert child.stderr is not None
        assert child.stdout is not None
        for line in child.stderr:
            if line.startswith("  waiting") and " store " in line:
                break
        child.send_signal(signal.SIGINT)
        out = child.stdout.read()
        child.stderr.read()
    assert child.returncode == 130
    assert re.search(r"^store +rolled back +3 ", out, re.MULTILINE)
    assert re.search(r"^worker +(not reached|deployed|removed)", out, re.MULTILINE)
    _ended(shop.directory)


def _ended(directory):
    """No process is left that works there."""
    for _ in range(50):
        found = subprocess.run(["pgrep", "-f", f"{directory}"], capture_output=True, text=True, check=False).stdout
        if not [pid for pid in found.split() if int(pid) != os.getpid()]:
            return
        time.sleep(0.1)
    raise AssertionError(found)


def test_a_field_that_somebody_took_is_told_with_who_did_and_taken_back_where_asked(cluster, shop):
    chartgen = Command(cluster, shop.directory)
    chartgen("render")
    chartgen("deploy", "-e", "dev", "--yes", "-s", "worker")
    cluster.kubectl("-n", shop.namespace, "set", "image", "deployment/worker", "*=example.com/other:7")
    shop.runs(worker="2")
    chartgen("render")
    said = chartgen("deploy", "-e", "dev", "--yes", "-s", "worker", code=4)
    path = '.spec.template.spec.containers[name="worker"].image'
    assert f"Deployment/worker {path} belongs to `kubectl-set`: somebody changed it by hand, with kubectl" in said.out
    assert "`chartgen deploy -e dev -s worker --force-conflicts`" in said.err
    chartgen("deploy", "-e", "dev", "--yes", "-s", "worker", "--force-conflicts")
    [container] = cluster.json("deployment", "worker", "-n", shop.namespace)["spec"]["template"]["spec"]["containers"]
    assert container["image"] == "example.com/shop/worker:2"
