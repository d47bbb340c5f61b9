"""Releases that the spec has no more go, wherever they stand; nobody else's do."""

from __future__ import annotations

import pytest

from chartgen import yamlio
from tests.e2e.live import installed


@pytest.fixture
def elsewhere(shop4):
    """A namespace of the shop's that the spec does not name."""
    name = f"{shop4.namespace}-old"
    yield name
    shop4.cluster.kubectl("delete", "namespace", name, "--wait=false", "--ignore-not-found")


def test_what_the_spec_has_no_more_goes_in_all_namespaces(shop4, elsewhere):
    shop4.install("store", "worker")
    shop4.upgrade("worker", namespace=elsewhere)
    shop4.install_as("theirs", "worker", project="other")
    shop4.install_as("staging", "worker", environment="staging")
    installed.write(shop4.chartgen.directory, shop4.namespace, {"web": {}})

    planned = shop4.chartgen("prune", "-e", "dev", code=1)
    goes = [line for line in planned.out.splitlines() if ": goes (release " in line]
    assert sorted(goes) == sorted(
        [
            f"dev/store: goes (release {shop4.namespace}/store)",
            f"dev/worker: goes (release {shop4.namespace}/worker)",
            f"dev/worker: goes (release {elsewhere}/worker)",
        ]
    )
    assert shop4.state("store") == (1, "deployed")

    done = shop4.chartgen("prune", "-e", "dev", "--yes")
    assert f"namespace {elsewhere} is deleted\n" in done.out
    assert f"claim {shop4.namespace}/data-store-0 (1Gi) of store: stays" in done.out
    assert {name: shop4.state(name) for name in ("store", "worker", "theirs", "staging")} == {
        "store": None,
        "worker": None,
        "theirs": (1, "deployed"),
        "staging": (1, "deployed"),
    }
    assert shop4.chartgen("prune", "-e", "dev").err == "nothing to prune\n"


def test_who_may_not_look_everywhere_is_told_so(shop4, tmp_path):
    shop4.upgrade("worker")
    installed.write(shop4.chartgen.directory, shop4.namespace, {"web": {}})
    shop4.cluster.kubectl("create", "serviceaccount", "deployer", "-n", shop4.namespace)
    account = f"--serviceaccount={shop4.namespace}:deployer"
    shop4.cluster.kubectl("create", "rolebinding", "deployer", "--clusterrole=admin", account, "-n", shop4.namespace)
    token = shop4.cluster.kubectl("create", "token", "deployer", "-n", shop4.namespace).strip()
    settings = yamlio.loads(shop4.cluster.kubeconfig.read_bytes())
    settings["users"][0]["user"] = {"token": token}
    limited = tmp_path / "kubeconfig"
    limited.touch(0o600)
    limited.write_text(yamlio.dumps(settings))
    shop4.chartgen.environment["KUBECONFIG"] = str(limited)

    done = shop4.chartgen("prune", "-e", "dev", "--yes")
    assert f"dev: other namespaces than {shop4.namespace} may not be looked at\n" in done.err
    assert "dev/worker is uninstalled\n" in done.out
    assert f"namespace {shop4.namespace} stays: it holds " in done.out
