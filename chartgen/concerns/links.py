"""Links: which services and resources this one uses; where they are comes as environment variables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Annotated, Any, NamedTuple

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, Peer, ServicePort, tidy
from chartgen.concerns.outside import Outside, Setting, SettingName
from chartgen.errors import Where, did_you_mean
from chartgen.fields import Entries, Fault, Fields, Items, Text, present, text, variable_name
from chartgen.model import Values
from chartgen.yamlio import List, Map, Node, Path, Scalar

_SETTINGS = ("addr", "host", "port", "url")
_SCHEMES = {"http": "http", "grpc": "grpc", "websocket": "ws", "tcp": "tcp", "udp": "udp", "sctp": "sctp"}
_FIELDS = ("variables", "permissions")


class LinkFields(Fields):
    """What a link gives, and what it asks for."""

    variables: Annotated[dict[SettingName, Annotated[str, text(variable_name)] | None], Entries] | None = Field(
        None,
        description="The variables by what they take: `addr`, `host`, `port` and `url` of a service, where those that "
        "are named are all; the settings of a resource, where the others keep their names (null: not given).",
        examples=[{"host": "CART_HOST", "port": "CART_PORT"}, {"db_user": "DB_USER"}],
    )
    permissions: Annotated[list[Text], Items] | None = Field(
        None, description="What the service may do with a resource.", examples=[["read", "write"]]
    )


class LinksFields(Fields):
    """Links to services and resources."""

    links: Annotated[dict[str, LinkFields | None], Entries] | None = Field(
        None,
        description="The services and resources this one uses. `cartservice` gives CARTSERVICE_ADDR=host:port; "
        "`{cartservice: CART_ADDR}` names the variable; `{cartservice: {host: CART_HOST, port: CART_PORT}}` chooses. "
        "`cartservice:grpc` means that port of it, by name or number; the first one unless given. A resource `db` "
        "gives `db_<setting>` for each setting; `{db: [{db_user: DB_USER}]}` renames; `{media: [read]}` asks for "
        "permissions.",
        examples=[["cartservice", {"emailservice": "EMAIL_ADDR"}, {"media": ["read"]}]],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """Every written form → a map by target, each with its variables and permissions."""
    links = layer.get("links")
    if links is None:
        return layer
    by_target = forms.listed(links, ("links",), faults)
    if isinstance(by_target, Map):
        by_target = replace(by_target, entries={name: _link(link) for name, link in by_target.entries.items()})
    return forms.put(layer, "links", by_target)


def _link(node: Node) -> Node:
    """`ADDR`, `{host: HOST}` and `[permission, {setting: VARIABLE}]` → `{variables: …, permissions: …}`."""
    if isinstance(node, Scalar):
        return node if node.value is None else _parted({"addr": node}, {"addr": node.where}, (), node)
    if isinstance(node, List):
        maps = [item for item in node.items if isinstance(item, Map)]
        entries = {key: entry for item in maps for key, entry in item.entries.items()}
        keys = {key: where for item in maps for key, where in item.keys.items()}
        return _parted(entries, keys, tuple(item for item in node.items if not isinstance(item, Map)), node)
    whole = any(isinstance(node.get(name), Map | List) for name in _FIELDS)
    return node if whole else _parted(node.entries, node.keys, (), node)


def _parted(variables: dict[str, Node], keys: Mapping[str, Where], permissions: tuple[Node, ...], node: Node) -> Map:
    entries: dict[str, Node] = {}
    if variables:
        entries["variables"] = Map(variables, dict(keys), node.where)
    if permissions:
        entries["permissions"] = List(permissions, node.where)
    return Map(entries, dict.fromkeys(entries, node.where), node.where)


def target(link: str) -> str:
    """The service or resource that a link names: `cartservice` of `cartservice:grpc`."""
    return link.partition(":")[0]


def port(link: str, peer: Peer) -> ServicePort | None:
    """The port that a link means: the named or numbered one, else the first; None where the target lacks it."""
    wanted = link.partition(":")[2]
    return next((port for port in peer.ports or () if wanted in ("", port.name, str(port.number))), None)


class Given(NamedTuple):
    """One variable that a link gives: of which setting, and the value, or where in a Secret it is."""

    variable: str
    setting: str
    value: Setting


def granted(fields: LinksFields, context: Context) -> dict[str, tuple[str, ...]]:
    """The permissions that the service has, by resource; resources without any are left out."""
    found: dict[str, tuple[str, ...]] = {}
    for link, settings in present(fields.links).items():
        resource = _resource(link, context)
        if resource is not None and resource.kind.permissions:
            asked = [str(permission) for permission in settings.permissions or resource.kind.granted]
            found[resource.name] = tuple(each for each in resource.kind.permissions if each in asked)
    return found


def _resource(link: str, context: Context) -> Outside | None:
    return None if link in context.peers or target(link) in context.peers else context.resources.get(link)


# ---- what is wrong --------------------------------------------------------------------------------------------------


def faults(fields: LinksFields, context: Context) -> Iterable[Fault]:
    """A link to nothing, to the service itself, or to a port that the target lacks; a variable given twice."""
    yield from _same_port(fields, context)
    taken: dict[str, str] = {}
    files: dict[str, str] = {}
    for link, settings in present(fields.links).items():
        path: Path = ("links", link)
        wrong = list(_wrong_target(link, context)) or list(_wrong_settings(link, settings, context))
        yield from wrong
        for given in () if wrong else _given(link, settings, context):
            if given.variable in taken:
                message = f"gives {given.variable}, as the link to `{taken[given.variable]}` does"
                at = (*path, "variables", given.setting) if given.setting in (settings.variables or {}) else path
                yield Fault(at, message, "each variable once", _rename(link, given, context))
            taken[given.variable] = link
            file = given.value.file
            if file is not None and files.setdefault(file, link) != link:
                yield Fault(path, f"has a file at {file}, as the link to `{files[file]}` has", "each path once")


def _same_port(fields: LinksFields, context: Context) -> Iterator[Fault]:
    """Two proxies that listen on one port of one pod."""
    taken: dict[int, str] = {}
    for link in present(fields.links):
        resource = _resource(link, context)
        number = None if resource is None else resource.proxy_port
        if number is not None and taken.setdefault(number, link) != link:
            message = f"its proxy listens on {number}, as that of `{taken[number]}` does"
            yield Fault(("links", link), message, "each port once", "give one of them a `port`")


def _rename(link: str, given: Given, context: Context) -> str:
    is_resource = _resource(link, context) is not None
    return f"name it: `{{{link}: {f'{{{given.setting}: ANOTHER_NAME}}' if is_resource else 'ANOTHER_NAME'}}}`"


def _wrong_target(link: str, context: Context) -> Iterator[Fault]:
    name, path = target(link), ("links", link)
    peer = context.peers.get(name)
    if name == context.service:
        yield Fault(path, f"`{name}` links to itself", hint="remove the link")
    elif peer is not None:
        if peer.ports is not None and port(link, peer) is None:
            yield Fault(path, *_no_port(link, peer.ports, context))
    elif name not in context.resources:
        resources = "" if not context.resources else " and no resource"
        hint = did_you_mean(name, [*context.peers, *context.resources])
        message = f"`{context.service}` links to `{name}`, which is no service{resources}"
        expected = "a service of the project" + (", or one of its `resources`" if resources else "")
        yield Fault(path, message, expected, hint or "add the service, or say in `resources` what it is")
    elif link != name:
        message = f"`{name}` is a resource: a link to it names no port"
        yield Fault(path, message, f"`{name}`", "remove the port")


def _wrong_settings(link: str, settings: LinkFields, context: Context) -> Iterator[Fault]:
    resource = _resource(link, context)
    if resource is not None and not resource.right:
        return
    known = _SETTINGS if resource is None or resource.is_service else tuple(resource.settings)
    for setting in settings.variables or {}:
        if setting not in known:
            expected = f"one of {', '.join(known)}" if known else ""
            hint = did_you_mean(setting, known) or (f"`{link}` gives no variables" if not known else "")
            yield Fault(("links", link, "variables", setting), f"`{link}` has no setting `{setting}`", expected, hint)
    allowed = () if resource is None else resource.kind.permissions
    for index, permission in enumerate(settings.permissions or ()):
        if permission not in allowed:
            what = f"`{resource.fields.kind}`" if resource is not None else "a service"
            message = f"`{permission}` is no permission of {what}"
            expected = f"one of {', '.join(allowed)}" if allowed else ""
            hint = did_you_mean(permission, allowed) or ("" if allowed else _meant(link, permission, known))
            yield Fault(("links", link, "permissions", index), message, expected, hint)


def _meant(link: str, permission: str, known: Iterable[str]) -> str:
    if permission in known:
        return f"to name its variable: `{{{link}: [{{{permission}: NAME}}]}}`"
    return "it has none: remove it"


def _no_port(link: str, peers_ports: tuple[ServicePort, ...], context: Context) -> tuple[str, str, str]:
    name, _, wanted = link.partition(":")
    ports = ", ".join(f"{port.name} ({port.number})" for port in peers_ports)
    if not ports:
        return f"`{context.service}` links to `{name}`, which has no port", "", f"give `{name}` a `port`"
    message = f"`{context.service}` links to the port `{wanted}` of `{name}`, which has none of that name or number"
    return message, f"one of {ports}", ""


# ---- what comes of it -----------------------------------------------------------------------------------------------


def values(fields: LinksFields, context: Context) -> Values:
    """`links`: the variables of each, by target, and the files."""
    parts: dict[str, Any] = {}
    for link, settings in present(fields.links).items():
        env: dict[str, Any] = {}
        files: dict[str, Any] = {}
        for variable, _, value in _given(link, settings, context):
            source = {"secret": context.resources[link].secret, "key": value.key} if value.key is not None else None
            if value.file is not None:
                files[value.file] = source
            env[variable] = value.file or (value.value if source is None else source)
        resource = _resource(link, context)
        part = tidy({"env": env, "files": files, "sidecar": None if resource is None else resource.sidecar})
        if part:
            parts[link] = part
    return {"links": parts} if parts else {}


def _given(link: str, settings: LinkFields, context: Context) -> list[Given]:
    """The variables that a link gives."""
    peer, resource = context.peers.get(target(link)), _resource(link, context)
    if resource is not None and not resource.is_service:
        return list(_of_resource(resource, settings))
    address = _address(link, peer, resource)
    if address is None:
        return []
    called = present(settings.variables)
    named = [(called[name], name) for name in _SETTINGS if name in called]
    chosen = named or [(f"{target(link)}_addr".replace("-", "_").upper(), "addr")]
    return [Given(variable, name, Setting(variable, address[name])) for variable, name in chosen]


def _of_resource(resource: Outside, settings: LinkFields) -> Iterator[Given]:
    called = settings.variables or {}
    for name, setting in resource.settings.items():
        variable = called.get(name, setting.variable)
        if variable is not None:
            yield Given(variable, name, setting)


def _address(link: str, peer: Peer | None, resource: Outside | None) -> dict[str, str] | None:
    """What the settings of a service are; None where its port is not known."""
    if resource is not None:
        fields = resource.fields
        host = str(fields.host or resource.name) + (f".{fields.namespace}.svc" if fields.namespace else "")
        number, speaks = int(fields.port or 0), str(fields.type or "http")
    else:
        to = port(link, peer) if peer else None
        if peer is None or to is None:
            return None
        host, number, speaks = peer.host, to.number, to.type
    addr = f"{host}:{number}"
    return {"addr": addr, "host": host, "port": str(number), "url": f"{_SCHEMES[speaks]}://{addr}"}


_NAME = {"type": ["string", "null"]}
_VARIABLES = {"type": "object", "additionalProperties": _NAME}
_WHOLE = LinkFields.model_json_schema()
_FORMS = [_NAME, _VARIABLES, _WHOLE, {"type": "array", "items": {"anyOf": [{"type": "string"}, _VARIABLES]}}]
_LINK = {"anyOf": _FORMS}
ALSO = {"links": {"anyOf": [forms.schema_of_listed(_LINK), {"type": "object", "additionalProperties": _LINK}]}}

CONCERN = Concern("links", "Links", LinksFields, values, normalise, faults, also=ALSO, level="pod")
