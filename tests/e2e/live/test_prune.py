"""Releases that the spec has no more go, wherever they stand; nobody else's do."""

from __future__ import annotations

import pytest

from chartgen import yamlio
from tests.e2e.live import installed


@pytest.fixture
def elsewhere(shop):
    """A namespace of the shop's that the spec does not name."""
    name = f"{shop.namespace}-old"
    yield name
    shop.cluster.kubectl("delete", "namespace", name, "--wait=false", "--ignore-not-found")


def test_what_the_spec_has_no_more_goes_in_all_namespaces(shop, elsewhere):
    shop.upgrade("store")
    shop.upgrade("worker")
    shop.upgrade("worker", namespace=elsewhere)
    for name, mark in (("theirs", "project=other"), ("staging", "environment=staging")):
        shop.helm(*_renamed(shop._upgrade("worker", "1"), name), "--set-string", f"x-chartgen.{mark}")
    installed.write(shop.chartgen.directory, shop.namespace, {"web": {}})

    planned = shop.chartgen("prune", "-e", "dev", code=1)
    goes = [line for line in planned.out.splitlines() if ": goes (release " in line]
    assert sorted(goes) == sorted(
        [
            f"dev/store: goes (release {shop.namespace}/store)",
            f"dev/worker: goes (release {shop.namespace}/worker)",
            f"dev/worker: goes (release {elsewhere}/worker)",
        ]
    )
    assert shop.state("store") == (1, "deployed")

    done = shop.chartgen("prune", "-e", "dev", "--yes")
    assert f"namespace {elsewhere} is deleted\n" in done.out
    assert f"claim {shop.namespace}/data-store-0 (1Gi) of store: stays" in done.out
    assert {name: shop.state(name) for name in ("store", "worker", "theirs", "staging")} == {
        "store": None,
        "worker": None,
        "theirs": (1, "deployed"),
        "staging": (1, "deployed"),
    }
    assert shop.chartgen("prune", "-e", "dev").err == "nothing to prune\n"


def test_who_may_not_look_everywhere_is_told_so(shop, tmp_path):
    shop.upgrade("worker")
    installed.write(shop.chartgen.directory, shop.namespace, {"web": {}})
    shop.cluster.kubectl("create", "serviceaccount", "deployer", "-n", shop.namespace)
    account = f"--serviceaccount={shop.namespace}:deployer"
    shop.cluster.kubectl("create", "rolebinding", "deployer", "--clusterrole=admin", account, "-n", shop.namespace)
    token = shop.cluster.kubectl("create", "token", "deployer", "-n", shop.namespace).strip()
    settings = yamlio.loads(shop.cluster.kubeconfig.read_bytes())
    settings["users"][0]["user"] = {"token": token}
    limited = tmp_path / "kubeconfig"
    limited.touch(0o600)
    limited.write_text(yamlio.dumps(settings))
    shop.chartgen.environment["KUBECONFIG"] = str(limited)

    done = shop.chartgen("prune", "-e", "dev", "--yes")
    assert f"dev: other namespaces than {shop.namespace} may not be looked at\n" in done.err
    assert "dev/worker is uninstalled\n" in done.out
    assert f"namespace {shop.namespace} stays: it holds " in done.out


def _renamed(arguments: list[str], name: str) -> list[str]:
    return [*arguments[:2], name, *arguments[3:]]
