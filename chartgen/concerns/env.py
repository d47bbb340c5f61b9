"""Environment: variables given in the spec, and variables from the service's Secret."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import (
    Entries,
    Fault,
    Fields,
    ObjectName,
    VariableName,
    Variables,
    matching,
    present,
    quoted,
    text,
    wrong,
)
from chartgen.model import Values
from chartgen.yamlio import Map

_KEY = "[-._A-Za-z0-9]+"


def _secret_key(key: str) -> str:
    """Checks a key of a Secret. Source: Kubernetes, `IsConfigMapKey`."""
    if key == "." or key.startswith(".."):
        raise wrong(f"is {quoted(key)}", "a key that does not lead elsewhere")
    return matching(_KEY, "a key: letters, digits, `-`, `_` and `.`", longest=253)(key)


class SecretFields(Fields):
    """Where one variable comes from."""

    secret: ObjectName | None = Field(None, description="The Secret's name; `<service>-secrets` unless given.")
    key: Annotated[str, text(_secret_key, type="string", pattern=f"^{_KEY}$")] | None = Field(
        None, description="The key in it; the variable's name unless given."
    )


class EnvFields(Fields):
    """The container's environment."""

    env_vars: Variables | None = Field(
        None,
        description="Variables: a map, or a list of `{name, value}`. Values are strings, taken as written.",
        examples=[{"LOG_LEVEL": "info"}],
    )
    secrets: Annotated[dict[VariableName, SecretFields | None], Entries] | None = Field(
        None,
        description="Variables from the service's Secret, which must exist before the deploy: a list of names, or a "
        "map to `{secret, key}`.",
        examples=[["DB_PASSWORD"]],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """Both fields → maps by the variable's name."""
    env, secrets = layer.get("env_vars"), layer.get("secrets")
    if env is not None:
        layer = forms.put(layer, "env_vars", forms.variables(env, ("env_vars",), faults))
    if secrets is not None:
        layer = forms.put(layer, "secrets", forms.listed(secrets, ("secrets",), faults))
    return layer


def faults(fields: EnvFields, context: Context) -> Iterable[Fault]:
    """One name given twice."""
    env = present(fields.env_vars)
    for name in (name for name in present(fields.secrets) if name in env):
        yield Fault(("secrets", name), "stands in `env_vars` too", "one of the two", "remove one of them")


def values(fields: EnvFields, context: Context) -> Values:
    """`env` and `secrets`."""
    secrets = {
        name: tidy({"secret": secret.secret, "key": secret.key}) for name, secret in present(fields.secrets).items()
    }
    return tidy({"env": present(fields.env_vars), "secrets": secrets})


ALSO = {"env_vars": forms.VARIABLES, "secrets": forms.schema_of_listed(SecretFields.model_json_schema())}

CONCERN = Concern("env", "Environment", EnvFields, values, normalise, faults, also=ALSO, level="pod")
