"""From the project to its releases: naming, layering, links and order."""

from chartgen.plan.releases import plan

__all__ = ["plan"]
