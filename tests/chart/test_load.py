"""Charts from directories and packages: what Helm would read, and nothing that leads elsewhere."""

from __future__ import annotations

import gzip
import io
import os
import subprocess
import tarfile
from pathlib import Path

import pytest

from chartgen.chart import archive, load
from chartgen.errors import InputError

MINIMAL = {"Chart.yaml": "{apiVersion: v2, name: web, version: 1.0.0}"}


def write(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    return folder


def test_all_that_a_chart_holds(tmp_path):
    folder = write(
        tmp_path,
        {
            "Chart.yaml": 'apiVersion: v2\nname: web\nversion: 1.2.3\nannotations: {chartgen/contract: "1"}\n',
            "values.yaml": "replicas: 2\non: y\n",
            "values.schema.json": '{"type": "object"}',
            "templates/service.yaml": "kind: Service\n",
        },
    )
    chart = load.load(folder)
    assert (chart.name, chart.version, chart.contract) == ("web", "1.2.3", 1)
    assert chart.values == {"replicas": 2, "true": True}
    assert chart.schema == {"type": "object"}
    assert chart.files["templates/service.yaml"] == b"kind: Service\n"
    assert load.from_files(chart.files, "elsewhere") == chart


def test_a_package_holds_the_same_chart(tmp_path):
    chart = load.load(write(tmp_path / "web", {**MINIMAL, "templates/a/b.yaml": "a: b", "README.md": "é"}))
    package = tmp_path / "web.tgz"
    package.write_bytes(archive.pack("web", chart.files))
    assert load.load(package) == chart
    assert archive.pack("web", chart.files) == package.read_bytes()


def test_what_helm_packages_is_read(tmp_path, helm3, helm4):
    for helm in (helm3, helm4):
        subprocess.run([helm, "create", "web"], cwd=tmp_path, check=True, capture_output=True)
        subprocess.run([helm, "package", "web"], cwd=tmp_path, check=True, capture_output=True)
        packaged, directory = load.load(tmp_path / "web-0.1.0.tgz"), load.load(tmp_path / "web")
        assert packaged.files.keys() == directory.files.keys()
        assert packaged.values == directory.values


def test_the_digest_knows_names_from_contents():
    assert load.digest({"a": b"bc"}) != load.digest({"ab": b"c"})
    assert load.digest({"a": b"", "b": b"x"}) == load.digest({"b": b"x", "a": b""})


@pytest.mark.parametrize(
    ("files", "message"),
    [
        ({}, "is not a chart: Chart.yaml is missing"),
        ({"Chart.yaml": "- a"}, "Chart.yaml: is not a map"),
        ({"Chart.yaml": "apiVersion: v2"}, "name: is required"),
        ({"Chart.yaml": "apiVersion: v2"}, "version: is required"),
        ({"Chart.yaml": "name: [web"}, "Chart.yaml:2:1: not YAML"),
        ({**MINIMAL, "values.yaml": "a: 1\na: 2"}, "values.yaml:2:1: the key `a` stands here twice"),
        ({**MINIMAL, "values.schema.json": "{"}, "values.schema.json:1:2: not JSON"),
        ({**MINIMAL, "values.schema.json": "[]"}, "is not a JSON Schema"),
        ({**MINIMAL, ".helmignore": "a/**"}, "`a/**`: Helm does not know `**`"),
    ],
)
def test_what_is_wrong_with_a_chart(tmp_path, files, message):
    with pytest.raises(InputError) as caught:
        load.load(write(tmp_path, files))
    assert message in str(caught.value)


def test_nothing_there(tmp_path):
    with pytest.raises(InputError, match="there is no chart here"):
        load.load(tmp_path / "missing")


def test_a_file_that_is_no_package(tmp_path):
    (tmp_path / "values.yaml").write_text("a: b")
    with pytest.raises(InputError, match="is not a packaged chart"):
        load.load(tmp_path / "values.yaml")


def test_a_package_cut_short(tmp_path):
    content = archive.pack("web", {"Chart.yaml": os.urandom(100_000)})
    (tmp_path / "web.tgz").write_bytes(content[:50_000])
    with pytest.raises(InputError, match="is not a packaged chart"):
        load.load(tmp_path / "web.tgz")


@pytest.mark.parametrize(
    "name",
    [
        "../evil",
        "web/../../evil",
        "/etc/passwd",
        "web//etc/passwd",
        "Chart.yaml",
        "web/..",
        "..\\evil",
        "web\\..\\..\\evil",
        "web/c:/evil",
        "../web/Chart.yaml",
    ],
)
def test_a_package_that_leads_elsewhere(name):
    with pytest.raises(InputError, match=r"leads out of the chart's directory|is no name for a file"):
        archive.unpack(_packed(tarfile.TarInfo(name)), "web.tgz")


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.FIFOTYPE])
def test_a_package_with_more_than_files(kind):
    entry = tarfile.TarInfo("web/templates/x.yaml")
    entry.type, entry.linkname = kind, "/etc/passwd"
    with pytest.raises(InputError, match="which is a link or a device"):
        archive.unpack(_packed(entry), "web.tgz")


def test_a_package_that_grows():
    large = gzip.compress(gzip.decompress(archive.pack("web", {"a": bytes(archive.MAX_FILE + 1)})))
    assert len(large) < 100_000
    with pytest.raises(InputError, match="larger than 5 MiB"):
        archive.unpack(large, "web.tgz")
    many = archive.pack("web", {f"{number}": bytes(archive.MAX_FILE) for number in range(21)})
    with pytest.raises(InputError, match="the chart is larger than 100 MiB"):
        archive.unpack(many, "web.tgz")


def test_a_directory_with_a_large_file(tmp_path):
    write(tmp_path, MINIMAL)
    (tmp_path / "dump").write_bytes(bytes(archive.MAX_FILE + 1))
    with pytest.raises(InputError, match="larger than 5 MiB"):
        load.load(tmp_path)
    (tmp_path / ".helmignore").write_text("dump\n")
    assert "dump" not in load.load(tmp_path).files


def test_links_inside_a_chart_are_followed(tmp_path):
    write(tmp_path, {**MINIMAL, "shared/a.yaml": "a: b"})
    (tmp_path / "templates").symlink_to("shared")
    (tmp_path / "b.yaml").symlink_to("shared/a.yaml")
    files = load.load(tmp_path).files
    assert files["templates/a.yaml"] == files["b.yaml"] == b"a: b"


@pytest.mark.parametrize("target", ["/etc", "/etc/passwd", "../beside"])
def test_links_out_of_a_chart_are_refused(tmp_path, target):
    write(tmp_path / "beside", {"secret": "x"})
    write(tmp_path / "web", MINIMAL)
    (tmp_path / "web" / "link").symlink_to(target)
    with pytest.raises(InputError, match="is a link that leads out of the chart"):
        load.load(tmp_path / "web")


def test_links_without_an_end_are_refused(tmp_path):
    write(tmp_path, {**MINIMAL, "a/x": "", "b/x": ""})
    (tmp_path / "a" / "b").symlink_to("../b")
    (tmp_path / "b" / "a").symlink_to("../a")
    with pytest.raises(InputError, match="is a link to a directory that holds it"):
        load.load(tmp_path)


def test_a_pipe_is_no_file(tmp_path):
    write(tmp_path, MINIMAL)
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is neither a file nor a directory"):
        load.load(tmp_path)


def _packed(entry: tarfile.TarInfo) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w:gz") as tar:
        tar.addfile(entry)
    return stream.getvalue()
