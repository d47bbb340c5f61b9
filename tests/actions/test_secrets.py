"""What services need of Secrets, and how that compares with what is there. No cluster is asked."""

from __future__ import annotations

import dataclasses

import pytest

from chartgen.actions.live import open_live
from chartgen.actions.planning import Selection
from chartgen.actions.secret_needs import needs
from chartgen.actions.secrets import Change, compared
from chartgen.actions.template import render
from chartgen.cli import main
from chartgen.cli.secret import summary
from chartgen.cluster.secrets import MANAGED_BY, OURS, Kept, Place

SPEC = """\
project: shop
environments: {dev: {}, prod: {}}
services:
  web:
    image: example.com/shop/web:1
    port: {http: 8080}
    healthcheck_path: /
    secrets:
      - API_KEY
      - DB_PASSWORD: {secret: shop-database, key: db.password}
      - LICENCE: {optional: true}
      - THEME: {optional: true}
      - CERTIFICATE: {secret: shop-tls, key: tls.crt, path: /etc/web/tls.crt}
    env_from: {extra: {secret: web-extra}}
    workers: {mailer: {commands: [/mail], secrets: [SMTP_PASSWORD]}}
    jobs: {migrate: {commands: [/migrate], hooks: [pre-upgrade], secrets: {LICENCE: {optional: false}}}}
  cart:
    image: example.com/shop/cart:1
    port: {grpc: 9000}
    secret_store: vault
    secrets: {TOKEN: {remote: shop/token}, DB_PASSWORD: {secret: shop-database, key: db.password}}
"""


@pytest.fixture
def live(tmp_path):
    (tmp_path / "chartgen.yaml").write_text(SPEC)
    return open_live(tmp_path, Selection(["dev"]))


@pytest.fixture
def needed(live):
    return needs(render(live.releases, live.charts(), None))


def kept(secret, *keys, owner="", labels=None):
    one = Kept("apps-shop-dev", secret, dict.fromkeys(keys, "2026-01-01T00:00:00Z"), owner, labels or {})
    return {(one.namespace, one.name): one}


def told(live, needed, **there):
    found = {place: one for some in there.values() for place, one in some.items()}
    return {(one.secret, one.key): one.state for one in compared(live.targets[0], needed, found)}


def test_every_key_is_known_by_the_name_that_the_spec_has_for_it(needed):
    found = {(need.release.service, need.name): need for need in needed}
    assert {name: (need.secret, need.key) for (service, name), need in found.items() if service == "web"} == {
        "API_KEY": ("web-secrets", "API_KEY"),
        "DB_PASSWORD": ("shop-database", "db.password"),
        "LICENCE": ("web-secrets", "LICENCE"),
        "THEME": ("web-secrets", "THEME"),
        "CERTIFICATE": ("shop-tls", "tls.crt"),
        "SMTP_PASSWORD": ("web-secrets", "SMTP_PASSWORD"),
        "web-extra": ("web-extra", None),
    }
    assert found["web", "API_KEY"].namespace == "apps-shop-dev"
    assert not found["web", "CERTIFICATE"].variable
    assert found["cart", "TOKEN"].maker == "ExternalSecret/cart-external"


def test_it_is_told_who_uses_it_and_what_restarts(needed):
    found = {need.name: need for need in needed if need.release.service == "web"}
    assert found["API_KEY"].users == ("deployment/web", "deployment/web-mailer", "job/web-migrate")
    assert found["API_KEY"].restarts == ("deployment/web", "deployment/web-mailer")
    assert found["SMTP_PASSWORD"].users == ("deployment/web-mailer",)


def test_a_key_is_optional_where_all_pods_start_without_it(needed):
    """The job does not start without LICENCE."""
    assert [need.name for need in needed if need.optional] == ["THEME"]


@pytest.mark.parametrize(
    ("name", "written", "restarted"),
    [
        ("API_KEY", "changed", "deployment/web deployment/web-mailer"),
        ("API_KEY", "unchanged", ""),
        ("API_KEY", "added", ""),  # the pods wait for it
        ("THEME", "added", "deployment/web deployment/web-mailer"),
        ("THEME", "created", "deployment/web deployment/web-mailer"),
        ("web-extra", "added", "deployment/web deployment/web-mailer"),
        ("web-extra", "created", ""),
        ("web-extra", "unchanged", ""),
    ],
)
def test_pods_restart_that_run_without_the_value(live, needed, name, written, restarted):
    need = next(need for need in needed if need.name == name)
    change = Change(live.targets[0], need, Place(need.namespace, need.secret, need.key or "KEY"), written)
    assert change.restart == (f"kubectl -n apps-shop-dev rollout restart {restarted}" if restarted else "")


def test_a_key_more_among_files_needs_no_restart(live, needed):
    """The kubelet adds it where the whole Secret is mounted."""
    need = next(need for need in needed if need.name == "web-extra")
    mounted = dataclasses.replace(need, variable=False)
    assert not Change(live.targets[0], mounted, Place(need.namespace, need.secret, "KEY"), "added").restart


def test_what_is_there_and_what_is_missing(live, needed):
    found = told(live, needed, web=kept("web-secrets", "API_KEY", "LICENCE"), extra=kept("web-extra", "ANY"))
    assert found == {
        ("web-secrets", "API_KEY"): "there",
        ("shop-database", "db.password"): "missing",
        ("web-secrets", "LICENCE"): "there",
        ("web-secrets", "THEME"): "optional",
        ("shop-tls", "tls.crt"): "missing",
        ("web-secrets", "SMTP_PASSWORD"): "missing",
        ("web-extra", None): "there",
        ("cart-external", "TOKEN"): "missing",
    }


def test_a_key_that_two_services_need_is_told_once(live, needed):
    [one] = [one for one in compared(live.targets[0], needed, {}) if one.secret == "shop-database"]
    assert [need.release.service for need in one.needs] == ["web", "cart"]


OURS_IN_DEV = {MANAGED_BY: OURS, "chartgen/project": "shop", "chartgen/environment": "dev"}


@pytest.mark.parametrize(
    ("labels", "secret", "unused"),
    [
        (OURS_IN_DEV, "web-secrets", True),
        (OURS_IN_DEV, "gone-secrets", True),
        (OURS_IN_DEV, "web-extra", False),
        (OURS_IN_DEV | {"chartgen/project": "other"}, "web-secrets", False),
        (OURS_IN_DEV | {"chartgen/environment": "prod"}, "web-secrets", False),
        ({}, "web-secrets", False),
    ],
)
def test_only_what_we_made_for_this_environment_is_ever_called_unused(live, needed, labels, secret, unused):
    found = told(live, needed, one=kept(secret, "OLD", labels=labels))
    assert (found.get((secret, "OLD")) == "unused") is unused


def test_nothing_is_called_unused_where_not_all_services_are_looked_at(live, needed):
    some = dataclasses.replace(live.targets[0], releases=live.targets[0].releases[:1])
    there = kept("web-secrets", "OLD", labels=OURS_IN_DEV)
    assert "unused" not in {one.state for one in compared(some, needed, there)}


def test_the_summary_counts_what_is_needed(live, needed):
    old = kept("gone-secrets", "OLD", "OLDER", labels=OURS_IN_DEV)

    def said(wanted):
        return summary(list(compared(live.targets[0], wanted, old)))

    assert said(needed) == "7 of 8 missing: chartgen secret set web API_KEY -e dev"
    assert said([need for need in needed if need.optional]) == "1 needed, none missing"
    assert said([]) == "no service needs a Secret"


@pytest.mark.parametrize(
    ("arguments", "value", "told"),
    [
        (["web", "API_KYE", "-e", "dev"], b"x", "hint: did you mean `API_KEY`?"),
        (["web", "OTHER", "-e", "dev"], b"x", "LICENCE, SMTP_PASSWORD, THEME, web-extra/KEY"),
        (["cart", "TOKEN", "-e", "dev"], b"x", "cart's TOKEN comes from ExternalSecret/cart-external"),
        (["web", "API_KEY", "-e", "dev"], b"a\0b", "holds a NUL byte"),
        (["web", "API_KEY", "-e", "dev"], b"\n", "standard input is empty"),
        (["web", "API_KEY"], b"x", "no environment is named"),
        (["nobody", "API_KEY", "-e", "dev"], b"x", "there is no service `nobody`"),
        (["web", "API_KEY", "-e", "dev", "--from-file", "/nowhere"], b"", "/nowhere cannot be read"),
    ],
)
def test_what_is_wrong_is_told_before_a_cluster_is_asked(tmp_path, monkeypatch, capsys, arguments, value, told):
    (tmp_path / "chartgen.yaml").write_text(SPEC)
    (tmp_path / "value").write_bytes(value)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CHARTGEN_KUBECTL", "/nowhere/kubectl")
    with (tmp_path / "value").open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert main(["secret", "set", *arguments]) == 2
    said = capsys.readouterr()
    assert told in said.err
    assert said.out == ""
