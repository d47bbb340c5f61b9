"""The concerns, in the order in which the reference lists them. Adding one: its module, and a line here."""

from chartgen.concerns import (
    autoscaling,
    disruption,
    env,
    external_services,
    files,
    gateway,
    image,
    ingress,
    init_containers,
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
)
from chartgen.concerns.concern import Concern, Context, Peer, ServicePort

CONCERNS: tuple[Concern, ...] = (
    image.CONCERN,
    ports.CONCERN,
    service.CONCERN,
    external_services.CONCERN,
    probes.CONCERN,
    autoscaling.CONCERN,
    disruption.CONCERN,
    placement.CONCERN,
    resources.CONCERN,
    env.CONCERN,
    links.CONCERN,
    files.CONCERN,
    ingress.CONCERN,
    gateway.CONCERN,
    storage.CONCERN,
    init_containers.CONCERN,
    security.CONCERN,
    labels.CONCERN,
    lifecycle.CONCERN,
    rollout.CONCERN,
    service_account.CONCERN,
)

__all__ = ["CONCERNS", "Concern", "Context", "Peer", "ServicePort"]
