"""What a deploy is doing, while it does it: plain lines; on a terminal also one that says what is under way."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from typing import TYPE_CHECKING, Self

from chartgen.cli import console

if TYPE_CHECKING:
    from chartgen.actions.deploying.manner import Told

_CLEAR = "\r\x1b[K"
_EVERY = 1.0
_VERBS = {"install": "installing", "upgrade": "upgrading", "deployed": "deployed", "trouble": "waiting"}


class Progress:
    """Says what happens, from whatever thread; on a terminal in a `with` block, so that the last line goes away."""

    def __init__(self, *, quiet: bool) -> None:
        """Nothing is under way yet.

        Args:
            quiet: whether nothing is said.
        """
        self._quiet = quiet
        self._live = not quiet and sys.stderr.isatty()
        self._lock = threading.Lock()
        self._since: dict[tuple[str, str], float] = {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        if self._live:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        if self._live:
            self._thread.join()
            console.draw(_CLEAR)

    def tell(self, told: Told) -> None:
        """Says it."""
        if self._quiet:
            return
        with self._lock:
            line = self._line(told)
            console.note((_CLEAR if self._live else "") + line)
        self._draw()

    def _line(self, told: Told) -> str:
        if told.kind == "wave":
            self._since.clear()
            return told.target.title
        if told.kind == "bake":
            return f"waiting {told.text} before {told.target.title} is looked at again"
        key = (told.target.title, told.release)
        took = ""
        if told.kind in ("install", "upgrade"):
            self._since[key] = time.monotonic()
        elif told.kind == "deployed":
            now = time.monotonic()
            took = f"{now - self._since.pop(key, now):.0f} s"
        parts = [f"  {_VERBS[told.kind]:<10}", told.release, told.text, took]
        return "  ".join(part for part in parts if part)

    def _tick(self) -> None:
        while not self._over.wait(_EVERY):
            self._draw()

    def _draw(self) -> None:
        with self._lock:
            if not self._live or self._over.is_set() or not self._since:
                return
            now = time.monotonic()
            running = [f"{release} {now - since:.0f} s" for (_, release), since in self._since.items()]
            text = f"  … {', '.join(running)}"
            width = shutil.get_terminal_size().columns - 1
            console.draw(_CLEAR + text[:width])
