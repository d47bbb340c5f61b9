"""The way to a cluster: `kubectl proxy` on a socket that only we can open.

Every way to sign in that kubectl knows works (plugins, tokens that expire, certificates), no credential passes through
our hands, and a request costs two milliseconds instead of a program's start.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

from chartgen import process
from chartgen.cluster.api.client import Api
from chartgen.errors import ToolError

_CURRENT = ("kubectl", "config", "current-context")
_READY = "Starting to serve"
_START = 20.0
_SOCKET = "api"
_PREFIX = "chartgen-"

_LONGEST = 80
"""Bytes that the name of a temporary folder may have, so that a socket has room in it.

A socket's path is at most 104 bytes on macOS, 108 on Linux, its last a zero.
"""

_SHORT = "/tmp"  # only where the usual one is too long, and in a folder of our own

_HINTS = (
    ("does not exist", "`kubectl config get-contexts` lists those that are there; KUBECONFIG names the file"),
    ("no configuration has been provided", "set KUBECONFIG to a kubeconfig file"),
    ("invalid configuration", "look at the file that KUBECONFIG names, else at ~/.kube/config"),
    ("error loading config", "look at the file that KUBECONFIG names, else at ~/.kube/config"),
    ("enter Username", "the kubeconfig has no credentials for this context: sign in, as your provider has it"),
    ("unknown flag", "use kubectl 1.30 or newer"),
)


def current_context() -> str | None:
    """The name of the kubeconfig's current context; None: there is none, or it cannot be told.

    Programs that are told no context find a cluster by themselves: that in which they run, for example.
    """
    try:
        done = process.run(_CURRENT, timeout=_START)
    except ToolError:
        return None
    return (done.stdout.decode("utf-8", "replace").rstrip("\n") or None) if done.returncode == 0 else None


@contextlib.contextmanager
def connect(context: str | None, *, timeout: float = 30.0) -> Iterator[Api]:
    """The API of the cluster that a context of the kubeconfig names; None: the current one.

    Arguments:
        timeout: seconds without a word after which an answer is given up.

    Raises:
        ToolError: kubectl is missing, or the kubeconfig has no such context.
        ApiError: from requests, not from here: that the server answers is not asked.
    """
    # Its mode is 0700: nobody else reaches the socket.
    with tempfile.TemporaryDirectory(prefix=_PREFIX, dir=_short()) as directory:
        socket = Path(directory, _SOCKET)
        command = ["kubectl", "proxy", f"--unix-socket={socket}"]
        command += [f"--context={context}"] if context else []
        with contextlib.ExitStack() as stack:
            try:
                words = stack.enter_context(process.serving(command, _READY, timeout=_START))
            except ToolError as error:
                raise _explained(error, context) from None
            yield stack.enter_context(Api(str(socket), context, timeout, words))


def _short() -> str | None:
    """Where temporary folders are to be made; None: where they usually are."""
    return _SHORT if len(os.fsencode(tempfile.gettempdir())) > _LONGEST else None


def _explained(error: ToolError, context: str | None) -> ToolError:
    [problem, *others] = error.problems
    hint = next((hint for sign, hint in _HINTS if sign in problem.message), "")
    if others or problem.hint or not hint:
        return error
    return ToolError(problem.message.replace("kubectl cannot serve", _name(context)), hint=hint)


def _name(context: str | None) -> str:
    where = f"context {context}" if context else "the current context"
    return f"kubectl cannot use {where}"
