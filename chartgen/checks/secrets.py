"""Secrets that stand where anyone can read them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from chartgen.checks.component import of_container
from chartgen.checks.objects import Container, Objects
from chartgen.checks.rule import Family, Hit, Rule
from chartgen.errors import Problem, Where

_FILES = (("files",), ("configMaps",))
"""The values that ConfigMaps are made of."""

_SECRET_NAME = re.compile(
    r"(?:^|_)(?:PASS(?:WORD|WD|PHRASE)?|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|PRIVATE_?KEY|SIGNING_?KEY|ENCRYPTION_?KEY"
    r"|CREDENTIALS?)(?:_?\d+)?$",
    re.IGNORECASE,
)
_SECRET_VALUE = re.compile(
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_[0-9A-Za-z]{36}|\bglpat-[-_0-9A-Za-z]{20}"
    r"|\bxox[abprs]-[-0-9A-Za-z]{10}|\beyJ[-_0-9A-Za-z]{10,}\.eyJ[-_0-9A-Za-z]{10,}\."
    r"|://[^/\s:@{}]*:(?!\$)[^/\s:@{}]+@"
)
_HARMLESS_VALUE = re.compile(r"|true|false|null|none|\d{1,5}|/[^\s]*|\$[({].*[)}]", re.IGNORECASE)
"""Switches, numbers, paths of files and references: a name may promise more than its value holds."""

_SECRET_FILE = re.compile(
    r"(?:^|/)(?:id_(?:rsa|dsa|ecdsa|ed25519)|\.env(?:\.[^/]*)?|\.netrc|\.npmrc|\.pypirc|\.git-credentials|\.htpasswd"
    r"|\.dockerconfigjson|kubeconfig|cosign\.key|[^/]*\.(?:key|p12|pfx|jks|keystore|kdbx|kubeconfig|gpg))$",
    re.IGNORECASE,
)
"""Names that keys, passwords and logins go by."""


def secret_in_env(container: Container) -> Iterator[Hit]:
    """By the variable's name, or by what the value looks like; the value itself is never shown."""
    for index, variable in enumerate(container.data.get("env") or ()):
        value = variable.get("value")
        if value and _looks_secret(variable["name"], value):
            name = variable["name"]
            message = f"has what looks like a secret in plain sight, in `{name}`"
            yield of_container(container, message, "env", index, values=("env", name))


def secret_in_config(objects: Objects) -> Iterator[Hit]:
    """The same in ConfigMaps."""
    for manifest in objects.kind("ConfigMap"):
        for key, value in (manifest.object.get("data") or {}).items():
            if isinstance(value, str) and _looks_secret(key, value):
                yield Hit(f"has what looks like a secret in plain sight, in `{key}`", manifest, ("data", key), _FILES)


def _looks_secret(name: str, value: str) -> bool:
    if _SECRET_NAME.search(name) and not _HARMLESS_VALUE.fullmatch(value):
        return True
    return len(value) > 12 and _SECRET_VALUE.search(value) is not None  # shorter is none of them


def in_files(files: Mapping[str, bytes]) -> Iterator[Problem]:
    """The files of a chart that look like secrets, by their name or by what stands in them; told by place alone."""
    hint = "take it out, or name it in .helmignore: whoever can read the chart can read it"
    for path, content in files.items():
        if _SECRET_FILE.search(path):
            yield Problem("is named as files with secrets are", Where(path), hint=hint)
        elif (found := _SECRET_VALUE.search(text := content.decode("latin-1"))) is not None:
            line = text.count("\n", 0, found.start()) + 1
            yield Problem("holds what looks like a secret", Where(path, line), hint=hint)


def secret_in_manifest(objects: Objects) -> Iterator[Hit]:
    """A Secret with data is in the values, in git, and in Helm's own record of the release."""
    for manifest in objects.kind("Secret"):
        data: Mapping[str, Any] = {**(manifest.object.get("data") or {}), **(manifest.object.get("stringData") or {})}
        if any(data.values()):
            yield Hit("holds its data in the values", manifest, ("data",))


FAMILY = Family(
    "secrets",
    "Secrets",
    containers=(
        Rule(
            "secret-in-env",
            "error",
            "Whoever may read the pod, the values or git reads the secret.",
            "move it to a Secret, and name it in `secrets`",
            secret_in_env,
        ),
    ),
    releases=(
        Rule(
            "secret-in-config",
            "error",
            "A ConfigMap is no place for a secret: whoever may look at the namespace reads it.",
            "move it to a Secret, and name it in `secrets`",
            secret_in_config,
        ),
        Rule(
            "secret-in-manifest",
            "warning",
            "What a Secret is made of stands in the values, in git and in Helm's record of the release.",
            "make it outside, or from an ExternalSecret or a SealedSecret, and refer to it by name",
            secret_in_manifest,
        ),
    ),
)
