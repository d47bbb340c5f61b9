"""`python -m scripts.custom_resources`: the schemas of other projects' kinds, from the Go modules that publish them.

Needs Go and its module proxy, so `make gen` leaves them as they are; `make e2e` proves them fresh. A newer version of a
project is another line in SOURCES, with the checksum that Go tells when the one here does not fit.

What differs from the definitions, and why:
- descriptions, formats, defaults, CEL rules and patterns with flags (`(?i)`) are dropped; a field with a default is not
  required;
- an object holds nothing but the properties it names, unless the definition keeps unknown fields: a server would drop
  them without a word;
- `metadata` is Kubernetes' own, `status` is not looked into;
- the Job of a KEDA ScaledJob is Kubernetes' own: the copy in KEDA's definition is three times the rest of this file.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chartgen import process, yamlio
from chartgen.errors import ToolError

ROOT = Path(__file__).resolve().parent.parent
DIRECTORY = "chartgen/checks/custom_resources"
_PATIENCE = 600.0


@dataclass(frozen=True, slots=True)
class Source:
    """A Go module that holds definitions of custom resources.

    Attributes:
        module: its path and version, as `go mod download` takes it.
        checksum: of all its files, as go.sum names it.
        files: a pattern below its root.
        kinds: those that the chart renders, or that its users give by hand, by API version.
    """

    module: str
    checksum: str
    files: str
    kinds: Mapping[str, tuple[str, ...]]


_ROUTES = ("HTTPRoute", "GRPCRoute", "TLSRoute", "TCPRoute", "UDPRoute")
SOURCES = (
    Source(
        "sigs.k8s.io/gateway-api@v1.6.3",
        "h1:lKpJa5bGlraC/QeACvCpsHLdmO6y0iKfzVl6gzaFEYc=",
        "config/crd/experimental/gateway.networking.k8s.io_*.yaml",
        {
            "gateway.networking.k8s.io/v1": (*_ROUTES, "Gateway", "ListenerSet", "BackendTLSPolicy"),
            "gateway.networking.k8s.io/v1alpha2": ("TLSRoute", "TCPRoute", "UDPRoute"),
            "gateway.networking.k8s.io/v1alpha3": ("TLSRoute",),
            "gateway.networking.k8s.io/v1beta1": ("HTTPRoute", "ReferenceGrant"),
        },
    ),
    Source(
        "github.com/cert-manager/cert-manager@v1.21.2",
        "h1:UWgoYM+KLNtRlqmoWOKjKBOBUPVHeepQ6/ac3ERJW68=",
        "deploy/crds/cert-manager.io_*s.yaml",
        {"cert-manager.io/v1": ("Certificate", "Issuer")},
    ),
    Source(
        "github.com/prometheus-operator/prometheus-operator@v0.85.0",
        "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=",
        "example/prometheus-operator-crd/*.yaml",
        {"monitoring.coreos.com/v1": ("ServiceMonitor", "PodMonitor", "PrometheusRule", "Probe")},
    ),
    Source(
        "github.com/kedacore/keda/v2@v2.21.0",
        "h1:R6z2HZvstK4RLUMxroNACzBj74xGxt3kG59b5Xc+Xps=",
        "config/crd/bases/keda.sh_*.yaml",
        {"keda.sh/v1alpha1": ("ScaledObject", "ScaledJob", "TriggerAuthentication")},
    ),
    Source(
        "k8s.io/autoscaler/vertical-pod-autoscaler@v1.8.1",
        "h1:Pe8bV1wozN4gOKO1rleiIY5alIyAXN+DnXDbXQcL4fI=",
        "deploy/vpa-v1-crd-gen.yaml",
        {"autoscaling.k8s.io/v1": ("VerticalPodAutoscaler",)},
    ),
    Source(
        "github.com/external-secrets/external-secrets@v1.3.2",
        "h1:u2J8RjlHIeF0oZCqtl92adI/uZWUwOesJIDkfql6LqQ=",
        "config/crds/bases/external-secrets.io_externalsecrets.yaml",
        {"external-secrets.io/v1": ("ExternalSecret",), "external-secrets.io/v1beta1": ("ExternalSecret",)},
    ),
    Source(
        "github.com/bitnami-labs/sealed-secrets@v0.40.0",
        "h1:rvCP35JL8ZV5LNA2SrwNR6iLyoM3ulrSFWN0lBtYEYI=",
        "helm/sealed-secrets/crds/*.yaml",
        {"bitnami.com/v1alpha1": ("SealedSecret",)},
    ),
    Source(
        "github.com/traefik/traefik/v3@v3.7.13",
        "h1:T8wy9KuaFzCkmXCqAzDy7t73pBDR1DHrJe3pqXpNXTw=",
        "docs/content/reference/dynamic-configuration/traefik.io_*.yaml",
        {
            "traefik.io/v1alpha1": (
                *("IngressRoute", "IngressRouteTCP", "IngressRouteUDP", "Middleware", "MiddlewareTCP"),
                *("ServersTransport", "ServersTransportTCP", "TLSOption"),
            )
        },
    ),
)

_KEPT = ("type", "required", "enum", "pattern", "not")
_BOUNDS = ("minimum", "maximum", "minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties")
_JOB = ("ScaledJob", "jobTargetRef")
_SHARED = {"metadata": {"$ref": "#/definitions/meta.v1.ObjectMeta"}, "status": {"type": "object"}}


def main() -> None:
    """Writes them, one file an API version, and says how large each is."""
    for path, content in generated().items():
        target = ROOT / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
        print(f"{path}: {len(content):,} bytes")


def generated() -> dict[str, bytes]:
    """The files by path.

    Raises:
        ToolError: there is no Go, the proxy does not answer, or a module is not what it was.
    """
    files = {}
    for source in SOURCES:
        found = dict(_schemas(source))
        for api_version, kinds in source.kinds.items():
            content = {kind: found[api_version, kind] for kind in sorted(kinds)}
            name = api_version.replace("/", "_")
            files[f"{DIRECTORY}/{name}.json"] = _text(content)
    return files


def definitions(source: Source) -> Iterator[dict[str, Any]]:
    """The definitions of a source's kinds, as it publishes them.

    Raises:
        ToolError: as `generated` does.
    """
    kinds = {kind for some in source.kinds.values() for kind in some}
    for file in sorted(_directory(source).glob(source.files)):
        for document in yamlio.load_all(file.read_bytes()):
            if not isinstance(document, dict) or document.get("kind") != "CustomResourceDefinition":
                continue
            if document["spec"]["names"]["kind"] in kinds:
                yield document


def _directory(source: Source) -> Path:
    """Where Go has unpacked the module."""
    # Outside any module: what this one requires must not weigh in.
    command = ["go", "mod", "download", "-json", source.module]
    done = process.run(command, timeout=_PATIENCE, directory=Path(ROOT.anchor))
    told = json.loads(done.stdout or b"{}")
    if told.get("Sum") != source.checksum or "Dir" not in told:
        raise ToolError(f"{source.module}: {told.get('Error') or told.get('Sum') or done.stderr}")
    return Path(told["Dir"])


def _schemas(source: Source) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    for definition in definitions(source):
        spec = definition["spec"]
        for version in spec["versions"]:
            api_version, kind = f"{spec['group']}/{version['name']}", spec["names"]["kind"]
            if kind in source.kinds.get(api_version, ()):
                yield (api_version, kind), _object(version["schema"]["openAPIV3Schema"], kind)


def _object(schema: Mapping[str, Any], kind: str) -> dict[str, Any]:
    found = _strict(schema)
    properties = {**found["properties"], **_SHARED}
    if kind == _JOB[0]:
        spec = properties["spec"]
        spec["properties"] = {**spec["properties"], _JOB[1]: {"$ref": "#/definitions/batch.v1.JobSpec"}}
    required = sorted({*found.get("required", ()), "metadata"})
    return {**found, "required": required, "properties": dict(sorted(properties.items()))}


def _strict(schema: Mapping[str, Any]) -> dict[str, Any]:
    """A part of a definition as JSON Schema."""
    if schema.get("x-kubernetes-int-or-string"):
        kept = _value(schema)
        kept.pop("anyOf", None)
        return {**kept, "type": ["integer", "string"]}
    found = _value(schema)
    below = {name: _strict(part) for name, part in sorted(schema.get("properties", {}).items())}
    defaulted = {name for name, part in schema.get("properties", {}).items() if "default" in part}
    if required := [name for name in schema.get("required", ()) if name not in defaulted]:
        found["required"] = required
    else:
        found.pop("required", None)
    if below:
        found["properties"] = below
    if isinstance(schema.get("additionalProperties"), dict):
        found["additionalProperties"] = _strict(schema["additionalProperties"])
    elif below and not schema.get("x-kubernetes-preserve-unknown-fields"):
        found["additionalProperties"] = False
    if "items" in schema:
        found["items"] = _strict(schema["items"])
    return found


def _value(schema: Mapping[str, Any]) -> dict[str, Any]:
    """What a part says of the value itself; choices say nothing but that, and never which fields there are."""
    found = {key: schema[key] for key in (*_KEPT, *_BOUNDS) if key in schema}
    if "(?" in found.get("pattern", ""):
        del found["pattern"]
    for key in ("anyOf", "oneOf", "allOf"):
        if key in schema:
            found[key] = [_choice(part) for part in schema[key]]
    if "not" in schema:
        found["not"] = _choice(schema["not"])
    return found


def _choice(schema: Mapping[str, Any]) -> dict[str, Any]:
    found = _value(schema)
    if "properties" in schema:
        found["properties"] = {name: _choice(part) for name, part in schema["properties"].items()}
    return found


def _text(kinds: Mapping[str, Any]) -> bytes:
    """JSON with a line a kind."""
    lines = ",\n".join(f"{json.dumps(kind)}: {json.dumps(schema, sort_keys=True)}" for kind, schema in kinds.items())
    return f"{{\n{lines}\n}}\n".encode()


if __name__ == "__main__":
    main()
