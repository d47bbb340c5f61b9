"""Which login a server gets: from the environment or the files of helm, docker, podman and curl, and only its own."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chartgen.errors import InputError
from chartgen.publish.web.credentials import Login, of_repository
from chartgen.publish.web.logins import of_registry
from tests.publish.homes import OURS, REGISTRY, SECRET, put

CHARTS = "https://charts.example.com/team"


def shown(login):
    return None if login is None else (login.username, login.password, login.token, login.identity)


def user(login):
    return None if login is None else login.username


def test_without_files_there_is_no_login(home):
    assert of_registry(REGISTRY) is None
    assert of_repository(CHARTS) is None


# ---- repositories ---------------------------------------------------------------------------------------------------


def helm_repositories(*entries):
    return json.dumps({"apiVersion": "", "repositories": entries})  # YAML is a superset of it


def test_helm_knows_its_repositories(home):
    entry = {
        "name": "team",
        "url": CHARTS,
        "username": "jane",
        "password": 12345,
        "caFile": "/etc/ca.pem",
        "certFile": "/etc/cert.pem",
        "keyFile": "/etc/key.pem",
        "pass_credentials_all": True,
    }
    put(home, ".config/helm/repositories.yaml", helm_repositories(entry))
    login = of_repository(f"{CHARTS}/")
    assert login
    assert (login.username, login.password) == ("jane", "12345")
    assert [str(path) for path in (login.ca_file, login.certificate, login.key)] == [
        "/etc/ca.pem",
        "/etc/cert.pem",
        "/etc/key.pem",
    ]
    assert login.everywhere


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://charts.example.com/team", "team"),
        ("https://charts.example.com/team/", "team"),
        ("https://charts.example.com/team/below", "team"),
        ("https://charts.example.com/teams", "all"),
        ("https://charts.example.com", "all"),
        ("https://charts.example.com:443/team", "team"),
        ("https://charts.example.com:8443/team", None),
        ("http://charts.example.com/team", None),
        ("https://charts.example.com.evil/team", None),
    ],
)
def test_which_of_helms_repositories_an_address_is_in(home, address, expected):
    entries = [
        {"url": "https://charts.example.com/", "username": "all", "password": "1"},
        {"url": "https://charts.example.com/team/", "username": "team", "password": "2"},
        {"url": None},
        {"url": "nonsense"},
        "nonsense",
    ]
    put(home, ".config/helm/repositories.yaml", helm_repositories(*entries))
    login = of_repository(address)
    assert user(login) == expected


def test_netrc_knows_hosts(home):
    put(home, ".netrc", "machine charts.example.com login jane password pw\n").chmod(0o600)
    assert shown(of_repository(CHARTS)) == ("jane", "pw", "", "")
    assert of_repository("https://example.com") is None
    assert of_registry(REGISTRY) is None


def test_another_netrc_may_be_named(home, monkeypatch):
    monkeypatch.setenv("NETRC", str(put(home, "etc/netrc", "default login jane password pw")))
    assert user(of_repository(CHARTS)) == "jane"


@pytest.mark.parametrize("content", [f"machine a login b passwort {SECRET}", "\udcff"])
def test_a_netrc_that_cannot_be_read_is_named(home, content):
    put(home, ".netrc", "").write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(InputError, match=r"\.netrc(:1)?: (is not written as a netrc file|cannot be read)") as error:
        of_repository(CHARTS)
    assert SECRET not in str(error.value)


def test_helm_goes_before_netrc(home):
    put(home, ".config/helm/repositories.yaml", helm_repositories({"url": CHARTS, "username": "h", "password": "1"}))
    put(home, ".netrc", "machine charts.example.com login n password 2\n").chmod(0o600)
    assert user(of_repository(CHARTS)) == "h"


# ---- the environment ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("find", "address"), [(of_registry, REGISTRY), (of_repository, CHARTS)])
def test_the_environment_goes_before_all_files(home, monkeypatch, find, address):
    put(home, ".docker/config.json", "{")
    put(home, ".netrc", "nonsense")
    monkeypatch.setenv("CHARTGEN_REPOSITORY_USERNAME", "jane")
    monkeypatch.setenv("CHARTGEN_REPOSITORY_PASSWORD", SECRET)
    assert shown(find(address)) == ("jane", SECRET, "", "")
    monkeypatch.setenv("CHARTGEN_REPOSITORY_TOKEN", "tok")
    assert find(address).headers(address) == {"Authorization": "Bearer tok"}


@pytest.mark.parametrize("there", OURS[:2])
def test_half_a_login_is_none(home, monkeypatch, there):
    [missing] = {*OURS[:2]} - {there}
    monkeypatch.setenv(there, SECRET)
    with pytest.raises(
        InputError, match=f"{there} is set, and {missing} is not\n  hint: set both, or neither"
    ) as error:
        of_registry(REGISTRY)
    assert SECRET not in str(error.value)


@given(st.text(), st.text(), st.text(alphabet=st.characters(codec="utf-8"), min_size=1))
def test_no_other_server_gets_a_login(username, password, other):
    login = Login(CHARTS, username, password)
    assert not login.headers(f"https://{other}.invalid/")
    assert not login.headers(other)
