"""`python -m tests.e2e.cluster`: a cluster to try things by hand; it prints the kubeconfig's path, Ctrl-C ends it."""

from __future__ import annotations

import contextlib
import signal
import tempfile
from pathlib import Path

from tests.e2e.cluster.control_plane import control_plane


def main() -> None:
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with (
        contextlib.suppress(KeyboardInterrupt),
        tempfile.TemporaryDirectory(prefix="cluster-") as directory,
        control_plane(Path(directory)) as cluster,
    ):
        print(cluster.kubeconfig, flush=True)
        signal.pause()


if __name__ == "__main__":
    main()
