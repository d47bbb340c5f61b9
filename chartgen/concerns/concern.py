"""What a concern is: its spec fields, and its part of the chart values."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from chartgen.errors import InputError, Problem
from chartgen.fields import Fault, Fields
from chartgen.model import Values, options_of
from chartgen.yamlio import Map

if TYPE_CHECKING:
    from chartgen.concerns.outside import Outside


@dataclass(frozen=True, slots=True)
class ServicePort:
    """A port that others can reach: its name, its number on the Service, what it speaks, its number on the pods.

    It speaks http, grpc, websocket, tcp, udp or sctp.
    """

    name: str
    number: int
    type: str
    container: int = 0


@dataclass(frozen=True, slots=True)
class Peer:
    """A service of the project as others see it: its host name, and its ports in the order written.

    `ports` is None where what the service says of them is wrong, so that nobody can tell.
    """

    host: str
    ports: tuple[ServicePort, ...] | None


def _nothing_local(path: str) -> bytes:
    """Where there is no project, there are no files of it.

    Raises:
        InputError: always.
    """
    raise InputError([Problem("there is no such file")])


@dataclass(frozen=True, slots=True)
class Around:
    """The part of the link graph around a service.

    Attributes:
        callers: the services that link to it, each with the ports they mean.
        targets: the services that it links to, each with the ports it means.
        resources: the resources that it links to, in the order written.
        published: its ports that an ingress passes requests on to.
        exposed: its ports that a Service shows to the outside.
        ingress_class: the class of that ingress; empty: the chart's default.
    """

    callers: Mapping[str, tuple[ServicePort, ...]] = field(default_factory=dict)
    targets: Mapping[str, tuple[ServicePort, ...]] = field(default_factory=dict)
    resources: tuple[Outside, ...] = ()
    published: tuple[ServicePort, ...] = ()
    exposed: tuple[ServicePort, ...] = ()
    ingress_class: str = ""


@dataclass(frozen=True, slots=True)
class Context:
    """What a concern may know beyond its own fields.

    Attributes:
        project, environment, region, service: where we are.
        namespace: that of the place.
        registry: the project's image registry, for `image: AUTO`.
        version: the tag or digest that `versions/<environment>.yaml` gives this service.
        ports: the service's own ports, in the order written.
        part: the worker, job or test of the service that this is about; None: the service itself.
        peers: the services of the project by name, this one too.
        resources: what the project uses outside, by name.
        around: who links to this service, and to whom it links.
        local: project-relative path → that file's content; InputError where it cannot be had.
    """

    project: str
    environment: str
    region: str | None
    service: str
    namespace: str = ""
    registry: str | None = None
    version: str | None = None
    ports: tuple[ServicePort, ...] = ()
    part: str | None = None
    peers: Mapping[str, Peer] = field(default_factory=dict)
    resources: Mapping[str, Outside] = field(default_factory=dict)
    around: Around = field(default_factory=Around)
    local: Callable[[str], bytes] = _nothing_local

    @property
    def place(self) -> str:
        """The environment and region as options of a command: `-e prod -r eu-north`."""
        return options_of(self.environment, self.region)


def _as_written(layer: Map, faults: list[Fault]) -> Map:
    return layer


def _no_faults(fields: Any, context: Context) -> Iterable[Fault]:
    return ()


LEVELS = ("pod", "workload", "release")
"""Whose fields they are: of any pod, jobs and tests among them; of a workload, workers among them; of the release."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A field that holds parts of a release by name, which take the fields of other concerns too: workers, jobs.

    Attributes:
        field, value: where they stand in the spec, and in the chart's values.
        level: the concerns of this level and of those before it may stand in a part.
        fields: what a part has beside those.
    """

    field: str
    value: str
    level: str
    fields: type[Fields]

    def takes(self, concern: Concern) -> bool:
        """Whether the fields of the concern may stand in such a part."""
        return LEVELS.index(concern.level) <= LEVELS.index(self.level)


@dataclass(frozen=True, slots=True)
class Concern:
    """One aspect of a service, as the registry lists it.

    Attributes:
        name: the same in every room: this module, values-schemas/, base-chart/templates/_<name>.tpl, tests/cases/.
        title: what people call it.
        fields: the fields in their one form, all optional.
        values: resolved fields and context → the concern's part of the chart values; an unset field emits no key.
        normalise: brings one layer, as written, into the one form; adds to the faults what it cannot bring there.
        faults: what is wrong with resolved fields that are each right by themselves.
        forms: JSON Schemas of fields that exist in writing only, or whose written form is another.
        also: further JSON Schemas that a field's written form may have beside the one form.
        level: one of LEVELS.
        parts: those of its fields that hold parts of the release.
    """

    name: str
    title: str
    fields: type[Fields]
    values: Callable[[Any, Context], Values]
    normalise: Callable[[Map, list[Fault]], Map] = _as_written
    faults: Callable[[Any, Context], Iterable[Fault]] = _no_faults
    forms: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    also: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    level: str = LEVELS[-1]
    parts: tuple[Parts, ...] = ()

    @property
    def known(self) -> frozenset[str]:
        """Every field name a person may write."""
        return frozenset(self.fields.model_fields) | frozenset(self.forms)


def tidy(values: Mapping[str, Any]) -> Values:
    """The values without what is unset: entries that are None or an empty map are left out."""
    return {key: value for key, value in values.items() if value is not None and value != {}}
