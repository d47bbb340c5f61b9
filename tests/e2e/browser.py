"""Debian's Chromium, driven by the WebDriver protocol as its own chromedriver speaks it."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_STARTED = 60.0
_OPTIONS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--window-size=1280,1600")
_ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
"""The key of an element's id. Source: WebDriver, W3C Recommendation, section 12."""

_CONTROL, _BACKSPACE = "\ue009", "\ue003"
"""Source: WebDriver, section 17.4.2."""

PROGRAMS = ("chromium", "chromedriver")


@dataclass(frozen=True)
class Browser:
    """An open browser with one page."""

    session: str

    def ask(self, path: str, data: Mapping[str, Any] | None = None, method: str = "POST") -> Any:
        """What the driver answers."""
        body = None if method != "POST" else json.dumps(data or {}).encode()
        request = urllib.request.Request(self.session + path, body, {"Content-Type": "application/json"}, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def open(self, page: Path) -> None:
        """Loads a file."""
        self.ask("/url", {"url": page.as_uri()})

    def run(self, script: str, *arguments: Any) -> Any:
        """What a script returns."""
        return self.ask("/execute/sync", {"script": script, "args": arguments})

    def type(self, selector: str, text: str) -> None:
        """Presses the keys of the text in an element."""
        self.ask(f"/element/{self._find(selector)}/value", {"text": text})

    def clear(self, selector: str) -> None:
        """Empties a field, as one does with the keyboard."""
        self.type(selector, f"{_CONTROL}a{_CONTROL}{_BACKSPACE}")

    def click(self, selector: str) -> None:
        """Clicks an element."""
        self.ask(f"/element/{self._find(selector)}/click")

    def shown(self, selector: str) -> list[str]:
        """The text of all elements that match and can be seen, when what is new is drawn: before, it is empty."""
        found = "[...document.querySelectorAll(arguments[0])].filter((one) => one.checkVisibility())"
        told = f"{found}.map((one) => one.innerText)"
        drawn = "requestAnimationFrame(() => requestAnimationFrame(() => done({})))"
        return [str(text) for text in self.run(f"return new Promise((done) => {drawn.format(told)})", selector)]

    def complaints(self) -> list[str]:
        """What the page wrote to the console, and what the browser refused it."""
        return [str(entry["message"]) for entry in self.ask("/se/log", {"type": "browser"})]

    def _find(self, selector: str) -> str:
        return str(self.ask("/element", {"using": "css selector", "value": selector})[_ELEMENT])


@contextmanager
def opened(directory: Path) -> Iterator[Browser]:
    """A browser of its own on a port of its own, with its files in the directory, until the context ends."""
    log = directory / "chromedriver.log"
    with log.open("wb") as output:
        driver = subprocess.Popen(["chromedriver", "--port=0"], stdout=output, stderr=output)
    try:
        address = f"http://127.0.0.1:{_port(driver, log)}/session"
        options = {"binary": shutil.which("chromium"), "args": [*_OPTIONS, f"--user-data-dir={directory / 'profile'}"]}
        wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
        session = Browser(address).ask("", {"capabilities": {"alwaysMatch": wanted}})
        browser = Browser(f"{address}/{session['sessionId']}")
        try:
            yield browser
        finally:
            browser.ask("", method="DELETE")
    finally:
        driver.terminate()
        driver.wait(timeout=30)


def _port(driver: subprocess.Popen[bytes], log: Path) -> str:
    """The port that the driver says it took."""
    mark = "started successfully on port "
    for _ in range(int(_STARTED * 10)):
        said = log.read_text(errors="replace")
        if mark in said:
            return said.partition(mark)[2].partition(".")[0].strip()
        if driver.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"chromedriver did not start: {log.read_text(errors='replace')}")
