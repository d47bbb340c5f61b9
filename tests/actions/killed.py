"""Runs an action again and again, each time killed at another moment: `python -m tests.actions.killed`.

Reads a JSON object from stdin:

    action    `render` or `adopt`
    services  how many the project has
    start     a directory, copied to `work/<point>` for each run
    points    each the number of the system call before which the run is killed, counted over those that change files;
              or, as a text like `3ms`, a time; none: over the whole run
    across    whether the staging area is to pass for another file system

Prints for each point whether the run was killed (-9) or came to its end (0). A run that opens a file for writing where
others may read it ends with 1.
"""

from __future__ import annotations

import errno
import functools
import itertools
import json
import os
import re
import shutil
import signal
import sys
import time
from pathlib import Path

from chartgen.actions.adopt import adopt
from chartgen.actions.render import render
from tests.outputs.plans import environment, plan, release

CHANGING = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.chmod", "open"}
ACTIONS = {
    "render": lambda project, services: render(after(services), project),
    "adopt": lambda project, services: adopt(before(services), project),
}


def before(services):
    """So many services in one environment, and a tenth more that will go."""
    kept = (release(f"web{n}") for n in range(services))
    return plan(environment("dev", *kept, *(release(f"old{n}") for n in range(services // 10))))


def after(services):
    """The same services, most with other values, and a tenth of them in an environment that is new."""
    kept = (release(f"web{n}", values={"replicaCount": n}) if n % 10 else release(f"web{n}") for n in range(services))
    new = (release(f"web{n}", "prod") for n in range(services // 10))
    return plan(environment("dev", *kept), environment("prod", *new))


def later(services):
    """The same services, all with other values again: what a next run may render."""
    return plan(environment("dev", *(release(f"web{n}", values={"replicaCount": 1000 + n}) for n in range(services))))


def main():
    """One child a point."""
    order = json.load(sys.stdin)
    for point in order["points"] or _spread(_steps(order)):
        child = _started(order, point)
        if isinstance(point, str):
            time.sleep(float(point.removesuffix("ms")) / 1000)
            os.kill(child, signal.SIGKILL)
        _, status = os.waitpid(child, 0)
        print(json.dumps([point, os.waitstatus_to_exitcode(status)]), flush=True)


def _spread(steps):
    """60 and more points: the first and the last steps one by one, those between in strides."""
    return sorted({*range(15), *range(15, steps, max(1, steps // 40)), *range(max(0, steps - 20), steps + 2)})


def _steps(order):
    """How many steps a whole run takes."""
    os.waitpid(_started(order, sys.maxsize), 0)
    return int((Path(order["work"]) / ".chartgen-tmp").read_text())


def _started(order, point):
    project = Path(order["work"]) / str(point)
    shutil.copytree(order["start"], project)
    child = os.fork()
    if not child:
        _act(order, project, point)
    return child


def _act(order, project, point):
    try:
        if order["across"]:
            _separate()
        calls = itertools.count()
        if isinstance(point, int):
            sys.addaudithook(functools.partial(kill_before, point, calls))
        ACTIONS[order["action"]](project, order["services"])
        if point == sys.maxsize:
            (Path(order["work"]) / ".chartgen-tmp").write_text(str(next(calls)))
        os._exit(0)
    except BaseException as error:  # noqa: BLE001  # a child must not go on as its parent
        print(error, file=sys.stderr)
        os._exit(1)


def kill_before(point, calls, event, arguments):
    reads = event == "open" and not (arguments[2] or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if event == "open" and not reads and not re.search(r"/\.chartgen/|\.chartgen-tmp$|^\d+$|^/dev/", str(arguments[0])):
        print(f"{arguments[0]} is written in place", file=sys.stderr)
        os._exit(1)
    if event in CHANGING and not reads and next(calls) == point:
        os.kill(os.getpid(), signal.SIGKILL)


def _separate():
    replace = Path.replace

    def refuse(self, target):
        if self.parent != Path(target).parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return replace(self, target)

    Path.replace = refuse  # type: ignore[method-assign]


if __name__ == "__main__":
    main()
