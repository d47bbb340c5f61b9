"""`python -m tests.e2e.cluster [DIRECTORY]`: a cluster to try things by hand.

It prints the path of the kubeconfig. Ctrl-C ends it; what was in a directory of its own choice is gone then.
"""

from __future__ import annotations

import contextlib
import signal
import sys
import tempfile
from pathlib import Path

from tests.e2e.cluster.control_plane import control_plane


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    given = sys.argv[1:]
    place = contextlib.nullcontext(given[0]) if given else tempfile.TemporaryDirectory(prefix="cluster-")
    with contextlib.suppress(KeyboardInterrupt), place as directory, control_plane(Path(directory)) as cluster:
        print(cluster.kubeconfig, flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
