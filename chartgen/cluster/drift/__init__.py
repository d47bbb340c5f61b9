"""What somebody changed by hand in objects that Helm installed: field by field, without what controllers own."""

from chartgen.cluster.drift.objects import Drift, drifts
from chartgen.cluster.drift.read import ReleaseDrift, of_releases

__all__ = ["Drift", "ReleaseDrift", "drifts", "of_releases"]
