"""What a cluster can do to a deploy, and what comes of it: words, an exit code, the truth, no process left over."""

from __future__ import annotations

import base64
import contextlib
import json
import re
import ssl
import subprocess
import sys
import threading
import time
import uuid
from dataclasses import dataclass, replace
from pathlib import Path
from socketserver import BaseRequestHandler, ThreadingTCPServer

import pytest

from chartgen import yamlio
from chartgen.actions.project import render_project
from tests.certificates import certificate
from tests.e2e.live.command import Command
from tests.e2e.live.slow import slow

SPEC = """\
project: faults
environments: {dev: {kube_context: CONTEXT}}
namespace: NAMESPACE
services:
  web:
    timeout: 12
    image: example.com/shop/web:TAG
    port: {http: 8080}
    healthcheck_path: /
    min_containers: 1
    resource_request: {cpu: 100, memory: 64}
"""


@dataclass(frozen=True, slots=True)
class Project:
    """A project of one service, in a namespace of its own that is not there yet."""

    command: Command
    namespace: str
    mark: str

    def __call__(self, *arguments, code):
        """Runs chartgen there; whatever it started must be gone when it ends."""
        said = self.command(*arguments, code=code)
        assert not self.left()
        return said

    def write(self, *, tag="1", context="e2e"):
        text = SPEC.replace("NAMESPACE", self.namespace).replace("TAG", tag).replace("CONTEXT", context)
        (self.command.directory / "chartgen.yaml").write_text(text)
        render_project(self.command.directory)

    def through(self, **settings):
        """The same with other settings in its environment."""
        return replace(self, command=replace(self.command, environment={**self.command.environment, **settings}))

    def left(self):
        """The processes that the command started and that run still."""
        mark = f"E2E_MARK={self.mark}".encode()
        return [process for process in Path("/proc").glob("[0-9]*") if mark in environ(process)]


def environ(process):
    try:
        return (process / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


@pytest.fixture
def make(tmp_path):
    """Makes a project for a cluster."""
    made = []

    def project(cluster, **written):
        mark = uuid.uuid4().hex[:8]
        command = Command(cluster, tmp_path, {"E2E_MARK": mark})
        made.append(Project(command, f"faults-{mark}", mark))
        made[-1].write(**written)
        return made[-1]

    yield project
    for each in made:
        if not each.command.cluster.parts["apiserver"].ended:
            each.command.cluster.kubectl("delete", "namespace", each.namespace, "--wait=false", "--ignore-not-found")


@pytest.fixture
def project(make, cluster):
    return make(cluster)


def kubeconfig(project, *, cluster=None, user=None):
    """The project with a kubeconfig that says something else of its cluster, or has another user."""
    data = json.loads(project.command.cluster.kubeconfig.read_text())
    data["clusters"][0]["cluster"] |= cluster or {}
    data["users"][0]["user"] = user or data["users"][0]["user"]
    file = project.command.directory / "kubeconfig"
    file.write_text(json.dumps(data))
    return project.through(KUBECONFIG=str(file))


def releases(project):
    """The states of what Helm has stored."""
    api = project.command.cluster.api
    found = api.get(f"/api/v1/namespaces/{project.namespace}/secrets?labelSelector=owner%3Dhelm")
    return [one["metadata"]["labels"]["status"] for one in found["items"]]


def test_a_context_that_is_not_there(project):
    project.write(context="nowhere")
    said = project("deploy", "-e", "dev", "--yes", code=3)
    assert 'context "nowhere" does not exist' in said.err
    assert "kubectl config get-contexts" in said.err


def test_a_servers_certificate_that_has_expired(project, tmp_path):
    pem = certificate("127.0.0.1", days=-1)
    (tmp_path / "server.pem").write_bytes(pem.key + pem.certificate)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")

    class Handler(BaseRequestHandler):
        def handle(self):
            with contextlib.suppress(OSError):
                context.wrap_socket(self.request, server_side=True)

    with ThreadingTCPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        own = {
            "server": f"https://127.0.0.1:{server.server_address[1]}",
            "certificate-authority": None,
            "certificate-authority-data": base64.b64encode(pem.certificate).decode(),
        }
        said = kubeconfig(project, cluster=own)("deploy", "-e", "dev", code=3)
        server.shutdown()
    assert "the server's certificate is not valid at this time" in said.err
    assert "certificate has expired" in said.err


def test_who_may_do_little_is_told_what_to_ask_for(project, cluster):
    """Read its releases and make Deployments, but nothing else of what is needed."""
    space = project.namespace
    cluster.kubectl("create", "namespace", space)
    cluster.kubectl("create", "serviceaccount", "pipeline", "-n", space)
    cluster.kubectl(
        "create", "role", "some", "-n", space, "--verb=get,list,create", "--resource=secrets,deployments.apps"
    )
    cluster.kubectl("create", "rolebinding", "some", "-n", space, "--role=some", f"--serviceaccount={space}:pipeline")
    token = cluster.kubectl("create", "token", "pipeline", "-n", space).strip()
    pipeline = kubeconfig(project, user={"token": token})
    said = pipeline("deploy", "-e", "dev", "--yes", code=1)
    assert "preflight-rights" in said.err
    assert 'apiGroups: ["apps"], resources: [deployments], verbs: [patch]' in said.err
    assert "kubectl --context e2e auth can-i" in said.err
    assert token not in said.err
    assert not releases(project)

    grant(cluster, space, said.err)
    said = pipeline("deploy", "-e", "dev", "--yes", code=0)
    assert "preflight" not in said.err
    cluster.kubectl("delete", "clusterrole,clusterrolebinding", space)


def grant(cluster, space, said):
    """Grants what is said to be lacking."""
    roles = re.findall(r"have a (Role|ClusterRole) with .*?: ({.*}); `kubectl", said)
    assert roles
    for number, (kind, rules) in enumerate(roles):
        name = space if kind == "ClusterRole" else f"more-{number}"
        metadata = {"name": name, **({"namespace": space} if kind == "Role" else {})}
        rbac = {"apiVersion": "rbac.authorization.k8s.io/v1", "metadata": metadata}
        role = {**rbac, "kind": kind, "rules": yamlio.loads(f"[{rules.replace('; ', ', ')}]")}
        subjects = [{"kind": "ServiceAccount", "name": "pipeline", "namespace": space}]
        ref = {"apiGroup": "rbac.authorization.k8s.io", "kind": kind, "name": name}
        binding = {**rbac, "kind": f"{kind}Binding", "subjects": subjects, "roleRef": ref}
        cluster.kubectl("apply", "-f", "-", stdin=f"{json.dumps(role)}\n---\n{json.dumps(binding)}")


def test_who_may_do_nothing(project, cluster):
    cluster.kubectl("create", "namespace", project.namespace)
    token = cluster.kubectl("create", "token", "default", "-n", project.namespace).strip()
    nobody = kubeconfig(project, user={"token": token})
    said = nobody("deploy", "-e", "dev", "--yes", code=3)
    assert 'cannot list resource "secrets"' in said.err
    assert "kubectl auth can-i --list" in said.err


def test_a_namespace_that_is_going(project, cluster):
    cluster.kubectl("create", "namespace", project.namespace)
    held = {"metadata": {"name": "held", "finalizers": ["e2e.test/never"]}}
    cluster.api.send("POST", f"/api/v1/namespaces/{project.namespace}/configmaps", held)
    cluster.kubectl("delete", "namespace", project.namespace, "--wait=false")
    try:
        said = project("deploy", "-e", "dev", "--yes", code=1)
    finally:
        patch = '{"metadata": {"finalizers": null}}'
        cluster.kubectl("patch", "configmap", "held", "-n", project.namespace, "--type=merge", "-p", patch)
    assert "is on its way out, and takes nothing in" in said.err
    assert "kubectl --context e2e wait --for=delete" in said.err


def test_a_quota_without_room(project, cluster):
    cluster.kubectl("create", "namespace", project.namespace)
    cluster.kubectl("create", "quota", "small", "-n", project.namespace, "--hard=requests.cpu=50m,pods=5")
    said = project("deploy", "-e", "dev", "--yes", code=1)
    assert "ResourceQuota/small allows 50m requests.cpu: 0 in use, 100m more with this deploy" in said.err
    assert not releases(project)


@pytest.fixture
def webhook(cluster, project):
    """One that nobody serves, and that everything in the project's namespace has to pass."""
    name = f"guard.{project.namespace}.e2e.test"
    cluster.api.send(
        "POST",
        "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations",
        {
            "metadata": {"name": project.namespace},
            "webhooks": [
                {
                    "name": name,
                    "clientConfig": {"url": "https://127.0.0.1:1/"},
                    "rules": [{"apiGroups": ["apps"], "apiVersions": ["*"], "operations": ["*"], "resources": ["*"]}],
                    "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": project.namespace}},
                    "failurePolicy": "Fail",
                    "sideEffects": "None",
                    "admissionReviewVersions": ["v1"],
                    "timeoutSeconds": 2,
                }
            ],
        },
    )
    time.sleep(1)  # an API server takes notice after a while
    yield name
    cluster.kubectl("delete", "validatingwebhookconfiguration", project.namespace)


def test_a_webhook_that_does_not_answer(project, cluster, webhook):
    cluster.kubectl("create", "namespace", project.namespace)
    said = project("deploy", "-e", "dev", "--yes", "--server-dry-run", code=1)
    assert f"the webhook {webhook} does not answer" in said.err
    assert not releases(project)

    said = project("deploy", "-e", "dev", "--yes", code=4)
    assert webhook in said.out + said.err
    assert not releases(project), "helm takes back what it could not finish"


@pytest.fixture
def policy(cluster, project):
    """That demands an owner of every Deployment of the project's namespace."""
    name = project.namespace
    base = "/apis/admissionregistration.k8s.io/v1"
    match = {"resourceRules": [{"apiGroups": ["apps"], "apiVersions": ["v1"], "operations": ["*"], "resources": ["*"]}]}
    own = {"matchLabels": {"kubernetes.io/metadata.name": name}}
    rule = {"expression": "has(object.metadata.labels.owner)", "message": "every Deployment has an owner"}
    cluster.api.send(
        "POST",
        f"{base}/validatingadmissionpolicies",
        {"metadata": {"name": name}, "spec": {"matchConstraints": match, "validations": [rule]}},
    )
    bound = {"policyName": name, "validationActions": ["Deny"], "matchResources": {"namespaceSelector": own}}
    cluster.api.send("POST", f"{base}/validatingadmissionpolicybindings", {"metadata": {"name": name}, "spec": bound})
    yield name
    cluster.kubectl("delete", "validatingadmissionpolicy,validatingadmissionpolicybinding", name)


def test_a_policy_that_refuses(project, cluster, policy):
    cluster.kubectl("create", "namespace", project.namespace)
    end = time.monotonic() + 20
    while time.monotonic() < end:  # an API server takes notice of a policy after a while
        said = project("deploy", "-e", "dev", "--dry-run", "--server-dry-run", code=1)
        if "preflight-refused" in said.err:
            break
    assert "every Deployment has an owner" in said.err
    assert f"the policy {policy} names" in said.err


def test_a_server_that_takes_two_seconds_for_everything(project, cluster):
    with slow(cluster.server, 2.0) as address:
        late = kubeconfig(project, cluster={"server": address})
        said = late("deploy", "-e", "dev", "--dry-run", code=1)
    assert "create  web" in said.out
    assert "error" not in said.err


@pytest.fixture(scope="module")
def authority():
    """Who signs client certificates."""
    return certificate("authority.e2e.test", days=1)


@pytest.fixture(scope="module")
def broken(fresh_cluster, authority, tmp_path_factory):
    """A cluster to break; it takes client certificates."""
    file = tmp_path_factory.mktemp("authority") / "ca.pem"
    file.write_bytes(authority.certificate)
    return fresh_cluster(name="broken", apiserver_options=[f"--client-ca-file={file}"])


def test_a_client_certificate_that_has_expired(make, broken, authority):
    project = make(broken, context="broken")
    pair = certificate("somebody.e2e.test", days=-1, issuer=authority)
    own = {
        "client-certificate-data": base64.b64encode(pair.certificate).decode(),
        "client-key-data": base64.b64encode(pair.key).decode(),
    }
    said = kubeconfig(project, user=own)("deploy", "-e", "dev", "--yes", code=3)
    assert "does not accept who you are" in said.err
    assert "a client certificate of the kubeconfig may have expired" in said.err


def test_a_server_that_stops_in_the_middle(make, broken):
    project = make(broken, context="broken", tag="broken")
    deploying = subprocess.Popen(
        [sys.executable, "-m", "chartgen", "deploy", "-e", "dev", "--yes"],
        cwd=project.command.directory,
        env=project.command.settings,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    with deploying:
        assert deploying.stdout
        said = []
        for line in deploying.stdout:
            said.append(line)
            if "installing  web" in line:
                break
        end = time.monotonic() + 20
        while time.monotonic() < end and not releases(project):
            time.sleep(0.2)
        broken.stop("apiserver")
        said += deploying.stdout
    assert deploying.returncode == 3
    assert "web       unknown" in "".join(said)
    assert "cannot be reached: nothing listens there" in "".join(said)
    assert not project.left()
    broken.start("apiserver")
    assert releases(project) == ["pending-install"]
