"""Looking at a cluster time and again, beside what helm does there."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Callable, Iterator
from typing import Final

from chartgen.errors import ToolError

_SHARE: Final = 20
"""Between two looks that many times as long as the last one took: the API server has helms to serve."""
_LONGEST: Final = 15.0
"""Seconds between two looks, at most, of a server however slow."""


@contextlib.contextmanager
def looking(look: Callable[[], None], every: float) -> Iterator[None]:
    """Looks, in a thread, as long as the block runs; a look that fails costs nothing but itself.

    Arguments:
        look: reads what there is; whoever needs the truth reads it afterwards.
        every: seconds between two looks, at least; more where the server is slow to answer.
    """
    over = threading.Event()
    thread = threading.Thread(target=_look_on, args=(look, every, over), daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _look_on(look: Callable[[], None], every: float, over: threading.Event) -> None:
    pause = every
    while not over.wait(pause):
        begun = time.monotonic()
        with contextlib.suppress(ToolError):
            look()
        pause = max(every, min(_SHARE * (time.monotonic() - begun), _LONGEST))
