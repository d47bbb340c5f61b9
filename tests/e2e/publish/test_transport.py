"""Ways to a server that need certificates, and connections that break under a real registry."""

from __future__ import annotations

import contextlib
import http.server
import json
import socket
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Iterator

import pytest

from chartgen.errors import InputError, ToolError
from chartgen.publish.interface import Access
from chartgen.publish.oci import Registry
from chartgen.publish.registry.artifact import Artifact, Blob
from chartgen.publish.registry.upload import Sizes
from chartgen.publish.web.credentials import of_repository
from chartgen.publish.web.exchange import Limits
from chartgen.publish.web.transport import Clock, Transport
from tests.e2e.publish import servers
from tests.e2e.publish.servers import HOST, NAME

QUICK = Limits(connect=5, idle=5, total=60, attempts=2, wait=0)


class Page(http.server.BaseHTTPRequestHandler):
    """Says who asks, by the name in the certificate."""

    def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002  # the base class calls it so

    def do_GET(self) -> None:
        assert isinstance(self.connection, ssl.SSLSocket)
        shown = self.connection.getpeercert() or {}
        content = json.dumps(shown.get("subject", ())).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)


@contextlib.contextmanager
def tls(certificate: servers.Certificate, verify: ssl.VerifyMode) -> Iterator[str]:
    """A server that shows the certificate, and asks for one that it signed."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=certificate.certificate)
    context.load_cert_chain(certificate.certificate, certificate.key)
    context.verify_mode = verify
    server = http.server.ThreadingHTTPServer((HOST, 0), Page)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with servers.in_thread(server) as port:
        yield f"https://{HOST}:{port}"


@pytest.fixture
def made(tmp_path):
    return servers.certificate(tmp_path)


@pytest.fixture
def repositories(tmp_path, monkeypatch):
    """Writes Helm's file of repositories."""

    def write(**entry):
        (tmp_path / "repositories.yaml").write_text(json.dumps({"repositories": [entry]}))
        monkeypatch.setenv("HELM_REPOSITORY_CONFIG", str(tmp_path / "repositories.yaml"))

    return write


def get(url, login=None, **access):
    return Transport(Access(**access), login, QUICK).request("GET", url)


def test_a_client_certificate_is_shown_to_its_own_server(made, repositories):
    with tls(made, ssl.CERT_OPTIONAL) as server, tls(made, ssl.CERT_OPTIONAL) as other:
        repositories(url=server, caFile=str(made.certificate), certFile=str(made.certificate), keyFile=str(made.key))
        login = of_repository(server)
        assert NAME in get(server, login).content.decode()
        with pytest.raises(ToolError, match="its certificate is not trusted"):
            get(other, login)
        assert get(other, login, ca_file=made.certificate).content == b"[]"


@pytest.mark.parametrize("what", ["no file", "no certificate", "a pass phrase"])
def test_a_client_certificate_that_cannot_be_used_is_named(made, repositories, tmp_path, what):
    key = tmp_path / "other.key"
    if what == "no certificate":
        key.write_text("nonsense")
    if what == "a pass phrase":
        command = [servers.program("openssl"), "rsa", "-aes256", "-passout", "pass:x", "-in", made.key, "-out", key]
        subprocess.run(command, check=True, capture_output=True)
    with tls(made, ssl.CERT_REQUIRED) as server:
        repositories(url=server, caFile=str(made.certificate), certFile=str(made.certificate), keyFile=str(key))
        with pytest.raises(InputError, match=r"server\.pem: is no certificate with its private key, in PEM form"):
            get(server, of_repository(server))


def test_a_proxy_may_speak_tls_itself(made, monkeypatch):
    """TLS to the proxy, and through it TLS to the server."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made.certificate, made.key)
    with tls(made, ssl.CERT_NONE) as server, wrapped(context, int(server.rpartition(":")[2])) as port:
        monkeypatch.setenv("https_proxy", f"https://{HOST}:{port}")
        assert get(f"https://{NAME}", ca_file=made.certificate).content == b"[]"


@contextlib.contextmanager
def wrapped(context: ssl.SSLContext, port: int) -> Iterator[int]:
    with servers.proxy(port) as proxy, socket.create_server((HOST, 0)) as listener:
        there = (HOST, int(proxy.rpartition(":")[2]))

        def serve() -> None:
            with (
                contextlib.suppress(OSError),
                context.wrap_socket(listener.accept()[0], server_side=True) as client,
                socket.create_connection(there) as server,
            ):
                back = threading.Thread(target=servers.pass_on, args=(server, client), daemon=True)
                back.start()
                servers.pass_on(client, server)
                back.join()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        yield int(listener.getsockname()[1])


@contextlib.contextmanager
def cutting(port: int, after: int, times: int) -> Iterator[tuple[int, list[int]]]:
    """A way to the port on which connections break once so many bytes went up, and how often they still will."""
    left = [times]
    lock = threading.Lock()

    class Handler(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            with socket.create_connection((HOST, port)) as server:
                threading.Thread(target=servers.pass_on, args=(server, self.request), daemon=True).start()
                sent = 0
                while content := self.request.recv(4096):
                    server.sendall(content)
                    sent += len(content)
                    with lock:
                        if sent > after and left[0]:
                            left[0] -= 1
                            self.request.shutdown(socket.SHUT_RDWR)
                            return

    with servers.in_thread(socketserver.ThreadingTCPServer((HOST, 0), Handler)) as way:
        yield way, left


@pytest.mark.parametrize("sizes", [Sizes(whole=10, chunk=100_000), Sizes()], ids=["chunks", "whole"])
def test_an_upload_survives_connections_that_break(registry, path, sizes):
    blob = Blob("a/b", bytes(range(256)) * 4000)
    port = int(registry.host.rpartition(":")[2])
    with cutting(port, after=60_000, times=4) as (way, left):
        access = Access(plain_http=True)
        transport = Transport(access, None, QUICK, Clock(sleep=lambda _: None))
        charts = Registry(f"oci://{HOST}:{way}/{path}", access, transport, sizes)
        digest = charts.put_artifact("broken", "", Artifact(Blob("c/d", b"{}"), (blob,)))
        found = charts.artifact("broken", digest)
    assert found
    assert found[1].layers[0].content == blob.content
    assert left == [0]
