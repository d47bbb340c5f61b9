"""Our side of a small registry: in a hurry, with charts to publish, and what a call to the registry is about."""

from __future__ import annotations

import datetime as dt

from chartgen.chart import assemble, bundled
from chartgen.chart.package import package
from chartgen.model import Package
from chartgen.publish.interface import Access
from chartgen.publish.oci import Registry
from chartgen.publish.registry.upload import Sizes
from chartgen.publish.web.exchange import Limits
from chartgen.publish.web.transport import Clock, Transport
from tests.publish.registry.smallregistry import Call, SmallRegistry

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
TAG = "/v2/charts/microservice/manifests/1.0.0"
SECRET = "s3cret-pass"
_QUICK = Limits(connect=5, idle=2, total=20, attempts=3, wait=0)


def opened(registry: SmallRegistry, sizes: Sizes | None = None) -> Registry:
    access = Access(plain_http=True)
    transport = Transport(access, None, _QUICK, Clock(sleep=lambda _: None))
    return Registry(registry.address, access, transport, sizes)


def chart(version: str = "1.0.0", description: str = "") -> Package:
    build = assemble.Build(version=version, description=description) if description else assemble.Build(version=version)
    return package(assemble.assemble(bundled.sources(), build))


def is_put_of_blob(call: Call) -> bool:
    return call.method == "PUT" and "/blobs/" in call.path


def is_get_of_blob(call: Call) -> bool:
    return call.method == "GET" and "/blobs/sha256" in call.path


def is_patch(call: Call) -> bool:
    return call.method == "PATCH"


def is_put_of_tag(call: Call) -> bool:
    return call.method == "PUT" and call.path == TAG


def is_get_of_tag(call: Call) -> bool:
    return call.method == "GET" and call.path == TAG
