"""Measures chartgen beside what one would use instead, and prints Markdown; `make bench` calls it."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks import commands, inprocess, machine, project, releasing, templating
from benchmarks.report import markdown
from benchmarks.results import Engine, Results, goals
from tests import tools

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
_HEAD = """\
# Benchmarks

`make bench` measures this anew; `benchmarks/README.md` says what each row means. Times are of whole processes.

"""


def main() -> int:
    """Returns the exit code: 1 when `--assert` finds a goal missed."""
    options = _options()
    load = machine.load()
    try:
        with tempfile.TemporaryDirectory(prefix="chartgen-bench-") as directory:
            results = _measure(Path(directory), quick=options.quick)
    except tools.UnavailableError as reason:
        sys.exit(str(reason))
    told = list(goals(results))
    text = markdown(results, told, load)
    print(text, end="")
    if options.write:
        DOCUMENT.write_text(_HEAD + text)
    return int(options.demand and not all(goal.met for goal in told))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the slow ways with 100 releases, 1,000 scaled from that")
    parser.add_argument("--write", action="store_true", help="docs/benchmarks.md too")
    parser.add_argument("--assert", action="store_true", dest="demand", help="exit 1 when a goal is missed")
    return parser.parse_args()


def _measure(directory: Path, *, quick: bool) -> Results:
    sizes: list[templating.Templating] = []
    for releases in (10, 100, 1_000):
        _note(f"templating {releases:,} releases")
        fewer = sizes[-1] if quick and releases == 1_000 else None
        sizes.append(templating.measure(directory / f"template-{releases}", releases, fewer))
    _note("the engine in process")
    engine = _engine(directory / "template-1000" / "project")
    _note("render, 1,000 services × 3 environments")
    render = commands.render(directory / "render", 1_000, 3)
    _note("check, --help")
    check = commands.check(directory / "check", 1_000)
    start = commands.start(directory / "start")
    _note("impact of 1,000 releases, one version more among 10,000")
    released = releasing.measure(directory / "releasing", 100, 1_000, 10_000)
    whole = None
    if not quick:
        _note("render and check, 3,000 services × 5 environments")
        whole = commands.whole(directory / "whole", 3_000, len(project.ENVIRONMENTS))
    return Results(tuple(sizes), engine, render, check, 1_000, start, released, whole)


def _engine(home: Path) -> Engine:
    program, environment = (
        [sys.executable, inprocess.__file__, str(home)],
        {**os.environ, "GOGC": "400"},
    )  # as the command
    done = subprocess.run(program, env=environment, capture_output=True, text=True, check=True)
    return Engine(**json.loads(done.stdout))


def _note(text: str) -> None:
    print(f"{text} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
