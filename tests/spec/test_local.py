"""Files of the project that a spec refers to: inside it, whole, and none that no ConfigMap could take."""

from __future__ import annotations

from pathlib import Path

import pytest

from chartgen.errors import InputError
from chartgen.spec.local import LocalFiles


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("outside", encoding="utf-8")
    project = tmp_path / "project"
    (project / "config").mkdir(parents=True)
    (project / "config/app.yaml").write_bytes(b"a: 1\r\n")
    (project / "config/large.bin").write_bytes(bytes(2**20 + 1))
    (project / "config/most.bin").write_bytes(bytes(2**20))
    (project / "config/out").symlink_to(tmp_path / "secret.txt")
    (project / "config/in").symlink_to(project / "config/app.yaml")
    (project / "up").symlink_to(tmp_path)
    return project


@pytest.mark.parametrize("path", ["config/app.yaml", "config/in", "./config/app.yaml"])
def test_a_file_is_read_as_it_is(project: Path, path: str):
    files = LocalFiles(project, {})
    assert files.read(path) == b"a: 1\r\n"
    assert files.read_from == {path: b"a: 1\r\n"}


def test_a_file_may_be_as_large_as_a_config_map(project: Path):
    assert len(LocalFiles(project, {}).read("config/most.bin")) == 2**20


def test_a_file_is_read_once(project: Path):
    files = LocalFiles(project, {})
    first = files.read("config/app.yaml")
    (project / "config/app.yaml").unlink()
    assert files.read("config/app.yaml") == first


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("config/none", 'there is no file "config/none"'),
        ("config", '"config" is no file'),
        ("", 'is ""'),
        ("/etc/passwd", 'is "/etc/passwd"'),
        ("../secret.txt", 'is "../secret.txt"'),
        ("config/../../secret.txt", 'is "config/../../secret.txt"'),
        ("config/out", '"config/out" leads out of the project'),
        ("up/secret.txt", '"up/secret.txt" leads out of the project'),
        ("config/large.bin", '"config/large.bin" has more than 1048576 bytes'),
        ("config\\app.yaml", 'is "config'),
        ("config/a\0b", 'is "config/a'),
    ],
)
def test_what_is_no_file_of_the_project(project: Path, path: str, message: str):
    with pytest.raises(InputError) as raised:
        LocalFiles(project, {}).read(path)
    assert raised.value.problems[0].message.startswith(message)
