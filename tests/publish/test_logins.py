"""Which login a registry gets: from the files of helm, docker and podman, and the programs that they name."""

from __future__ import annotations

import base64
import textwrap

import pytest

from chartgen.errors import InputError, ToolError
from chartgen.publish.web.logins import of_registry
from tests.publish.homes import REGISTRY, SECRET, auths, put


def pair(text):
    return {"auth": base64.b64encode(text.encode()).decode()}


def shown(login):
    return None if login is None else (login.username, login.password, login.token, login.identity)


def user(login):
    return None if login is None else login.username


ENTRIES = {
    "user and password in one": (pair("jane:p:w"), ("jane", "p:w", "", "")),
    "user and password apart": ({"username": "jane", "password": "pw"}, ("jane", "pw", "", "")),
    "an identity token": ({**pair("00000000:"), "identitytoken": "id"}, ("00000000", "", "", "id")),
    "a token for the registry": ({"registrytoken": "tok"}, ("", "", "tok", "")),
    "nothing": ({}, None),
    "not a map": ("jane", None),
}


@pytest.mark.parametrize(("entry", "expected"), ENTRIES.values(), ids=ENTRIES)
def test_forms_of_an_entry(home, entry, expected):
    put(home, ".docker/config.json", {"auths": {"registry.example.com:5000": entry}})
    assert shown(of_registry(REGISTRY)) == expected


@pytest.mark.parametrize(
    ("url", "key"),
    [
        (REGISTRY, "registry.example.com:5000"),
        (REGISTRY, "https://registry.example.com:5000"),
        (REGISTRY, "https://registry.example.com:5000/v2/"),
        (REGISTRY, "registry.example.com:5000/team"),
        (REGISTRY, "registry.example.com:5000/team/charts"),
        ("https://docker.io", "https://index.docker.io/v1/"),
        ("https://registry-1.docker.io", "https://index.docker.io/v1/"),
        ("https://registry-1.docker.io", "docker.io"),
    ],
)
def test_names_of_an_entry(home, url, key):
    put(home, ".docker/config.json", {"auths": {key: pair("jane:pw")}})
    assert shown(of_registry(url, "team/charts")) == ("jane", "pw", "", "")


@pytest.mark.parametrize(
    "key",
    [
        "registry.example.com",
        "registry.example.com:5001",
        "example.com:5000",
        "registry.example.com:5000.evil",
        "registry.example.com:5000/other",
        "registry.example.com:5000/team/charts/below",
    ],
)
def test_an_entry_of_another_server_is_not_ours(home, key):
    put(home, ".docker/config.json", {"auths": {key: pair("jane:pw")}})
    assert of_registry(REGISTRY, "team/charts") is None


def test_the_closest_entry_is_taken(home):
    entries = {"registry.example.com:5000": pair("all:1"), "registry.example.com:5000/team": pair("team:2")}
    put(home, ".docker/config.json", {"auths": entries})
    assert user(of_registry(REGISTRY, "team/charts")) == "team"
    assert user(of_registry(REGISTRY, "others")) == "all"


# From the first that is looked at to the last: (its file, the variable that names it, what the variable says).
PLACES = {
    "helm's": (".config/helm/registry/config.json", None, None),
    "podman's of the session": ("run/containers/auth.json", "XDG_RUNTIME_DIR", "run"),
    "podman's of the user": (".config/containers/auth.json", None, None),
    "docker's": (".docker/config.json", None, None),
}
NAMED = {
    "helm's": ("helm.json", "HELM_REGISTRY_CONFIG", "helm.json"),
    "helm's home": ("helm-home/registry/config.json", "HELM_CONFIG_HOME", "helm-home"),
    "all configuration": ("etc/helm/registry/config.json", "XDG_CONFIG_HOME", "etc"),
    "podman's": ("podman.json", "REGISTRY_AUTH_FILE", "podman.json"),
    "docker's": ("docker/config.json", "DOCKER_CONFIG", "docker"),
}


@pytest.mark.parametrize(("file", "variable", "value"), [*PLACES.values(), *NAMED.values()], ids=[*PLACES, *NAMED])
def test_places_of_the_files(home, monkeypatch, file, variable, value):
    put(home, file, {"auths": {"registry.example.com:5000": pair("jane:pw")}})
    if variable:
        monkeypatch.setenv(variable, str(home / value))
    assert user(of_registry(REGISTRY)) == "jane"


@pytest.mark.parametrize("first", range(len(PLACES)), ids=PLACES)
def test_the_first_place_with_a_login_counts(home, monkeypatch, first):
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(home / "run"))
    for number, (file, _, _) in enumerate(PLACES.values()):
        entry = pair(f"user{number}:pw") if number >= first else {}
        put(home, file, {"auths": {"registry.example.com:5000": entry}})
    assert user(of_registry(REGISTRY)) == f"user{first}"


WRONG = {
    "no JSON": ("{", "is not JSON, as logins to registries are kept in"),
    "no object": ("[]", "is not JSON, as logins to registries are kept in"),
    "deep nonsense": ("[" * 100_000, "is not JSON, as logins to registries are kept in"),
    "no base64": (auths(registry_example_com={"auth": f"{SECRET}!"}), "that is not base64\n  hint: log in anew"),
    "no text": (auths(registry_example_com={"auth": "/////w=="}), "that is not base64"),
    "a helper with a path": ({"credsStore": "../../bin/sh"}, "which is no name of a credential helper"),
}


@pytest.mark.parametrize(("content", "message"), WRONG.values(), ids=WRONG)
def test_a_file_that_cannot_be_read_is_named(home, content, message):
    put(home, ".docker/config.json", content)
    with pytest.raises(InputError, match=rf"\.docker/config\.json: .*{message}") as error:
        of_registry("https://registry.example.com")
    assert SECRET not in str(error.value)


def test_an_empty_file_is_no_login(home):
    put(home, ".docker/config.json", "")
    put(home, ".config/helm/registry/config.json", {"auths": None, "credHelpers": []})
    assert of_registry(REGISTRY) is None


# ---- credential helpers ---------------------------------------------------------------------------------------------

KEPT = '{"ServerURL": "x", "Username": "jane", "Secret": "s3cret-pass"}'


@pytest.fixture
def helper(home, monkeypatch):
    """Makes a credential helper a program on the PATH; what it is asked is found in `asked`."""

    def make(name, script):
        program = home / "bin" / f"docker-credential-{name}"
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\necho "$1 $(cat)" >>{home}/asked\n{textwrap.dedent(script)}\n')
        program.chmod(0o755)

    monkeypatch.setenv("PATH", f"{home}/bin", prepend=":")
    return make


def asked(home):
    file = home / "asked"
    return file.read_text().splitlines() if file.exists() else []


@pytest.mark.parametrize("config", [{"credsStore": "test"}, {"credHelpers": {"registry.example.com:5000": "test"}}])
def test_a_helper_tells_the_login(home, helper, config):
    helper("test", f"echo '{KEPT}'")
    put(home, ".docker/config.json", config)
    assert shown(of_registry(REGISTRY)) == ("jane", SECRET, "", "")
    assert asked(home) == ["get registry.example.com:5000"]


def test_a_helper_may_keep_an_identity_token(home, helper):
    helper("test", """echo '{"Username": "<token>", "Secret": "id"}'""")
    put(home, ".docker/config.json", {"credsStore": "test"})
    assert shown(of_registry(REGISTRY)) == ("", "", "", "id")


def test_the_helper_of_a_registry_goes_before_that_of_all(home, helper):
    helper("one", f"echo '{KEPT}'")
    helper("all", "exit 7")
    put(home, ".docker/config.json", {"credsStore": "all", "credHelpers": {"registry.example.com:5000": "one"}})
    assert user(of_registry(REGISTRY)) == "jane"


def test_what_a_helper_does_not_know_may_be_in_the_file(home, helper):
    helper("test", "echo 'credentials not found in native keychain'; exit 1")
    put(home, ".docker/config.json", {"credsStore": "test", **auths(registry_example_com=pair("joe:pw"))})
    assert user(of_registry("https://registry.example.com")) == "joe"
    assert of_registry(REGISTRY) is None


def test_docker_hub_has_a_name_of_its_own(home, helper):
    helper("test", f"echo '{KEPT}'")
    put(home, ".docker/config.json", {"credsStore": "test"})
    assert user(of_registry("https://registry-1.docker.io")) == "jane"
    assert asked(home) == ["get https://index.docker.io/v1/"]


BAD_HELPERS = {
    "it fails": (f"echo {SECRET}; echo {SECRET} >&2; exit 3", "docker-credential-test failed with exit code 3"),
    "it speaks nonsense": (f"echo {SECRET}", "docker-credential-test did not answer with a login"),
    "it says too little": (
        f"""echo '{{"Secret": "{SECRET}"}}'""",
        "docker-credential-test did not answer with a login",
    ),
}


@pytest.mark.parametrize(("script", "message"), BAD_HELPERS.values(), ids=BAD_HELPERS)
def test_a_helper_that_does_not_help_is_named_without_what_it_said(home, helper, script, message):
    helper("test", script)
    put(home, ".docker/config.json", {"credsStore": "test"})
    with pytest.raises(ToolError, match=rf"\.docker/config\.json: {message}") as error:
        of_registry(REGISTRY)
    assert SECRET not in str(error.value)


def test_a_helper_that_is_missing_is_named(home):
    put(home, ".docker/config.json", {"credsStore": "nowhere"})
    with pytest.raises(ToolError, match="docker-credential-nowhere is not installed"):
        of_registry(REGISTRY)
