from __future__ import annotations

import contextlib
import datetime as dt
import email
import http.server
import threading
from pathlib import Path
from typing import Any

import pytest

from chartgen import yamlio
from chartgen.errors import ChartgenError
from chartgen.publish.chartmuseum import ChartMuseum
from chartgen.publish.index import index
from chartgen.publish.interface import Access
from tests.publish.tiny import signed, tiny

NOTHING: dict[str, Any] = {"method": "nothing", "path": "", "status": 500, "answer": ""}
NOW = dt.datetime(2026, 11, 22, 12, 0, tzinfo=dt.UTC)
FILE = Path(__file__).with_name("chartmuseum.yaml")
CASES = yamlio.loads(FILE.read_bytes(), str(FILE))
CHART = signed(tiny())
EMPTY = b'apiVersion: v1\nentries: {}\ngenerated: "2026-11-22T12:00:00Z"\nserverInfo: {}\n'
WORDS = {
    "$CHART": CHART.content,
    "$OTHER": tiny(note="other").content,
    "$PROV": CHART.provenance,
    "$DIGEST": CHART.digest.encode(),
    "$EMPTY": EMPTY,
    "$INDEX": index.read(EMPTY, "index.yaml").with_entry(CHART, "charts/web-1.0.0.tgz", NOW).text,
    "$BELOW": EMPTY.replace(b"serverInfo: {}", b"serverInfo:\n  contextPath: /museum"),
}


def spelt(text):
    content = text.encode()
    for word, meaning in WORDS.items():
        content = content.replace(word.encode(), meaning)
    return content


def parts(kind, body):
    """What a request sends: the parts of a form by name, else its body."""
    if not kind.startswith("multipart/form-data"):
        return {"body": body}
    form: Any = email.message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + body)
    names = [part.get_param("name", header="content-disposition") for part in form.get_payload()]
    return dict(zip(names, [part.get_payload(decode=True) for part in form.get_payload()], strict=True))


@contextlib.contextmanager
def played(exchanges):
    """A server that answers the exchanges, one after the other, and no other request; what came otherwise."""
    wrong: list[str] = []
    left: list[dict[str, Any]] = list(exchanges)

    class Player(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format, *args): ...  # noqa: A002  # the base class calls it so

        def answer(self):
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            exchange = left.pop(0) if left else NOTHING
            if (self.command, self.path) != (exchange["method"], exchange["path"]):
                wrong.append(f"{self.command} {self.path} instead of {exchange['method']} {exchange['path']}")
            sends = {name: spelt(value) for name, value in exchange.get("sends", {}).items()}
            if sends and parts(self.headers["Content-Type"], body) != sends:
                wrong.append(f"{self.command} {self.path} sends other parts than {', '.join(sends)}")
            content = spelt(exchange["answer"])
            self.send_response(exchange["status"])
            self.send_header("Content-Type", "application/json" if content[:1] == b"{" else "application/octet-stream")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = answer  # noqa: N815  # the base class calls them so

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Player) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}", wrong
        finally:
            server.shutdown()
            thread.join()
    wrong += [f"nobody asked for {each['method']} {each['path']}" for each in left]


def published(museum, package):
    done = museum.publish(package, now=NOW)
    assert done.package == package
    return "unchanged" if done.unchanged else "published"


def fetched(museum):
    assert museum.fetch("web", "1.0.0") == CHART
    return "fetched"


def verified(museum):
    base = museum.address.removeprefix("chartmuseum+") + "/"
    return [str(problem).splitlines()[0].removeprefix(base) for problem in museum.verify().problems]


DOES = {
    "publish": lambda museum: published(museum, CHART),
    "publish unsigned": lambda museum: published(museum, tiny()),
    "publish other": lambda museum: published(museum, tiny(note="other")),
    "fetch": fetched,
    "verify": verified,
}


@pytest.mark.parametrize("name", CASES)
def test_what_chartmuseum_documents_is_spoken_to_the_letter(name):
    case = CASES[name]
    with played(case["exchanges"]) as (url, wrong):
        try:
            result = DOES[case["does"]](ChartMuseum(f"{url}{case['address']}/", Access(), lambda _: None))
        except ChartgenError as error:
            result = str(error)
    assert wrong == []
    if isinstance(case["result"], str):
        assert case["result"] in result
    else:
        assert result == case["result"]
