from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PINNED = re.compile(r"(?m)^([a-z0-9][a-z0-9-]*)==\S+")


@pytest.mark.parametrize("name", ["dev.txt", "tools.txt"])
def test_every_package_is_pinned_by_hash_and_no_index_is_named(name):
    text = (ROOT / "requirements" / name).read_text()
    entries = re.split(r"\n(?=\S)", re.sub(r"(?m)^\s*#.*\n", "", text).strip())
    assert entries
    for entry in entries:
        assert PINNED.match(entry), f"not pinned: {entry}"
        assert "--hash=sha256:" in entry, f"no hash: {entry}"
    assert not re.search(r"://|--index|--extra-index|--find-links|--trusted-host", text)


def test_the_lock_holds_every_dependency_of_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = sum(project["optional-dependencies"].values(), project["dependencies"])
    names = {re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", entry)[0]).lower() for entry in wanted}
    assert names - set(PINNED.findall((ROOT / "requirements" / "dev.txt").read_text())) == set()
