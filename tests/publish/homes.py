"""What tests of logins share: the fixture `home` is the place for the files that tools keep them in."""

from __future__ import annotations

import json

SECRET = "s3cret-pass"
REGISTRY = "https://registry.example.com:5000"

# What of a shell tells where logins are.
VARIABLES = ("DOCKER_CONFIG", "NETRC", "REGISTRY_AUTH_FILE", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR", "HELM_CONFIG_HOME")
OURS = ("CHARTGEN_REPOSITORY_USERNAME", "CHARTGEN_REPOSITORY_PASSWORD", "CHARTGEN_REPOSITORY_TOKEN")
HELM_VARIABLES = ("HELM_REGISTRY_CONFIG", "HELM_REPOSITORY_CONFIG")


def put(home, path, content):
    file = home / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(content if isinstance(content, str) else json.dumps(content))
    return file


def auths(**entries):
    return {"auths": {name.replace("_", "."): entry for name, entry in entries.items()}}
