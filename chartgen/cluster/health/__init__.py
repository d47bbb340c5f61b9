"""Whether what a release has running is well, and if it is not, why: judged as `kubectl rollout status` judges."""

from chartgen.cluster.health.pods import Trouble, pod_trouble
from chartgen.cluster.health.release import ReleaseHealth, WorkloadHealth, of_release
from chartgen.cluster.health.snapshot import Snapshot, read
from chartgen.cluster.health.state import Health, State, worst

__all__ = [
    "Health",
    "ReleaseHealth",
    "Snapshot",
    "State",
    "Trouble",
    "WorkloadHealth",
    "of_release",
    "pod_trouble",
    "read",
    "worst",
]
