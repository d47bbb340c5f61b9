"""What tests of this directory share."""

from __future__ import annotations

import pytest

from tests.publish.homes import HELM_VARIABLES, OURS, VARIABLES


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty home; what lies in it is written by `put`."""
    for name in (*VARIABLES, *OURS, *HELM_VARIABLES):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setattr("sys.platform", "linux")
    return tmp_path
