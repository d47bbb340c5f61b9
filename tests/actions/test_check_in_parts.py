"""Thousands of releases are checked part by part: that must not show."""

import pytest

from chartgen.actions import check as module
from chartgen.actions.planning import Selection

SPEC = """\
project: shop
environments: {dev: {kube_context: dev}, prod: {kube_context: prod}}
services:
  web: {image: "example.com/shop/web:1", port: {http: 8080}}
  cart: {image: "example.com/shop/cart:1", port: {grpc: 9000}}
  api: {image: "example.com/shop/api:1", port: {http: 80}}
"""


@pytest.fixture
def check(tmp_path, monkeypatch):
    (tmp_path / "chartgen.yaml").write_text(SPEC)

    def run(at_once):
        monkeypatch.setattr(module, "_AT_ONCE", at_once)
        return module.check(tmp_path, Selection())

    return run


def test_what_is_counted(check):
    whole = check(100)
    assert (whole.releases, whole.problems) == (6, ())
    assert check(4) == whole


def test_every_release_that_cannot_be_rendered_is_told_once(check, tmp_path):
    (tmp_path / "values").mkdir()
    for service in ("web", "api"):
        (tmp_path / "values" / f"{service}.yaml").write_text("probePort: nowhere\n")
    whole = check(100)
    assert len(whole.problems) == 4
    assert check(2).problems == whole.problems
