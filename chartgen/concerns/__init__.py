"""The concerns, in the order in which the reference lists them. Adding one: its module, and a line here."""

from chartgen.concerns import (
    affinity,
    autoscaling,
    containers,
    disruption,
    env,
    extra_manifests,
    files,
    image,
    ingress,
    jobs,
    labels,
    lifecycle,
    links,
    metrics,
    monitoring,
    patches,
    namespace,
    placement,
    pod_details,
    ports,
    probes,
    rbac,
    resources,
    rollout,
    security,
    service,
    service_account,
    storage,
    workers,
    workload,
)
from chartgen.concerns.concern import Concern, Context, Parts, Peer, ServicePort

CONCERNS: tuple[Concern, ...] = (
    image.CONCERN,
    workload.CONCERN,
    workers.CONCERN,
    jobs.CONCERN,
    ports.CONCERN,
    service.CONCERN,
    probes.CONCERN,
    autoscaling.CONCERN,
    disruption.CONCERN,
    placement.CONCERN,
    affinity.CONCERN,
    resources.CONCERN,
    env.CONCERN,
    links.CONCERN,
    files.CONCERN,
    ingress.CONCERN,
    storage.CONCERN,
    containers.CONCERN,
    security.CONCERN,
    labels.CONCERN,
    lifecycle.CONCERN,
    rollout.CONCERN,
    metrics.CONCERN,
    monitoring.CONCERN,
    service_account.CONCERN,
    rbac.CONCERN,
    pod_details.CONCERN,
    patches.CONCERN,
    extra_manifests.CONCERN,
)

NAMESPACE = namespace.CONCERN
"""What projects, environments and regions say of their namespace: no service does."""

PARTS: dict[str, Parts] = {parts.field: parts for concern in CONCERNS for parts in concern.parts}
"""The fields that hold parts of a release, which take service fields too."""

__all__ = ["CONCERNS", "NAMESPACE", "PARTS", "Concern", "Context", "Parts", "Peer", "ServicePort"]
