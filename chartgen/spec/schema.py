"""The JSON Schema of `chartgen.yaml`: for editors, and the source of the reference."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from chartgen.concerns import CONCERNS, NAMESPACE, PARTS, Parts
from chartgen.fields import Fields
from chartgen.spec.fields import NAMESPACE_PART, SERVICE_PART, ProjectFields, ServiceSettings

_REFERENCE = r"\{(vars|parent|environment|region|project|service)"
_SAID = ("description", "examples", "default")
_PARTS = {SERVICE_PART: "layer", NAMESPACE_PART: "namespace"}
_DATA = ("examples", "default", "enum", "required")

DRAFT = "http://json-schema.org/draft-07/schema#"


def project_schema() -> dict[str, Any]:
    """The schema of `chartgen.yaml`, draft-07, one document.

    It says what may be written, so fields that take several forms allow each; what depends on other fields or files
    (a link to nothing, two ports of one number) only `chartgen check` can tell.
    """
    definitions: dict[str, Any] = {
        "layer": _service({}),
        "namespace": _namespace(),
        "service": _service(_per_environment()),
    }
    schema = ProjectFields.model_json_schema()
    root = _tidy(_inline({k: v for k, v in schema.items() if k != "$defs"}, schema.get("$defs", {})))
    definitions["reference"] = {"type": "string", "pattern": _REFERENCE, "description": "A reference, `{vars.name}`."}
    services = root["properties"]["services"]
    root["properties"]["services"] = {key: value for key, value in services.items() if key in _SAID} | {
        "type": ["object", "null"],
        "additionalProperties": {"$ref": "#/definitions/service"},
    }
    for definition in list(definitions.values()):
        _refer(definition)
    _refer(root)
    return {"$schema": DRAFT, "title": "chartgen project", **root, "definitions": dict(sorted(definitions.items()))}


def service_schema() -> dict[str, Any]:
    """The schema of `services/<name>.yaml`: one service, in the same terms."""
    whole = project_schema()
    return {
        "$schema": DRAFT,
        "title": "chartgen service",
        "$ref": "#/definitions/service",
        "definitions": whole["definitions"],
    }


def concern_properties(name: str) -> dict[str, Any]:
    """The fields of one concern, by name, with every `$ref` resolved; the reference is made of them."""
    concern = next(concern for concern in (*CONCERNS, NAMESPACE) if concern.name == name)
    return _properties(concern.fields, concern.forms)


def _service(more: dict[str, Any]) -> dict[str, Any]:
    properties = _properties(ServiceSettings)
    for concern in CONCERNS:
        properties |= _properties(concern.fields, concern.forms, concern.also)
    for field, parts in PARTS.items():
        _open_to(properties[field], parts)
    return {"type": ["object", "null"], "additionalProperties": False, "properties": _all_referable(properties) | more}


def _namespace() -> dict[str, Any]:
    properties = _all_referable(_properties(NAMESPACE.fields, NAMESPACE.forms, NAMESPACE.also))
    room = {"type": ["object", "boolean", "null"], "additionalProperties": False, "properties": properties}
    return {"anyOf": [room, {"$ref": "#/definitions/reference"}]}


def _all_referable(properties: Mapping[str, Any]) -> dict[str, Any]:
    referable = {name: _referable(node) for name, node in properties.items()}
    for node in referable.values():
        if any(form.get("type") in ("object", "array") for form in node.get("anyOf", ())):
            node["anyOf"].append({"$ref": "#/definitions/reference"})
    return referable


def _open_to(node: Any, parts: Parts) -> None:
    """Lets, in place, the fields of other concerns stand in each worker or job."""
    own = parts.fields.model_fields
    names = sorted(name for concern in CONCERNS if parts.takes(concern) for name in concern.known if name not in own)
    taken = {name: {"$ref": f"#/definitions/layer/properties/{name}"} for name in names}
    for form in node["anyOf"]:
        entry = form.get("additionalProperties", form.get("items"))
        for each in entry.get("anyOf", [entry]) if isinstance(entry, dict) else ():
            if each.get("type") == "object":
                each["properties"] = {**each.get("properties", {}), **taken}
                each["additionalProperties"] = False


def _per_environment() -> dict[str, Any]:
    part = {"$ref": "#/definitions/layer"}
    regions = {
        "type": "object",
        "description": "What differs in a region, by its name.",
        "additionalProperties": part,
    }
    environment = _service({"regions": regions})
    return {
        "environments": {
            "type": "object",
            "description": "What differs in an environment, by its name.",
            "additionalProperties": environment,
        }
    }


def _properties(
    model: type[Fields], forms: Mapping[str, Any] = MappingProxyType({}), also: Mapping[str, Any] = MappingProxyType({})
) -> dict[str, Any]:
    """The model's properties with the forms that a person may write laid over, nothing left to look up."""
    schema = model.model_json_schema()
    properties = _tidy(_inline(schema["properties"], schema.get("$defs", {})))
    for name, form in forms.items():
        said = {key: value for key, value in properties.get(name, {}).items() if key in ("description", "examples")}
        properties[name] = said | form
    for name, form in also.items():
        properties[name]["anyOf"].insert(1, _tidy(_inline(form, form.get("$defs", {}))))
    return dict(properties)


def _referable(node: Any) -> Any:
    """Lets a reference stand wherever a number, a boolean, a fixed word or a text of some form is asked for."""
    if isinstance(node, list):
        return [_referable(item) for item in node]
    if not isinstance(node, dict):
        return node
    if node.get("type") in ("integer", "number", "boolean") or "enum" in node or "pattern" in node:
        said = {key: value for key, value in node.items() if key in _SAID}
        rest = {key: value for key, value in node.items() if key not in _SAID}
        return said | {"anyOf": [rest, {"$ref": "#/definitions/reference"}]}
    return {key: value if key in _DATA else _referable(value) for key, value in node.items()}


def _inline(node: Any, definitions: dict[str, Any]) -> Any:
    if isinstance(node, list):
        return [_inline(item, definitions) for item in node]
    if not isinstance(node, dict):
        return node
    reference = node.get("$ref")
    if reference is None:
        return {key: _inline(value, definitions) for key, value in node.items() if key != "$defs"}
    target = definitions[reference.rpartition("/")[2]]
    return _inline({**target, **{key: value for key, value in node.items() if key != "$ref"}}, definitions)


def _tidy(node: Any) -> Any:
    """Without pydantic's titles and null defaults, which tell a reader nothing."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    drop = {"title"} if isinstance(node.get("title"), str) else set()
    if "default" in node and node["default"] is None:
        drop.add("default")
    return {key: _tidy(value) for key, value in node.items() if key not in drop}


def _refer(node: Any) -> None:
    """Replaces, in place, every mark of a part of many layers by a reference to its schema."""
    if isinstance(node, list):
        for item in node:
            _refer(item)
    elif isinstance(node, dict):
        if node.get("$comment") in _PARTS:
            node["$ref"] = f"#/definitions/{_PARTS[node.pop('$comment')]}"
        for value in node.values():
            _refer(value)
