"""Files that the spec refers to are inputs of `render`, as the spec itself is."""

from __future__ import annotations

from pathlib import Path

from chartgen.actions.project import render_project

SPEC = """\
project: shop
environments: {dev: }
services: {web: {image: "a:1", files: {/etc/app: {from_file: config/app}}}}
"""


def test_a_changed_file_is_rendered_anew(tmp_path: Path):
    (tmp_path / "chartgen.yaml").write_text(SPEC, encoding="utf-8")
    (tmp_path / "config").mkdir()
    (tmp_path / "config/app").write_text("one", encoding="utf-8")
    render_project(tmp_path)
    values = tmp_path / "deploy/dev/values/web.yaml"
    assert 'content: "one"' in values.read_text(encoding="utf-8")
    (tmp_path / "config/app").write_text("two", encoding="utf-8")
    render_project(tmp_path)
    assert 'content: "two"' in values.read_text(encoding="utf-8")
