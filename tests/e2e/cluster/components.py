"""How each component of a control plane is started, and the files that it needs for that."""

from __future__ import annotations

import json
import secrets
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from chartgen import yamlio
from tests.e2e.cluster.stages import stages

HOST = "127.0.0.1"
_LISTENING = ("etcd", "peer", "apiserver", "kwok")
PORTS = len(_LISTENING)
"""How many a control plane listens on."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What is known of a control plane before it runs.

    Attributes:
        commands: how each component is started, in this order.
        port: the API server's.
        authority: the file that the API server will write its certificate to.
        token: whoever shows it may do all.
    """

    directory: Path
    commands: Mapping[str, Sequence[str]]
    port: int
    authority: Path
    token: str


def prepare(program: Path, directory: Path, ports: Sequence[int], apiserver_options: Sequence[str]) -> Setup:
    """Writes the files, but the kubeconfig, which needs the API server's certificate.

    Arguments:
        program: the one that is all of the components.
        ports: as many as PORTS, all of them free.
    """
    directory.mkdir(parents=True)
    token = secrets.token_hex(16)
    write_private(directory / "tokens.csv", f"{token},admin,admin,system:masters\n")
    _write_key(directory / "accounts.pem")
    stock = subprocess.run([program, "stages"], capture_output=True, text=True, check=True)
    (directory / "stages.yaml").write_text("\n---\n".join(map(yamlio.dumps, stages(stock.stdout))), encoding="utf-8")
    named = dict(zip(_LISTENING, ports, strict=True))
    options = _options(directory, named)
    commands = {
        name: [str(program), name, *(f"--{option}={value}" for option, value in given.items())]
        for name, given in options.items()
    }
    commands["apiserver"] += apiserver_options
    return Setup(directory, commands, named["apiserver"], directory / "certificates" / "apiserver.crt", token)


def _options(directory: Path, ports: Mapping[str, int]) -> dict[str, dict[str, Any]]:
    etcd, key = f"http://{HOST}:{ports['etcd']}", directory / "accounts.pem"
    client = {"kubeconfig": directory / "kubeconfig"}
    busy = {**client, "leader-elect": "false", "secure-port": 0, "kube-api-qps": 500, "kube-api-burst": 1000}
    return {
        "etcd": {"data-dir": directory / "data", "client-url": etcd, "peer-url": f"http://{HOST}:{ports['peer']}"},
        "apiserver": {
            "etcd-servers": etcd,
            "bind-address": HOST,
            "advertise-address": HOST,
            "secure-port": ports["apiserver"],
            "endpoint-reconciler-type": "none",
            "cert-dir": directory / "certificates",
            "service-cluster-ip-range": "10.96.0.0/16,fd00:10:96::/112",
            "service-account-issuer": "https://kubernetes.default.svc",
            "service-account-key-file": key,
            "service-account-signing-key-file": key,
            "token-auth-file": directory / "tokens.csv",
            "authorization-mode": "RBAC",
            "allow-privileged": "true",
        },
        "controller-manager": {
            **busy,
            "service-account-private-key-file": key,
            "root-ca-file": directory / "certificates" / "apiserver.crt",
            # A machine under load, or a test that holds kwok, is no node that was lost.
            "node-monitor-grace-period": "10m",
        },
        "scheduler": busy,
        "kwok": {
            **client,
            "manage-all-nodes": "true",
            "node-lease-duration-seconds": 40,
            "node-ip": HOST,
            "cidr": "10.244.0.0/16",
            "server-address": f"{HOST}:{ports['kwok']}",
            "config": directory / "stages.yaml",
        },
    }


def write_kubeconfig(setup: Setup, name: str) -> Path:
    """The kubeconfig, with one context of that name; the API server's certificate must be there."""
    file = setup.directory / "kubeconfig"
    cluster = {"server": f"https://{HOST}:{setup.port}", "certificate-authority": str(setup.authority)}
    write_private(file, json.dumps(contexts({name: (cluster, {"token": setup.token})}, name)))
    return file


def contexts(given: Mapping[str, tuple[Any, Any]], current: str) -> dict[str, Any]:
    """A kubeconfig with a context for each of these clusters and their users."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": current,
        "clusters": [{"name": name, "cluster": cluster} for name, (cluster, _) in given.items()],
        "users": [{"name": name, "user": user} for name, (_, user) in given.items()],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}} for name in given],
    }


def write_private(file: Path, text: str) -> None:
    """For nobody else to read."""
    file.touch(0o600)
    file.write_text(text, encoding="utf-8")


def _write_key(file: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    form = serialization.PrivateFormat.TraditionalOpenSSL
    write_private(file, key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()).decode())
