"""Real servers on free loopback ports: started for a test, stopped by their process ids, files in its directory."""

from __future__ import annotations

import base64
import contextlib
import http.server
import json
import secrets
import shutil
import socket
import socketserver
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

USER, PASSWORD = "jane", "correct horse"
HOST = "127.0.0.1"
NAME = "registry.test"
"""What a registry with TLS is called: helm 3 speaks plain HTTP to whatever looks like this machine, asked or not."""

_START = 20.0


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.create_server((HOST, 0)) as listener:
        return int(listener.getsockname()[1])


def program(name: str) -> str:
    """Where the program is; without it the test is skipped."""
    found = shutil.which(name, path="/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin")
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


@contextlib.contextmanager
def running(
    command: Sequence[str], port: int, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """The server that the command starts, from when it listens on the port to the end of the block."""
    with log.open("wb") as output:
        server = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, env=environment)
        try:
            _wait(server, port, log)
            yield server
        finally:
            server.terminate()
            try:
                server.wait(5)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + _START
    while time.monotonic() < end and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((HOST, port), 1):
            return
        time.sleep(0.05)
    raise RuntimeError(f"the server does not start:\n{log.read_text(errors='replace')[-2000:]}")


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate for this machine and NAME that is its own authority, and its key, as PEM files."""

    certificate: Path
    key: Path


def certificate(directory: Path) -> Certificate:
    """Made with openssl in the directory."""
    made = Certificate(directory / "server.pem", directory / "server.key")
    names = f"subjectAltName=IP:{HOST},DNS:localhost,DNS:{NAME}"
    kind = ["-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={NAME}", "-addext", names]
    command = [program("openssl"), "req", *kind, "-keyout", str(made.key), "-out", str(made.certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return made


@dataclass(frozen=True, slots=True)
class RegistryServer:
    """A registry.

    Attributes:
        host: its name, and its port where that is not TLS's.
        authority: what to trust, where it speaks TLS.
        proxy: the address of the proxy that knows the way to it; None: it is on this machine.
        logins: a file as Docker and Helm keep it.
    """

    host: str
    authority: Path | None = None
    proxy: str | None = None
    logins: Path | None = None

    def address(self, path: str = "team/charts") -> str:
        """Where charts are."""
        return f"oci://{self.host}/{path}"

    @property
    def plain(self) -> bool:
        """Whether it speaks HTTP."""
        return self.authority is None


@contextlib.contextmanager
def registry(
    directory: Path, *, tls: bool = False, htpasswd: bool = False, token: Mapping[str, str] | None = None
) -> Iterator[RegistryServer]:
    """Debian's docker-registry, which keeps what it gets in the directory.

    Arguments:
        tls: speak TLS, with a certificate of its own, behind a proxy by which it is called NAME.
        htpasswd: want USER and PASSWORD by basic authentication.
        token: want tokens of the server that this says, as its configuration puts it.
    """
    port = free_port()
    http: dict[str, object] = {"addr": f"{HOST}:{port}", "secret": secrets.token_hex(8)}
    config: dict[str, object] = {
        "version": 0.1,
        "log": {"level": "warn"},
        "storage": {"filesystem": {"rootdirectory": str(directory / "data")}, "delete": {"enabled": True}},
        "http": http,
    }
    authority = None
    if tls:
        made = certificate(directory)
        http["tls"] = {"certificate": str(made.certificate), "key": str(made.key)}
        authority = made.certificate
    if htpasswd:
        command = [program("htpasswd"), "-Bin", USER]
        users = subprocess.run(command, check=True, capture_output=True, input=PASSWORD.encode()).stdout
        (directory / "users").write_bytes(users)
        config["auth"] = {"htpasswd": {"realm": "charts", "path": str(directory / "users")}}
    if token:
        config["auth"] = {"token": dict(token)}
    (directory / "config.yml").write_text(json.dumps(config))
    logins, host = None, NAME if tls else f"{HOST}:{port}"
    if htpasswd or token:
        logins = directory / "logins.json"
        pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        logins.write_text(json.dumps({"auths": {host: {"auth": pair}}}))
    command = [program("docker-registry"), "serve", str(directory / "config.yml")]
    with running(command, port, directory / "registry.log"), proxy(port) as way:
        yield RegistryServer(host, authority, way if tls else None, logins)


@contextlib.contextmanager
def proxy(port: int) -> Iterator[str]:
    """A proxy that takes whoever asks it for a tunnel to the port on this machine, whatever host it was to lead to."""

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            asked = self.rfile.readline()
            while self.rfile.readline().strip():
                pass
            if not asked.startswith(b"CONNECT "):
                self.wfile.write(b"HTTP/1.1 405 Tunnels only\r\nContent-Length: 0\r\n\r\n")
                return
            with socket.create_connection((HOST, port)) as server:
                self.wfile.write(b"HTTP/1.1 200 Through\r\n\r\n")
                back = threading.Thread(target=pass_on, args=(server, self.connection), daemon=True)
                back.start()
                pass_on(self.connection, server)
                back.join()

    with in_thread(socketserver.ThreadingTCPServer((HOST, 0), Handler)) as there:
        yield f"http://{HOST}:{there}"


@contextlib.contextmanager
def in_thread(server: socketserver.ThreadingTCPServer | http.server.ThreadingHTTPServer) -> Iterator[int]:
    """The port that the server listens on; it serves to the end of the block."""
    server.daemon_threads = True
    server.block_on_close = False
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    with server:
        thread.start()
        try:
            yield int(server.server_address[1])
        finally:
            server.shutdown()
            thread.join()


def pass_on(one: socket.socket, other: socket.socket) -> None:
    """Whatever comes from the one, to the other, until either ends."""
    with contextlib.suppress(OSError):
        while content := one.recv(65536):
            other.sendall(content)
    with contextlib.suppress(OSError):
        other.shutdown(socket.SHUT_WR)
