"""The helmfiles: what they say, and that helmfile takes it so."""

from __future__ import annotations

import os
import subprocess

import pytest

from chartgen import files, yamlio
from chartgen.errors import InputError
from chartgen.model import ChartRef, HelmDefaults
from chartgen.outputs import helmfile
from chartgen.outputs.tree import outputs
from tests.e2e import go_tools
from tests.outputs.plans import environment, plan, release

# The keys that helmfile 0.166 and 1.x both know, of those that have a use here.
KEYS = {
    "": {"environments", "helmDefaults", "repositories", "releases", "helmfiles"},
    "helmDefaults": {"wait", "atomic", "timeout", "historyMax", "skipDeps", "createNamespace", "kubeContext"},
    "repositories": {"name", "url"},
    "helmfiles": {"path"},
    "releases": {
        *("name", "namespace", "chart", "version", "labels", "condition"),
        *("timeout", "historyMax", "needs", "values", "createNamespace"),
    },
}


def documents(text):
    """A helmfile's two documents; the environments come first."""
    environments, body = yamlio.load_all(text)
    assert set(environments) == {"environments"}
    assert not set(body) & {"environments"}
    return environments["environments"], body


def written(*releases, environment_name="dev", **settings):
    whole = plan(environment(environment_name, *releases), **settings)
    return documents(helmfile.of_region(whole, environment_name, releases))[1]


def only(*releases, **settings):
    [one] = written(*releases, **settings)["releases"]
    return one


class TestRoot:
    def test_it_names_every_environment_and_the_files_of_those_that_have_releases_in_the_order_of_waves(self):
        prod = [release("web", "prod", "us-east"), release("web", "prod", "eu-north")]
        whole = plan(environment("dev", release("web")), environment("prod", *prod), environment("empty"))
        environments, body = documents(helmfile.root(whole))
        assert environments == {"dev": {}, "prod": {}, "empty": {}}
        assert body == {
            "helmfiles": [
                {"path": "deploy/dev/helmfile.yaml"},
                {"path": "deploy/prod/us-east/helmfile.yaml"},
                {"path": "deploy/prod/eu-north/helmfile.yaml"},
            ]
        }


class TestAnEnvironmentsFile:
    def test_a_release_says_what_helm_needs_and_no_more(self):
        assert only(release("web")) == {
            "name": "web",
            "namespace": "apps-shop-dev",
            "chart": "./../charts/microservice",
            "labels": {"environment": "dev", "service": "web"},
            "condition": "selected.enabled",
            "values": ["values/web.yaml"],
        }

    def test_a_region_is_a_label_and_a_level(self):
        one = only(release("web", "prod", "eu"), environment_name="prod")
        assert one["labels"] == {"environment": "prod", "region": "eu", "service": "web"}
        assert one["chart"] == "./../../charts/microservice"

    def test_the_developers_files_come_after_the_generated_one_general_to_particular(self):
        files = ("values/web.yaml", "values/web.prod.yaml", "values/web.prod.eu.yaml")
        one = only(release("web", "prod", "eu", developer={file: {} for file in files}), environment_name="prod")
        assert one["values"] == ["values/web.yaml", *(f"../../../{file}" for file in files)]

    def test_what_must_be_there_first_is_named_with_its_namespace(self):
        first, second = written(release("web", needs=("cache",)), release("redis", name="cache", namespace="stores"))[
            "releases"
        ]
        assert first["needs"] == ["stores/cache"]
        assert "needs" not in second

    def test_a_namespace_that_is_a_release_of_its_own_is_made_by_no_other(self):
        room = release("namespace", name="namespace-a", namespace="default", create_namespace=False)
        web = release("web", namespace="a", needs=("namespace-a",), create_namespace=False)
        body = written(room, web)
        assert body["helmDefaults"]["createNamespace"] is False
        assert [one.get("createNamespace") for one in body["releases"]] == [None, None]
        assert [one.get("needs") for one in body["releases"]] == [None, ["default/namespace-a"]]

    def test_a_namespace_that_others_make_is_said_release_by_release(self):
        body = written(release("web", create_namespace=False), release("db"))
        assert body["helmDefaults"]["createNamespace"] is True
        assert [one.get("createNamespace") for one in body["releases"]] == [False, None]

    def test_time_and_history_stand_with_the_release_only_where_it_says_so(self):
        one = only(release("web", timeout=900, max_history=3))
        assert (one["timeout"], one["historyMax"]) == (900, 3)

    def test_the_defaults_are_the_projects(self):
        defaults = HelmDefaults(wait=False, atomic=False, create_namespace=False, timeout=60, max_history=2)
        body = written(release("web", kube_context="prod-eu"), helm_defaults=defaults)
        assert body["helmDefaults"] == {
            "wait": False,
            "atomic": False,
            "timeout": 60,
            "historyMax": 2,
            "skipDeps": True,
            "createNamespace": False,
            "kubeContext": "prod-eu",
        }

    def test_without_a_context_helm_takes_the_current_one(self):
        assert "kubeContext" not in written(release("web"))["helmDefaults"]

    @pytest.mark.parametrize(("default", "chosen"), [("dev", True), ("prod", False), (None, False)])
    def test_it_is_selected_by_name_and_by_default_only_where_it_is_the_default(self, default, chosen):
        whole = plan(environment("dev", release("web")), default_environment=default)
        environments, _ = documents(helmfile.of_region(whole, "dev", whole.releases))
        assert environments == {
            "dev": {"values": [{"selected": {"enabled": True}}]},
            "default": {"values": [{"selected": {"enabled": chosen}}]},
        }


class TestCharts:
    def test_a_local_chart_is_named_by_its_path(self):
        assert only(release("web", chart=ChartRef("redis", path="charts/redis")))["chart"] == "./../../charts/redis"

    def test_one_in_a_registry_by_its_address_and_version(self):
        one = only(release("web", chart=ChartRef("ms", repository="oci://example.com/charts/", version="1.4.0")))
        assert (one["chart"], one["version"]) == ("oci://example.com/charts/ms", "1.4.0")

    def test_one_in_a_repository_by_the_repositorys_name_and_version(self):
        body = written(
            release("web", chart=ChartRef("ms", repository="https://charts.example.com/stable", version="1.4.0")),
            release("db", chart=ChartRef("pg", repository="https://charts.example.com/stable", version="2.0.0")),
        )
        [repository] = body["repositories"]
        assert repository["url"] == "https://charts.example.com/stable"
        assert repository["name"].startswith("charts-example-com-stable-")
        assert [one["chart"] for one in body["releases"]] == [f"{repository['name']}/ms", f"{repository['name']}/pg"]
        assert [one["version"] for one in body["releases"]] == ["1.4.0", "2.0.0"]

    def test_two_repositories_never_share_a_name(self):
        urls = ["https://example.com/a/b", "https://example.com/a-b", "http://example.com/a/b"]
        charts = [ChartRef("ms", repository=url, version="1.0.0") for url in urls]
        body = written(*(release(f"web{number}", chart=chart) for number, chart in enumerate(charts)))
        assert len({repository["name"] for repository in body["repositories"]}) == 3


class TestPortability:
    FULL = (
        release(
            "web",
            "prod",
            "eu",
            needs=("db",),
            timeout=1,
            max_history=1,
            kube_context="eu",
            developer={"values/web.yaml": {}},
            create_namespace=False,
        ),
        release(
            "db",
            "prod",
            "eu",
            kube_context="eu",
            chart=ChartRef("pg", repository="https://example.com", version="1.0.0"),
        ),
    )

    def test_only_keys_that_both_versions_know(self):
        whole = plan(environment("prod", *self.FULL))
        for text in (helmfile.root(whole), helmfile.of_region(whole, "prod", self.FULL)):
            environments, body = documents(text)
            assert set(body) <= KEYS[""]
            for key, value in body.items():
                for part in value if isinstance(value, list) else [value]:
                    assert set(part) <= KEYS[key]
            for value in environments.values():
                assert set(value) <= {"values"}

    def test_no_braces_that_helmfile_would_take_for_a_template(self):
        for path, content in outputs(plan(environment("prod", *self.FULL))).items():
            assert path.startswith("deploy/charts/") or b"{{" not in content

    def test_a_name_with_such_braces_is_refused(self):
        chart = ChartRef("redis", path="charts/{{ .Values.x }}")
        with pytest.raises(InputError) as caught:
            written(release("web", chart=chart, kube_context="{{ env }}"))
        assert str(caught.value) == (
            "`{{ env }}` holds `{{`, which helmfile takes for a template\n"
            "  hint: choose another name\n"
            "`./../../charts/{{ .Values.x }}` holds `{{`, which helmfile takes for a template\n"
            "  hint: choose another name"
        )

    def test_names_that_yaml_would_take_for_something_else(self):
        environments, _ = documents(helmfile.root(plan(environment("on", release("web", "on")))))
        assert list(environments) == ["on"]


class TestHelmfile0:
    """helmfile 0.166, with helm 3, lists and templates what was written."""

    @pytest.fixture
    def tools(self, helmfile0, helm3):
        return helmfile0, helm3

    @pytest.fixture
    def shop(self, tmp_path):
        """dev (the default) and prod with two regions, in a directory below the root that includes it."""
        regions = [
            release(service, "prod", region, kube_context=region, needs=("db",) if service == "web" else ())
            for region in ("us", "eu")
            for service in ("web", "db")
        ]
        dev = [
            release("web", developer={"values/web.yaml": {}}, needs=("db",)),
            release("db", timeout=60, max_history=2),
        ]
        whole = plan(environment("dev", *dev), environment("prod", *regions), environment("empty"))
        example = tmp_path / "examples/shop"
        example.mkdir(parents=True)
        with files.writing(example) as writer:
            writer.write({**outputs(whole), "values/web.yaml": b"replicaCount: 7\n"})
        environments = "environments: {dev: {}, prod: {}, empty: {}}\n---\n"
        (tmp_path / "helmfile.yaml").write_text(f"{environments}helmfiles: [{{path: examples/shop/helmfile.yaml}}]\n")
        return tmp_path

    @pytest.fixture
    def run(self, tools):
        program, helm = tools

        def run(directory, *arguments):
            environment = {**os.environ, "PATH": f"{helm.parent}{os.pathsep}{os.environ['PATH']}"}
            command = [str(program), *arguments]
            return subprocess.run(
                command, cwd=directory, env=environment, capture_output=True, text=True, check=False, timeout=120
            )

        return run

    @pytest.mark.parametrize("where", ["", "examples/shop"])
    @pytest.mark.parametrize(
        ("options", "enabled"),
        [
            (["-e", "prod"], ["prod/us/web", "prod/us/db", "prod/eu/web", "prod/eu/db"]),
            (["-e", "dev"], ["dev/web", "dev/db"]),
            ([], ["dev/web", "dev/db"]),
            (["-e", "prod", "-l", "region=eu"], ["prod/eu/web", "prod/eu/db"]),
            (["-e", "prod", "-l", "service=web,region=us"], ["prod/us/web"]),
        ],
    )
    def test_list_has_the_environment_asked_for(self, shop, run, where, options, enabled):
        result = run(shop / where, *options, "list", "--output", "json")
        assert result.returncode == 0, result.stderr
        listed = [one for one in yamlio.loads(result.stdout) if one["enabled"]]
        labels = [dict(label.split(":") for label in one["labels"].split(",")) for one in listed]
        found = ["/".join(filter(None, map(one.get, ("environment", "region", "service")))) for one in labels]
        assert sorted(found) == sorted(enabled)  # helmfile 1.x sorts them

    @pytest.mark.parametrize("name", ["nope", "empty"])
    def test_an_environment_that_is_unknown_or_empty_is_an_error(self, shop, run, name):
        result = run(shop, "-e", name, "list")
        assert result.returncode == 3
        assert f"no releases found that matches specified selector() and environment({name})" in result.stderr

    def test_template_renders_with_the_generated_values_and_the_developers(self, shop, run):
        result = run(shop, "template")
        assert result.returncode == 0, result.stderr
        found = {
            each["metadata"]["name"]: yamlio.loads(each["data"]["values"]) for each in yamlio.load_all(result.stdout)
        }
        assert set(found) == {"web", "db"}
        assert found["web"]["replicaCount"] == 7
        assert found["web"]["x-chartgen"] == {"project": "shop", "environment": "dev", "service": "web"}
        assert "replicaCount" not in found["db"]

    @pytest.mark.parametrize("context", [None, "here"])
    def test_the_namespace_is_installed_first_from_default(self, tmp_path, tools, run, context):
        stub = f'#!/bin/sh\ncase "$*" in *version*) exec {tools[1]} "$@";; *upgrade*) echo "$@" >> calls;; esac\n'
        (tmp_path / "bin").mkdir()
        (tmp_path / "bin/helm").write_text(stub.replace("calls", str(tmp_path / "calls")))
        (tmp_path / "bin/helm").chmod(0o755)
        settings = {"kube_context": context, "create_namespace": False}
        room = release("namespace", name="namespace-shop", namespace="default", **settings)
        web = release("web", namespace="shop", needs=("namespace-shop", "db"), **settings)
        db = release("db", namespace="shop", needs=("namespace-shop",), **settings)
        with files.writing(tmp_path) as writer:
            writer.write(outputs(plan(environment("dev", room, web, db))))
        result = run(tmp_path, "--helm-binary", str(tmp_path / "bin/helm"), "sync")
        assert result.returncode == 0, result.stderr
        calls = [call.split() for call in (tmp_path / "calls").read_text().splitlines()]
        installed = [(call[call.index("--install") + 1], call[call.index("--namespace") + 1]) for call in calls]
        assert installed == [("namespace-shop", "default"), ("db", "shop"), ("web", "shop")]
        assert not [call for call in calls if "--create-namespace" in call]

    def test_template_renders_each_region(self, shop, run):
        result = run(shop, "-e", "prod", "template")
        assert result.returncode == 0, result.stderr
        regions = [
            yamlio.loads(each["data"]["values"])["x-chartgen"]["region"] for each in yamlio.load_all(result.stdout)
        ]
        assert regions == ["us", "us", "eu", "eu"]


@pytest.mark.e2e
class TestHelmfile1(TestHelmfile0):
    """helmfile 1.x, with helm 4, does the same."""

    @pytest.fixture
    def tools(self, helm4):
        return go_tools.build("helmfile"), helm4
