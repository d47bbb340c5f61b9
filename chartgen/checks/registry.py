"""The rules, in the order in which the reference lists them. Adding a family: its module, and a line here."""

from __future__ import annotations

from collections.abc import Mapping

from chartgen.checks import (
    access,
    allowing,
    clusters,
    images,
    labelling,
    lifecycle,
    names,
    practices,
    references,
    scaling,
    secrets,
    security,
    selection,
    upgrades,
)
from chartgen.checks.rule import AnyRule, Family

FAMILIES: tuple[Family, ...] = (
    practices.FAMILY,
    labelling.FAMILY,
    images.FAMILY,
    security.FAMILY,
    secrets.FAMILY,
    access.FAMILY,
    selection.FAMILY,
    references.FAMILY,
    scaling.FAMILY,
    lifecycle.FAMILY,
    names.FAMILY,
    upgrades.FAMILY,
    clusters.FAMILY,
    allowing.FAMILY,
)

RULES: Mapping[str, AnyRule] = {rule.id: rule for family in FAMILIES for rule in family.rules}
"""Every rule by its id."""

SCAN_RULES = frozenset(rule.id for family in FAMILIES for rule in family.scanned)
"""Those that are asked only where there is a scanner's report."""

CHANGE_RULES = frozenset(rule.id for family in FAMILIES for rule in family.changes)
"""Those that are asked only where git has something to compare with."""
