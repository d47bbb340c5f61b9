"""A real S3 server on a port of its own: MinIO over a temporary directory, with a bucket that anyone may read."""

from __future__ import annotations

import contextlib
import datetime as dt
import hashlib
import hmac
import http.client
import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.publish import servers

USER, SECRET, REGION = "publisher", "not-so-secret", "us-east-1"
PRIVATE, PUBLIC = "private", "public"


@dataclass(frozen=True, slots=True)
class S3:
    """Where the server is, and the environment that leads to it."""

    host: str
    environment: dict[str, str]

    @property
    def url(self) -> str:
        return f"http://{self.host}"


@contextlib.contextmanager
def serving(program: Path, directory: Path) -> Iterator[S3]:
    """The server, with its two buckets, while the block runs."""
    port = servers.free_port()
    host = f"{servers.HOST}:{port}"
    command = [str(program), "server", "--quiet", "--address", host, str(directory / "buckets")]
    settings = {"ROOT_USER": USER, "ROOT_PASSWORD": SECRET, "REGION": REGION, "BROWSER": "off", "UPDATE": "off"}
    variables = {**os.environ, **{f"MINIO_{name}": value for name, value in settings.items()}}
    with servers.running(command, port, directory / "log", variables):
        allowed = {
            "Effect": "Allow",
            "Principal": "*",
            "Action": "s3:GetObject",
            "Resource": f"arn:aws:s3:::{PUBLIC}/*",
        }
        for bucket in (PRIVATE, PUBLIC):
            _put(host, bucket)
        _put(host, f"{PUBLIC}?policy=", json.dumps({"Version": "2012-10-17", "Statement": [allowed]}).encode())
        environment = {"ACCESS_KEY_ID": USER, "SECRET_ACCESS_KEY": SECRET, "REGION": REGION}
        environment |= {"ENDPOINT_URL": f"http://{host}", "ALLOW_HTTP": "true"}
        yield S3(host, {f"AWS_{name}": value for name, value in environment.items()})


def _put(host: str, target: str, body: bytes = b"") -> None:
    """Makes a bucket, or sets a policy; a server that has just started says for a while that it is not ready."""
    for _ in range(600):
        status, said = _asked(host, target, body)
        if status != 503:
            break
        time.sleep(0.1)
    if status >= 300:
        raise RuntimeError(f"MinIO does not take {target}: {status} {said!r}")


def _asked(host: str, target: str, body: bytes) -> tuple[int, bytes]:
    """The answer to a signed PUT. Source: AWS, Signature Version 4."""
    path, _, query = target.partition("?")
    now = dt.datetime.now(dt.UTC).strftime("%Y%m%dT%H%M%SZ")
    scope = f"{now[:8]}/{REGION}/s3/aws4_request"
    signed = {"host": host, "x-amz-content-sha256": hashlib.sha256(body).hexdigest(), "x-amz-date": now}
    names = ";".join(signed)
    lines = [f"{name}:{value}" for name, value in signed.items()]
    request = "\n".join(["PUT", f"/{path}", query, *lines, "", names, signed["x-amz-content-sha256"]])
    text = "\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(request.encode()).hexdigest()])
    key = f"AWS4{SECRET}".encode()
    for part in (*scope.split("/"), text):
        key = hmac.digest(key, part.encode(), "sha256")
    authorization = f"AWS4-HMAC-SHA256 Credential={USER}/{scope}, SignedHeaders={names}, Signature={key.hex()}"
    connection = http.client.HTTPConnection(host, timeout=60)
    connection.request("PUT", f"/{target}", body, {**signed, "Authorization": authorization})
    with connection.getresponse() as answer:
        said = answer.read()
    connection.close()
    return answer.status, said
