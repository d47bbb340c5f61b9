"""Fields with rules of Kubernetes: names, labels, paths, ports.

Source of the rules: Kubernetes, "Object Names and IDs", "Labels and Selectors", and the API's validation
(`k8s.io/apimachinery/pkg/util/validation`).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Annotated, Any

from pydantic_core import PydanticCustomError

from chartgen.fields.base import quoted, wrong
from chartgen.fields.types import Entries, Read, Text, integer, matching, pattern, read_integer, read_text, text
from chartgen.yamlio import Scalar

LABEL = "[a-z]([-a-z0-9]*[a-z0-9])?"
"""A DNS label that a Service may have as its name (RFC 1035)."""

_DNS_LABEL = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"
_SUBDOMAIN = rf"{_DNS_LABEL}(\.{_DNS_LABEL})*"
_WORD = "[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?"
_LONGEST_PREFIX = 253
_VARIABLE = r"(?!\.\.|\.$)[-._A-Za-z][-._A-Za-z0-9]*"
_DATA_KEY = "[-._A-Za-z0-9]+"
_RESERVED = (
    "app.kubernetes.io/name",
    "app.kubernetes.io/instance",
    "app.kubernetes.io/version",
    "app.kubernetes.io/managed-by",
    "helm.sh/chart",
)
"""What the chart sets itself; it selects pods by the first two."""


def key(check: Callable[[str], str]) -> Read:
    """The key of a map, checked."""

    def read(value: Any) -> str:
        try:
            return check(str(value))
        except PydanticCustomError as error:
            said = error.context or {}
            raise wrong(f"the name {said['message']}", said["expected"], said["hint"]) from None

    return Read(read, {"type": "string"})


def _qualified_name(name: str) -> str:
    prefix, slash, rest = name.rpartition("/")
    fits = not slash or (re.fullmatch(_SUBDOMAIN, prefix) and len(prefix) <= _LONGEST_PREFIX)
    if not fits or not re.fullmatch(_WORD, rest):
        expected = "at most 63 letters, digits, `-`, `_` and `.`; before them nothing, or a domain and `/`"
        raise wrong(f"is {quoted(name)}", expected)
    return name


def _label_key(name: str) -> str:
    if name in _RESERVED:
        raise wrong("is a label that the chart sets itself", hint="remove it")
    return _qualified_name(name)


def variable_name(name: str) -> str:
    """Checks the name of an environment variable. Source: Kubernetes, `IsEnvVarName`."""
    return matching(_VARIABLE, "the name of a variable: letters, digits and `_`, no digit first")(name)


def _data_key(key: str) -> str:
    """Checks a key of a ConfigMap or Secret. Source: Kubernetes, `IsConfigMapKey`."""
    if key == "." or key.startswith(".."):
        raise wrong(f"is {quoted(key)}", "a key that does not lead elsewhere")
    return matching(_DATA_KEY, "a key: letters, digits, `-`, `_` and `.`", longest=253)(key)


def _int_or_percent(value: Any) -> int | str:
    if isinstance(value, Scalar) and isinstance(value.value, int) and not isinstance(value.value, bool):
        number = read_integer(value)
        if number < 0:
            raise wrong(f"is {number}", "at least 0")
        return number
    return matching(r"(100|[1-9]?[0-9])%", "a whole number or a percentage (`25%`)")(read_text(value))


_DNS_WORDS = "lower-case letters, digits and dashes, a letter or digit at both ends"

Name = Annotated[str, pattern(LABEL, "lower-case letters, digits and dashes, a letter first", longest=63)]
ObjectName = Annotated[str, pattern(_SUBDOMAIN, f"the name of an object: {_DNS_WORDS}, and dots", longest=253)]
"""The name of a Secret, a ServiceAccount, an IngressClass."""

PartName = Annotated[str, key(matching(_DNS_LABEL, f"a name of {_DNS_WORDS}", longest=63))]
"""The name, as a key, of something inside a pod, or of an object that the release's name stands before."""

HeaderName = Annotated[str, key(matching("[-A-Za-z0-9]+", "the name of a header: letters, digits and dashes"))]
DataKey = Annotated[str, text(_data_key, type="string", pattern=f"^{_DATA_KEY}$")]
"""A key of a ConfigMap or Secret, as a value; `DataKeyName` is one as a key."""

DataKeyName = Annotated[str, key(_data_key)]
FileMode = Annotated[str, pattern("0?[0-7]{3}", "a mode of three octal digits: `0440`")]
VariableName = Annotated[str, key(variable_name)]
LabelKey = Annotated[str, key(_label_key)]
QualifiedName = Annotated[str, text(_qualified_name)]

PortNumber = Annotated[int, integer(1, 65535)]
ContainerPath = Annotated[
    str,
    pattern(r"/[^:\x00]*[^:/\x00]", "a path in the container that starts with /, without `:` and without / at its end"),
]
IntOrPercent = Annotated[
    int | str,
    Read(
        _int_or_percent,
        {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^(100|[1-9]?[0-9])%$"}]},
    ),
]

Label = Annotated[
    str, pattern(f"({_WORD})?", "at most 63 letters, digits, `-`, `_` and `.`, a letter or digit at both ends")
]
Labels = Annotated[dict[LabelKey, Label | None], Entries]
SelectorLabels = Annotated[dict[Annotated[str, key(_qualified_name)], Label | None], Entries]
"""Labels to look for: those that a chart sets by itself, too."""

Annotations = Annotated[dict[Annotated[str, key(_qualified_name)], Text | None], Entries]
_DURATION = "".join(f"([0-9]+{unit})?" for unit in ("y", "w", "d", "h", "m", "s", "ms"))
PrometheusDuration = Annotated[
    str,
    text(
        matching(f"(?=.){_DURATION}", "a duration, the largest unit first: `30s`, `1m`, `1h30m`"),
        type="string",
        pattern=f"^{_DURATION}$",
        minLength=1,
    ),
]
"""Source: Prometheus, "Configuration", `<duration>`; its operator's custom resources take no other."""
