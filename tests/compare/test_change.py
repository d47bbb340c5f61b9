"""What became of something, for changelogs."""

from __future__ import annotations

import pytest

from chartgen.compare.change import Change


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("is removed (so too at `workers.<name>.hostPort`)", "removed"),
        ("is added in 3 of 40 cases, such as least", "added"),
        ("is required now", "changed"),
        ('is "50%" by default, it was "25%"', "changed"),
    ],
)
def test_its_verb_says_what_became_of_it(message, kind):
    assert Change("minor", "schema", "ports", message).kind == kind
