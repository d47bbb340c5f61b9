"""What a page of the docs shows, followed as a reader would.

A block of `console` is a session: lines after `$ ` are commands, what follows each is its output, where a line of `…`
alone stands for any lines, and `…` within a line for any text. The blocks of a page run one after another in one new
directory. A block of `yaml` that opens with `# FILE` writes that file. A page that says in a comment that it needs a
cluster is followed in the end-to-end tests.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
BLOCK = re.compile(r"^```(console|yaml)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"# ([\w./-]+\.yaml)\b")
CLUSTER = "<!-- needs a cluster -->"


def pages(*, with_cluster: bool) -> list[str]:
    """The pages with commands, from the root; those that need a cluster, or the others."""
    texts = {path: path.read_text(encoding="utf-8") for path in (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"))}
    return sorted(
        path.relative_to(ROOT).as_posix()
        for path, text in texts.items()
        if "```console" in text and (CLUSTER in text) == with_cluster
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


def follow(page: str, directory: Path, programs: Mapping[str, Path], **variables: str) -> None:
    """Does what the page says, in the directory, and holds what is printed against what it shows.

    Arguments:
        programs: those to be found, by name, besides chartgen and those of the system.
        variables: of the environment, besides ours.
    """
    found = directory.parent / f"{directory.name}-programs"
    found.mkdir()
    for name, program in programs.items():
        (found / name).symlink_to(program)
    path = os.pathsep.join([str(Path(sys.executable).parent), str(found), os.environ["PATH"]])
    environment = {**os.environ, **variables, "PATH": path, "NO_COLOR": "1"}
    for step in steps((ROOT / page).read_text(encoding="utf-8")):
        if step.file:
            (directory / step.file).parent.mkdir(parents=True, exist_ok=True)
            (directory / step.file).write_text(step.expected, encoding="utf-8")
            continue
        if step.command.startswith(("make ", "git ", "pip ")):
            continue  # what this very test runs in, or what reaches for the network
        shown = subprocess.run(
            ["bash", "-c", f"set -o pipefail; {step.command} 2>&1"],
            cwd=directory,
            env=environment,
            stdin=subprocess.DEVNULL,
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
