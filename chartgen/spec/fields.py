"""The fields of `chartgen.yaml`, of its environments and regions, and of a service beyond its concerns."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns.amounts import Cores, Memory
from chartgen.concerns.reference import is_version
from chartgen.fields import (
    Entries,
    Fields,
    Items,
    Json,
    Labels,
    Name,
    QualifiedName,
    Read,
    Text,
    Texts,
    choice,
    describe,
    integer,
    key,
    matching,
    pattern,
    quoted,
    text,
    wrong,
)
from chartgen.spec.chartfields import BuildFields, ChartFields, ChartVersion


def _version_of_image(version: str) -> str:
    if not is_version(version):
        raise wrong(f"is {quoted(version)}", "a tag, `v1.4.0`, or a digest, `sha256:…` with 64 digits")
    return version


_ImageVersion = Annotated[str, text(_version_of_image)]


def _map_or_nothing(value: Any) -> Any:
    if value is None or isinstance(value, dict):
        return value or {}
    raise wrong(f"is {describe(value)}", "a map")


SERVICE_PART = "service part"
"""Marks, in the JSON Schema, a map of service fields: it is replaced by a reference to them."""

ServicePart = Annotated[dict[str, Any], Read(_map_or_nothing, {"$comment": SERVICE_PART})]
"""Fields of a service as one layer of many: read later, layer by layer."""

RESOURCES = "resources"
"""Marks, in the JSON Schema, a map of resources: it is replaced by a reference to their fields."""

ResourcePart = Annotated[dict[str, Any], Read(_map_or_nothing, {"$comment": RESOURCES})]
"""Resources of one layer of many: read later, layer by layer."""

NAMESPACE_PART = "namespace part"
"""Marks, in the JSON Schema, what is said of the namespace: it is replaced by a reference to its fields."""

NamespacePart = Annotated[Any, Read(lambda value: value, {"$comment": NAMESPACE_PART})]
"""What one layer of many says of the namespace: read later, all layers together."""

JsonMap = Annotated[dict[str, Json], Entries]

_Kubernetes = Annotated[str, pattern(r"1\.(3[0-9]|[4-9][0-9])(\.[0-9]+)?", "a version from 1.30 on, such as `1.33`")]


_RULE = "[a-z][-a-z0-9]*"


def _reason(reason: str) -> str:
    if not reason.strip():
        raise wrong("is empty", "the reason why the rule does not hold here")
    return reason


Allow = Annotated[
    dict[
        Annotated[str, key(matching(_RULE, "the id of a rule; `chartgen check --list-rules` names them"))],
        Annotated[str, text(_reason)] | None,
    ],
    Entries,
]
_ALLOW = "Rules of `chartgen check` whose findings are accepted here, each with the reason."


class ChecksFields(Fields):
    """What `chartgen check` is told."""

    allow: Allow | None = Field(None, description=_ALLOW, examples=[{"single-replica": "it keeps its state in memory"}])


class ProjectChecksFields(ChecksFields):
    """What `chartgen check` is told of all services."""

    required_labels: Annotated[list[QualifiedName], Items] | None = Field(
        None, description="Business labels that every object must have.", examples=[["owner"]]
    )


class LargestNodeFields(Fields):
    """What the largest node of a cluster has."""

    cpu: Cores | None = Field(None, description="Its cores, or a quantity.", examples=[8])
    memory: Memory | None = Field(None, description="Its memory: MiB, or a quantity.", examples=["32Gi"])


class RegionFields(Fields):
    """One cluster of an environment."""

    kube_context: Text | None = Field(
        None, description="The context of the kubeconfig; the environment's unless given."
    )
    largest_node: LargestNodeFields | None = Field(
        None, description="The largest node of this cluster; the environment's unless given."
    )
    wave: Annotated[int, integer(0)] | None = Field(
        None, description="When this region's turn is: lower waves first; 1 unless given.", examples=[1]
    )
    vars: JsonMap | None = Field(None, description="Variables, over those of the environment.")
    overrides: ServicePart | None = Field(
        None, description="Service fields for every service here, over what services say for the environment."
    )
    resources: ResourcePart | None = Field(None, description="What is different of `resources` here; null: not here.")
    managed_namespace: NamespacePart | None = Field(
        None,
        description="The namespace here as a release of its own, over what the environment says.",
    )


class EnvironmentFields(Fields):
    """Where the project runs."""

    extends: Text | None = Field(
        None, description="An environment whose variables, overrides, context and services' parts lie below this one's."
    )
    kube_context: Text | None = Field(
        None, description="The context of the kubeconfig; the current one unless given.", examples=["prod"]
    )
    kubernetes: _Kubernetes | None = Field(None, description="The cluster's Kubernetes version.", examples=["1.33"])
    largest_node: LargestNodeFields | None = Field(
        None,
        description="The largest node of the cluster, which no pod may ask more than.",
        examples=[{"cpu": 8, "memory": "32Gi"}],
    )
    checks: ChecksFields | None = Field(None, description="What `chartgen check` is told of the services here.")
    vars: JsonMap | None = Field(
        None, description="Variables, referred to as `{vars.name}`.", examples=[{"domain": "shop.example"}]
    )
    overrides: ServicePart | None = Field(
        None, description="Service fields for every service here, over what the services themselves say."
    )
    resources: ResourcePart | None = Field(
        None,
        description="What is different of the project's `resources` here, and further ones; null: not here.",
        examples=[{"db": {"secret": "shop-db-prod"}}],
    )
    managed_namespace: NamespacePart | None = Field(
        None,
        description="The namespace as a release of its own here, over what the project says; `false` for none.",
    )
    regions: Annotated[dict[str, RegionFields | None], Entries] | None = Field(
        None, description="The environment's regions, one cluster each, by name."
    )


class ProjectFields(Fields):
    """A project: its services, its environments, the chart they share."""

    project: Name = Field(description="The project's name.", examples=["boutique"])
    chart: ChartFields | None = Field(
        None, description="The chart the services share; the one chartgen brings unless given."
    )
    build: BuildFields | None = Field(None, description="How `chartgen build` makes the chart.")
    namespace: Text = Field(
        "apps-{project}-{environment}",
        description="The namespace of the releases, a pattern of `{project}`, `{environment}`, `{region}`, `{vars.…}`; "
        "`_` becomes `-`.",
    )
    managed_namespace: NamespacePart | None = Field(
        None,
        description="Makes each namespace a release of its own, installed first and kept when it goes: `true`, or what "
        "is to hold in it.",
        examples=[True, {"pod_security": "restricted", "quota": {"pods": 100}}],
    )
    naming: Text = Field(
        "{service}",
        description="The name of a release, a pattern of `{service}`, `{project}`, `{environment}`, `{region}`; its "
        "objects have the same name.",
        examples=["{project}-{service}"],
    )
    conventions: Annotated[str, choice("hops")] | None = Field(
        None,
        description="Whose conventions fill in what is not said: `hops` names releases `{project}-{service}` (a single "
        "one `{project}`), takes `test` as the default environment, and asks for readiness at `/health` every 2 s, "
        "but not for liveness.",
        examples=["hops"],
    )
    default_environment: Text | None = Field(
        None, description="The environment that plain `helmfile sync` touches; none unless given.", examples=["dev"]
    )
    registry: Text | None = Field(
        None, description="The image registry, for `image: AUTO`.", examples=["registry.example.com"]
    )
    kubernetes: _Kubernetes | None = Field(None, description="The clusters' Kubernetes version.", examples=["1.33"])
    labels: Labels | None = Field(
        None, description="Business labels, on every object.", examples=[{"owner": "shop-team"}]
    )
    checks: ProjectChecksFields | None = Field(None, description="What `chartgen check` is told of all services.")
    vars: JsonMap | None = Field(None, description="Variables for every environment, below its own.")
    resources: ResourcePart | None = Field(
        None,
        description="What services use outside the project, by name: the kind, or `{kind: …}`. Services link to them.",
        examples=[{"db": "postgres", "media": {"kind": "s3", "values": {"bucket": "shop-media"}}}],
    )
    defaults: ServicePart | None = Field(None, description="Service fields for every service, below its own.")
    environments: Annotated[dict[str, EnvironmentFields | None], Entries] = Field(
        description="Where the project runs, by name.", examples=[{"dev": {}, "prod": {}}]
    )
    services: ServicePart | None = Field(
        None, description="The services, by name; each may stand in `services/<name>.yaml` instead."
    )


class ServiceSettings(Fields):
    """What a service says beyond its concerns."""

    chart: ChartFields | None = Field(
        None,
        description="A chart of its own (`path`, or `name` and `repository`), for what has another lifecycle; or "
        "another `version` of the shared one.",
        examples=[{"path": "charts/redis"}],
    )
    values: JsonMap | None = Field(
        None,
        description="Chart values given straight, over those that the other fields make; for a chart of its own, all.",
        examples=[{"image": "redis:8.2-alpine"}],
    )
    checks: ChecksFields | None = Field(
        None,
        description="What `chartgen check` is told of the service.",
        examples=[{"allow": {"single-replica": "it keeps its state in memory"}}],
    )
    depends_on: Texts | None = Field(
        None, description="Services that must be installed before this one.", examples=[["migrations"]]
    )
    additional_iam_policies: Texts | None = Field(
        None,
        description="Cloud policies that the service needs beside what its links ask for: exported for infrastructure "
        "code.",
        examples=[["arn:aws:iam::aws:policy/AmazonSESFullAccess"]],
    )
    additional_iam_roles: Texts | None = Field(
        None, description="Cloud roles likewise.", examples=[["roles/cloudtrace.agent"]]
    )
    timeout: Annotated[int, integer(1)] | None = Field(
        None, description="Seconds Helm waits for the release; 300 unless given.", examples=[600]
    )
    max_history: Annotated[int, integer(0)] | None = Field(
        None, description="Revisions Helm keeps; 25 unless given.", examples=[10]
    )


class RegionVersionsFields(Fields):
    """Which image, and which chart, runs in one region."""

    images: Annotated[dict[str, _ImageVersion | None], Entries] | None = Field(
        None, description="The tag or digest of each service's image."
    )
    chart: ChartVersion | None = Field(None, description="The version of the shared chart.")


class VersionsFields(RegionVersionsFields):
    """`versions/<environment>.yaml`: which image, and which chart, runs there."""

    regions: Annotated[dict[str, RegionVersionsFields | None], Entries] | None = Field(
        None, description="The same, in one region."
    )
