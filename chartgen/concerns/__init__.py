"""The concerns, in the order in which the reference lists them. Adding one: its module, and a line here."""

from chartgen.concerns import (
    autoscaling,
    config_maps,
    disruption,
    env,
    files,
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
    restart,
    rollout,
    secrets,
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
    probes.CONCERN,
    autoscaling.CONCERN,
    disruption.CONCERN,
    placement.CONCERN,
    resources.CONCERN,
    env.CONCERN,
    secrets.CONCERN,
    links.CONCERN,
    config_maps.CONCERN,
    files.CONCERN,
    restart.CONCERN,
    ingress.CONCERN,
    storage.CONCERN,
    init_containers.CONCERN,
    security.CONCERN,
    labels.CONCERN,
    lifecycle.CONCERN,
    rollout.CONCERN,
    service_account.CONCERN,
)

__all__ = ["CONCERNS", "Concern", "Context", "Peer", "ServicePort"]
