from __future__ import annotations

from datetime import timedelta

import pytest

from chartgen.errors import InputError, ToolError
from chartgen.publish.index import index
from chartgen.publish.objectstore import ObjectStore
from chartgen.publish.stores import bucket
from tests.publish.hostile import answer, dripping, endless, head, hostile, raw, stalling

DATED = {"last_modified": "Thu, 01 Jan 2026 00:00:00 GMT", "etag": '"x"'}


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    """Limits that a test can wait for, and a login."""
    seconds = {"connect_timeout": timedelta(seconds=1), "read_timeout": timedelta(seconds=0.5)}
    monkeypatch.setattr(bucket, "_CLIENT", seconds)
    monkeypatch.setattr(bucket, "_TOTAL", timedelta(seconds=2))
    monkeypatch.setattr(bucket, "_RETRIES", {"max_retries": 1, "retry_timeout": timedelta(seconds=2)})
    monkeypatch.setattr(index, "MAX_INDEX", 2**20)
    login = {"ACCESS_KEY_ID": "AKIAEXAMPLE", "SECRET_ACCESS_KEY": "hidden", "REGION": "us-east-1", "ALLOW_HTTP": "true"}
    for name, value in login.items():
        monkeypatch.setenv(f"AWS_{name}", value)


def names(monkeypatch, server):
    monkeypatch.setenv("AWS_ENDPOINT_URL", server.url)
    return ObjectStore("s3://charts").names()


TALKS = {
    "says nothing": (stalling(), "cannot be reached: "),
    "stops in the middle": (stalling(head("200 OK", content_length="1000", **DATED) + b"abc"), "the answer is cut off"),
    "drips": (dripping(head("200 OK", content_length="100000", **DATED)), "the answer is cut off|cannot be reached"),
    "cuts off": (raw(head("200 OK", content_length="1000", **DATED) + b"abc"), "the answer is cut off"),
    "sends without end": (
        endless(head("200 OK", content_length=str(2**40), **DATED), b"x" * 2**16),
        "s3://charts/index.yaml: has more than 1048576 bytes, more than it can be",
    ),
    "is busy": (answer("503 Slow Down"), "S3 is busy, or broken: 503 Slow Down|S3 is busy, or broken"),
    "speaks something else": (raw(b"SSH-2.0-OpenSSH_9.2\r\n"), "cannot be reached"),
}


@pytest.mark.parametrize("what", TALKS)
def test_a_server_that_misbehaves_is_told_within_bounds(monkeypatch, what):
    talk, message = TALKS[what]
    with hostile(talk) as server, pytest.raises(ToolError, match=message) as caught:
        names(monkeypatch, server)
    assert "hidden" not in str(caught.value)
    assert len(server.asked) <= 3


def test_a_web_page_is_no_index(monkeypatch):
    page = answer("200 OK", b"<html><title>Please log in</title></html>", content_type="text/html", **DATED)
    with hostile(page) as server, pytest.raises(InputError, match=r"s3://charts/index\.yaml: is not the index"):
        names(monkeypatch, server)


def test_a_login_does_not_follow_to_another_host(monkeypatch):
    with hostile(answer("200 OK", b"apiVersion: v1\nentries: {}\n", **DATED)) as other:
        with hostile(
            answer("302 Found", location=f"{other.url.replace('127.0.0.1', 'localhost')}/index.yaml")
        ) as server:
            assert names(monkeypatch, server) == ()
        assert all(told for told in server.told("Authorization"))
        assert other.told("Authorization") == [None]
