"""Where releases go: no cluster is asked."""

from __future__ import annotations

import pytest

from chartgen.actions.live import open_live
from chartgen.actions.planning import Selection

SPEC = """\
project: shop
environments:
  dev: {}
  prod: {regions: {eu: {}, us: {kube_context: america}}}
services: {web: {image: "example.com/web:1", port: {http: 8080}, healthcheck_path: /}}
"""


@pytest.mark.parametrize(
    ("current", "expected"),
    [
        ("edge", {"dev": ("edge", True), "prod/eu": ("edge", True), "prod/us": ("america", False)}),
        ("", {"dev": (None, False), "prod/eu": (None, False), "prod/us": ("america", False)}),
    ],
)
def test_where_the_spec_names_no_context_it_is_the_current_one(tmp_path, monkeypatch, kubectl, current, expected):
    (tmp_path / "chartgen.yaml").write_text(SPEC)
    (tmp_path / "kubeconfig").write_text(f"current-context: '{current}'\n")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "kubeconfig"))
    monkeypatch.setenv("CHARTGEN_KUBECTL", str(kubectl))
    found = open_live(tmp_path, Selection()).targets
    assert {target.title: (target.context, target.current) for target in found} == expected
