"""Secrets: where the values are that nobody may read in a spec."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import (
    ContainerPath,
    DataKey,
    Entries,
    Fault,
    Fields,
    FileMode,
    Flag,
    ObjectName,
    Text,
    TextMap,
    VariableName,
    choice,
    pattern,
    present,
    text,
    wrong,
)
from chartgen.model import Values
from chartgen.yamlio import Map, Node, Path, Scalar

_CIPHERTEXT = "[A-Za-z0-9+/]{64,}={0,2}"
_PLACES = "where the value is: `{secret: …, key: …}`, `{remote: …}`, `{encrypted: …}`, or nothing"
_NEVER = "a secret's value never stands in a spec"
_SOURCES: Mapping[str, tuple[str, ...]] = {
    "secret": ("key", "optional"),
    "remote": ("property", "version"),
    "encrypted": (),
    "mounted": (),
}


def _ciphertext(written: str) -> str:
    """What is no ciphertext may be the secret itself: it is not told."""
    if not re.fullmatch(_CIPHERTEXT, written):
        raise wrong("is nothing that kubeseal prints", "the encrypted value, in base64", _NEVER)
    return written


class SecretFields(Fields):
    """Where one value comes from; a key of the service's own Secret, unless anything else is said."""

    secret: ObjectName | None = Field(
        None, description="A Secret that is there; `<service>-secrets` unless given.", examples=["shop-database"]
    )
    key: DataKey | None = Field(None, description="The key in it; the variable's name unless given.")
    optional: Flag | None = Field(None, description="Whether the pods start without it, too.")
    remote: Text | None = Field(
        None, description="The path in `secret_store`, for an ExternalSecret.", examples=["shop/database"]
    )
    property: Text | None = Field(None, description="The part of what stands at that path.", examples=["password"])
    version: Text | None = Field(None, description="The version of it; the latest unless given.")
    encrypted: Annotated[str, text(_ciphertext, type="string", pattern=f"^{_CIPHERTEXT}$")] | None = Field(
        None, description="The value as kubeseal encrypted it for the cluster, for a SealedSecret."
    )
    mounted: Text | None = Field(
        None, description="The name under which `secret_provider` mounts the value.", examples=["database-password"]
    )
    path: ContainerPath | None = Field(
        None, description="The file that the value becomes, instead of a variable.", examples=["/etc/web/password"]
    )
    mode: FileMode | None = Field(None, description="That file's mode; 0644 unless given.", examples=["0400"])


class StoreFields(Fields):
    """A store of the External Secrets operator."""

    name: ObjectName | None = Field(None, description="Its name.", examples=["vault"])
    kind: Annotated[str, choice("SecretStore", "ClusterSecretStore")] | None = Field(
        None, description="Its kind; `SecretStore`, one of the namespace, unless given."
    )
    refresh_interval: Annotated[str, pattern("([0-9]+(ms|s|m|h))+", "a duration: `30s`, `15m`, `1h`")] | None = Field(
        None, description="How often it is asked; every hour unless given.", examples=["15m"]
    )


class ProviderFields(Fields):
    """A provider of the Secrets Store CSI driver."""

    provider: Text | None = Field(None, description="Its name.", examples=["aws"])
    parameters: TextMap | None = Field(
        None, description="What it wants to know, the objects to mount among it.", examples=[{"objects": "…"}]
    )
    path: ContainerPath | None = Field(
        None, description="Where the values are mounted; /mnt/secrets-store unless given.", examples=["/mnt/secrets"]
    )


class SecretsFields(Fields):
    """Secrets."""

    secrets: Annotated[dict[VariableName, SecretFields | None], Entries] | None = Field(
        None,
        description="Variables whose values are secret: a list of names, keys of the service's Secret, which must be "
        "there before the deploy; or a map to where each value is.",
        examples=[["DB_PASSWORD"], {"DB_PASSWORD": {"remote": "shop/database", "property": "password"}}],
    )
    secret_store: StoreFields | None = Field(
        None, description="The store that `remote` means, or its name.", examples=["vault"]
    )
    secret_provider: ProviderFields | None = Field(
        None, description="The CSI provider that mounts what `mounted` means.", examples=[{"provider": "aws"}]
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """A list of names → a map; the store's name → the store."""
    said = layer.get("secrets")
    if said is not None:
        by_name = forms.listed(said, ("secrets",), faults)
        layer = forms.put(layer, "secrets", forms.alternatives(_without_values(by_name, faults), _SOURCES))
    return forms.word(layer, "secret_store", "name")


def _without_values(node: Node, faults: list[Fault]) -> Node:
    """The entries that say where a value is; one that says the value is a fault, which does not tell it."""
    if not isinstance(node, Map):
        return node
    right: dict[str, Node] = {}
    for name, entry in node.entries.items():
        plain = isinstance(entry, Scalar) and entry.value is not None
        if plain or (isinstance(entry, Map) and "value" in entry.entries):
            path: Path = ("secrets", name) if plain else ("secrets", name, "value")
            faults.append(Fault(path, _NEVER, _PLACES, "take the value out, and change it: it may have been read"))
        else:
            right[name] = entry
    return replace(node, entries=right)


def faults(fields: SecretsFields, context: Context) -> Iterable[Fault]:
    """Values from several places at once, and places of which nobody says how to get there."""
    for name, secret in present(fields.secrets).items():
        path = ("secrets", name)
        yield from forms.one_source(path, secret, _SOURCES, needed=False)
        if secret.mode is not None and secret.path is None:
            yield Fault((*path, "mode"), "goes with `path`", hint="remove it")
        if secret.path is not None and secret.optional:
            hint = "Kubernetes would make a directory of a key that is missing"
            yield Fault((*path, "optional"), "goes with variables", hint=hint)
        if context.part is not None:
            continue  # what the service says of stores and providers holds for its parts
        if secret.remote is not None and (fields.secret_store or StoreFields()).name is None:
            yield Fault(
                (*path, "remote"), "needs the `secret_store`", hint="name it: `secret_store: vault`", absent=True
            )
        if secret.mounted is not None and (fields.secret_provider or ProviderFields()).provider is None:
            hint = "name it: `secret_provider: {provider: aws, parameters: {…}}`"
            yield Fault((*path, "mounted"), "needs the `secret_provider`", hint=hint, absent=True)


def mounts(fields: SecretsFields) -> Iterator[tuple[Path, str, str]]:
    """Where files stand in the container: the field that says so, the path, and what stands there."""
    mounted = False
    for name, secret in present(fields.secrets).items():
        mounted = mounted or secret.mounted is not None
        if secret.path is not None:
            yield ("secrets", name, "path"), secret.path, f"the secret `{name}`"
    if mounted:
        own = fields.secret_provider.path if fields.secret_provider else None
        yield ("secret_provider", "path"), own or "/mnt/secrets-store", "what `secret_provider` mounts"


def values(fields: SecretsFields, context: Context) -> Values:
    """`secrets`, `secretStore` and `secretProvider`."""
    store, provider = fields.secret_store or StoreFields(), fields.secret_provider
    places = {name: _place(secret) for name, secret in present(fields.secrets).items()}
    named = {"name": store.name, "kind": store.kind, "refreshInterval": store.refresh_interval}
    driver = provider and tidy(
        {"provider": provider.provider, "parameters": present(provider.parameters), "mountPath": provider.path}
    )
    return tidy({"secrets": places, "secretStore": tidy(named), "secretProvider": driver})


def _place(secret: SecretFields) -> Values:
    return tidy(
        {
            "secret": secret.secret,
            "key": secret.key,
            "optional": secret.optional,
            "remote": secret.remote,
            "property": secret.property,
            "version": secret.version,
            "encrypted": secret.encrypted,
            "mounted": secret.mounted,
            "mountPath": secret.path,
            "mode": secret.mode,
        }
    )


ALSO = {
    "secrets": forms.schema_of_listed(SecretFields.model_json_schema()),
    "secret_store": {"type": "string"},
}

CONCERN = Concern("secrets", "Secrets", SecretsFields, values, normalise, faults, also=ALSO, level="pod")
