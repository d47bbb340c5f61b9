"""Charts in a real registry: published, listed, fetched and verified, by whom and by how many at once."""

from __future__ import annotations

import concurrent.futures
import datetime as dt
import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from chartgen.chart import assemble, bundled
from chartgen.chart.package import package
from chartgen.errors import InputError, ToolError
from chartgen.publish.interface import Access
from chartgen.publish.oci import Registry
from chartgen.publish.open import repository
from chartgen.publish.registry.artifact import Artifact, Blob
from chartgen.publish.registry.upload import Sizes
from tests.e2e.publish.servers import PASSWORD, USER

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
PROVENANCE = b"-----BEGIN PGP SIGNED MESSAGE-----\nnot a real one\n"


def chart(version="1.0.0", **wishes):
    return package(assemble.assemble(bundled.sources(), assemble.Build(version=version, **wishes)))


def access(server):
    return Access(plain_http=server.plain, ca_file=server.authority)


def opened(server, path):
    return repository(server.address(path), access(server))


def test_publish_list_fetch_verify(any_registry, path):
    charts = opened(any_registry, path)
    assert charts.versions("microservice") == ()
    packages = [chart(version) for version in ("1.0.0", "1.1.0+a.b", "2.0.0-rc.1")]
    for each in packages:
        assert charts.publish(each, now=NOW).package == each
    assert {entry.version for entry in charts.versions("microservice")} == {each.version for each in packages}
    for each in packages:
        assert charts.fetch("microservice", each.version).content == each.content
    if any_registry.logins is None or any_registry.authority:  # a token for the catalogue is given to nobody
        assert charts.names() == ("microservice",)
        verified = charts.verify()
        assert (verified.versions, verified.problems) == (3, ())


def test_the_same_bytes_again_change_nothing(any_registry, path):
    first = opened(any_registry, path).publish(chart(), now=NOW)
    again = opened(any_registry, path).publish(chart(), now=NOW + dt.timedelta(days=1))
    assert (first.unchanged, again.unchanged) == (False, True)
    assert first.manifest == again.manifest
    assert first.location == again.location == f"{any_registry.address(path)}/microservice:1.0.0"


def test_the_same_package_has_the_same_manifest_everywhere(registry, registry_htpasswd, path, monkeypatch):
    monkeypatch.setenv("HELM_REGISTRY_CONFIG", str(registry_htpasswd.logins))
    first = opened(registry, path).publish(chart(), now=NOW)
    second = opened(registry_htpasswd, f"{path}/elsewhere").publish(chart(), now=NOW + dt.timedelta(days=1))
    assert first.manifest == second.manifest


def test_other_bytes_are_refused(registry, path):
    charts = opened(registry, path)
    published = charts.publish(chart(), now=NOW)
    with pytest.raises(InputError, match=r"1\.0\.0 of microservice is published already, with other bytes\n  hint: "):
        charts.publish(chart(description="Another"), now=NOW)
    assert charts.publish(chart(), now=NOW).manifest == published.manifest


def test_a_provenance_that_is_missing_is_added_and_the_first_one_stays(registry, path):
    charts = opened(registry, path)
    unsigned = charts.publish(chart(), now=NOW)
    signed = charts.publish(replace(chart(), provenance=PROVENANCE), now=NOW)
    assert (signed.unchanged, signed.package.provenance) == (False, PROVENANCE)
    assert signed.manifest != unsigned.manifest
    later = charts.publish(replace(chart(), provenance=b"another"), now=NOW)
    assert (later.unchanged, later.package.provenance, later.manifest) == (True, PROVENANCE, signed.manifest)
    assert charts.publish(chart(), now=NOW).package.provenance == PROVENANCE


def test_a_version_is_what_is_there_not_what_its_tag_says(registry, path):
    charts = Registry(registry.address(path), access(registry))
    charts.publish(chart("1.0.0"), now=NOW)
    found = charts.artifact("microservice", "1.0.0")
    assert found
    assert charts.put_artifact("microservice", "1.0.1", found[1]) == found[0]
    image = Artifact(Blob("application/vnd.oci.image.config.v1+json", b"{}"), (Blob("a/b", b"layer"),))
    charts.put_artifact("microservice", "1.0.2", image)
    charts.put_artifact("microservice", "latest", image)
    assert {entry.version for entry in charts.versions("microservice")} == {"1.0.0", "1.0.1", "1.0.2"}
    with pytest.raises(InputError, match=r"microservice:1\.0\.1: holds microservice 1.0.0, which is another chart"):
        charts.fetch("microservice", "1.0.1")
    with pytest.raises(InputError, match=r"microservice:1\.0\.2: is no chart\n  hint: an image"):
        charts.fetch("microservice", "1.0.2")
    with pytest.raises(InputError, match="published already, with other bytes"):
        charts.publish(chart("1.0.2"), now=NOW)
    verified = charts.verify()
    assert verified.versions == 3
    assert [str(problem.where).rpartition("/")[2] for problem in verified.problems] == [
        "microservice:1.0.1",
        "microservice:1.0.2",
    ]


def test_a_blob_that_went_bad_is_found(tmp_path, path):
    from tests.e2e.publish import servers

    with servers.registry(tmp_path) as server:
        charts = opened(server, path)
        published = charts.publish(chart(), now=NOW)
        [blob] = (tmp_path / "data").glob(f"docker/registry/v2/blobs/sha256/*/{published.package.digest}/data")
        content = blob.read_bytes()
        blob.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
        with pytest.raises(InputError, match="the blob has other bytes than its digest says"):
            charts.fetch("microservice", "1.0.0")
        blob.unlink()
        [problem] = charts.verify().problems
        assert problem.message == "the manifest names a blob that is not there"


# ---- logins ---------------------------------------------------------------------------------------------------------


def test_who_is_not_known_is_told(registry_htpasswd, path, tmp_path, monkeypatch):
    secret = "wrong-password"
    logins = tmp_path / "config.json"
    logins.write_text(json.dumps({"auths": {registry_htpasswd.host: {"username": USER, "password": secret}}}))
    monkeypatch.setenv("HELM_REGISTRY_CONFIG", str(logins))
    with pytest.raises(ToolError, match="401 Unauthorized: authentication required\n  hint: log in") as error:
        opened(registry_htpasswd, path).publish(chart(), now=NOW)
    assert secret not in str(error.value)


def test_a_token_server_that_does_not_know_us_is_told(registry_token, path, tmp_path, monkeypatch):
    secret = "wrong-password"
    logins = tmp_path / "config.json"
    logins.write_text(json.dumps({"auths": {registry_token.host: {"username": USER, "password": secret}}}))
    monkeypatch.setenv("HELM_REGISTRY_CONFIG", str(logins))
    with pytest.raises(ToolError, match="/token: GET was answered with 401 Unauthorized: incorrect username or passw"):
        opened(registry_token, path).versions("microservice")
    logins.write_text(json.dumps({"auths": {registry_token.host: {"identitytoken": secret}}}))
    with pytest.raises(ToolError, match=r"/token: POST was answered with 401 Unauthorized: not \*\*\*") as error:
        opened(registry_token, path).versions("microservice")
    assert secret not in str(error.value)


def test_an_identity_token_buys_tokens(registry_token, token_server, path, tmp_path, monkeypatch):
    logins = tmp_path / "config.json"
    logins.write_text(json.dumps({"auths": {registry_token.host: {"identitytoken": token_server.identity}}}))
    monkeypatch.setenv("HELM_REGISTRY_CONFIG", str(logins))
    asked = len(token_server.asked)
    assert not opened(registry_token, path).publish(chart(), now=NOW).unchanged
    methods = [method for method, _ in token_server.asked[asked:]]
    assert methods == ["POST"]


def test_a_token_for_a_registry_is_sent_as_it_is(registry_token, token_server, path, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path))
    token = token_server.token(f"repository:{path}/microservice:pull,push", USER)
    monkeypatch.setenv("CHARTGEN_REPOSITORY_TOKEN", token)
    assert not opened(registry_token, path).publish(chart(), now=NOW).unchanged


def test_without_a_login_what_everybody_gets(registry_token, path, monkeypatch, tmp_path):
    monkeypatch.setenv("HELM_REGISTRY_CONFIG", str(registry_token.logins))
    opened(registry_token, path).publish(chart(), now=NOW)
    monkeypatch.setenv("HELM_REGISTRY_CONFIG", str(tmp_path / "nobody.json"))
    monkeypatch.setenv("HOME", str(tmp_path))
    assert opened(registry_token, path).fetch("microservice", "1.0.0").content == chart().content
    with pytest.raises(ToolError, match="401 Unauthorized: authentication required"):
        opened(registry_token, path).publish(chart("1.1.0"), now=NOW)


def test_plain_http_only_on_demand(registry, path):
    with pytest.raises(
        ToolError, match="it does not speak TLS as we do\n  hint: a registry without TLS is spoken to with"
    ):
        repository(registry.address(path)).fetch("microservice", "1.0.0")


def test_tls_only_with_a_certificate_that_is_trusted(registry_tls, path):
    with pytest.raises(
        ToolError, match=r"its certificate is not trusted: .*\n  hint: name the authority's certificates"
    ):
        repository(registry_tls.address(path)).fetch("microservice", "1.0.0")


# ---- at once --------------------------------------------------------------------------------------------------------


def at_once(count, publish):
    with concurrent.futures.ThreadPoolExecutor(count) as pool:
        return [future.exception() or future.result() for future in [pool.submit(publish, n) for n in range(count)]]


def test_fifty_publishers_lose_nothing(registry, path):
    packages = [chart(f"1.0.{number}") for number in range(50)]
    results = at_once(50, lambda number: opened(registry, path).publish(packages[number], now=NOW).unchanged)
    assert results == [False] * 50
    verified = opened(registry, path).verify()
    assert (verified.versions, verified.problems) == (50, ())


def test_fifty_publishers_of_one_package_all_succeed(registry, path):
    results = at_once(50, lambda _: opened(registry, path).publish(chart(), now=NOW).manifest)
    assert len(set(results)) == 1
    assert opened(registry, path).fetch("microservice", "1.0.0").content == chart().content


def test_publishers_of_other_bytes_leave_a_whole_version_of_one_of_them(registry, path):
    packages = [chart(description=f"Number {number}") for number in range(10)]
    results = at_once(10, lambda number: opened(registry, path).publish(packages[number], now=NOW))
    winners = {result.package.content for result in results if not isinstance(result, InputError)}
    assert opened(registry, path).fetch("microservice", "1.0.0").content in winners


# ---- what else is in a registry -------------------------------------------------------------------------------------


def test_a_large_blob_goes_up_in_chunks(registry, path):
    charts = Registry(registry.address(path), access(registry), sizes=Sizes(whole=1000, chunk=4096))
    packed = chart()
    assert len(packed.content) > 10 * 4096
    charts.publish(packed, now=NOW)
    assert charts.fetch("microservice", "1.0.0").content == packed.content


def test_artifacts_that_belong_to_a_chart(registry, path):
    charts = Registry(registry.address(path), access(registry))
    subject = charts.publish(chart(), now=NOW).manifest
    signatures = [
        Artifact(
            Blob("application/vnd.oci.empty.v1+json", b"{}"),
            (Blob("application/x", f"signature {number}".encode(), {"key": "value"}),),
            {"number": str(number)},
            "application/vnd.example.signature",
            subject,
        )
        for number in range(3)
    ]
    digests = [charts.put_artifact("microservice", "", each) for each in signatures]
    found = charts.referrers("microservice", subject)
    assert [each.digest for each in found] == digests
    assert {each.artifact_type for each in found} == {"application/vnd.example.signature"}
    assert [charts.artifact("microservice", each) for each in digests] == list(zip(digests, signatures, strict=True))
    assert charts.put_artifact("microservice", "", signatures[0]) == digests[0]
    assert len(charts.referrers("microservice", subject)) == 3
    assert charts.artifact("microservice", "none") is None
    assert charts.referrers("microservice", f"sha256:{'0' * 64}") == ()
    assert [entry.version for entry in charts.versions("microservice")] == ["1.0.0"]


def test_no_login_is_left_behind(registry_tls, path, tmp_path, monkeypatch):
    monkeypatch.setenv("HELM_REGISTRY_CONFIG", str(registry_tls.logins))
    before = {file: file.stat().st_mtime_ns for file in Path(os.environ["HELM_REGISTRY_CONFIG"]).parent.iterdir()}
    opened(registry_tls, path).publish(chart(), now=NOW)
    changed = [file for file, then in before.items() if file.stat().st_mtime_ns != then and file.is_file()]
    assert [file.name for file in changed] in ([], ["registry.log"])
    assert PASSWORD not in (registry_tls.logins.parent / "registry.log").read_text()
