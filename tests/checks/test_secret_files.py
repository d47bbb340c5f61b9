"""Files of a chart that are, or look like, secrets."""

from __future__ import annotations

import pytest

from chartgen.checks.secrets import in_files
from chartgen.errors import Where

HARMLESS = ["templates/secret.yaml", "values.yaml", "README.md", "files/keys.yaml", "templates/_tls.tpl", "ci/x.pem"]


@pytest.mark.parametrize(
    "path",
    [
        "id_rsa",
        "files/id_ed25519",
        ".env",
        ".env.prod",
        "a/.netrc",
        "tls/server.key",
        "x.p12",
        "KUBECONFIG",
        "cosign.key",
    ],
)
def test_names_that_secrets_go_by(path):
    [problem] = in_files({path: b"", "values.yaml": b"a: 1\n"})
    assert problem.where == Where(path)
    assert ".helmignore" in problem.hint


@pytest.mark.parametrize(
    "content",
    [
        b"a: 1\nkey: |\n  -----BEGIN RSA PRIVATE KEY-----\n",
        b"one\ntwo\nid: AKIAABCDEFGHIJKLMNOP\n",
        b"\n\nurl: https://user:hunter22@example.com/x\n",
    ],
)
def test_contents_that_are_secrets_are_told_by_line_and_never_shown(content):
    [problem] = in_files({"files/x.txt": content})
    assert problem.where == Where("files/x.txt", 3)
    assert "BEGIN" not in str(problem)
    assert "AKIA" not in str(problem)
    assert "hunter22" not in str(problem)


def test_the_rest_is_not_suspected():
    assert not list(in_files(dict.fromkeys(HARMLESS, b"password: {{ .Values.x }}\n-----BEGIN CERTIFICATE-----\n")))
