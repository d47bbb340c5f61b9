"""What stands in the manifest of a stored release."""

from __future__ import annotations

import pytest

from chartgen.cluster import contents
from chartgen.errors import ToolError
from tests.cluster.releases import stored

LISTS = """\
apiVersion: v1
kind: List
items:
- apiVersion: apps/v1
  kind: Deployment
  metadata: {name: web}
- apiVersion: v1
  kind: Service
  metadata: {name: web}
- nothing
---
apiVersion: v1
kind: ConfigMapList
items: [{metadata: {name: settings}}]
---
apiVersion: v1
kind: List
items: []
---
apiVersion: example.com/v1
kind: DenyList
metadata: {name: addresses}
spec: {items: [a]}
"""


def test_lists_are_opened():
    release = stored(manifest=LISTS, hooks=[{"manifest": LISTS}])
    for found in (contents.objects(release), contents.hooks(release), contents.readable(release) or ()):
        titles = [contents.title(each) for each in found]
        assert titles == ["Deployment/web", "Service/web", "ConfigMap/settings", "DenyList/addresses"]
        assert found[2]["apiVersion"] == "v1"


def test_what_is_no_object_is_left_out():
    release = stored(manifest="# nothing\n---\nonly text\n---\n{metadata: {name: web}}\n")
    assert contents.objects(release) == ()


def test_what_is_no_yaml_is_told():
    release = stored(manifest="a: [")
    assert contents.readable(release) is None
    with pytest.raises(ToolError, match="is no YAML"):
        contents.objects(release)
