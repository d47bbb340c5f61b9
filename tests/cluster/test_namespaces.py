"""Whose making a namespace is, told by who has written on it."""

from __future__ import annotations

import pytest

from chartgen.cluster.namespaces import Content, not_helms

BORN, LATER = "2026-11-23T00:08:14Z", "2026-11-23T00:08:17Z"


def namespace(*writers: tuple[str, str], **annotations: str) -> dict:
    fields = [{"manager": manager, "operation": "Apply", "time": time} for manager, time in writers]
    return {"metadata": {"creationTimestamp": BORN, "managedFields": fields, "annotations": annotations}}


RELEASE = {"meta.helm.sh/release-name": "namespace-shop-dev"}


@pytest.mark.parametrize(
    ("found", "managed", "reason"),
    [
        (namespace(("helm", BORN)), False, ""),
        (namespace(("helm3", BORN)), False, ""),
        (namespace(("Helm", BORN)), False, ""),
        # Helm 4 writes its label on a namespace that was there before, too.
        (namespace(("helm", LATER)), False, "it was there before"),
        (namespace(("helm", LATER), ("kubectl-create", BORN)), False, "kubectl-create made it, or has written on it"),
        (
            namespace(("helm", LATER), ("before-first-apply", LATER)),
            False,
            "before-first-apply made it, or has written on it",
        ),
        (namespace(("helm", BORN), ("kubectl-label", LATER)), False, "kubectl-label made it, or has written on it"),
        (namespace(("chartgen", BORN)), False, ""),
        (namespace(("terraform", BORN)), False, "terraform made it, or has written on it"),
        (namespace(), False, "it was there before"),
        # One that is an object of a release may be changed by that release.
        (namespace(("helm", BORN), ("helm", LATER), **RELEASE), True, ""),
        (namespace(("helm", LATER), **RELEASE), True, ""),
        (
            namespace(("helm", BORN), ("kubectl-label", LATER), **RELEASE),
            True,
            "kubectl-label made it, or has written on it",
        ),
        (namespace(("helm", BORN), **RELEASE), False, "it belongs to release namespace-shop-dev"),
        ({"metadata": {"creationTimestamp": BORN, "managedFields": None}}, False, "it was there before"),
    ],
)
def test_whose_making_it_is(found, managed, reason):
    assert not_helms(found, managed=managed) == reason


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (Content(), ""),
        (Content(("Secret/tls",)), "it holds Secret/tls"),
        (
            Content(("PersistentVolumeClaim/a", "PersistentVolumeClaim/b", "Secret/tls")),
            "it holds 2 PersistentVolumeClaims, Secret/tls",
        ),
        (Content((), ("secrets",)), "what it holds cannot be seen (secrets)"),
        (Content(("Secret/tls",), ("roles",)), "it holds Secret/tls"),
    ],
)
def test_why_it_stays(content, text):
    assert str(content) == text
