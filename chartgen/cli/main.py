"""From arguments to an exit code: errors told in one way, whatever command they come from."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import typer

from chartgen.cli import console
from chartgen.errors import ChartgenError

_HUNG_UP = 129
_INTERRUPTED = 130
_TERMINATED = 143
_BUG = 70
"""EX_SOFTWARE of sysexits(3): something that cannot be the user's fault."""

_USAGE: Any = typer.BadParameter.__mro__[2]
"""typer's own class of everything that is wrong with arguments, which has no public name."""

_EVERYWHERE = {"-C": True, "--directory": True, "-q": False, "--quiet": False, "-v": False, "--verbose": False}
_EVERYWHERE |= {"--no-color": False}
"""The options that every command takes, and whether a value follows."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command.

    Exit codes: 0 done; 1 findings, or something would change; 2 the input is wrong; 3 a tool or server is missing or
    failed; 4 a deploy failed.
    """
    given = list(sys.argv[1:] if arguments is None else arguments)
    with console.streams():
        return _main(given)


def _main(given: list[str]) -> int:
    from chartgen.cli.app import app

    asked: list[int] = []
    try:
        with _ending_in_order(asked):
            return _run(app, hoisted(given))
    except ChartgenError as error:
        console.problems(error.problems)
        return error.exit_code
    except KeyboardInterrupt:
        console.note("interrupted")
        return _INTERRUPTED
    except Exception as error:
        if asked:  # pydantic makes an error of its own of what interrupts it while it builds a model
            console.note("interrupted")
            return asked[-1]
        if os.environ.get("CHARTGEN_DEBUG"):
            raise
        console.bug(error)
        return _BUG


@contextlib.contextmanager
def _ending_in_order(asked: list[int]) -> Iterator[None]:
    """SIGTERM and SIGHUP end the block as an interrupt does: what was begun is cleaned up, children and homes of keys.

    Arguments:
        asked: is given the exit code when one comes.
    """

    def interrupted(_number: int, _frame: object) -> None:
        asked.append(_INTERRUPTED)
        raise KeyboardInterrupt

    def terminated(_number: int, _frame: object) -> None:
        asked.append(_TERMINATED)
        raise SystemExit(_TERMINATED)

    def hung_up(_number: int, _frame: object) -> None:
        if not asked:  # a terminal that goes away may say so twice, and nobody is impatient then
            asked.append(_HUNG_UP)
            raise SystemExit(_HUNG_UP)

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    handlers = {signal.SIGTERM: terminated}
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # whoever starts us may want it ignored
        handlers[signal.SIGINT] = interrupted
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is signal.SIG_DFL:  # `nohup` has it ignored
        handlers[signal.SIGHUP] = hung_up
    before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def hoisted(arguments: Sequence[str]) -> list[str]:
    """The arguments with the options that every command takes in front, wherever they were given."""
    front: list[str] = []
    rest: list[str] = []
    given = iter(arguments)
    for argument in given:
        if argument == "--":
            rest += [argument, *given]
        elif argument in _EVERYWHERE:
            front.append(argument)
            if _EVERYWHERE[argument]:
                front += [value for value in [next(given, None)] if value is not None]
        elif argument.startswith("--directory="):
            front.append(argument)
        else:
            rest.append(argument)
    return front + rest


def _run(app: typer.Typer, arguments: list[str]) -> int:
    command = typer.main.get_command(app)
    gc.disable()  # a command ends soon: looking for cycles in the much that it keeps costs as much as its work
    try:
        code = command.main(args=arguments, prog_name="chartgen", standalone_mode=False)
    except typer.Abort:
        console.note("interrupted")
        return _INTERRUPTED
    except _USAGE as error:
        with contextlib.suppress(OSError):
            error.show()
        return int(error.exit_code)
    finally:
        gc.enable()
    return code if isinstance(code, int) else 0
