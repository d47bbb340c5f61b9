"""All tests of this directory are end-to-end tests: `make e2e` runs them, `make test` does not."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.e2e import go_tools
from tests.e2e.cluster.control_plane import Cluster, control_plane

HERE = Path(__file__).resolve().parent
LONGEST = ("test_guide", "test_deploy_boutique", "test_deploy", "test_faults_api", "test_deploy_killed")
"""The files that take longest: all processes are busy to the end only if none begins with one late."""


@pytest.hookimpl(tryfirst=True)  # before pytest selects by marker
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_place)
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.e2e)


def _place(item: pytest.Item) -> int:
    long = item.path.is_relative_to(HERE) and item.path.stem in LONGEST
    return LONGEST.index(item.path.stem) if long else len(LONGEST)


@pytest.fixture(scope="session")
def helmfile1() -> Path:
    """The program helmfile 1.x; it works with helm 3 and 4."""
    return go_tools.build("helmfile")


@pytest.fixture(scope="session")
def kubeconform() -> Path:
    """The program kubeconform; it brings no schemas."""
    return go_tools.build("kubeconform")


@pytest.fixture(scope="session")
def kube_score() -> Path:
    """The program kube-score."""
    return go_tools.build("kube-score")


@pytest.fixture(scope="session")
def cosign() -> Path:
    """The program cosign 3.x."""
    return go_tools.build("cosign")


@pytest.fixture(scope="session")
def minio() -> Path:
    """The program minio, an S3 server."""
    return go_tools.build("minio")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A control plane that all tests share: each in namespaces of its own, and none breaks it."""
    with control_plane(tmp_path_factory.mktemp("cluster")) as started:
        yield started


@pytest.fixture(scope="session")
def definitions(cluster: Cluster) -> None:
    """The custom resources that the chart makes are known to the cluster."""
    cluster.install_definitions()


@pytest.fixture(scope="session")
def second_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Another one, under the same terms: a second region."""
    with control_plane(tmp_path_factory.mktemp("second"), name="second") as started:
        yield started


@pytest.fixture(scope="module")
def fresh_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Cluster]]:
    """Starts control planes for the tests of one module, to break or to fill; it takes what `control_plane` takes."""
    with ExitStack() as stack:

        def start(**options) -> Cluster:
            return stack.enter_context(control_plane(tmp_path_factory.mktemp("fresh"), **options))

        yield start


@pytest.fixture(scope="session", autouse=True)
def roomy_programs() -> Iterator[None]:
    """Programs written in Go spend a fifth of their time on tidying their memory, if they are not told to spare it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOGC", "400")
        yield


@pytest.fixture(scope="session", autouse=True)
def kubectl_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What kubectl and Helm keep of an API server stays here: another may have its port tomorrow."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("KUBECACHEDIR", str(tmp_path_factory.mktemp("kubectl")))
        yield
