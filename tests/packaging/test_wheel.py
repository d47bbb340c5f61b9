"""The wheel by itself: built, installed away from the sources, run."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tarfile
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BUNDLED = (
    "base-chart/Chart.yaml",
    "values-schemas/image.yaml",
    "examples/online-boutique/chartgen.yaml",
    "examples/hops-app/chartgen.yaml",
    "examples/hops-app/config/prices.yaml",
    "examples/opta-service/chartgen.yaml",
)


@pytest.fixture(scope="module")
def distributions(tmp_path_factory) -> Path:
    """A directory with the wheel and the source distribution."""
    target = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "hatchling", "build", "-d", target, cwd=ROOT)
    return target


@pytest.fixture(scope="module")
def wheel(distributions) -> Path:
    [wheel] = distributions.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """The programs of a virtual environment with the wheel: dependencies are borrowed, the sources out of sight."""
    home = tmp_path_factory.mktemp("elsewhere") / "venv"
    venv.create(home)
    python = home / "bin" / "python"
    pip = [sys.executable, "-m", "pip", "--python", python]
    run(*pip, "install", "--quiet", "--no-index", "--no-deps", wheel, cwd=home)
    [packages] = home.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python.parent


def test_the_command_runs(installed, tmp_path):
    assert "render" in run(installed / "chartgen", "--help", cwd=tmp_path)


def test_the_package_brings_its_types_its_chart_and_its_examples(installed, tmp_path):
    where = "import chartgen, importlib.resources as r; print(chartgen.__file__); print(r.files('chartgen'))"
    module, package = (Path(line) for line in run(installed / "python", "-c", where, cwd=tmp_path).splitlines())
    assert module.is_relative_to(installed.parent)
    assert (package / "py.typed").is_file()
    for name in BUNDLED:
        assert (package / "_bundled" / name).is_file(), name


def test_an_example_is_written_and_renders(installed, tmp_path):
    run(installed / "chartgen", "init", "shop", "--example", "online-boutique", cwd=tmp_path)
    run(installed / "chartgen", "-C", "shop", "render", cwd=tmp_path)
    assert (tmp_path / "shop" / "deploy" / "dev" / "helmfile.yaml").is_file()


def test_the_wheel_holds_every_file_of_the_chart_and_nothing_that_git_ignores(wheel):
    prefix = "chartgen/_bundled/"
    with zipfile.ZipFile(wheel) as archive:
        held = {name.removeprefix(prefix) for name in archive.namelist() if name.startswith(prefix)}
    chart = {path.relative_to(ROOT).as_posix() for path in (ROOT / "base-chart").rglob("*") if path.is_file()}
    assert chart <= held
    assert [name for name in held if "/.chartgen/" in name or "__pycache__" in name] == []


def test_the_wheel_made_from_the_source_distribution_is_the_same(distributions, wheel, tmp_path):
    [sdist] = distributions.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        archive.extractall(tmp_path, filter="data")
    [source] = tmp_path.iterdir()
    run(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", tmp_path, cwd=source)
    assert (tmp_path / wheel.name).read_bytes() == wheel.read_bytes()


def run(*command: str | Path, cwd: Path) -> str:
    """What the program prints; the test fails with all that it said when the program does."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "CHARTGEN_"))}
    result = subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, check=False)
    assert result.returncode == 0, f"{command}: {result.stdout}{result.stderr}"
    return result.stdout
