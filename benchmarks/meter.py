"""Runs commands one after another and says how long they took together and how much memory the largest process had.

A program of its own, and a small one: Linux counts the memory of whoever starts a process as the process's own first.
"""

import json
import os
import sys
import time

_READ, _WRITE = os.O_RDONLY, os.O_WRONLY | os.O_CREAT | os.O_TRUNC


def main() -> int:
    job = json.load(sys.stdin)
    os.chdir(job["directory"])
    output, errors = os.open(job["output"], _WRITE, 0o644), os.open(job["errors"], _WRITE, 0o644)
    streams = [
        (os.POSIX_SPAWN_OPEN, 0, os.devnull, _READ, 0),
        (os.POSIX_SPAWN_DUP2, output, 1),
        (os.POSIX_SPAWN_DUP2, errors, 2),
    ]
    peak, status = 0, 0
    began = time.perf_counter()
    for command in job["commands"]:
        child = os.posix_spawn(command[0], command, job["environment"], file_actions=streams)
        _, status, usage = os.wait4(child, 0)
        peak = max(peak, usage.ru_maxrss)  # of the child, and of the children that it waited for
        if status:
            break
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "peak": peak * 1024, "code": os.waitstatus_to_exitcode(status)}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
