"""One request to one server, and its answer: within a time, within a size, whole or not at all."""

from __future__ import annotations

import contextlib
import http.client
import io
import ssl
import threading
import urllib.parse
import urllib.request
import weakref
from collections.abc import Iterator

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection, ProxyConfig
from urllib3.util import Url, make_headers, parse_url

from chartgen.errors import InputError, ToolError, Where
from chartgen.publish.interface import Access
from chartgen.publish.web.credentials import Login
from chartgen.publish.web.exchange import BrokenError, Limits, Request, Response, origin, parsed, port

_BLOCK = 2**16
_ERROR_PAGE = 2**16
_FAILURES = (urllib3.exceptions.HTTPError, http.client.HTTPException, OSError)


class Connections:
    """Connections to servers, each kept for the next request to the same server."""

    def __init__(self, access: Access, login: Login | None, limits: Limits) -> None:
        self._login = login
        self._limits = limits
        self._ca_file = access.ca_file
        self._idle: list[tuple[tuple[str, str, int], HTTPConnection]] = []
        weakref.finalize(self, _close_all, self._idle)

    def exchange(self, request: Request, seconds: float) -> Response:
        """Sends the request and takes its answer.

        Raises:
            BrokenError: there is no answer, or it is cut off, or it took longer than these seconds.
            ToolError: the answer is larger than the request's limit, or the address is none.
        """
        url = parsed(request.url)
        connection, target = self._connection(url, request)
        whole = False
        try:
            with _ending(connection, seconds) as ended:
                response = self._exchanged(connection, target, request, ended)
            whole = not ended.is_set() and connection.sock is not None
        except _FAILURES as error:
            raise _broken(error) from None
        finally:
            if whole:
                self._idle.append((origin(request.url), connection))
            else:
                connection.close()
        return response

    def _exchanged(self, connection: HTTPConnection, target: str, request: Request, ended: threading.Event) -> Response:
        try:
            if connection.sock is None:
                connection.connect()
            connection.timeout = self._limits.idle
            if not ended.is_set():
                response = _asked(connection, target, request)
                if not ended.is_set():  # what was taken away may look like an answer that ends there
                    return response
        except (*_FAILURES, AttributeError, BrokenError):  # a socket that is taken away leaves urllib3 with None
            if not ended.is_set():
                raise
        raise BrokenError("took too long to answer")

    def _connection(self, url: Url, request: Request) -> tuple[HTTPConnection, str]:
        """A connection for the request, and what to name as its target on it."""
        proxy = _proxy(url)
        forwarded = proxy is not None and url.scheme == "http"
        target = Url(url.scheme, None, url.host, url.port, url.path or "/", url.query).url if forwarded else ""
        while self._idle and request.repeatable:  # the server may close a kept one at any time
            server, kept = self._idle.pop()
            if server == origin(request.url) and kept.is_connected:
                return kept, target or url.request_uri
            kept.close()
        return self._opened(url, proxy), target or url.request_uri

    def _opened(self, url: Url, proxy: Url | None) -> HTTPConnection:
        timeout = self._limits.connect
        host, number, scheme = str(url.host).strip("[]"), port(url), url.scheme
        if proxy is None:
            if scheme == "http":
                return HTTPConnection(host, number, timeout=timeout)
            return HTTPSConnection(host, number, timeout=timeout, ssl_context=self._tls(url))
        at, by = str(proxy.host).strip("[]"), port(proxy)
        if scheme == "http" and proxy.scheme == "http":
            return HTTPConnection(at, by, timeout=timeout, proxy=proxy)
        config = ProxyConfig(
            self._tls(proxy), use_forwarding_for_https=False, assert_hostname=None, assert_fingerprint=None
        )
        context = self._tls(url) if scheme == "https" else None
        connection = HTTPSConnection(at, by, timeout=timeout, proxy=proxy, proxy_config=config, ssl_context=context)
        if scheme == "https":
            connection.set_tunnel(host, number, _proxy_headers(proxy), scheme=str(proxy.scheme))
        return connection

    def _tls(self, url: Url) -> ssl.SSLContext:
        """What is trusted, and as whom we show ourselves: a login says it for its own server only."""
        login = self._login if self._login and self._login.covers(url.url) else None
        authorities = self._ca_file or (login.ca_file if login else None)
        try:
            context = ssl.create_default_context(cafile=authorities)
        except OSError as error:
            raise InputError(
                "holds no certificates in PEM form", Where(str(authorities)), error.strerror or ""
            ) from None
        if login is not None and login.certificate is not None:
            try:
                context.load_cert_chain(login.certificate, login.key, password=_no_password)
            except (OSError, ValueError):
                message = "is no certificate with its private key, in PEM form and without a pass phrase"
                raise InputError(message, Where(str(login.certificate))) from None
        return context


def _no_password() -> str:
    """Instead of OpenSSL's own question on the terminal."""
    raise ValueError


def _asked(connection: HTTPConnection, target: str, request: Request) -> Response:
    headers = {"Accept-Encoding": "identity", **request.headers}
    proxy = connection.proxy
    if proxy is not None and connection.proxy_is_forwarding:
        headers.update(_proxy_headers(proxy))
    body = None
    if request.body is not None:
        headers["Content-Length"] = str(len(request.body))
        body = io.BytesIO(request.body)  # block by block: then `idle` is a block's time and not that of the whole
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # its answer may tell why it takes no more
        connection.request(request.method, target, body, headers, preload_content=False, decode_content=False)
    answer = connection.getresponse()
    try:
        content = _content(answer, request)
    finally:
        answer.close()
    return Response(
        request.method, request.address, request.url, answer.status, answer.reason or "", answer.headers, content
    )


def _content(answer: urllib3.HTTPResponse, request: Request) -> bytes:
    good = 200 <= answer.status < 300
    limit = request.limit if good else _ERROR_PAGE
    announced = answer.headers.get("content-length", "")
    if good and request.method != "HEAD" and announced.isdecimal() and int(announced) > limit:
        raise _too_large(request)
    content = bytearray()
    try:
        for block in answer.stream(_BLOCK, decode_content=False):
            content += block
            if len(content) > limit:
                if good:
                    raise _too_large(request)
                break
    except _FAILURES:
        if good:
            raise
    framed = "content-length" in answer.headers or "transfer-encoding" in answer.headers
    if good and (not answer.headers or (request.method == "GET" and not content and not framed)):
        raise BrokenError("the answer is cut off")  # in its headers: http.client takes their end for the last of them
    del content[limit:]
    return bytes(content)


def _too_large(request: Request) -> ToolError:
    size = f"{request.limit >> 20} MiB" if request.limit >= 2**20 else f"{request.limit} bytes"
    return ToolError(
        f"the answer to {request.method} is larger than {size}, more than it can be", Where(request.address)
    )


@contextlib.contextmanager
def _ending(connection: HTTPConnection, seconds: float) -> Iterator[threading.Event]:
    """Takes the connection away when the time is over: a socket's own limit starts anew with every byte."""
    ended = threading.Event()

    def end() -> None:
        ended.set()
        sock = connection.sock
        if sock is not None:
            with contextlib.suppress(OSError):
                sock.shutdown(2)

    timer = threading.Timer(seconds, end)
    timer.daemon = True
    timer.start()
    try:
        yield ended
    finally:
        timer.cancel()


def _broken(error: Exception) -> BrokenError:
    """The failure in a few words of our own: a library's name objects, and may quote what is secret."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return BrokenError(f"its certificate is not trusted: {cause.verify_message}", passing=False)
        if isinstance(cause, ssl.SSLError):
            return BrokenError("it does not speak TLS as we do", passing=False)
        cause = cause.__cause__ or cause.__context__ or _first_argument(cause)
    if isinstance(error, urllib3.exceptions.NameResolutionError):
        return BrokenError("no such host is known", passing=False)
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return BrokenError(reason)
    return BrokenError(getattr(error, "strerror", None) or "the connection broke")


_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (urllib3.exceptions.NewConnectionError, "no connection: nothing listens there"),
    (urllib3.exceptions.ConnectTimeoutError, "no connection within the time"),
    (urllib3.exceptions.TimeoutError, "stopped sending"),
    (TimeoutError, "stopped sending"),
    (urllib3.exceptions.HTTPError, "the answer is cut off"),
    (http.client.RemoteDisconnected, "the connection was closed without an answer"),
    (http.client.IncompleteRead, "the answer is cut off"),
    (http.client.HTTPException, "the answer is not HTTP"),
    (ConnectionError, "the connection was closed without an answer"),
)


def _first_argument(error: BaseException) -> BaseException | None:
    return next((each for each in error.args if isinstance(each, BaseException)), None)


def _proxy(url: Url) -> Url | None:
    """The proxy that the environment names for this server, as `urllib.request` reads it."""
    named = urllib.request.getproxies().get(str(url.scheme))
    host = str(url.host).strip("[]")
    if not named or urllib.request.proxy_bypass(f"{host}:{port(url)}") or urllib.request.proxy_bypass(host):
        return None
    with contextlib.suppress(urllib3.exceptions.LocationParseError, ValueError):
        proxy = parse_url(named if "://" in named else f"http://{named}")
        if proxy.scheme in ("http", "https") and proxy.host:
            return proxy
    message = f"the proxy for {url.scheme} that the environment names is no address of an HTTP proxy"
    raise InputError(message, hint=f"set {url.scheme}_proxy to http://HOST:PORT")


def _proxy_headers(proxy: Url) -> dict[str, str]:
    return dict(make_headers(proxy_basic_auth=urllib.parse.unquote(proxy.auth))) if proxy.auth else {}


def _close_all(idle: list[tuple[tuple[str, str, int], HTTPConnection]]) -> None:
    for _, connection in idle:
        connection.close()
