"""The table of an impact, where it is cut short and where names come from strangers."""

from __future__ import annotations

import dataclasses

from chartgen.compare.grouping import groups
from chartgen.compare.impact import Impact, Side
from chartgen.compare.manifests.objects import ObjectChange
from chartgen.report.impact import render
from chartgen.report.ink import Ink
from tests import cases

OLD, NEW = Side("current", "web", "1.0.0"), Side("../new", "web", "2.0.0")


def impact(changes, new=NEW):
    """Of one change in each of as many releases as there are changes."""
    plain = dataclasses.replace(cases.chart_release({}), environment="prod", region=None)
    releases = [dataclasses.replace(plain, service=f"app-{number}", name=f"app-{number}") for number in range(99)]
    told, affected = groups([(one, [change]) for one, change in zip(releases, changes, strict=False)])
    return Impact("shop", OLD, new, told, (), affected)


def table(*arguments, **named):
    return render(impact(*arguments, **named)).splitlines()


def test_of_many_releases_some_are_named():
    changes = [ObjectChange("added", "A/a")] * 8 + [ObjectChange("removed", "B/b")]
    named = ", ".join(f"prod/app-{number}" for number in range(5))
    assert table(changes)[-3] == f"          in 8 releases: {named} and 3 more"


def test_of_many_forms_of_a_change_some_are_told():
    told = table([ObjectChange("changed", "A/a", "spec.n", 0, number) for number in range(1, 9)])
    assert told[3:5] == ["          0 → 1", "          in prod/app-0"]
    assert told[-3] == "          and 3 other changes of it, in 3 releases"


def test_a_long_value_is_cut():
    line = table([ObjectChange("changed", "A/a", "data.x", None, "x" * 500)])[3]
    assert line == f'          nothing → "{"x" * 88}…'


def test_what_comes_of_an_object_without_a_hand_is_told():
    told = table([ObjectChange("removed", "PersistentVolumeClaim/data", message="Helm deletes it", remedy="keep it")])
    assert told[2:5] == ["removed   PersistentVolumeClaim/data", "          Helm deletes it", "          keep it"]


def test_nothing_steers_the_terminal():
    told = "\n".join(table([ObjectChange("changed", "A/\x1b[31m", "data", "\x1b]0;x\x07", "\u202e", message="\x9b1m")]))
    assert told.replace("\n", "").isprintable()


def test_colour_is_for_terminals():
    shown = impact([ObjectChange("recreate", "A/a", "spec.x", 1, 2)])
    assert "\x1b[" not in render(shown)
    assert "\x1b[1;31mrecreate" in render(shown, ink=Ink.COLOUR)


def test_equal_versions_are_told_apart_by_what_was_asked_for():
    assert table([ObjectChange("added", "A/a")], new=Side("../new", "web", "1.0.0"))[0] == "web 1.0.0: current → ../new"
    assert table([ObjectChange("added", "A/a")], new=Side("x", "api", "1.0.0"))[0] == "web 1.0.0 → api 1.0.0"


def test_without_releases_nothing_can_change():
    assert table([]) == ["web 1.0.0 → 2.0.0", "", "no release uses the chart"]
