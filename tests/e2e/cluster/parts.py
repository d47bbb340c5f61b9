"""The processes that a cluster consists of."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

_PATIENCE = 3.0


@dataclass(slots=True)
class Part:
    """One of them; it ends when this process does, however that ends, for then its standard input ends.

    Attributes:
        command: how it is started, each time.
        log: what it says, of all times.
    """

    command: Sequence[str]
    log: Path
    process: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def ended(self) -> bool:
        """Whether it has ended though nobody stopped it."""
        return self.process is not None and self.process.poll() is not None

    def start(self) -> None:
        """In a process group of its own: Ctrl-C is for the tests, which stop it in their turn."""
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(
                self.command, stdin=subprocess.PIPE, stdout=output, stderr=subprocess.STDOUT, process_group=0
            )

    def stop(self) -> None:
        """As a service manager does it: asked first, and killed where it does not listen."""
        if self.process is not None:
            self.process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                self.process.wait(_PATIENCE)
            self.kill()

    def kill(self) -> None:
        """At once."""
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            assert self.process.stdin
            self.process.stdin.close()
            self.process = None

    @contextlib.contextmanager
    def paused(self) -> Iterator[None]:
        """It does nothing while the block runs, nor longer if this process is killed meanwhile."""
        assert self.process
        script = f"kill -STOP {self.process.pid} && echo && read _; kill -CONT {self.process.pid}"
        command = ["sh", "-c", script]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0) as holder:
            assert holder.stdin
            assert holder.stdout
            holder.stdout.readline()
            try:
                yield
            finally:
                holder.stdin.close()

    def said(self) -> str:
        """The end of its log."""
        return self.log.read_text(errors="replace")[-3000:] if self.log.exists() else ""
