"""A way to a server on which everything takes its time: what is sent arrives some seconds later."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

_CHUNK = 1 << 16


@contextlib.contextmanager
def slow(server: str, seconds: float) -> Iterator[str]:
    """An address under which the server at another is reached; each request comes to it so many seconds late."""
    split = urlsplit(server)
    target = (split.hostname or "", split.port or 443)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=_serve, args=(listener, target, seconds))
        thread.start()
        try:
            yield f"{split.scheme}://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            listener.shutdown(socket.SHUT_RDWR)
            thread.join()


def _serve(listener: socket.socket, target: tuple[str, int], seconds: float) -> None:
    with contextlib.ExitStack() as stack, contextlib.suppress(OSError):
        while True:
            near = stack.enter_context(listener.accept()[0])
            far = stack.enter_context(socket.create_connection(target))
            for source, sink, delay in ((near, far, seconds), (far, near, 0.0)):
                late: queue.SimpleQueue[tuple[float, bytes]] = queue.SimpleQueue()
                threading.Thread(target=_hear, args=(source, late, delay), daemon=True).start()
                threading.Thread(target=_tell, args=(late, sink), daemon=True).start()


def _hear(source: socket.socket, late: queue.SimpleQueue[tuple[float, bytes]], delay: float) -> None:
    chunk = b"first"
    with contextlib.suppress(OSError):
        while chunk:
            chunk = source.recv(_CHUNK)
            late.put((time.monotonic() + delay, chunk))


def _tell(late: queue.SimpleQueue[tuple[float, bytes]], sink: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            due, chunk = late.get()
            time.sleep(max(0.0, due - time.monotonic()))
            if not chunk:
                sink.shutdown(socket.SHUT_WR)
                return
            sink.sendall(chunk)
