"""Reading what Helm has stored: as Helm wrote it, and as somebody else may have."""

from __future__ import annotations

import base64
import gzip
import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartgen.cluster import stored as storing
from chartgen.cluster.stored import Mark, latest, of_object
from chartgen.errors import InputError, ToolError
from tests.cluster.releases import packed, read, secret, stored

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)
FIELDS = (
    "chart",
    "chart_title",
    "config",
    "manifest",
    "hooks",
    "updated",
    "description",
    "mark",
    "began",
    "was_deployed",
)


def test_a_revision_as_helm_writes_it():
    found = read(
        secret(
            packed(
                {
                    "config": {
                        "x-chartgen": {"project": "shop", "environment": "dev", "region": "eu", "service": "web"}
                    },
                    "chart": {"metadata": {"name": "microservice", "version": "1.4.0"}},
                    "manifest": "---\nkind: Service\n",
                    "hooks": [{"manifest": "kind: Job\n"}],
                    "info": {"last_deployed": "2026-11-22T23:57:54.089195243Z", "description": "Install complete"},
                }
            ),
            revision=7,
        )
    )
    assert (found.namespace, found.name, found.revision, found.status) == ("shop-dev", "web", 7, "deployed")
    assert found.chart_title == "microservice-1.4.0"
    assert found.mark == Mark("shop", "dev", "eu", "web")
    assert found.hooks == ({"manifest": "kind: Job\n"},)
    assert found.began == datetime(2026, 11, 22, 23, 57, 54, 89195, UTC)


@given(st.dictionaries(st.text(), JSON))
def test_what_is_packed_is_what_is_read(content):
    for kind in ("Secret", "ConfigMap"):
        found = read(_kept_in(kind, packed(content)))
        assert found.content == json.loads(json.dumps(content))


def test_what_helm_2_left_unpacked_is_read_too():
    plain = base64.b64encode(b'{"manifest": "kind: Service"}').decode()
    assert read(secret(plain)).manifest == "kind: Service"


@given(st.dictionaries(st.sampled_from(["chart", "config", "manifest", "hooks", "info"]), JSON))
def test_wrong_types_are_as_nothing(content):
    found = read(secret(packed(content)))
    for field in FIELDS:
        getattr(found, field)


NESTED = base64.b64encode(gzip.compress(b"[" * 200_000, mtime=0)).decode()
WHOLE = packed({"config": {}})


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ("", "Expecting value"),
        ("!!!", "base64"),
        ("Zm9v", "Expecting value"),
        (base64.b64encode(gzip.compress(b'{"a": "\xff"}', mtime=0)).decode(), "codec can't decode"),
        (base64.b64encode(base64.b64decode(WHOLE)[:-9]).decode(), "ended before"),
        (base64.b64encode(base64.b64decode(WHOLE)[:-5] + b"xxxxx").decode(), "CRC"),
        (base64.b64encode(b"\x1f\x8b\x08" + b"\0" * 40).decode(), ""),
        (packed([]), "it holds no release"),
        (packed("text"), "it holds no release"),
        (NESTED, "too deep"),
    ],
)
def test_what_cannot_be_read_is_told_by_name(payload, reason):
    found = read(secret(payload, revision=3))
    with pytest.raises(ToolError, match=f"revision 3 of release shop-dev/web cannot be read: .*{reason}") as caught:
        _ = found.config
    assert "sh.helm.release.v1.web.v3" in str(caught.value)


def test_a_bomb_is_not_unpacked_to_its_end():
    bomb = base64.b64encode(gzip.compress(b"0" * (80 << 20))).decode()
    assert len(bomb) < 1 << 20
    with pytest.raises(ToolError, match="more than 64 MiB"):
        _ = read(secret(bomb)).content


@pytest.mark.parametrize(
    "edit",
    [
        {"labels": {"owner": "somebody"}},
        {"labels": {"version": "latest"}},
        {"labels": {"version": "-1"}},
        {"labels": {"name": ""}},
        {"labels": None},
        {"data": {}},
        {"data": {"release": 7}},
        {"data": None},
        {"metadata": "x"},
    ],
)
def test_what_holds_no_release_is_passed_over(edit):
    data = secret(WHOLE)
    labels = edit.pop("labels", {})
    data["metadata"]["labels"] = None if labels is None else {**data["metadata"]["labels"], **labels}
    assert of_object({**data, **edit}) is None


def test_a_secret_whose_entry_is_no_base64_is_told_when_it_is_read():
    data = {**secret(WHOLE), "data": {"release": "é!"}}
    with pytest.raises(ToolError, match="cannot be read"):
        _ = read(data).content


@pytest.mark.parametrize(
    "mark", [None, "shop", [], {}, {"project": "shop"}, {"project": "", "environment": "dev", "service": "web"}]
)
def test_a_mark_that_is_not_whole_is_none(mark):
    assert stored(config={"x-chartgen": mark}).mark is None


@pytest.mark.parametrize(
    ("status", "said", "was"),
    [
        ("deployed", "Upgrade complete", True),
        ("superseded", "Upgrade complete", True),
        ("superseded", "Rollback to 3", True),
        ("superseded", "", True),
        ("superseded", 'Upgrade "web" failed: timed out', False),
        ("superseded", "Preparing upgrade", False),
        ("superseded", "Initial install underway", False),
        ("failed", 'Release "web" failed: timed out', False),
        ("pending-upgrade", "Preparing upgrade", False),
        ("uninstalling", "Deletion in progress (or silently failed)", False),
    ],
)
def test_whether_a_revision_was_ever_deployed(status, said, was):
    assert stored(status=status, said=said).was_deployed is was


@pytest.mark.parametrize("at", ["", "yesterday", "0001-01-01T00:00:00Z", "2026-11-22T23:57:54", 7, None])
def test_a_time_that_is_none(at):
    assert stored(info={"last_deployed": at}).began is None


def test_an_uninstall_began_when_it_did_and_not_with_the_install():
    info = {"last_deployed": "2026-11-22T10:00:00Z", "deleted": "2026-11-23T10:00:00+02:00"}
    assert stored(status="uninstalling", info=info).began == datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_the_latest_revision_counts_whatever_order_they_come_in():
    revisions = [stored(revision=10), stored(revision=9, status="failed"), stored("cart", 2, "failed")]
    found = latest(revisions)
    assert {key: each.revision for key, each in found.items()} == {("shop-dev", "cart"): 2, ("shop-dev", "web"): 10}
    gone = stored(revision=11, status="uninstalled")
    assert latest([*revisions, gone]).keys() == {("shop-dev", "cart")}
    assert latest([*revisions, gone], uninstalled=True)["shop-dev", "web"] is gone


@pytest.mark.parametrize(
    ("driver", "kind"), [("", "Secret"), ("secret", "Secret"), ("Secrets", "Secret"), ("configmap", "ConfigMap")]
)
def test_helms_driver_says_where_releases_stand(monkeypatch, driver, kind):
    monkeypatch.setenv("HELM_DRIVER", driver)
    assert storing.resource().kind == kind


@pytest.mark.parametrize("driver", ["sql", "memory"])
def test_a_driver_that_is_not_in_the_cluster(monkeypatch, driver):
    monkeypatch.setenv("HELM_DRIVER", driver)
    with pytest.raises(InputError, match=f"HELM_DRIVER is `{driver}`"):
        storing.resource()


def _kept_in(kind: str, payload: str) -> dict:
    data = secret(payload)
    return data if kind == "Secret" else {**data, "kind": kind, "data": {"release": payload}}
