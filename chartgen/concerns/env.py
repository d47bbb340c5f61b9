"""Environment: variables given in the spec, or taken from ConfigMaps, Secrets and the pod itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns import forms, variables
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.concerns.variables import Variables
from chartgen.fields import Entries, Fault, Fields, Flag, ObjectName, PartName, Text, present, text
from chartgen.fields import variable_name as is_variable
from chartgen.model import Values
from chartgen.yamlio import Map, Node, Scalar

_SECRET = ("encrypted", "mounted", "remote")
"""What tells that a variable is a secret, wherever it is written."""

_SOURCES = {"config_map": (), "secret": (), "remote": ()}


class FromFields(Fields):
    """A ConfigMap or Secret whose every key is a variable: one of `config_map`, `secret`, `remote`."""

    config_map: ObjectName | None = Field(
        None, description="The ConfigMap: one of `config_maps`, or one that is there.", examples=["shared"]
    )
    secret: ObjectName | None = Field(None, description="The Secret.", examples=["shop-database"])
    remote: Text | None = Field(
        None, description="A path in the secret store; all that stands there comes.", examples=["shop/database"]
    )
    prefix: Annotated[str, text(is_variable)] | None = Field(
        None, description="What the variables' names start with.", examples=["DB_"]
    )
    optional: Flag | None = Field(None, description="Whether the pods start without it, too.")


class EnvFields(Fields):
    """The container's environment."""

    env_vars: Variables | None = Field(
        None,
        description="Variables: a map, or a list of `{name, value}`. Values are strings, taken as written, or where "
        "they are: `{config_map, key}`, `{secret, key}`, `{field}`, `{resource}`. `$(OTHER)` in a value is another "
        "variable's.",
        examples=[{"LOG_LEVEL": "info", "POD_IP": {"field": "status.podIP"}}],
    )
    env_from: Annotated[dict[PartName, FromFields | None], Entries] | None = Field(
        None,
        description="ConfigMaps and Secrets whose every key is a variable, by any name; later names win, and "
        "`env_vars` beats them all.",
        examples=[{"shared": {"config_map": "shared"}, "database": {"secret": "shop-database", "prefix": "DB_"}}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """Both fields → maps by name; what `env_vars` says of secrets goes to `secrets`."""
    env, whole = layer.get("env_vars"), layer.get("env_from")
    if env is not None:
        layer = forms.put(layer, "env_vars", variables.normalise(env, ("env_vars",), faults))
        layer = _secrets_apart(layer, faults)
    if whole is not None:
        by_name = forms.named(whole, ("env_from",), faults)
        layer = forms.put(layer, "env_from", forms.alternatives(by_name, _SOURCES))
    return layer


def _secrets_apart(layer: Map, faults: list[Fault]) -> Map:
    """The layer in which secret variables stand in `secrets`, in the place of what weaker layers give in `env_vars`."""
    env = layer.entries["env_vars"]
    moved = {name: entry for name, entry in env.entries.items() if _is_secret(entry)} if isinstance(env, Map) else {}
    if not moved or not isinstance(env, Map):
        return layer
    said = layer.get("secrets")
    secrets = forms.listed(said, ("secrets",), faults) if said is not None else Map({}, {}, env.where)
    if not isinstance(secrets, Map):
        return layer
    places = {name: env.keys[name] for name in moved}
    nulls: dict[str, Node] = {name: Scalar(None, "", where) for name, where in places.items()}
    entries = layer.entries | {
        "env_vars": Map(env.entries | nulls, env.keys, env.where),
        "secrets": Map(secrets.entries | moved, secrets.keys | places, secrets.where),
    }
    return Map(entries, {"secrets": layer.keys["env_vars"]} | layer.keys, layer.where)


def _is_secret(entry: Node) -> bool:
    return isinstance(entry, Map) and any(name in entry.entries for name in _SECRET)


def faults(fields: EnvFields, context: Context) -> Iterable[Fault]:
    """Variables from nowhere, or from several places at once."""
    yield from variables.faults(("env_vars",), fields.env_vars)
    for name, whole in present(fields.env_from).items():
        yield from forms.one_source(("env_from", name), whole, _SOURCES)


def values(fields: EnvFields, context: Context) -> Values:
    """`env` and `envFrom`."""
    whole = {
        name: tidy(
            {
                "configMap": one.config_map,
                "secret": one.secret,
                "remote": one.remote,
                "prefix": one.prefix,
                "optional": one.optional,
            }
        )
        for name, one in present(fields.env_from).items()
    }
    return tidy({"env": variables.values(fields.env_vars), "envFrom": whole})


ALSO = {"env_vars": variables.schema(map_too=True, secret_too=True), "env_from": forms.schema_of_named(FromFields)}

CONCERN = Concern("env", "Environment", EnvFields, values, normalise, faults, also=ALSO, level="pod")
