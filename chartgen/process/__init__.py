"""The one place that starts a program: an argument list, a time limit, a clean environment, children stopped."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from chartgen.errors import ToolError
from chartgen.process import group

INSTALL = {
    "helm": "install Helm 3 or 4 (https://helm.sh/docs/intro/install), or set CHARTGEN_HELM to its path",
    "helmfile": "install helmfile (https://helmfile.readthedocs.io), or set CHARTGEN_HELMFILE to its path",
    "gpg": "install GnuPG (https://gnupg.org/download), or set CHARTGEN_GPG to its path",
    "kubectl": "install kubectl (https://kubernetes.io/docs/tasks/tools), or set CHARTGEN_KUBECTL to its path",
}
"""What to do about a program that is not there."""

_GRACE = 3.0
_WORDS = 20

_TETHER = '"$@" </dev/null & exec >/dev/null 2>&1; cat; kill $!'
"""Ends a program when its standard input does: however we end, the other end of the pipe is closed then."""

# Settings of the caller's shell would change what a tool does behind our back: its namespace, its output, its cluster.
_FOREIGN = ("HELM_", "HELMFILE_")
# Where a tool keeps its files, and how it reaches releases and registries, is the caller's to say.
_KEPT = frozenset(
    {
        "HELM_CACHE_HOME",
        "HELM_CONFIG_HOME",
        "HELM_CONTENT_CACHE",
        "HELM_DATA_HOME",
        "HELM_DRIVER",
        "HELM_DRIVER_SQL_CONNECTION_STRING",
        "HELM_PLUGINS",
        "HELM_REGISTRY_CONFIG",
        "HELM_REPOSITORY_CACHE",
        "HELM_REPOSITORY_CONFIG",
        "HELMFILE_CACHE_HOME",
        "HELMFILE_UPGRADE_NOTICE_DISABLED",
    }
)

# What unlocks keys and opens repositories is for us alone: no program that we start needs it.
_OURS = (
    "CHARTGEN_PASSPHRASE",
    "CHARTGEN_REPOSITORY_PASSWORD",
    "CHARTGEN_REPOSITORY_TOKEN",
    "CHARTGEN_REPOSITORY_USERNAME",
    "COSIGN_PASSWORD",
)


@dataclass(frozen=True, slots=True)
class Result:
    """How a program ended, and what it said."""

    stdout: bytes
    stderr: str
    returncode: int


class Stop:
    """Ends the programs of other threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._children: set[subprocess.Popen[bytes]] = set()
        self._set = False

    def set(self) -> None:
        """Ends the programs that were started with it, and lets none start any more."""
        with self._lock:
            self._set = True
            children = tuple(self._children)
        for child in children:
            group.end(child, _GRACE)

    def is_set(self) -> bool:
        """Whether it is over."""
        return self._set

    @contextlib.contextmanager
    def watching(self, child: subprocess.Popen[bytes]) -> Iterator[None]:
        """While the child runs, `set` ends it."""
        with self._lock:
            self._children.add(child)
            late = self._set
        try:
            if late:
                group.end(child, _GRACE)
            yield
        finally:
            with self._lock:
                self._children.discard(child)


def find(name: str) -> Path | None:
    """The program called `name`: the one that `CHARTGEN_<NAME>` names, else the first on the PATH; None without one."""
    found = shutil.which(os.environ.get(_variable(name)) or name)
    return Path(found).absolute() if found else None


def run(
    arguments: Sequence[str],
    *,
    timeout: float,
    stdin: bytes = b"",
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
    stop: Stop | None = None,
) -> Result:
    """Runs a program to its end.

    Arguments:
        arguments: the program's name (`helm`; `find` looks it up), then what it is given.
        timeout: seconds it may take.
        stdin: what it reads; nothing by default.
        environment: variables added to ours, from which Helm's and helmfile's own settings are taken out.
        directory: where it runs.
        stop: what another thread may end the program with.

    Raises:
        ToolError: the program is missing, cannot be started, took too long, or was stopped. A program that ran and
            failed is a Result.
    """
    child = _start(arguments, stdin=bool(stdin), environment=environment, directory=directory)
    stop = stop or Stop()
    with child, stop.watching(child):
        try:
            stdout, stderr = child.communicate(stdin or None, timeout)
        except subprocess.TimeoutExpired:
            group.end(child, _GRACE)
            raise ToolError(f"{arguments[0]} took longer than {timeout:g} seconds") from None
        except BaseException:
            group.end(child, _GRACE)
            raise
    if stop.is_set():
        raise ToolError(f"{arguments[0]} was stopped")
    return Result(stdout, stderr.decode("utf-8", "replace"), child.returncode)


def stream(
    arguments: Sequence[str],
    told: Callable[[str], None],
    *,
    timeout: float,
    grace: float = _GRACE,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> int:
    """Runs a program to its end, and hands on what it says while it says it.

    Arguments:
        arguments, timeout, environment, directory: as for `run`.
        told: is called with each line of its output and its messages, in their order, without the line's end.
        grace: seconds it has to end in order when it is interrupted; a second interrupt ends it at once.

    Returns:
        Its exit code.

    Raises:
        ToolError: as `run` does.
    """
    child = _start(arguments, together=True, environment=environment, directory=directory)
    late = threading.Event()

    def expire() -> None:
        late.set()
        group.end(child, grace)

    timer = threading.Timer(timeout, expire)
    rest = threading.Thread(target=_leave_nothing, args=[child, grace], daemon=True)
    timer.daemon = True
    with child:
        timer.start()
        rest.start()
        try:
            for line in child.stdout or ():
                told(line.decode("utf-8", "replace").rstrip("\r\n"))
            rest.join()
        except BaseException:
            _interrupt(child, grace, told)
            raise
        finally:
            timer.cancel()
    if late.is_set():
        raise ToolError(f"{arguments[0]} took longer than {timeout:g} seconds")
    return child.returncode


@contextlib.contextmanager
def serving(arguments: Sequence[str], ready: str, *, timeout: float) -> Iterator[Sequence[str]]:
    """A program that serves while the block runs. It ends with us, even where we are killed.

    Arguments:
        arguments: as for `run`.
        ready: how the line begins with which it says that it serves.
        timeout: seconds it may take to say so.

    Yields:
        The last lines that it has said since; they grow while it runs.

    Raises:
        ToolError: the program is missing, ended, or did not say so in time; the message is its own.
    """
    tethered = ["sh", "-c", _TETHER, "sh", str(_required(arguments[0])), *arguments[1:]]
    child = _start(tethered, stdin=True, together=True)
    timer = threading.Timer(timeout, group.end, [child, _GRACE])
    timer.daemon = True
    listener: threading.Thread | None = None
    with child:
        try:
            timer.start()
            said: list[str] = []
            for line in child.stdout or ():
                said.append(line.decode("utf-8", "replace").strip())
                if said[-1].startswith(ready):
                    break
            else:
                reason = said[-1] if said else "it ended without a word"
                raise ToolError(f"{arguments[0]} cannot serve: {reason.removeprefix('error: ')}")
            timer.cancel()
            words: deque[str] = deque(maxlen=_WORDS)
            listener = threading.Thread(target=_listen, args=(child, words), daemon=True)
            listener.start()
            yield words
        finally:
            timer.cancel()
            group.end(child, _GRACE)
            if listener is not None:
                listener.join(_GRACE)


def _listen(child: subprocess.Popen[bytes], words: deque[str]) -> None:
    """Hears what the child says: one that nobody listens to stops when the pipe is full."""
    with contextlib.suppress(ValueError, OSError):  # closed meanwhile
        for line in child.stdout or ():
            words.append(line.decode("utf-8", "replace").rstrip())


def _start(
    arguments: Sequence[str],
    *,
    stdin: bool = False,
    together: bool = False,
    environment: Mapping[str, str] | None = None,
    directory: Path | None = None,
) -> subprocess.Popen[bytes]:
    """The program, started; `together`: its messages come with its output."""
    command = [str(_required(arguments[0])), *arguments[1:]]
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.PIPE if stdin else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT if together else subprocess.PIPE,
            env={**_environment(), **(environment or {})},
            cwd=directory,
            start_new_session=True,
        )
    except OSError as error:
        raise ToolError(f"{command[0]} cannot be started: {error.strerror}", hint=_hint(arguments[0])) from None


def _leave_nothing(child: subprocess.Popen[bytes], grace: float) -> None:
    """Waits for the child, and ends what it leaves behind: what it had started may work on where it crashed."""
    child.wait()
    if group.lives(child):
        group.end(child, grace)


def _interrupt(child: subprocess.Popen[bytes], grace: float, told: Callable[[str], None]) -> None:
    """Ends the child in order, and hands on what it still has to say; what interrupts us now ends it at once."""
    ending = threading.Thread(target=group.end, args=[child, grace], daemon=True)
    try:
        ending.start()
        for line in child.stdout or ():
            told(line.decode("utf-8", "replace").rstrip("\r\n"))
        ending.join()
    finally:
        group.kill(child)
        child.wait()


def _required(name: str) -> Path:
    found = find(name)
    if found:
        return found
    named = os.environ.get(_variable(name))
    reason = f"{_variable(name)} names {named}, which is no program" if named else f"{name} is not installed"
    raise ToolError(reason, hint=_hint(name))


def _variable(name: str) -> str:
    return f"CHARTGEN_{name.upper()}"


def _hint(name: str) -> str:
    return INSTALL.get(name, f"install {name}, or set {_variable(name)} to its path")


def _environment() -> dict[str, str]:
    passed = {name: value for name, value in os.environ.items() if name not in _OURS}
    return {name: value for name, value in passed.items() if name in _KEPT or not name.startswith(_FOREIGN)}
