"""helm is killed with SIGKILL half-way: what is stuck, and how it is mended."""

from __future__ import annotations

from tests.e2e.live import installed


def test_whatever_helm_was_killed_at_is_mended_and_can_be_deployed_again(shop):
    installed.write(shop.chartgen.directory, shop.namespace, timeout=90)
    shop.install("store", "web")
    shop.killed_upgrade("store", "statefulset", "broken")
    shop.killed_upgrade("worker", "deployment", "broken")
    shop.killed_uninstall("web")
    stuck = {"store": (2, "pending-upgrade"), "worker": (1, "pending-install"), "web": (1, "uninstalling")}
    assert {name: shop.state(name) for name in stuck} == stuck

    young = shop.chartgen("recover", "-e", "dev", "--yes", code=1)
    assert young.out.count("wait: helm may be at work for 4m") == 3
    assert "if you know of none: `--older-than 0s`" in young.err
    planned = shop.chartgen("recover", "-e", "dev", "--older-than", "0s", code=1)
    assert "nothing was done: `--yes` does it" in planned.err
    assert {name: shop.state(name) for name in stuck} == stuck
    rows = {line.split()[0]: line.rpartition("   ")[2] for line in planned.out.splitlines()[1:]}
    assert rows == {"dev/store": "roll back to revision 1", "dev/worker": "uninstall", "dev/web": "uninstall"}

    done = shop.chartgen("recover", "-e", "dev", "--older-than", "0s", "--yes")
    # The StatefulSet's pod could not be replaced: its image cannot be pulled.
    assert "pod store-0 of a revision that is not wanted any more kept its StatefulSet waiting: deleted" in done.err
    assert {name: shop.state(name) for name in stuck} == {"store": (3, "deployed"), "worker": None, "web": None}
    assert shop.image("statefulset", "store").endswith("store:1")
    assert shop.names("deployments") == []
    assert "nothing is stuck" in shop.chartgen("recover", "-e", "dev").err

    shop.install("store", "worker", "web")
    assert shop.state("store") == (4, "deployed")
