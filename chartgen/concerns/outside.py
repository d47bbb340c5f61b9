"""Resources: what services use outside the project, as its `resources` say it, and what a link gives of it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, get_args

from pydantic import Field

from chartgen.concerns import peers, proxies
from chartgen.concerns.kinds import CUSTOM, KINDS, SERVICE, Kind
from chartgen.concerns.peers import PlaceFields
from chartgen.concerns.proxies import ProxyFields
from chartgen.errors import did_you_mean
from chartgen.fields import (
    ContainerPath,
    DataKey,
    Entries,
    Fault,
    Fields,
    ObjectName,
    PortNumber,
    Read,
    Text,
    choice,
    describe,
    key,
    matching,
    pattern,
    present,
    quoted,
    text,
    variable_name,
    wrong,
)
from chartgen.model import Values
from chartgen.yamlio import Scalar

LOCAL = "127.0.0.1"
_SETTING = "[A-Za-z0-9][-._A-Za-z0-9]*"
_OF_SERVICES = ("host", "namespace", "port", "container_port", "type")
_OF_OTHERS = ("secret", "keys", "values", "files", "variables", "proxy", "egress")
_HOST = r"[a-z0-9]([-a-z0-9.]*[a-z0-9])?"

SettingName = Annotated[str, key(matching(_SETTING, "a setting: letters, digits, `_`, `-` and `.`"))]


def _kind(written: str) -> str:
    if written not in KINDS:
        raise wrong(f"is {quoted(written)}", f"one of {', '.join(KINDS)}", did_you_mean(written, KINDS))
    return written


@dataclass(frozen=True, slots=True)
class Keys:
    """Settings by name, each with its key in the Secret (None: not given); `whole`: there are no others."""

    by_name: Mapping[str, str | None] = field(default_factory=dict)
    whole: bool = False


def _keys(value: Any) -> Keys:
    """A list names all settings; a map changes those of the kind."""
    if isinstance(value, dict):
        return Keys({_named(name): _key(entry) for name, entry in value.items()})
    if not isinstance(value, list):
        raise wrong(f"is {describe(value)}", "a list of settings, or a map from settings to keys of the Secret")
    found: dict[str, str | None] = {}
    for item in value:
        pairs = item.items() if isinstance(item, dict) else [(item.text, item)] if isinstance(item, Scalar) else ()
        if len(pairs) != 1:
            raise wrong(f"has {describe(item)}", "names of settings, or `{setting: key of the Secret}`")
        found.update({_named(name): _key(entry) for name, entry in pairs})
    return Keys(found, whole=True)


def _named(name: str) -> str:
    return matching(_SETTING, "settings of letters, digits, `_`, `-` and `.`")(name)


def _key(value: Any) -> str | None:
    checked = get_args(DataKey)[1].convert
    return None if value is None else str(checked(value))


_ONE_KEY = {"type": ["string", "null"], "pattern": "^[-._A-Za-z0-9]+$"}
_KEYS_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "object", "additionalProperties": _ONE_KEY},
        {
            "type": "array",
            "items": {"anyOf": [{"type": "string"}, {"type": "object", "additionalProperties": _ONE_KEY}]},
        },
    ]
}


class ResourceFields(Fields):
    """Something outside the project that services use."""

    kind: Annotated[str, text(_kind, type="string", enum=[*KINDS])] | None = Field(
        None, description="What it is. `service` is a service of another project or namespace.", examples=["postgres"]
    )
    secret: ObjectName | None = Field(
        None, description="The Secret with its settings; the resource's name unless given.", examples=["shop-db"]
    )
    keys: Annotated[Keys, Read(_keys, _KEYS_SCHEMA)] | None = Field(
        None,
        description="Settings that come from the Secret, each with its key there: a map changes those of the kind "
        "(null: not given), a list names all there are.",
        examples=[{"db_password": "password"}, ["url"], [{"url": "DATABASE_URL"}]],
    )
    values: Annotated[dict[SettingName, Text | None], Entries] | None = Field(
        None, description="Settings that are no secret, straight.", examples=[{"bucket": "shop-media-prod"}]
    )
    files: Annotated[dict[SettingName, ContainerPath | None], Entries] | None = Field(
        None,
        description="Settings that the container reads as files: where each stands; the variable holds the path.",
        examples=[{"ca_file": "/etc/nats/ca.crt"}],
    )
    variables: Annotated[dict[SettingName, Annotated[str, text(variable_name)] | None], Entries] | None = Field(
        None,
        description="The variables that a link gives, by setting; `<resource>_<setting>` unless given here or there.",
        examples=[{"url": "DATABASE_URL"}],
    )
    proxy: ProxyFields | None = Field(
        None, description="A sidecar in front of it; its host is 127.0.0.1 then.", examples=[{"preset": "cloud_sql"}]
    )
    egress: PlaceFields | None = Field(
        None,
        description="Where it is, for network policies; any address at the kind's port unless given.",
        examples=[{"cidrs": ["10.20.0.0/16"], "ports": [5432]}],
    )
    host: Annotated[str, pattern(_HOST, "a host name, or the name of a Service", longest=253)] | None = Field(
        None, description="`kind: service`: its host name; the resource's name unless given.", examples=["checkout"]
    )
    namespace: ObjectName | None = Field(
        None, description="`kind: service`: the namespace it is in.", examples=["apps-pay-prod"]
    )
    port: PortNumber | None = Field(None, description="`kind: service`: the port of its Service.", examples=[80])
    container_port: PortNumber | None = Field(
        None, description="`kind: service`: the port of its pods, which narrows network policies.", examples=[8080]
    )
    type: Annotated[str, choice("http", "grpc", "websocket", "tcp")] | None = Field(
        None, description="`kind: service`: what it speaks, for its URL; http unless given."
    )


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting: its variable, and where its value is: straight, or the key of a Secret, maybe as a file."""

    variable: str
    value: str | None = None
    key: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Outside:
    """A resource as links see it at one place; `right`: whether what is said of it is, so that one can tell at all."""

    name: str
    fields: ResourceFields
    kind: Kind
    settings: Mapping[str, Setting]
    right: bool = True

    @property
    def secret(self) -> str:
        """The name of its Secret."""
        return str(self.fields.secret or self.name)

    @property
    def proxy_port(self) -> int | None:
        """Where its proxy listens, in the pod of whoever uses it; None where it has none."""
        return None if self.fields.proxy is None else proxies.port(self.fields.proxy, self.kind)

    @property
    def sidecar(self) -> Values | None:
        """Its proxy as the chart takes a sidecar."""
        return None if self.fields.proxy is None else proxies.container(self.fields.proxy, self.kind)

    @property
    def sidecar_name(self) -> str | None:
        """What the chart calls that container."""
        return None if self.fields.proxy is None else f"{self.name}-proxy"

    @property
    def is_service(self) -> bool:
        """Whether it is a service, of another project or namespace."""
        return self.fields.kind == SERVICE


def read(name: str, fields: ResourceFields) -> Outside:
    """The resource with all its settings; `fields` are right."""
    kind = KINDS[fields.kind or CUSTOM]
    return Outside(name, fields, kind, {} if fields.kind == SERVICE else _settings(name, fields, kind))


def wrong_one(name: str) -> Outside:
    """What stands for a resource of which something is wrong: nothing more is to be said of links to it."""
    return Outside(name, ResourceFields(), KINDS[CUSTOM], {}, right=False)


def _settings(name: str, fields: ResourceFields, kind: Kind) -> dict[str, Setting]:
    keys, straight, files = fields.keys or Keys(), present(fields.values), present(fields.files)
    by_name: dict[str, str | None] = {} if keys.whole else dict(zip(kind.keys, kind.keys, strict=True))
    by_name |= keys.by_name
    by_name |= {setting: setting for setting in (*straight, *files) if by_name.get(setting) is None}
    if fields.proxy is not None:
        straight |= {kind.host: LOCAL} if kind.host in by_name else {}
        straight |= {kind.port: str(proxies.port(fields.proxy, kind))} if kind.port in by_name else {}
    called = present(fields.variables)
    return {
        setting: Setting(
            called.get(setting, re.sub("[^A-Za-z0-9_]", "_", f"{name}_{setting}")),
            straight.get(setting),
            None if setting in straight else secret_key,
            files.get(setting),
        )
        for setting, secret_key in by_name.items()
        if secret_key is not None
    }


def faults(name: str, fields: ResourceFields) -> Iterator[Fault]:
    """What does not go together, or with the kind."""
    if fields.kind is None:
        yield Fault(("kind",), "is missing", f"one of {', '.join(KINDS)}", absent=True)
        return
    foreign = _OF_OTHERS if fields.kind == SERVICE else _OF_SERVICES
    for other in (other for other in foreign if getattr(fields, other) is not None):
        only = "does not go with" if fields.kind == SERVICE else "goes only with"
        yield Fault((other,), f"{only} `kind: service`", hint="remove it")
    if fields.kind == SERVICE:
        if fields.port is None:
            yield Fault(("port",), "is missing", "the port of the Service", absent=True)
        return
    yield from _unknown(fields, KINDS[fields.kind])
    if fields.egress is not None:
        yield from peers.faults(fields.egress, ("egress",))
    if fields.proxy is not None:
        yield from proxies.faults(fields.proxy, KINDS[fields.kind], fields.kind)


def _unknown(fields: ResourceFields, kind: Kind) -> Iterator[Fault]:
    keys, straight, files = fields.keys or Keys(), present(fields.values), present(fields.files)
    for part, names in (("keys", keys.by_name), ("values", straight), ("files", files)):
        for name in (name for name in names if not kind.allows(name)):
            known = (*kind.keys, *(kind.more or ()))
            hint = did_you_mean(name, known) or "`kind: custom` takes any"
            message = f"`{fields.kind}` has no setting `{name}`"
            yield Fault((part, name), message, f"one of {', '.join(known)}", hint)
    for name in straight:
        beside = next((part for part, names in (("files", files), ("keys", keys.by_name)) if names.get(name)), None)
        if beside is not None:
            yield Fault(("values", name), f"stands in `{beside}` too", "one of the two", "remove one of them")
    settings = _settings("", fields, kind)
    for name in (name for name in present(fields.variables) if name not in settings):
        hint = did_you_mean(name, settings)
        yield Fault(("variables", name), "is no setting of it", f"one of {', '.join(settings) or 'none'}", hint)
    if fields.kind == CUSTOM and not settings:
        yield Fault(("kind",), "`custom` has no settings of its own", "`keys`, `values` or `files`", absent=True)
