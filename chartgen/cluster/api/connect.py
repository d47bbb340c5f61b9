"""The way to a cluster: `kubectl proxy` on a socket that only we can open.

Every way to sign in that kubectl knows works (plugins, tokens that expire, certificates), no credential passes through
our hands, and a request costs two milliseconds instead of a program's start.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator
from pathlib import Path

from chartgen import process
from chartgen.cluster.api.client import Api
from chartgen.errors import ToolError

_READY = "Starting to serve"
_START = 20.0
_SOCKET = "api"

_HINTS = (
    ("does not exist", "`kubectl config get-contexts` lists those that are there; KUBECONFIG names the file"),
    ("no configuration has been provided", "set KUBECONFIG to a kubeconfig file"),
    ("invalid configuration", "look at the file that KUBECONFIG names, else at ~/.kube/config"),
)


@contextlib.contextmanager
def connect(context: str | None, *, timeout: float = 30.0) -> Iterator[Api]:
    """The API of the cluster that a context of the kubeconfig names; None: the current one.

    Arguments:
        timeout: seconds a request may take.

    Raises:
        ToolError: kubectl is missing, or the kubeconfig has no such context.
        ApiError: from requests, not from here: that the server answers is not asked.
    """
    with tempfile.TemporaryDirectory(prefix="chartgen-") as directory:  # mode 0700: nobody else reaches the socket
        socket = Path(directory, _SOCKET)
        command = ["kubectl", "proxy", f"--unix-socket={socket}"]
        command += [f"--context={context}"] if context else []
        try:
            with process.serving(command, _READY, timeout=_START), Api(str(socket), context, timeout) as api:
                yield api
        except ToolError as error:
            raise _explained(error) from None


def _explained(error: ToolError) -> ToolError:
    [problem, *others] = error.problems
    hint = next((hint for sign, hint in _HINTS if sign in problem.message), "")
    if others or problem.hint or not hint or not problem.message.startswith("kubectl"):
        return error
    return ToolError(problem.message, hint=hint)
