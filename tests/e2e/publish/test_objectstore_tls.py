"""A store whose certificate an authority of one's own has signed."""

from __future__ import annotations

import http.server
import ssl
import subprocess
import threading

import pytest

from chartgen.errors import InputError, ToolError
from chartgen.publish.interface import Access
from chartgen.publish.objectstore import ObjectStore
from tests.e2e.publish import servers

INDEX = b"apiVersion: v1\nentries: {}\n"


class Handler(http.server.BaseHTTPRequestHandler):
    def log_message(self, format, *args): ...  # noqa: A002  # the base class calls it so

    def do_GET(self):
        self.send_response(200)
        self.send_header("Content-Length", str(len(INDEX)))
        self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        self.end_headers()
        self.wfile.write(INDEX)


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """The authority's certificate; the server's is beside it."""
    directory = tmp_path_factory.mktemp("authority")
    openssl = servers.program("openssl")

    def run(*arguments):
        subprocess.run([openssl, *arguments], check=True, capture_output=True, cwd=directory)

    key = ("-newkey", "rsa:2048", "-nodes", "-days", "2")
    run("req", "-x509", *key, "-subj", "/CN=authority", "-keyout", "authority.key", "-out", "authority.pem")
    (directory / "names").write_text(f"subjectAltName=IP:{servers.HOST}\n")
    run("req", *key[:-2], "-subj", "/CN=store", "-keyout", "store.key", "-out", "store.csr")
    signing = ("-CA", "authority.pem", "-CAkey", "authority.key", "-CAcreateserial", "-extfile", "names")
    run("x509", "-req", "-in", "store.csr", *signing, "-days", "2", "-out", "store.pem")
    return directory / "authority.pem"


@pytest.fixture(autouse=True)
def store(authority, monkeypatch):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.with_name("store.pem"), authority.with_name("store.key"))
    with http.server.ThreadingHTTPServer((servers.HOST, 0), Handler) as server:
        server.daemon_threads = True
        server.socket = context.wrap_socket(server.socket, server_side=True)
        settings = {"ACCESS_KEY_ID": "id", "SECRET_ACCESS_KEY": "secret", "REGION": "us-east-1"}
        settings["ENDPOINT_URL"] = f"https://{servers.HOST}:{server.server_port}"
        for name, value in settings.items():
            monkeypatch.setenv(f"AWS_{name}", value)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield
        finally:
            server.shutdown()
            thread.join()


def test_it_is_not_trusted_until_its_authority_is_named(authority, monkeypatch):
    with pytest.raises(ToolError, match="s3://charts: its certificate is not trusted"):
        ObjectStore("s3://charts").names()
    assert ObjectStore("s3://charts", Access(ca_file=authority)).names() == ()
    monkeypatch.setenv("AWS_CA_BUNDLE", str(authority))
    assert ObjectStore("s3://charts").names() == ()


def test_a_file_without_certificates_is_told(tmp_path):
    with pytest.raises(InputError, match="holds no certificates in PEM form"):
        ObjectStore("s3://charts", Access(ca_file=tmp_path / "nothing.pem"))
