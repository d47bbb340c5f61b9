"""Which files stay out is Helm's to say: compared with what it packages."""

from __future__ import annotations

import subprocess
import tarfile

import pytest
from hypothesis import strategies as st

from chartgen.chart import helmignore, load
from chartgen.errors import InputError
from tests.laws import any_values

FILES = [
    "Chart.yaml",
    "README.md",
    "a.txt",
    "ab.txt",
    "b-c.txt",
    "[x].txt",
    "docs/a.txt",
    "docs/deep/a.txt",
    "templates/.hidden",
    "templates/a.yaml",
    "templates/.dir/a.yaml",
    "test/x",
    "x/test",
]
PARTS = ["*", "?", "a", "b", "[ab]", "[^a]", "[a-c]", "\\[", "\\*", ".", "txt", "x", "test", "docs", "/", "-", "[!a]"]
PATTERNS = st.tuples(
    st.sampled_from(["", "", "", "/"]),
    st.lists(st.sampled_from(PARTS), min_size=1, max_size=4).map("".join),
    st.sampled_from(["", "", "/"]),
).map("".join)


def test_random_patterns_leave_out_what_helm_leaves_out(helm4, tmp_path):
    for number, lines in enumerate(any_values.many(st.lists(PATTERNS, max_size=2))[:40]):
        folder = tmp_path / str(number)
        for path in FILES:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text("{apiVersion: v2, name: web, version: 1.0.0}")
        (folder / ".helmignore").write_text(
            "# ours\n\n" + "".join(f" {line} \n" for line in [*lines, "!Chart.yaml"][:-1])
        )
        done = subprocess.run([helm4, "package", folder, "-d", folder], capture_output=True, text=True, check=False)
        try:
            ours = set(load.load(folder).files) - {"web-1.0.0.tgz"}
        except InputError:
            assert done.returncode, lines
            continue
        assert not done.returncode, (lines, done.stderr)
        with tarfile.open(folder / "web-1.0.0.tgz") as package:
            assert {name.removeprefix("web/") for name in package.getnames()} == ours, lines


@pytest.mark.parametrize(
    ("rule", "path", "out"),
    [
        ("*.txt", "docs/deep/a.txt", True),
        ("docs/*.txt", "docs/deep/a.txt", False),
        ("docs/*.txt", "docs/a.txt", True),
        ("/a.txt", "a.txt", True),
        ("/a.txt", "docs/a.txt", False),
        ("[^a].txt", "b.txt", True),
        ("[^a].txt", "a.txt", False),
        ("!a.txt", "a.txt", False),
        ("!a.txt", "b.txt", True),
        ("# a.txt", "a.txt", False),
        ("nothing", "templates/.hidden", True),
    ],
)
def test_rules(rule, path, out):
    assert helmignore.ignored(helmignore.parse(rule, ".helmignore"), path) is out


def test_a_rule_for_directories_leaves_files_alone():
    rules = helmignore.parse("docs/", ".helmignore")
    assert helmignore.ignored(rules, "docs", is_directory=True)
    assert not helmignore.ignored(rules, "docs")


def test_every_pattern_that_helm_refuses_is_named():
    with pytest.raises(InputError) as caught:
        helmignore.parse("a/**\nfine\n[a\n", "chart/.helmignore")
    assert [str(problem.where) for problem in caught.value.problems] == ["chart/.helmignore:1", "chart/.helmignore:3"]
