"""How a finding is made of a rule of preflight."""

from __future__ import annotations

from chartgen.checks.preflight import RULES
from chartgen.errors import dotted
from chartgen.model import Finding, Manifest, Path, Release


def found(
    rule: str,
    message: str,
    whose: Release | Manifest | None = None,
    *,
    about: str = "",
    path: Path = (),
    remedy: str = "",
) -> Finding:
    """A finding of a rule.

    Arguments:
        whose: the release or the object it is about; None: the cluster.
        about: the object as kubectl names it, where `whose` does not say.
        remedy: what to do, where the rule's own words do not fit.
    """
    manifest = whose if isinstance(whose, Manifest) else None
    release = whose.release if isinstance(whose, Manifest) else whose
    return Finding(
        rule=rule,
        severity=RULES[rule].severity,
        message=message,
        release=release.title if release else "",
        object=about or (manifest.title if manifest else ""),
        path=dotted(path),
        remedy=remedy or RULES[rule].remedy,
    )
