"""Both engines, batched and one by one, give what plain `helm template` gives, whatever the values."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chartgen import engine
from chartgen.engine import manifests, rendering
from chartgen.engine.batch import HelmEngine
from chartgen.engine.cli import CliHelm
from chartgen.engine.embedded import EmbeddedHelm
from chartgen.errors import InputError
from chartgen.model import Release
from tests.chart import random_values
from tests.chart.contract import SCHEMA
from tests.chart.rendering import BASE, MINIMAL, base_chart
from tests.engine import plain
from tests.laws import any_values

pytest.importorskip("helm_python")

# What no YAML may hold as it is; what the echo chart writes as JSON would hold it.
PRINTABLE = st.text(st.characters(exclude_categories=["Cc", "Cn", "Cs"], exclude_characters="\ufeff"), max_size=8)
KEYS = any_values.WORDS | PRINTABLE
NUMBERS = any_values.NUMBERS | st.integers(-(2**70), 2**70) | st.floats(allow_nan=False, allow_infinity=False)
LAYERS = st.lists(any_values.values(NUMBERS, KEYS, KEYS), min_size=1, max_size=3)


@pytest.fixture(scope="module")
def releases() -> list[Release]:
    many = any_values.many(LAYERS)
    return [plain.release(f"r{number}", *layers) for number, layers in enumerate(many)]


@pytest.mark.parametrize("major", ["helm3", "helm4"])
def test_each_engine_gives_what_helm_template_gives(request, monkeypatch, releases, major, tmp_path):
    helm = request.getfixturevalue(major)
    monkeypatch.setenv("CHARTGEN_HELM", str(helm))
    chart = plain.chart("echo")
    batches = [HelmEngine(reached()).template(chart, releases) for reached in (EmbeddedHelm, CliHelm)]
    assert [manifest.object for manifest in batches[0]] == [manifest.object for manifest in batches[1]]
    assert [manifest.text for manifest in batches[0]] == [manifest.text for manifest in batches[1]]
    for release in releases[:: len(releases) // 10]:
        theirs = plain.template(helm, plain.CHARTS / "echo", release, tmp_path)
        assert plain.objects(batches[0], release) == theirs


@pytest.mark.parametrize("reached", [EmbeddedHelm, CliHelm])
def test_one_by_one_gives_what_a_batch_gives(monkeypatch, helm4, releases, reached):
    monkeypatch.setenv("CHARTGEN_HELM", str(helm4))
    some = releases if reached is EmbeddedHelm else releases[::10]
    chart = plain.chart("echo")
    together, singly = (render(reached(), chart, some) for render in (rendering.together, rendering.singly))
    for release, one, other in zip(some, together, singly, strict=True):
        assert isinstance(one, list)
        assert isinstance(other, list)
        assert manifests.of(release, one) == manifests.of(release, other)


@given(LAYERS)
@settings(max_examples=30)
def test_what_others_are_in_the_batch_does_not_matter(layers):
    renders = engine.choose("embedded").template
    release, other = plain.release("web", *layers), plain.release("other", {"name": None, "nested": {"text": "x"}})
    alone = renders(plain.chart("context"), [release])
    assert [m for m in renders(plain.chart("context"), [other, release, other]) if m.release is release] == alone


@pytest.fixture(scope="module")
def of_the_shared_chart() -> list[Release]:
    """Releases with any values that its schema accepts and its templates take."""
    renders = engine.choose("embedded").template
    found = []
    for number, values in enumerate(any_values.many(random_values.values(SCHEMA))):
        release = plain.release(f"r{number}", MINIMAL, values, {"image": MINIMAL["image"]})
        with contextlib.suppress(InputError):
            renders(base_chart(), [release])
            found.append(release)
    return found


@pytest.mark.parametrize("major", ["helm3", "helm4"])
def test_the_shared_chart_is_the_same_to_all(request, monkeypatch, of_the_shared_chart, major, tmp_path):
    helm = request.getfixturevalue(major)
    monkeypatch.setenv("CHARTGEN_HELM", str(helm))
    releases = of_the_shared_chart
    assert len(releases) > 20
    batches = [HelmEngine(reached()).template(base_chart(), releases) for reached in (EmbeddedHelm, CliHelm)]
    assert batches[0] == batches[1]
    for release in releases[:: len(releases) // 6]:
        assert plain.objects(batches[0], release) == plain.template(helm, BASE, release, tmp_path)
