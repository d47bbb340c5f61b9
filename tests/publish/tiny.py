"""The smallest packages that are charts: for tests that need many, or need them fast."""

from __future__ import annotations

from dataclasses import replace

from chartgen.chart import archive
from chartgen.chart import package as packages
from chartgen.model import Package

MTIME = 1_780_000_000


def tiny(name: str = "web", version: str = "1.0.0", note: str = "", provenance: bytes | None = None) -> Package:
    """A chart of one template; another note makes other bytes of the same version."""
    content = f"apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: map}}\ndata: {{note: '{note}'}}\n"
    files = {
        "Chart.yaml": f"apiVersion: v2\nname: {name}\nversion: {version}\ndescription: A chart\n".encode(),
        "values.yaml": b"replicas: 1\n",
        "templates/map.yaml": content.encode(),
    }
    return packages.of(archive.pack(name, files, MTIME), f"{name}-{version}.tgz", provenance)


def signed(package: Package) -> Package:
    """The package with what `verify` looks for in a provenance; nobody's signature is on it."""
    return replace(package, provenance=f"files:\n  {package.filename}: sha256:{package.digest}\n".encode())
