"""The way to clusters through the real kubectl, whose servers are here, or nowhere."""

from __future__ import annotations

import base64
import json
import os
import signal
import ssl
import subprocess
import tempfile
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from chartgen.cluster.api import ApiError, connect, current_context
from chartgen.errors import ToolError
from tests import tools
from tests.certificates import certificate

NOWHERE = "https://127.0.0.1:1"


class Version(BaseHTTPRequestHandler):
    """A server that knows its version, and who asks for it."""

    def do_GET(self):
        body = json.dumps({"major": "1", "minor": "36", "who": self.headers.get("Authorization", "")}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Nothing."""


@pytest.fixture(scope="module")
def pair():
    return certificate("127.0.0.1", days=1)


@pytest.fixture(scope="module")
def server(pair, tmp_path_factory):
    file = tmp_path_factory.mktemp("server") / "server.pem"
    file.write_bytes(pair.key + pair.certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with ThreadingHTTPServer(("127.0.0.1", 0), Version) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"https://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def kubeconfig(tmp_path, monkeypatch, pair):
    """Writes the kubeconfig of a server and a user; several are read together."""
    try:
        monkeypatch.setenv("CHARTGEN_KUBECTL", str(tools.find("kubectl")))
    except tools.UnavailableError as error:
        pytest.skip(str(error))
    files = []

    authority = base64.b64encode(pair.certificate).decode()

    def write(server, user=None, *, name="here", current="here"):
        data = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": current,
            "clusters": [{"name": name, "cluster": {"server": server, "certificate-authority-data": authority}}],
            "users": [{"name": name, "user": {"token": "t"} if user is None else user}],
            "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        }
        files.append(tmp_path / f"{name}.json")
        files[-1].write_text(json.dumps(data))
        monkeypatch.setenv("KUBECONFIG", os.pathsep.join(map(str, files)))

    return write


def why(context=None, **options):
    """Why there is no answer."""
    with pytest.raises(ToolError) as caught, connect(context, **options) as api:
        api.get("/version")
    return str(caught.value)


def signs_in(script):
    """A user whose credentials a program gets."""
    return {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": "sh",
            "args": ["-c", script],
            "interactiveMode": "IfAvailable",
        }
    }


def test_an_answer(kubeconfig, server):
    kubeconfig(server)
    with connect(None) as api:
        assert api.version() == (1, 36)


def test_contexts_of_several_files(kubeconfig, server):
    kubeconfig(NOWHERE)
    kubeconfig(server, name="there")
    with connect("there") as api:
        assert api.version() == (1, 36)
    assert "the cluster of context here cannot be reached: nothing listens there" in why("here")


def test_a_context_that_is_not_there(kubeconfig, server):
    kubeconfig(server)
    assert why("prod").splitlines() == [
        'kubectl cannot use context prod: context "prod" does not exist',
        "  hint: `kubectl config get-contexts` lists those that are there; KUBECONFIG names the file",
    ]


def test_the_current_context_has_a_name(kubeconfig):
    kubeconfig(NOWHERE)
    kubeconfig(NOWHERE, name="there", current="there")
    assert current_context() == "here"


@pytest.mark.parametrize("text", [None, "contexts: nonsense", "{}", "current-context: ''"])
def test_there_is_no_current_context(kubeconfig, tmp_path, monkeypatch, text):
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    if text is not None:
        (tmp_path / "config").write_text(text)
    assert current_context() is None


def test_who_has_no_kubectl_knows_no_current_context(monkeypatch):
    monkeypatch.setenv("CHARTGEN_KUBECTL", "/nowhere/kubectl")
    assert current_context() is None


def test_no_kubeconfig_at_all(kubeconfig, tmp_path, monkeypatch):
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "nothing"))
    assert "no kubeconfig names a server" in why()


def test_a_kubeconfig_that_is_none(kubeconfig, tmp_path, monkeypatch):
    (tmp_path / "config").write_text("contexts: nonsense")
    monkeypatch.setenv("KUBECONFIG", str(tmp_path / "config"))
    assert "look at the file that KUBECONFIG names" in why()


def test_a_name_that_nobody_knows(kubeconfig):
    kubeconfig("https://nowhere.invalid:6443")
    assert "its name cannot be resolved" in why()


def test_a_proxy_that_is_away_and_one_that_is_not_needed(kubeconfig, server, monkeypatch):
    monkeypatch.setenv("HTTPS_PROXY", NOWHERE)
    monkeypatch.setenv("HTTP_PROXY", NOWHERE)
    kubeconfig(server)
    with connect(None) as api:
        assert api.version() == (1, 36)
    kubeconfig("https://example.invalid", name="away", current="away")
    assert "the proxy on the way does not answer" in why("away")


def test_a_program_that_signs_in(kubeconfig, server):
    credential = {
        "apiVersion": "client.authentication.k8s.io/v1",
        "kind": "ExecCredential",
        "status": {"token": "of-today"},
    }
    kubeconfig(server, signs_in(f"echo '{json.dumps(credential)}'"))
    with connect(None) as api:
        assert api.get("/version")["who"] == "Bearer of-today"


def test_a_program_that_fails_to_sign_in_is_heard(kubeconfig, server):
    kubeconfig(server, signs_in("echo 'your session is over: run `login`' >&2; exit 7"))
    said = why()
    assert "the program that signs in failed" in said
    assert "exit code 7; your session is over: run `login`" in said
    assert "`kubectl version` lets it ask you" in said


def test_a_program_that_wants_to_ask(kubeconfig, server):
    user = signs_in("read answer; echo $answer")
    user["exec"]["interactiveMode"] = "Always"
    kubeconfig(server, user)
    assert "signing in wants to ask you" in why()


def test_a_program_that_waits_without_end(kubeconfig, server):
    kubeconfig(server, signs_in("sleep 60"))
    said = why(timeout=0.5)
    assert "does not answer in time" in said
    assert "does signing in wait for you" in said


def test_a_user_without_credentials(kubeconfig, server):
    kubeconfig(server, {})
    assert "the kubeconfig has no credentials for this context" in why()


def test_a_temporary_folder_whose_name_is_too_long_for_sockets(kubeconfig, server, tmp_path, monkeypatch):
    long = tmp_path / ("x" * 120)
    long.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(long))
    kubeconfig(server)
    with connect(None) as api:
        assert api.version() == (1, 36)
    assert not list(long.iterdir())


def test_hundreds_of_failures_do_not_silence_kubectl(kubeconfig):
    kubeconfig(NOWHERE)
    with connect(None, timeout=5) as api:
        for _ in range(700):
            with pytest.raises(ApiError, match="nothing listens there"):
                api.get("/version")


def proxies():
    """The processes of kubectl that we have started."""
    found = subprocess.run(
        ["ps", "-eww", "-o", "pid,args"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    own = (line.split(None, 1) for line in found if "proxy --unix-socket=" in line and "sh -c" not in line)
    return {int(pid): arguments for pid, arguments in own}


def test_a_kubectl_that_dies_is_told(kubeconfig, server):
    kubeconfig(server)
    with connect(None) as api:
        assert api.version() == (1, 36)
        path = api._connections._path
        [pid] = [pid for pid, arguments in proxies().items() if path in arguments]
        os.kill(pid, signal.SIGKILL)
        end = time.monotonic() + 10
        while pid in proxies() and time.monotonic() < end:
            time.sleep(0.02)
        with pytest.raises(ApiError, match="is reached, has ended"):
            api.get("/version")


def test_nothing_is_left_over(kubeconfig, server):
    kubeconfig(server)
    with connect(None) as api:
        path = Path(api._connections._path)
        assert path.parent.stat().st_mode & 0o777 == 0o700
    assert not path.parent.exists()
    assert not any(str(path) in arguments for arguments in proxies().values())
