"""What every test stands on: a clean environment, reproducible properties, and the real programs."""

from __future__ import annotations

import importlib
import os
import pkgutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

import chartgen
from tests import tools

# `ci` finds the same examples on every run. `HYPOTHESIS_PROFILE=explore make test` looks for new ones.
settings.register_profile("ci", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("explore", deadline=None, max_examples=2000, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))

# Hypothesis draws the constants of the modules that are loaded too, so what it finds would hang on which tests came
# before: we load all of ours.
for module in pkgutil.walk_packages(chartgen.__path__, "chartgen."):
    if not module.name.endswith(".__main__"):
        importlib.import_module(module.name)

# A shell has what it starts in the background ignore interrupts, and so would all that is started here.
signal.signal(signal.SIGINT, signal.default_int_handler)

# What a developer's shell may hold and what would change what is tested; the last, which images for containers set,
# would have each of a thousand commands compile all of chartgen once more.
FOREIGN = (
    *("CHARTGEN_", "GIT_", "HELM_", "HELMFILE_", "KUBE", "NO_COLOR", "FORCE_COLOR", "SOURCE_DATE_EPOCH"),
    "PYTHONDONTWRITEBYTECODE",
)
OURS = ("CHARTGEN_TOOLS",)


@pytest.fixture(scope="session", autouse=True)
def clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing of the developer's, nothing of earlier runs: no kubeconfig, no git settings, an empty Helm home."""
    home = tmp_path_factory.mktemp("home")
    with pytest.MonkeyPatch.context() as patch:
        for name in os.environ:
            if name.startswith(FOREIGN) and name not in OURS:
                patch.delenv(name)
        for name in ("HELM_CACHE_HOME", "HELM_CONFIG_HOME", "HELM_DATA_HOME", "HELMFILE_CACHE_HOME"):
            patch.setenv(name, str(home / name.lower()))
        patch.setenv("HELMFILE_UPGRADE_NOTICE_DISABLED", "1")  # else `helmfile version` asks a server
        patch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
        patch.setenv("GIT_CONFIG_NOSYSTEM", "1")
        yield


@pytest.fixture(scope="session")
def helm3() -> Path:
    """The program helm 3.15.3."""
    return _tool("helm3")


@pytest.fixture(scope="session")
def helm4() -> Path:
    """The program helm 4.3.1."""
    return _tool("helm4")


@pytest.fixture(scope="session")
def helmfile0() -> Path:
    """The program helmfile 0.166.0; it works with helm 3 only."""
    return _tool("helmfile0")


@pytest.fixture(scope="session")
def kubectl() -> Path:
    """The program kubectl 1.37.1."""
    return _tool("kubectl")


def _tool(name: str) -> Path:
    try:
        return tools.find(name)
    except tools.UnavailableError as reason:
        pytest.skip(str(reason))
