"""A keyring of all kinds of keys, and a watch over what is left behind."""

from __future__ import annotations

import datetime as dt
import pathlib
import sys
import tempfile

import pytest

from tests.e2e.signing.gpg_keys import faked_time, keyring, still_there

NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)


@pytest.fixture(scope="session")
def ring():
    """Keys of all kinds: good ones, a locked one, one that expired, one that was revoked."""
    with keyring() as ring:
        ring.make("ann")
        ring.make("bob")
        ring.make("eddy", "ed25519")
        ring.make("nina", "nistp256")
        ring.make("lock", locked=True)
        with faked_time(ring, "20200101T000000"):
            ring.make("gone", expires="2020-02-01")
        revoked = ring.make("revo")
        certificate = (ring.home / "openpgp-revocs.d" / f"{revoked}.rev").read_text(encoding="utf-8")
        ring.gpg("--import", stdin=certificate.replace(":-----BEGIN", "-----BEGIN").encode())
        yield ring


@pytest.fixture
def own(ring, monkeypatch):
    """The keyring as the user's own, on a machine where nobody sits."""
    monkeypatch.setenv("GNUPGHOME", str(ring.home))
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "GPG_TTY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "__stdin__", None)
    return ring


@pytest.fixture
def helms(helm3, helm4):
    return (helm3, helm4)


@pytest.fixture
def nothing_left(tmp_path, monkeypatch):
    """After the test neither a home nor an agent of ours is there."""
    short = pathlib.Path(tempfile.mkdtemp(prefix="t-", dir="/tmp"))
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    yield short
    assert not list(short.iterdir())
    short.rmdir()
    assert not still_there(short)
