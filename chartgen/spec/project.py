"""The project as it was read: layers still apart, references not yet resolved."""

from __future__ import annotations

import pathlib
from collections.abc import Mapping
from dataclasses import dataclass, field

from chartgen.errors import Where
from chartgen.model import LargestNode, Layer
from chartgen.spec.chartfields import BuildFields, ChartFields
from chartgen.spec.layers import EMPTY
from chartgen.spec.local import LocalFiles
from chartgen.spec.paths import Paths
from chartgen.yamlio import Document, Map


@dataclass(frozen=True, slots=True)
class Region:
    """One cluster of an environment, with what it inherits where the environment extends another that has it too.

    `vars`, `overrides`, `managed_namespace` and `resources` are layers, the weakest first: laid one by one, for a null
    among them removes what is below.
    """

    name: str
    kube_context: str | None
    wave: int
    vars: tuple[Map, ...]
    overrides: tuple[Map, ...]
    managed_namespace: tuple[Map, ...]
    largest_node: LargestNode
    where: Where
    resources: tuple[Map, ...] = ()


@dataclass(frozen=True, slots=True)
class Environment:
    """Where the project runs.

    Attributes:
        lineage: the environments whose layers it takes, the weakest first, itself last.
        vars, managed_namespace, resources: with those it inherits, each a layer; `overrides` are its own alone.
        regions: in the order of their waves.
    """

    name: str
    lineage: tuple[str, ...]
    kube_context: str | None
    kubernetes: str | None
    largest_node: LargestNode
    vars: tuple[Map, ...]
    overrides: Map
    managed_namespace: tuple[Map, ...]
    regions: tuple[Region, ...]
    where: Where
    resources: tuple[Map, ...] = ()


@dataclass(frozen=True, slots=True)
class Service:
    """A service as written: what it says everywhere, per environment, per region, each layer in the one form."""

    name: str
    file: str
    base: Map
    environments: Mapping[str, Map]
    regions: Mapping[tuple[str, str], Map]
    where: Where


@dataclass(frozen=True, slots=True)
class Versions:
    """What runs in one environment or region: tag or digest by service, and the chart's version."""

    images: Mapping[str, str] = field(default_factory=dict)
    chart: str | None = None


@dataclass(frozen=True, slots=True)
class Project:
    """What one `chartgen.yaml` describes, with the files beside it.

    Attributes:
        directory: where `chartgen.yaml` stands.
        conventions: where it asks for those of HOPS; None where it does not.
        defaults: the fields for every service, the business labels among them.
        resources: what services use outside the project, below what environments say of it.
        managed_namespace: what it says of every namespace; empty where it says nothing.
        environments, services: by name, in the order written.
        versions: by environment and region; region None is the environment as a whole.
        developer: the developer's own values by file name (`values/frontend.prod.yaml`).
        local: further files of the project, which services refer to.
        documents: the files read; `paths` tells what stands where in them, for messages.
        required_labels: the business labels that every object must have, for `chartgen check`.
        doubtful: services of which something could not be read: what they lack may be only misspelt.
    """

    name: str
    directory: pathlib.Path
    chart: ChartFields
    build: BuildFields
    namespace: str
    naming: str
    conventions: Where | None
    default_environment: str | None
    registry: str | None
    kubernetes: str | None
    vars: Map
    defaults: Map
    managed_namespace: Map
    environments: Mapping[str, Environment]
    services: Mapping[str, Service]
    versions: Mapping[tuple[str, str | None], Versions]
    developer: Mapping[str, Layer]
    local: LocalFiles
    documents: Mapping[str, Document]
    paths: Paths
    required_labels: tuple[str, ...] = ()
    doubtful: frozenset[str] = frozenset()
    resources: Map = EMPTY
