"""A server that gives tokens for a registry."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import http.server
import json
import secrets
import ssl
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from tests.e2e.publish import servers
from tests.e2e.publish.servers import HOST, PASSWORD, USER, Certificate, certificate


@dataclass(slots=True)
class TokenServer:
    """A server that gives tokens for a registry to USER, by PASSWORD or the identity token; to others, reading ones.

    Source: the distribution project's token authentication specification.

    Attributes:
        url: its address.
        certificate: whose key signs the tokens.
        asked: method, and `Authorization` or form of each request.
    """

    url: str
    certificate: Certificate
    identity: str = "an-identity-token"
    asked: list[tuple[str, str]] = field(default_factory=list)

    def settings(self) -> dict[str, str]:
        """What a registry is told of it."""
        return {
            "realm": f"{self.url}/token",
            "service": "charts",
            "issuer": "tests",
            "rootcertbundle": str(self.certificate.certificate),
        }

    def token(self, scope: str, user: str) -> str:
        """A JSON Web Token for the scope: `repository:name:pull,push`."""
        key = serialization.load_pem_private_key(self.certificate.key.read_bytes(), None)
        assert isinstance(key, rsa.RSAPrivateKey)
        der = ssl.PEM_cert_to_DER_cert(self.certificate.certificate.read_text())
        now = int(dt.datetime.now(dt.UTC).timestamp())
        kind, _, rest = scope.partition(":")
        name, _, actions = rest.rpartition(":")
        allowed = [each for each in actions.split(",") if user or each == "pull"]
        claims = {
            "iss": "tests",
            "sub": user,
            "aud": "charts",
            "exp": now + 300,
            "nbf": now - 10,
            "iat": now,
            "jti": secrets.token_hex(8),
            "access": [{"type": kind, "name": name, "actions": allowed}] if scope else [],
        }
        head = {"typ": "JWT", "alg": "RS256", "x5c": [base64.b64encode(der).decode()]}
        signed = ".".join(_base64url(json.dumps(each).encode()) for each in (head, claims))
        signature = key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256())
        return f"{signed}.{_base64url(signature)}"


def _base64url(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


@contextlib.contextmanager
def token_server(directory: Path) -> Iterator[TokenServer]:
    """It runs in a thread; its certificate is made in the directory."""
    pair = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    class Handler(http.server.BaseHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None: ...  # noqa: A002  # the base class calls it so

        def do_GET(self) -> None:
            authorization = self.headers.get("Authorization", "")
            tokens.asked.append(("GET", authorization))
            form = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(self.path).query))
            if authorization not in ("", f"Basic {pair}"):
                self._answer(401, {"details": "incorrect username or password"})
            else:
                self._answer(200, {"token": tokens.token(form.get("scope", ""), USER if authorization else "")})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            tokens.asked.append(("POST", body))
            form = dict(urllib.parse.parse_qsl(body))
            if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != tokens.identity:
                self._answer(401, {"error": "invalid_grant", "error_description": f"not {form.get('refresh_token')}"})
            else:
                self._answer(200, {"access_token": tokens.token(form.get("scope", ""), USER)})

        def _answer(self, status: int, data: dict[str, str]) -> None:
            content = json.dumps(data).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

    with servers.in_thread(http.server.ThreadingHTTPServer((HOST, 0), Handler)) as port:
        tokens = TokenServer(f"http://{HOST}:{port}", certificate(directory))
        yield tokens
