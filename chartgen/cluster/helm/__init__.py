"""Release operations by helm 3 and 4, through pyhelm3: it knows their arguments, and we run them."""

from chartgen.cluster.helm.errors import HelmError
from chartgen.cluster.helm.releases import PHASES, Helm

__all__ = ["PHASES", "Helm", "HelmError"]
