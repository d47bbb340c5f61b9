"""The concerns, in the order in which the reference lists them. Adding one: its module, and a line here."""

from chartgen.concerns import (
    autoscaling,
    disruption,
    env,
    files,
    image,
    ingress,
    init_containers,
    labels,
    lifecycle,
    links,
    network_policy,
    placement,
    ports,
    probes,
    resources,
    rollout,
    security,
    service,
    service_account,
    storage,
)
from chartgen.concerns.concern import Around, Concern, Context, Peer, ServicePort

CONCERNS: tuple[Concern, ...] = (
    image.CONCERN,
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
    network_policy.CONCERN,
    storage.CONCERN,
    init_containers.CONCERN,
    security.CONCERN,
    labels.CONCERN,
    lifecycle.CONCERN,
    rollout.CONCERN,
    service_account.CONCERN,
)

__all__ = ["CONCERNS", "Around", "Concern", "Context", "Peer", "ServicePort"]
