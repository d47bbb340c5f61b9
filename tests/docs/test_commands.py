"""Every command in README and docs runs, and prints what the page shows.

A block of `console` is a session: lines after `$ ` are commands, what follows each is its output, where a line of `…`
alone stands for any lines, and `…` within a line for any text. The blocks of a page run one after another in one new
directory. `cat FILE` and `ls` are the shell's; a block of `yaml` that opens with `# FILE` writes that file.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(console|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# ([\w./-]+\.yaml)\b")
PAGES = sorted(
    path.relative_to(ROOT).as_posix()
    for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))
    if "```console" in path.read_text(encoding="utf-8")
)


@dataclass(frozen=True)
class Step:
    """One command with what it must print, or one file to write."""

    command: str = ""
    expected: str = ""
    file: str = ""


def steps(text: str) -> Iterator[Step]:
    for kind, body in BLOCK.findall(text):
        if kind == "yaml":
            named = FILE.match(body)
            if named:
                yield Step(file=named[1], expected=body)
            continue
        for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield Step(command, output)


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_print_what_it_shows(
    page: str, tmp_path_factory: pytest.TempPathFactory, helm3: Path, helmfile0: Path
) -> None:
    tmp_path, programs = tmp_path_factory.mktemp("page"), tmp_path_factory.mktemp("programs")
    for name, program in (("helm", helm3), ("helmfile", helmfile0)):
        (programs / name).symlink_to(program)
    path = os.pathsep.join([str(Path(sys.executable).parent), str(programs), os.environ["PATH"]])
    environment = {**os.environ, "PATH": path, "NO_COLOR": "1"}
    for step in steps((ROOT / page).read_text(encoding="utf-8")):
        if step.file:
            (tmp_path / step.file).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / step.file).write_text(step.expected, encoding="utf-8")
            continue
        if step.command.startswith(("make ", "git ", "pip ")):
            continue  # what this very test runs in, or what reaches for the network
        shown = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {step.command} 2>&1"],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        ).stdout
        assert re.fullmatch(pattern(step.expected), shown.rstrip() + "\n"), f"$ {step.command}\n{shown}"


def pattern(expected: str) -> str:
    """The expected output as an expression: `…` alone on a line is any lines, within a line any text."""
    lines = expected.rstrip().split("\n")
    parts = ["(.*\n)*" if line.strip() == "…" else ".*".join(map(re.escape, line.split("…"))) + "\n" for line in lines]
    return "".join(parts)


def test_every_page_that_a_page_links_to_exists() -> None:
    missing = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md"))
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8"))
        if not (page.parent / target).exists()
    ]
    assert missing == []
