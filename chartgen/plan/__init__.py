"""From the project to its releases: naming, layering, links and order."""

from chartgen.plan.releases import plan
from chartgen.plan.whole import read

__all__ = ["plan", "read"]
