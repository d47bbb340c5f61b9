"""What the metadata of a Secret tell of it."""

from __future__ import annotations

import pytest

from chartgen.cluster.secrets import of_metadata, owner


def managed(*entries):
    return [
        {"manager": "m", "time": time, "fieldsV1": {"f:data": {".": {}, **{f"f:{key}": {} for key in keys}}}}
        for time, keys in entries
    ]


def test_keys_and_their_times_come_from_those_who_wrote_them():
    entries = managed(
        ("2026-01-01T00:00:00Z", ["a", "tls.crt"]), ("2026-03-01T00:00:00Z", ["a"]), ("2026-02-01T00:00:00Z", ["a"])
    )
    labels = {"manager": "m", "time": "2026-04-01T00:00:00Z", "fieldsV1": {"f:metadata": {"f:labels": {}}}}
    found = of_metadata({"metadata": {"namespace": "n", "name": "s", "managedFields": [*entries, labels]}})
    assert (found.namespace, found.name, found.owner) == ("n", "s", "")
    assert found.keys == {"a": "2026-03-01T00:00:00Z", "tls.crt": "2026-01-01T00:00:00Z"}


def test_a_secret_of_which_nobody_tells_anything_has_no_keys():
    assert of_metadata({"metadata": {"name": "s"}}).keys == {}


@pytest.mark.parametrize(
    ("metadata", "told"),
    [
        ({}, ""),
        ({"labels": {"app.kubernetes.io/managed-by": "chartgen"}}, ""),
        ({"labels": {"app.kubernetes.io/managed-by": "Helm"}}, "a Helm release"),
        (
            {
                "labels": {"app.kubernetes.io/managed-by": "Helm"},
                "annotations": {"meta.helm.sh/release-name": "db"},
            },
            "the Helm release `db`",
        ),
        ({"ownerReferences": [{"kind": "ExternalSecret", "name": "web-external"}]}, "ExternalSecret/web-external"),
        ({"ownerReferences": [{"kind": "SealedSecret", "name": "web-sealed"}]}, "SealedSecret/web-sealed"),
        ({"annotations": {"cert-manager.io/certificate-name": "web"}}, "cert-manager's Certificate `web`"),
        ({"labels": {"secrets-store.csi.k8s.io/managed": "true"}}, "the Secrets Store CSI driver"),
    ],
)
def test_whose_it_is_stands_in_references_labels_and_annotations(metadata, told):
    assert owner(metadata) == told
