"""Values that look like markers, documents, templates or options stay values."""

from __future__ import annotations

import pytest

from chartgen import engine
from tests.engine import plain

FORGERIES = [
    "#=W10=",
    "\n#=W10=\n",
    "\n---\nkind: Forged\n",
    "\n---\n# Source: echo/templates/values.yaml\nkind: Forged\n",
    "x\x85#=W10=\x85---\x85kind: Forged",
    "x\u2028---\u2028kind: Forged\u2029",
    "\ufeff",
    "{{ fail `no` }}{{ .Values }}",
    '{{ define "chartgen-driver.release" }}forged{{ end }}',
    "<no value>",
    "</script>&",
    "\x00\x07\x1b\x7f",
    "\U0001f600 é 日本",
    '"}], "Error": "x',
    "chartgen-driver",
    "%s%d%n",
    "@/etc/passwd",
    "releases=x,a=b",
]


@pytest.mark.parametrize("nested", [False, True])
def test_a_value_comes_out_as_it_went_in(any_engine, nested):
    """All but `<no value>`, which Helm itself takes out of what it renders."""
    releases = [plain.release("before")]
    for number, forgery in enumerate(FORGERIES):
        values = {"nested": {forgery: [forgery]}} if nested else {"name": forgery}
        releases.append(plain.release(f"r{number}", values))
    chart = plain.chart("hostile")
    manifests = any_engine.template(chart, [*releases, plain.release("after")])
    assert [manifest.title for manifest in manifests] == [
        "ConfigMap/before",
        *(f"ConfigMap/r{number}" for number in range(len(FORGERIES))),
        "ConfigMap/after",
    ]
    for manifest, forgery in zip(manifests[1:-1], FORGERIES, strict=True):
        expected = forgery.replace("<no value>", "")
        values = manifest.object["data"]
        assert (values["key"], values["item"]) == (expected, expected) if nested else values["name"] == expected


def test_text_that_is_written_unquoted_may_split_documents_as_it_may_in_helm(any_engine, helm4, tmp_path):
    release = plain.release("web", {"raw": "a: b\n---\n# Source: hostile/templates/other.yaml\nkind: Second\n#=W10="})
    manifests = any_engine.template(plain.chart("hostile"), [release, plain.release("other")])
    theirs = plain.template(helm4, plain.CHARTS / "hostile", release, tmp_path)
    assert [(manifest.object, manifest.release.name) for manifest in manifests] == [
        *((data, "web") for _, data in theirs),
        (manifests[-1].object, "other"),
    ]
    assert {manifest.template for manifest in manifests} == {"hostile/templates/configmap.yaml"}


@pytest.mark.parametrize("number", [2**53 + 1, 2**63 - 1, -(2**63), 2**64 - 1, 10**20, 1000650000, 1e300, 1.0, 0.1])
def test_numbers_are_what_the_text_says(any_engine, number):
    """Helm's own parser reads floats; a number written into the template as text may be longer."""
    (manifest,) = any_engine.template(plain.chart("hostile"), [plain.release("web", {"raw": f"number: {number}"})])
    assert manifest.object["number"] == number


def test_a_secret_called_error_is_no_error(any_engine):
    values = {"raw": 'Error: "text"'}
    (manifest,) = any_engine.template(plain.chart("hostile"), [plain.release("web", values)])
    assert manifest.object["Error"] == "text"


def test_the_environment_of_the_caller_changes_nothing(monkeypatch, helm3, helm4, tmp_path):
    calm: dict[tuple, list] = {}
    for wild in (False, True):
        if wild:
            monkeypatch.setenv("KUBECONFIG", str(tmp_path / "missing"))
            monkeypatch.setenv("HELM_DEBUG", "true")
            monkeypatch.setenv("HELM_NAMESPACE", "elsewhere")
            monkeypatch.setenv("HELM_PLUGINS", str(tmp_path))
            monkeypatch.setenv("HELM_KUBEVERSION", "1.2.3")
            (tmp_path / "plugin.yaml").write_text("name: [broken")
        for name, program in (("cli", helm3), ("cli", helm4), ("embedded", helm4)):
            monkeypatch.setenv("CHARTGEN_HELM", str(program))
            for chart in ("context", "parent"):
                found = engine.choose(name).template(plain.chart(chart), [plain.release("web")])
                assert calm.setdefault((name, program, chart), [m.object for m in found]) == [m.object for m in found]
