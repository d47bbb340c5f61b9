"""What is asked before something is done that is hard to undo; and spans of time."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from chartgen.cli.durations import moment, seconds
from chartgen.errors import InputError

ASK = "import sys; from chartgen.cli.asking import agreed, named; sys.exit(0 if {} else 1)"


def asked(call: str, answer: str) -> tuple[bool, str]:
    """Whether it is done, and what is said, with a terminal to answer on."""
    master, terminal = os.openpty()
    try:
        os.write(master, answer.encode())
        done = subprocess.run(
            [sys.executable, "-c", ASK.format(call)], stdin=terminal, stderr=subprocess.PIPE, text=True, check=False
        )
    finally:
        os.close(master)
        os.close(terminal)
    return done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("answer", "goes_on"), [("y\n", True), ("YES\n", True), ("n\n", False), ("\n", False), ("yep\n", False)]
)
def test_a_terminal_is_asked(answer, goes_on):
    done, said = asked("agreed('Really?', yes=False)", answer)
    assert done is goes_on
    assert said == "Really? [y/N] "


@pytest.mark.parametrize(
    ("answer", "goes_on"), [("prod\n", True), (" prod \n", True), ("y\n", False), ("dev\n", False), ("\n", False)]
)
def test_a_name_has_to_be_written(answer, goes_on):
    done, said = asked("named('prod', 'Which?', None)", answer)
    assert done is goes_on
    assert said == "Which? " if goes_on else said.endswith("nothing was done: the name is prod\n")


@pytest.mark.parametrize(
    ("call", "goes_on", "said"),
    [
        ("agreed('Really?', yes=True)", True, ""),
        ("agreed('Really?', yes=False)", False, "nothing was done: `--yes` does it\n"),
        ("named('prod', 'Which?', 'prod')", True, ""),
        ("named('prod', 'Which?', 'dev')", False, "nothing was done: the name is prod\n"),
        ("named('prod', 'Which?', None)", False, "nothing was done: `--confirm prod` does it\n"),
    ],
)
def test_a_pipe_is_not_asked(call, goes_on, said):
    done = subprocess.run(
        [sys.executable, "-c", ASK.format(call)], input="y\n", capture_output=True, text=True, check=False
    )
    assert (done.returncode == 0, done.stderr) == (goes_on, said)


@pytest.mark.parametrize(
    ("written", "meant"), [("0s", 0), ("90s", 90), ("10m", 600), ("1h30m", 5400), ("2d", 172_800), ("0.5h", 1800)]
)
def test_a_span_of_time(written, meant):
    assert seconds(written, "--since") == meant


@pytest.mark.parametrize(
    "written", ["30m", "2026-11-23T09:30:00Z", "2026-11-23T10:30:00+01:00", "2026-11-23 09:30Z", "20261123T0930Z"]
)
def test_a_point_in_time_is_said_as_such_or_as_a_span_before_now(written):
    assert moment(written, "--since", datetime(2026, 11, 23, 10, tzinfo=UTC)) == datetime(
        2026, 11, 23, 9, 30, tzinfo=UTC
    )


def test_what_is_no_point_in_time():
    with pytest.raises(InputError) as caught:
        moment("yesterday", "--since", datetime(2026, 11, 23, tzinfo=UTC))
    assert caught.value.problems[0].expected == "such as 90s, 10m, or 2026-11-23T10:00:00Z"


@pytest.mark.parametrize("written", ["", "10", "m", "10 m", "-5m", "5y", "10m!"])
def test_what_is_no_span_of_time(written):
    with pytest.raises(InputError, match=r"--since: .* is no span of time"):
        seconds(written, "--since")
