"""Wrong input: each kind has its exact message and exit code 2; nothing is written, and nobody sees a traceback."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from chartgen.cli import main
from tests import cases
from tests.cases import Case

ALL = cases.collect("wrong")


@pytest.mark.parametrize("case", ALL, ids=lambda case: case.name)
def test_wrong_input_is_told_and_nothing_is_written(case: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    write(case.files, tmp_path)
    before = everything(tmp_path)
    code = main(["-C", str(tmp_path), case.command])
    told = capsys.readouterr()
    assert told.err.replace(str(tmp_path), "PROJECT") == printed(case)
    assert told.out == ""
    assert code == 2
    assert everything(tmp_path) == before


def printed(case: Case) -> str:
    """The problems as the command line prints them: each after `error:`, and how many they are."""
    lines = (case.error or "").split("\n")
    text = "\n".join(line if line.startswith("  ") else f"error: {line}" for line in lines)
    count = sum(not line.startswith("  ") for line in lines)
    return f"{text}\n" + (f"{count} problems\n" if count > 1 else "")


def write(files: Mapping[str, bytes], directory: Path) -> None:
    for path, content in files.items():
        (directory / path).parent.mkdir(parents=True, exist_ok=True)
        (directory / path).write_bytes(content)


def everything(directory: Path) -> dict[str, bytes | None]:
    """Every file and folder with the files' content, but for the lock and the state, which git ignores."""
    found = {path.relative_to(directory).as_posix(): path for path in directory.rglob("*")}
    return {
        name: path.read_bytes() if path.is_file() else None
        for name, path in found.items()
        if not name.startswith(".chartgen")
    }
