"""What is removed, what stays, and how it is told how far it came: against a small API server."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from chartgen import yamlio
from chartgen.actions import removal
from chartgen.actions.live import open_environment
from chartgen.actions.operating import Outcome, gathered, in_cluster
from chartgen.actions.planning import Selection
from chartgen.cluster import namespaces
from chartgen.cluster.api import Api, ApiError
from chartgen.cluster.claims import Claim
from chartgen.errors import ToolError
from tests.cluster.api.server import Reply, Request, serving
from tests.cluster.releases import stored

SPEC = """\
project: shop
namespace: shop-{environment}-{region}
environments:
  prod: {regions: {eu: {wave: 1, kube_context: one}, us: {wave: 2, kube_context: one}, asia: {kube_context: two}}}
services:
  web: {image: "example.com/web:1", port: {http: 8080}, healthcheck_path: /}
"""
KINDS = [("v1", "ConfigMap"), ("v1", "Namespace"), ("v1", "PersistentVolumeClaim"), ("batch/v1", "Job")]


@pytest.fixture
def targets(tmp_path):
    (tmp_path / "chartgen.yaml").write_text(SPEC)
    live = open_environment(tmp_path, Selection(["prod"]))
    return live.plan, {target.region: target for target in live.targets}


def discovery(path):
    """What kinds a server has, as it says it."""
    groups: dict[str, dict[str, list[dict]]] = {}
    for api_version, kind in KINDS:
        group, _, version = api_version.rpartition("/")
        own = {"resource": f"{kind.lower()}s", "responseKind": {"kind": kind}, "scope": "Namespaced", "verbs": ["list"]}
        if kind == "Namespace":
            own["scope"] = "Cluster"
        groups.setdefault(group, {}).setdefault(version, []).append(own)
    asked = {"": groups[""]} if path == "/api" else {name: each for name, each in groups.items() if name}
    return {
        "kind": "APIGroupDiscoveryList",
        "items": [
            {
                "metadata": {"name": name},
                "versions": [{"version": version, "resources": own} for version, own in versions.items()],
            }
            for name, versions in asked.items()
        ],
    }


@dataclass
class Cluster:
    """An API server where all is there until it is deleted.

    Attributes:
        answers: what is said of some paths' last parts instead, by method.
    """

    answers: dict[tuple[str, str], Reply] = field(default_factory=dict)
    deleted: list[str] = field(default_factory=list)

    def reply(self, request: Request) -> Reply:
        path = request.path.partition("?")[0]
        name = path.rpartition("/")[2]
        if path in ("/api", "/apis"):
            return Reply(discovery(path))
        if (request.method, name) in self.answers:
            return self.answers[request.method, name]
        if request.method == "DELETE":
            self.deleted.append(name)
            return Reply({})
        return Reply({"message": "gone"}, 404) if name in self.deleted else Reply({"metadata": {"uid": "1"}})


@pytest.fixture
def cluster():
    found = Cluster()
    with serving(found.reply) as (path, _), Api(path, "one", 5.0) as api:
        yield found, api


def hook(kind, name, policy=""):
    version = next(version for version, known in KINDS if known == kind)
    annotations = {"helm.sh/hook": "pre-install", **({"helm.sh/resource-policy": policy} if policy else {})}
    data = {"apiVersion": version, "kind": kind, "metadata": {"name": name, "annotations": annotations}}
    return {"manifest": yamlio.dumps(data)}


def test_hooks_go_but_for_those_that_hold_data_or_are_kept(cluster):
    server, api = cluster
    one = stored(
        hooks=[hook("Job", "migrate"), hook("ConfigMap", "seed", "keep"), hook("PersistentVolumeClaim", "data")]
    )
    assert list(removal.remove_hooks(api, one)) == ["Job/migrate, a hook of web, is deleted"]
    assert server.deleted == ["migrate"]


def test_a_claim_that_may_not_be_deleted_keeps_no_other_from_it(cluster, targets):
    server, api = cluster
    plan, by_region = targets
    server.answers["DELETE", "data-a-0"] = Reply({"message": "forbidden: no"}, 403)
    claims = tuple(Claim("shop", name, "web", "1Gi", goes=False, uid="1") for name in ("data-a-0", "data-b-0"))
    found = removal.remove_claims(api, removal.Removal(plan, by_region["eu"], (), claims))
    outcome = sum(found, Outcome())
    assert outcome.done == ("claim shop/data-b-0 (1Gi) is deleted",)
    assert [each.message.partition(" refuses")[0] for each in outcome.problems] == [
        "claim shop/data-a-0 (1Gi): the cluster of context one"
    ]


def test_a_kind_whose_server_is_down_is_one_that_cannot_be_seen(cluster):
    server, api = cluster
    server.answers["GET", "jobs"] = Reply("service unavailable", 503, content="text/plain")
    assert str(namespaces.content(api, "shop")) == "what it holds cannot be seen (jobs)"
    for _, kind in KINDS:
        server.answers["GET", f"{kind.lower()}s"] = server.answers["GET", "jobs"]
    with pytest.raises(ApiError, match="cannot be reached"):
        namespaces.content(api, "shop")


def test_what_was_done_is_told_though_an_error_comes():
    def steps():
        yield Outcome(done=("a is uninstalled",))
        raise ToolError("it cannot be reached", hint="look")

    outcome = gathered("prod", steps())
    assert outcome.done == ("a is uninstalled",)
    assert [str(each) for each in outcome.problems] == ["prod: it cannot be reached\n  hint: look"]


def test_where_a_cluster_cannot_be_reached_nothing_is_begun(targets, kubectl, tmp_path, monkeypatch):
    (tmp_path / "kubeconfig").write_text("apiVersion: v1\nkind: Config\n")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    monkeypatch.setenv("CHARTGEN_KUBECTL", str(kubectl))
    _, by_region = targets
    outcome = in_cluster(by_region["eu"], [("prod/eu/web", stored())], lambda _: pytest.fail("was begun"))
    assert (outcome.done, outcome.left) == ((), ("prod/eu/web",))
    assert [each.message.partition(":")[0] for each in outcome.problems] == ["prod/eu"]


NEEDING = SPEC.replace("services:\n", "services:\n  store: {image: 'x:1', port: {grpc: 9000}}\n").replace(
    "healthcheck_path: /}", "healthcheck_path: /, depends_on: [store]}"
)


@pytest.mark.parametrize(
    ("there", "needed", "rooms"),
    [
        (["store"], (), ("shop-prod-asia",)),
        (["store", "web"], (("web", "store"),), ()),
    ],
)
def test_only_what_is_there_stays_and_keeps_its_namespace(cluster, tmp_path, there, needed, rooms):
    _, api = cluster
    (tmp_path / "chartgen.yaml").write_text(NEEDING)
    live = open_environment(tmp_path, Selection(["prod"], ["asia"]))
    [target] = live.targets
    marks = {"project": "shop", "environment": "prod", "region": "asia"}
    found = [
        stored(name, namespace="shop-prod-asia", config={"x-chartgen": {**marks, "service": name}}) for name in there
    ]
    one = removal.removal(api, live.plan, target, found[:1], found)
    assert (one.needed, one.namespaces) == (needed, rooms)


def test_a_release_in_a_cluster_of_two_regions_goes_once(targets):
    """It bears the mark of a region that the environment has no more, and so is either's."""
    plan, by_region = targets
    old = stored("old", config={"x-chartgen": {"project": "shop", "environment": "prod", "service": "old"}})
    first = removal.of_target([old], plan, by_region["eu"], [])
    others = [removal.Removal(plan, by_region["eu"], (first,))]
    assert first == (old,)
    assert removal.of_target([old], plan, by_region["us"], others) == ()
    assert removal.of_target([old], plan, by_region["asia"], others) == (old,)
