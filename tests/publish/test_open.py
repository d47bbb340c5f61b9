from __future__ import annotations

import pytest

from chartgen.errors import InputError
from chartgen.publish.chartmuseum import ChartMuseum
from chartgen.publish.directory import Directory
from chartgen.publish.interface import Indexed, Listing
from chartgen.publish.objectstore import ObjectStore
from chartgen.publish.oci import Registry
from chartgen.publish.open import repository
from chartgen.publish.put import Put

KINDS = {
    "charts": (Directory, "charts"),
    "file:///srv/my%20charts": (Directory, "/srv/my charts"),
    "oci://registry.example.com/charts": (Registry, "oci://registry.example.com/charts"),
    "s3://bucket/charts/": (ObjectStore, "s3://bucket/charts"),
    "gs://bucket": (ObjectStore, "gs://bucket"),
    "az://container/charts": (ObjectStore, "az://container/charts"),
    "https://example.com/charts/": (Put, "https://example.com/charts"),
    "http://127.0.0.1:8080": (Put, "http://127.0.0.1:8080"),
    "chartmuseum+https://example.com/org/repo/": (ChartMuseum, "chartmuseum+https://example.com/org/repo"),
}


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    for name, value in {
        "AZURE_STORAGE_ACCOUNT_NAME": "account",
        "GOOGLE_BEARER_TOKEN": "token",
        "HOME": str(tmp_path),
    }.items():
        monkeypatch.setenv(name, value)


@pytest.mark.parametrize("address", KINDS)
def test_an_address_tells_its_kind(address):
    kind, shown = KINDS[address]
    opened = repository(address)
    assert isinstance(opened, kind)
    assert opened.address == shown
    assert isinstance(opened, Indexed) == (kind in (Directory, ObjectStore, Put))
    assert isinstance(opened, Listing) == (kind is not Registry)


@pytest.mark.parametrize("scheme", ["oci", "s3", "gs", "az", "https", "chartmuseum+https"])
def test_an_address_with_credentials_is_refused_without_repeating_them(scheme):
    with pytest.raises(
        InputError, match=r"the address of example\.com holds credentials, which end up in logs"
    ) as caught:
        repository(f"{scheme}://jane:secret@example.com/charts")
    assert "secret" not in str(caught.value)


def test_an_unknown_kind_is_told():
    with pytest.raises(
        InputError, match=r"`ftp://example\.com` is no address of a chart repository\n  expected: a directory, oci"
    ):
        repository("ftp://example.com")
