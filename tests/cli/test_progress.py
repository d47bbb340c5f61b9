"""What a deploy says while it is under way: plain lines where nobody looks at a terminal."""

from __future__ import annotations

import pytest

from chartgen.actions.deploying.manner import Told
from chartgen.actions.live import Target
from chartgen.cli.progress import Progress

EU = Target("prod", "eu", 1, "prod-eu", (), ())


@pytest.mark.parametrize(
    ("told", "line"),
    [
        (Told("wave", EU), "prod/eu"),
        (Told("install", EU, "web"), "  installing  web"),
        (Told("upgrade", EU, "web"), "  upgrading   web"),
        (Told("trouble", EU, "web", "web-1: Unschedulable"), "  waiting     web  web-1: Unschedulable"),
        (Told("deployed", EU, "web", "revision 4"), "  deployed    web  revision 4  0 s"),
        (Told("bake", EU, text="600 s"), "waiting 600 s before prod/eu is looked at again"),
    ],
)
def test_each_event_is_a_line_on_stderr(capsys, told, line):
    with Progress(quiet=False) as progress:
        progress.tell(told)
    assert capsys.readouterr() == ("", f"{line}\n")


def test_nothing_is_said_where_only_results_are_wanted(capsys):
    with Progress(quiet=True) as progress:
        progress.tell(Told("upgrade", EU, "web"))
    assert capsys.readouterr() == ("", "")
