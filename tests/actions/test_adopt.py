"""Hand edits of generated values files find their way into the developer's: cases in adoptions.yaml, laws here."""

from __future__ import annotations

import dataclasses
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartgen import values, yamlio
from chartgen.actions.adopt import adopt
from chartgen.actions.difference import difference, settle
from chartgen.actions.render import render
from chartgen.model import Layer
from chartgen.outputs.tree import outputs
from chartgen.yamlio import REMOVE, same
from tests.laws import any_values
from tests.outputs.plans import environment, plan, release

CASES = yamlio.loads(Path(__file__).with_name("adoptions.yaml").read_text(encoding="utf-8"))
GENERATED, HELMFILE, GENERAL, OWN = (
    "deploy/dev/values/web.yaml",
    "deploy/dev/helmfile.yaml",
    "values/web.yaml",
    "values/web.dev.yaml",
)


class Shop:
    """A project with one service, as its files are now."""

    def __init__(self, project: Path, spec: dict, **files: str | None) -> None:
        self.project = project
        self.spec = spec
        for path, text in {GENERAL: files.get("general"), OWN: files.get("own")}.items():
            if text is not None:
                self.write(path, text)
        render(self.plan, project)

    @property
    def plan(self):
        there = (path for path in (GENERAL, OWN) if (self.project / path).exists())
        developer = {path: yamlio.loads(self.read(path)) or {} for path in there}
        return plan(environment("dev", release("web", values=self.spec, developer=developer), release("db")))

    def edit(self, body: str) -> None:
        """Replaces all that stands below the header and `x-chartgen`."""
        lines = self.read(GENERATED).splitlines(keepends=True)
        self.write(GENERATED, "".join(lines[:6]) + (body if body != "{}\n" else ""))

    def adopt(self, *paths: str, **options):
        return adopt(self.plan, self.project, paths, **options)

    def layered(self) -> dict:
        return values.merge_all(yamlio.loads(self.read(path)) or {} for path in self.named())

    def named(self) -> list[str]:
        """The values files that the helmfile names, project-relative."""
        found = yamlio.load_all(self.read(HELMFILE))[1]["releases"][0]["values"]
        return [path.removeprefix("../../") if path.startswith("..") else f"deploy/dev/{path}" for path in found]

    def read(self, path: str) -> str:
        return (self.project / path).read_text()

    def write(self, path: str, text: str) -> None:
        (self.project / path).parent.mkdir(parents=True, exist_ok=True)
        (self.project / path).write_text(text)


@pytest.fixture
def shop(tmp_path):
    return Shop(tmp_path, {"replicaCount": 2, "env": {"A": "a"}})


@pytest.mark.parametrize("case", CASES, ids=[case["title"] for case in CASES])
def test_an_edit(tmp_path, case):
    shop = Shop(tmp_path, case["values"], general=case.get("general"), own=case.get("own"))
    shop.edit(case["edited"])
    result = shop.adopt(defaults=lambda _: case.get("defaults", {}))
    assert [(move.path, move.into) for move in result.moved] == [(GENERATED, OWN)]
    assert not result.refused
    assert (shop.read(OWN) if (tmp_path / OWN).exists() else None) == (case["after"] or case.get("own"))
    assert shop.read(GENERATED).encode() == outputs(shop.plan)[GENERATED]
    assert render(shop.plan, tmp_path, check=True).clean
    again = shop.adopt(GENERATED)
    assert not again.moved
    assert not again.refused


class TestWhatIsMoved:
    def test_every_edited_file_unless_some_are_named(self, shop):
        for path in (GENERATED, "deploy/dev/values/db.yaml"):
            shop.write(path, shop.read(path) + "podLabels: {a: b}\n")
        assert [move.path for move in shop.adopt(GENERATED).moved] == [GENERATED]
        result = shop.adopt()
        assert [(move.path, move.into, move.keys) for move in result.moved] == [
            ("deploy/dev/values/db.yaml", "values/db.dev.yaml", ("podLabels",))
        ]

    def test_in_a_region_the_file_of_the_region(self, tmp_path):
        whole = plan(environment("prod", release("web", "prod", "eu"), release("web", "prod", "us")))
        render(whole, tmp_path)
        path = tmp_path / "deploy/prod/eu/values/web.yaml"
        path.write_text(path.read_text() + "replicaCount: 5\n")
        [move] = adopt(whole, tmp_path).moved
        assert move.into == "values/web.prod.eu.yaml"
        assert (tmp_path / move.into).read_text() == (
            "# Values of web in prod/eu that chartgen's spec does not give.\nreplicaCount: 5\n"
        )

    def test_nothing_when_nothing_was_edited(self, shop):
        assert shop.adopt() == shop.adopt(GENERATED)
        assert shop.adopt().rendered is None

    def test_the_helmfile_names_the_new_file_at_once(self, shop):
        assert shop.named() == [GENERATED]
        shop.edit("replicaCount: 3\nenv: {A: a}\n")
        shop.adopt()
        assert shop.named() == [GENERATED, OWN]
        assert shop.layered()["replicaCount"] == 3


class TestWhatTheSpecChangedSince:
    """An edit is what a person did to the file that chartgen wrote, not what the spec says otherwise by now."""

    def test_is_no_edit(self, shop):
        shop.edit('replicaCount: 2\nenv:\n  A: "edited"\n')
        shop.spec = {"replicaCount": 9, "env": {"A": "a", "B": "b"}}
        assert render(shop.plan, shop.project).kept_edited == (GENERATED,)
        assert shop.adopt().moved[0].keys == ("env.A",)
        assert shop.layered()["replicaCount"] == 9
        assert shop.layered()["env"] == {"A": "edited", "B": "b"}

    @pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
    def test_nor_in_a_fresh_clone(self, shop, tmp_path):
        def git(*arguments):
            names = ["-c", "user.name=x", "-c", "user.email=x@example.com"]
            subprocess.run(["git", *names, *arguments], cwd=tmp_path, check=True, capture_output=True)

        git("init")
        git("add", ".")
        git("commit", "-m", "render")
        shutil.rmtree(tmp_path / ".chartgen")
        shop.edit('replicaCount: 2\nenv:\n  A: "edited"\n')
        shop.spec = {"replicaCount": 9, "env": {"A": "a"}}
        assert shop.adopt(GENERATED).moved[0].keys == ("env.A",)

    @pytest.mark.skipif(not shutil.which("git"), reason="git is not installed")
    def test_an_edit_that_was_committed_can_still_be_named(self, shop, tmp_path):
        shop.edit('replicaCount: 7\nenv:\n  A: "a"\n')
        for command in ("init", "add .", "-c user.name=x -c user.email=x@example.com commit -m edit"):
            subprocess.run(["git", *command.split()], cwd=tmp_path, check=True, capture_output=True)
        shutil.rmtree(tmp_path / ".chartgen")
        assert not shop.adopt().moved
        assert shop.adopt(GENERATED).moved[0].keys == ("replicaCount",)


class TestWhatCannotBeMoved:
    """It is left as it stands, with what to do instead; the rest is moved."""

    def refused(self, shop, path, text):
        shop.write(path, text)
        shop.write("deploy/dev/values/db.yaml", shop.read("deploy/dev/values/db.yaml") + "replicaCount: 3\n")
        result = shop.adopt(path, "deploy/dev/values/db.yaml")
        assert [move.path for move in result.moved] == ["deploy/dev/values/db.yaml"]
        assert shop.read(path) == text
        return "\n".join(map(str, result.refused))

    def test_a_helmfile(self, shop):
        assert self.refused(shop, "helmfile.yaml", "releases: []\n") == (
            "helmfile.yaml: edits of a helmfile cannot be moved\n"
            "  hint: say it in chartgen.yaml, then `chartgen render --force`"
        )

    def test_the_chart(self, shop):
        path = "deploy/charts/microservice/templates/echo.yaml"
        assert self.refused(shop, path, "kind: Secret\n") == (
            f"{path}: edits of the chart cannot be moved\n"
            "  hint: put it into the overlay of `build:`, then `chartgen render --force`"
        )

    def test_the_mark_of_whose_the_release_is(self, shop):
        text = shop.read(GENERATED).replace('"shop"', '"other"')
        assert self.refused(shop, GENERATED, text).startswith(f"{GENERATED}: `x-chartgen` cannot be moved")

    @pytest.mark.parametrize(
        ("text", "problem"),
        [
            ("a: [\n", f"{GENERATED}:2:1: not YAML"),
            ("- a\n", f"{GENERATED}:1:1: is not a map of values"),
            ("a: 1\na: 2\n", f"{GENERATED}:2:1: the key `a` stands here twice"),
        ],
    )
    def test_what_is_no_values_file_any_more(self, shop, text, problem):
        assert self.refused(shop, GENERATED, text).startswith(problem)

    def test_what_is_no_generated_file(self, shop):
        assert self.refused(shop, "deploy/dev/values/wbe.yaml", "a: 1\n") == (
            "deploy/dev/values/wbe.yaml: no generated file\n  hint: did you mean `deploy/dev/values/web.yaml`?"
        )

    def test_values_that_no_release_takes_any_more(self, shop):
        shop.edit("replicaCount: 3\n")
        without = plan(environment("dev", release("db")))
        assert "no release takes these values any more" in str(adopt(without, shop.project).refused[0])
        assert "replicaCount: 3" in shop.read(GENERATED)

    def test_into_a_file_that_cannot_be_edited(self, shop):
        shop.write(OWN, "env: &env {A: x}\nother: *env\n")
        render(shop.plan, shop.project)
        shop.edit("replicaCount: 2\nenv: {A: edited}\n")
        assert f"{OWN}: cannot be edited in place: env.A" in str(shop.adopt().refused[0])
        assert "A: edited" in shop.read(GENERATED)

    def test_when_the_helmfile_could_not_name_the_new_file(self, shop):
        shop.edit("replicaCount: 3\nenv: {A: a}\n")
        shop.write(HELMFILE, shop.read(HELMFILE) + "# mine\n")
        result = shop.adopt(GENERATED)
        assert not result.moved
        assert str(result.refused[0]).startswith(f"{HELMFILE}: was edited by hand too")
        assert "replicaCount: 3" in shop.read(GENERATED)
        assert not (shop.project / OWN).exists()

    def test_but_it_is_moved_when_the_helmfile_names_the_file_already(self, tmp_path):
        shop = Shop(tmp_path, {"replicaCount": 2}, own="a: 1\n")
        shop.edit("replicaCount: 3\n")
        shop.write(HELMFILE, shop.read(HELMFILE) + "# mine\n")
        assert shop.adopt(GENERATED).moved
        assert shop.layered()["replicaCount"] == 3


class TestLaws:
    @given(any_values.values(), any_values.values(), any_values.values(nulls=False))
    def test_all_layers_together_say_what_the_edited_file_said(self, generated, edited, defaults):
        own = own_file({}, settle(generated, {}, {}, difference(generated, edited), defaults))
        layered = values.coalesce(defaults, values.merge(generated, own))
        assert same(without_nulls(layered), without_nulls(values.coalesce(defaults, edited)))

    @given(any_values.values(), any_values.values(), any_values.values(), any_values.values(), any_values.values())
    def test_what_was_set_holds_whatever_other_layers_say(self, base, edited, generated, general, own):
        changes = list(difference(base, edited))
        after = own_file(own, settle(generated, general, own, changes, {}))
        layered = values.merge_all((generated, general, after))
        for path, value in changes:
            if value is not REMOVE and value != {}:
                assert same(without_nulls(at(layered, path)), without_nulls(value))

    @given(any_values.values(), any_values.values(), any_values.values(), any_values.values(), any_values.values())
    def test_moving_twice_moves_once(self, base, edited, generated, general, own):
        changes = list(difference(base, edited))
        after = own_file(own, settle(generated, general, own, changes, {}))
        assert settle(generated, general, after, changes, {}) == {}

    @given(any_values.values(), any_values.values(), any_values.values())
    def test_no_edit_moves_nothing(self, generated, general, own):
        assert settle(generated, general, own, difference(generated, generated), {}) == {}

    @settings(max_examples=30)
    @given(st.data())
    def test_it_holds_for_files_too(self, tmp_path_factory, data):
        document, edited = data.draw(any_values.values()), data.draw(any_values.values())
        shop = Shop(tmp_path_factory.mktemp("shop"), document)
        shop.edit(yamlio.dumps(edited))
        shop.adopt()
        layered = {key: value for key, value in shop.layered().items() if key != "x-chartgen"}
        assert same(without_nulls(layered), without_nulls(edited))


def own_file(own, settings):
    return yamlio.loads(yamlio.edit(yamlio.dumps(own), settings)) or {}


def at(data, path):
    for key in path:
        data = data[key]
    return data


def without_nulls(data):
    if isinstance(data, dict):
        return {key: without_nulls(value) for key, value in data.items() if value is not None}
    return data


def test_the_plan_given_is_not_changed(shop):
    whole = shop.plan
    before = dataclasses.replace(whole)
    shop.edit("replicaCount: 3\n")
    adopt(whole, shop.project)
    assert whole == before
    assert Layer(OWN, {}) not in whole.releases[0].developer
