"""What is done to releases that are there: rolled back, uninstalled."""

from __future__ import annotations

import re
from collections.abc import Coroutine
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, TypeVar

from chartgen.cluster.helm.errors import NOT_FOUND, HelmError
from chartgen.errors import InputError, Problem
from chartgen.process import Stop

if TYPE_CHECKING:
    from chartgen.cluster.helm.command import Command

_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_RELEASE = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_NAMESPACE = re.compile(_LABEL)
_LONGEST_RELEASE, _LONGEST_NAMESPACE = 53, 63

PHASES: Final = 3
"""Hooks before, the waiting, hooks after: each may take helm's `--timeout`."""
_SLACK = 60.0

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Helm:
    """helm, at work on the releases of one cluster. Its methods may be called from several threads.

    Only options that Helm 3 and 4 both know are sent; the way in which objects are written (server-side or not) stays
    the release's own.

    Attributes:
        context: of the kubeconfig; None: the current one.
        stop: what another thread may end it with.
    """

    context: str | None = None
    stop: Stop = field(default_factory=Stop)

    def rollback(self, namespace: str, name: str, revision: int, *, timeout: int, history_max: int) -> None:
        """Makes a release what it was in a revision, and waits until its objects are ready.

        Arguments:
            timeout: seconds that helm waits for any one thing.
            history_max: the revisions to keep; 0: all.

        Raises:
            InputError: the name cannot be a release's, or the namespace's none.
            HelmError: helm failed, with its reason; the release is then in a new revision that is `failed`.
            ToolError: helm is missing, or was stopped.
        """
        check(namespace, name)
        command = self._command(timeout, history_max)
        _done(command.rollback(name, revision, namespace=namespace, timeout=f"{timeout}s", wait=True))

    def uninstall(self, namespace: str, name: str, *, timeout: int) -> bool:
        """Removes a release, its objects and its history, and waits until they are gone; False: it was not there.

        Arguments, Raises:
            As `rollback`; a release that helm failed to remove is `uninstalling`.
        """
        check(namespace, name)
        command = self._command(timeout)
        try:
            _done(command.uninstall(name, namespace=namespace, timeout=f"{timeout}s", wait=True))
        except HelmError as error:
            if NOT_FOUND in error.reason:
                return False
            raise
        return True

    def _command(self, timeout: int, history_max: int = 0) -> Command:
        from chartgen.cluster.helm.command import Command, Running

        return Command(Running(self.context, timeout * PHASES + _SLACK, self.stop), history_max)


def check(namespace: str, name: str) -> None:
    """That helm will take the words for names, and not for options.

    Raises:
        InputError: for each that it would not.
    """
    problems = []
    if not _RELEASE.fullmatch(name) or len(name) > _LONGEST_RELEASE:
        problems.append(Problem(f"`{name}` is no name of a release", expected=_expected(_LONGEST_RELEASE)))
    if not _NAMESPACE.fullmatch(namespace) or len(namespace) > _LONGEST_NAMESPACE:
        problems.append(Problem(f"`{namespace}` is no name of a namespace", expected=_expected(_LONGEST_NAMESPACE)))
    if problems:
        raise InputError(problems)


def _expected(longest: int) -> str:
    return f"at most {longest} lower-case letters, digits and `-`, a letter or a digit at both ends"


def _done(work: Coroutine[Any, Any, _T]) -> _T:
    """What comes of a coroutine that waits for nothing.

    Driven by hand: an event loop would take the first Ctrl-C for itself, and helm would go on.
    """
    try:
        work.send(None)
    except StopIteration as end:
        return end.value  # type: ignore[no-any-return]
    work.close()
    raise RuntimeError("BUG: pyhelm3 waits for something")
