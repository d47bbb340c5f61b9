"""The concerns, in the order in which the reference lists them. Adding one: its module, and a line here."""

from chartgen.concerns import (
    affinity,
    autoscaling,
    config_maps,
    containers,
    disruption,
    env,
    external_services,
    extra_manifests,
    files,
    gateway,
    image,
    ingress,
    jobs,
    labels,
    lifecycle,
    links,
    metrics,
    monitoring,
    namespace,
    network_policy,
    patches,
    placement,
    pod_details,
    ports,
    probes,
    rbac,
    resources,
    restart,
    rollout,
    secrets,
    security,
    service,
    service_account,
    storage,
    workers,
    workload,
)
from chartgen.concerns.concern import Around, Concern, Context, Parts, Peer, ServicePort

CONCERNS: tuple[Concern, ...] = (
    image.CONCERN,
    workload.CONCERN,
    workers.CONCERN,
    jobs.CONCERN,
    ports.CONCERN,
    service.CONCERN,
    external_services.CONCERN,
    probes.CONCERN,
    autoscaling.CONCERN,
    disruption.CONCERN,
    placement.CONCERN,
    affinity.CONCERN,
    resources.CONCERN,
    env.CONCERN,
    secrets.CONCERN,
    links.CONCERN,
    config_maps.CONCERN,
    files.CONCERN,
    restart.CONCERN,
    ingress.CONCERN,
    gateway.CONCERN,
    network_policy.CONCERN,
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

CONCERN_OF: dict[str, Concern] = {field: concern for concern in CONCERNS for field in concern.known}
"""The concern of each service field."""

NAMESPACE = namespace.CONCERN
"""What projects, environments and regions say of their namespace: no service does."""

PARTS: dict[str, Parts] = {parts.field: parts for concern in CONCERNS for parts in concern.parts}
"""The fields that hold parts of a release, which take service fields too."""

__all__ = [
    "CONCERNS",
    "CONCERN_OF",
    "NAMESPACE",
    "PARTS",
    "Around",
    "Concern",
    "Context",
    "Parts",
    "Peer",
    "ServicePort",
]
