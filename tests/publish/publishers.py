"""Publishes to directories from processes of its own: `python -m tests.publish.publishers`.

Reads a JSON object from stdin, whose `how` is one of

    together  `packages` (name, version, description) at once, each from a process of its own, while the index is read
    killed    one version after the other, each run killed at one of the `points`: before the system call of that
              number, counted over those that change files, or (`3.5ms`) after that time; then published whole
    limited   `packages` one by one with no more than `memory` bytes of addresses; `opened` tells what was opened

and prints a JSON object.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import itertools
import json
import os
import resource
import signal
import sys
import time
from pathlib import Path

from chartgen.chart import archive
from chartgen.chart import package as packages
from chartgen.errors import InputError
from chartgen.publish.directory import Directory
from chartgen.publish.index import parsed as indexparsed
from tests.actions.killed import kill_before

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
PUBLISHED, UNCHANGED, REFUSED, FAILED = 0, 10, 2, 1


def package(name="web", version="1.0.0", description="", *, signed=False, size=0):
    """A small package; `signed`: with something beside it that looks like its provenance."""
    chart = f"apiVersion: v2\nname: {name}\nversion: {version}\ndescription: {json.dumps(description)}\n"
    content = archive.pack(name, {"Chart.yaml": chart.encode(), "README.md": b"x" * size})
    made = packages.of(content, "chart")
    provenance = f"files:\n  {made.filename}: sha256:{made.digest}\n".encode() if signed else None
    return packages.of(content, "chart", provenance)


def broken(directory):
    """What is wrong with the index as it stands, and with the files that it names."""
    content = (directory / "index.yaml").read_bytes() if (directory / "index.yaml").exists() else None
    if content is None:
        return []
    entries = [entry for _, entries in indexparsed.parse(content, "index.yaml") for entry in entries]
    return [
        entry.version
        for entry in entries
        if hashlib.sha256((directory / entry.urls[0]).read_bytes()).hexdigest() != entry.digest
    ]


def main():
    order = json.load(sys.stdin)
    print(json.dumps({"together": together, "killed": killed, "limited": limited}[order["how"]](order)))


def together(order):
    """The exit codes, how often the index was read meanwhile, and what was wrong with it."""
    directory = Path(order["directory"])
    made = [package(*one) for one in order["packages"]]
    begin, barrier = os.pipe()
    children = [_forked(functools.partial(_after, begin, barrier, directory, one)) for one in made]
    os.close(barrier)
    codes: list[int] = []
    reads, wrong = 0, []
    while len(codes) < len(children):
        wrong += broken(directory)
        reads += 1
        while len(codes) < len(children):
            child, status = os.waitpid(-1, os.WNOHANG)
            if not child:
                break
            codes.append(os.waitstatus_to_exitcode(status))
    return {"codes": codes, "reads": reads, "wrong": wrong + broken(directory)}


def killed(order):
    """How each run ended, and what was wrong after it or after the next one."""
    codes, wrong = [], []
    for number, point in enumerate(order["points"]):
        directory = Path(order["directory"]) / (str(number) if order["fresh"] else "")
        one = package(version=f"1.0.{number}", signed=True, size=order["size"])
        child = _forked(functools.partial(_until, point, directory, one))
        if isinstance(point, str):
            time.sleep(float(point.removesuffix("ms")) / 1000)
            os.kill(child, signal.SIGKILL)
        codes.append(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
        wrong += broken(directory)
        published = Directory(directory).publish(one, now=NOW).package
        fetched = Directory(directory).fetch("web", one.version)
        left = [path.name for path in (directory / ".chartgen/tmp").iterdir()]
        if left or (published, fetched) != (one, one):
            wrong.append([point, left])
    return {"codes": codes, "wrong": wrong}


def limited(order):
    """The files of the directory that were opened, and the most memory that was in use, in MiB."""
    opened = set()
    made = [package(*one) for one in order["packages"]]
    resource.setrlimit(resource.RLIMIT_AS, (order["memory"], order["memory"]))
    sys.addaudithook(lambda event, arguments: opened.add(str(arguments[0])) if event == "open" else None)
    start = time.monotonic()
    for one in made:
        Directory(Path(order["directory"])).publish(one, now=NOW)
    took = time.monotonic() - start
    inside = sorted(
        path.removeprefix(f"{order['directory']}/") for path in opened if path.startswith(order["directory"])
    )
    return {"opened": inside, "took": took, "memory": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}


def _forked(act):
    child = os.fork()
    if not child:
        try:
            os._exit(act())
        except BaseException as error:  # noqa: BLE001  # a child must not go on as its parent
            print(error, file=sys.stderr)
            os._exit(FAILED)
    return child


def _after(begin, barrier, directory, one):
    os.close(barrier)
    os.read(begin, 1)  # until all are there
    try:
        return UNCHANGED if Directory(directory).publish(one, now=NOW).unchanged else PUBLISHED
    except InputError as error:
        return REFUSED if "published already" in str(error) else FAILED


def _until(point, directory, one):
    if isinstance(point, int):
        sys.addaudithook(functools.partial(kill_before, point, itertools.count()))
    Directory(directory).publish(one, now=NOW)
    return PUBLISHED


if __name__ == "__main__":
    main()
