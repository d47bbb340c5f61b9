"""The concerns, in the order in which the reference lists them. Adding one: its module, and a line here."""

from chartgen.concerns import (
    autoscaling,
    containers,
    disruption,
    env,
    files,
    image,
    ingress,
    jobs,
    labels,
    lifecycle,
    links,
    placement,
    ports,
    probes,
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
    service_account.CONCERN,
)

PARTS: dict[str, Parts] = {parts.field: parts for concern in CONCERNS for parts in concern.parts}
"""The fields that hold parts of a release, which take service fields too."""

__all__ = ["CONCERNS", "PARTS", "Concern", "Context", "Parts", "Peer", "ServicePort"]
