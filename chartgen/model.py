"""The words of the project as data: what one room hands to the next. Frozen, slotted, without behaviour of weight."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from chartgen.errors import Where

Values = dict[str, Any]
"""Helm values, or a part of them: maps, lists, strings, numbers, booleans and nulls, as JSON has them."""

Path = tuple[str | int, ...]
"""Where in a document: keys and list indexes, from the root."""

Severity = Literal["error", "warning", "info"]

CONTRACT = 1
"""The number of the values contract that this chartgen speaks."""

CONTRACT_ANNOTATION = "chartgen/contract"
"""The annotation of Chart.yaml in which a chart carries the number of its contract."""


@dataclass(frozen=True, slots=True)
class Chart:
    """A Helm chart in memory.

    Attributes:
        name, version: as Chart.yaml says.
        metadata: Chart.yaml, parsed.
        files: every file by its path inside the chart (`templates/service.yaml`), `/` on every system.
        values: the chart's defaults, values.yaml parsed.
        schema: values.schema.json parsed, or None without one.
        digest: sha256 over names and contents: equal charts have equal digests.
    """

    name: str
    version: str
    metadata: Mapping[str, Any]
    files: Mapping[str, bytes]
    values: Values
    schema: Mapping[str, Any] | None
    digest: str

    @property
    def contract(self) -> int | None:
        """The number of the contract the chart speaks, None for a chart that is not made by chartgen."""
        annotations = self.metadata.get("annotations")
        text = str(annotations.get(CONTRACT_ANNOTATION, "")) if isinstance(annotations, Mapping) else ""
        return int(text) if text.isdecimal() else None


@dataclass(frozen=True, slots=True)
class ChartRef:
    """Which chart a release uses, and where it comes from.

    `path` (a directory, relative to the project) for a local chart; `repository` and `version` for a published one;
    neither for the one that `render` assembles. `shared` tells whether it takes the values made from concerns.
    """

    name: str
    path: str | None = None
    repository: str | None = None
    version: str | None = None
    shared: bool = True


@dataclass(frozen=True, slots=True)
class Layer:
    """One file's part of a release's values, with the place where each entry was written.

    `origins` need not name every path: the longest prefix that it names answers for what lies below.
    """

    file: str
    values: Values
    origins: Mapping[Path, Where] = field(default_factory=dict)

    def origin(self, path: Path) -> Where:
        """Where the entry at `path` (or the nearest one above it) was written."""
        for end in range(len(path), -1, -1):
            if path[:end] in self.origins:
                return self.origins[path[:end]]
        return Where(self.file)


@dataclass(frozen=True, slots=True)
class Exports:
    """What others can use of a release: infrastructure code, pipelines, dashboards.

    Attributes:
        docker_repo_url: the image repository of a service with `image: AUTO`.
        links: the services and resources that it links to, as written.
        public_uris: where it is published.
        permissions: resource → what the service may do with it, and what is known of it.
        policies, roles: further cloud policies and roles.
    """

    docker_repo_url: str | None = None
    links: tuple[str, ...] = ()
    public_uris: tuple[str, ...] = ()
    permissions: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    policies: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Allowed:
    """A rule of `chartgen check` whose findings are accepted, why, and where that was written."""

    rule: str
    reason: str
    where: Where


@dataclass(frozen=True, slots=True)
class LargestNode:
    """What the largest node of a cluster has, as Kubernetes quantities; None: nobody says."""

    cpu: str | None = None
    memory: str | None = None


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """What the spec says about checking a release.

    Attributes:
        allowed: the rules whose findings are accepted.
        required_labels: the business labels that every object must have.
        largest_node: of the cluster.
        domains: those of the environment, where its variables name one or several as `domain`.
        project, environment: where they are written.
    """

    allowed: tuple[Allowed, ...] = ()
    required_labels: tuple[str, ...] = ()
    largest_node: LargestNode = LargestNode()
    domains: tuple[str, ...] = ()
    project: Where | None = None
    environment: Where | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """One service in one environment and region, as Helm installs it.

    Attributes:
        project, environment, region, service: what it is; `region` None where the environment has none.
        name, namespace, kube_context: Helm's release name, its namespace, the kubeconfig's context (None: the current).
        chart: which chart.
        generated: the values made from the spec; `origins` point into the spec.
        developer: the developer's own values files that exist, general to particular: each beats those before it.
        needs: the names of the releases (same environment and region, any namespace) that must be there first.
        timeout, max_history: seconds Helm waits; revisions it keeps. None: the project's helmDefaults.
        kubernetes: the Kubernetes version (`1.33`) of the cluster, None when the project does not say.
        exports: what others can use of it.
        create_namespace: whether Helm is to make the namespace; not where it is a release of its own, or always there.
        checks: what the spec says about checking it.
    """

    project: str
    environment: str
    region: str | None
    service: str
    name: str
    namespace: str
    kube_context: str | None
    chart: ChartRef
    generated: Layer
    developer: tuple[Layer, ...] = ()
    needs: tuple[str, ...] = ()
    timeout: int | None = None
    max_history: int | None = None
    kubernetes: str | None = None
    exports: Exports = field(default_factory=Exports)
    create_namespace: bool = True
    checks: CheckSettings = CheckSettings()

    @property
    def layers(self) -> tuple[Layer, ...]:
        """All values of the release, weakest first."""
        return (self.generated, *self.developer)

    @property
    def developer_files(self) -> tuple[str, ...]:
        """Where the developer's own values may stand, project-relative, general to particular, there or not."""
        names = [self.service, self.environment, *([self.region] if self.region else [])]
        return tuple(f"values/{'.'.join(names[:end])}.yaml" for end in range(1, len(names) + 1))

    @property
    def title(self) -> str:
        """The release as people call it: `prod/eu-north/frontend`."""
        return "/".join(part for part in (self.environment, self.region, self.service) if part)


@dataclass(frozen=True, slots=True)
class HelmDefaults:
    """What helm is told for every release that does not say otherwise; `timeout` is in seconds."""

    wait: bool = True
    atomic: bool = True
    create_namespace: bool = True
    timeout: int = 300
    max_history: int = 10


@dataclass(frozen=True, slots=True)
class EnvironmentPlan:
    """The releases of one environment.

    Attributes:
        name: the environment.
        releases: those of all its regions, in the order in which they are to be listed.
        regions: its regions in the order of their waves; empty where the environment has none (`Release.region` None).
    """

    name: str
    releases: tuple[Release, ...]
    regions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """All that `render` writes, as data: every environment's releases, and what stands in the files beside them.

    Attributes:
        project: its name.
        environments: every one that the project names, those without releases too.
        default_environment: the one that a plain `helmfile sync` touches; None: no one.
        helm_defaults: helmfile's `helmDefaults`.
        sources: service -> the spec files that describe it, project-relative, for the headers (`chartgen.yaml` first).
        chart: the assembled chart, for the releases whose `ChartRef` has neither path nor repository.
        lock: the content of `chartgen.lock`; None where no chart in use is published.
    """

    project: str
    environments: tuple[EnvironmentPlan, ...]
    default_environment: str | None = None
    helm_defaults: HelmDefaults = field(default_factory=HelmDefaults)
    sources: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    chart: Chart | None = None
    lock: bytes | None = None

    @property
    def releases(self) -> tuple[Release, ...]:
        """The releases of all environments."""
        return tuple(release for environment in self.environments for release in environment.releases)

    def regions(self, environment: str) -> tuple[str, ...]:
        """The regions of an environment; none: it has none."""
        [found] = [each for each in self.environments if each.name == environment]
        return found.regions


@dataclass(frozen=True, slots=True)
class Manifest:
    """One Kubernetes object rendered from a release.

    `template` is the path of its template as Helm names it (`microservice/templates/service.yaml`), `text` the YAML
    that Helm prints for it, without `---`.
    """

    release: Release
    template: str
    object: dict[str, Any]
    text: str = ""

    @property
    def title(self) -> str:
        """The object as kubectl names it: `Deployment/frontend`."""
        metadata = self.object.get("metadata")
        name = metadata.get("name", "?") if isinstance(metadata, dict) else "?"
        return f"{self.object.get('kind', '?')}/{name}"


@dataclass(frozen=True, slots=True)
class Finding:
    """What a check has to say: which rule, how bad, about what, where it was written, and what to do.

    `allowed` is the reason for which the spec accepts it; empty: it does not.
    """

    rule: str
    severity: Severity
    message: str
    release: str
    object: str = ""
    path: str = ""
    where: Where | None = None
    remedy: str = ""
    allowed: str = ""


@dataclass(frozen=True, slots=True)
class Package:
    """A packaged chart.

    Attributes:
        filename: `microservice-1.4.0.tgz`.
        content, digest: its bytes, and their sha256 (64 hex digits).
        metadata: Chart.yaml, parsed.
        provenance: the text of Helm's provenance file beside it (`microservice-1.4.0.tgz.prov`); None: it is unsigned.
    """

    name: str
    version: str
    filename: str
    content: bytes
    digest: str
    metadata: Mapping[str, Any]
    provenance: bytes | None = None


def options_of(environment: str, region: str | None) -> str:
    """What a command is given to mean a place: `-e prod -r eu-north`."""
    return f"-e {environment}" + (f" -r {region}" if region else "")
