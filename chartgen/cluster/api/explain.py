"""Why a cluster cannot be reached, or refuses, and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from chartgen.cluster.api.connection import GoneError
from chartgen.errors import Problem

SIGNING_IN = "getting credentials"
"""How kubectl begins to say that the program which signs in failed; that itself says why, to kubectl's stderr."""

_SIGN_IN = "sign in anew, as your provider has it; `kubectl version` lets it ask you"
_NETWORK = "is the network (a VPN?) up, and is it the right context?"

_SIGNS: Sequence[tuple[str, str, str]] = (
    (
        "proxyconnect",
        "the proxy on the way does not answer",
        "look at HTTPS_PROXY and NO_PROXY, and for `proxy-url` in the kubeconfig",
    ),
    (
        "certificate has expired",
        "the server's certificate is not valid at this time",
        "have it renewed, unless this machine's clock is wrong",
    ),
    (
        "x509:",
        "the server's certificate is not trusted",
        "look at `certificate-authority` in the kubeconfig",
    ),
    ("tls: ", "no secure connection comes about", "look at the certificates and at `server` in the kubeconfig"),
    ("HTTP request to an HTTPS server", "it wants https", "write `https://` in `server` in the kubeconfig"),
    ("HTTP response to HTTPS client", "it does not speak https", "look at `server` in the kubeconfig"),
    ("exec plugin cannot support interactive mode", "signing in wants to ask you", _SIGN_IN),
    (SIGNING_IN, "the program that signs in failed", _SIGN_IN),
    (":8080: connect: connection refused", "no kubeconfig names a server", "set KUBECONFIG, or make ~/.kube/config"),
    ("connection refused", "nothing listens there", "is the server up, and is it the right context?"),
    ("no such host", "its name cannot be resolved", _NETWORK),
    ("no route to host", "there is no way to it", _NETWORK),
    ("network is unreachable", "there is no way to it", _NETWORK),
    ("timed out", "it does not answer in time", f"{_NETWORK} Or does signing in wait for you: `kubectl version`?"),
    ("timeout", "it does not answer in time", _NETWORK),
    ("deadline exceeded", "it does not answer in time", _NETWORK),
    ("closed connection", "it closed the connection", "is the server going down? Try again"),
    ("connection reset", "it closed the connection", "is the server going down? Try again"),
    ("EOF", "it closed the connection", "is the server going down? Try again"),
)
"""What an error says, what that means, what to do."""

_REFUSALS: Mapping[int, tuple[str, str]] = {
    401: (
        "does not accept who you are",
        "sign in anew, as your provider has it; a token or a client certificate of the kubeconfig may have expired",
    ),
    403: ("", "have the right granted, or use another context: `kubectl auth can-i --list` shows your rights"),
    429: ("is too busy", "try again later"),
    500: ("is in trouble", "try again later; `kubectl get --raw '/readyz?verbose'` tells what of it is not well"),
    503: ("is in trouble", "try again later; `kubectl get --raw '/readyz?verbose'` tells what of it is not well"),
    504: ("does not answer in time", "try again later"),
}
"""HTTP's status, what that means, what to do."""

_KLOG = re.compile(r"[IWEF]\d{4} |$")
_TOLD = 2
_LONGEST = 300


def unreachable(cluster: str, error: BaseException | str, words: Iterable[str] = ()) -> Problem:
    """Why a cluster cannot be reached.

    Arguments:
        cluster: how messages name it.
        error: what went wrong, in the words of whatever noticed it.
        words: what kubectl has said meanwhile, and the program that signs in.
    """
    if isinstance(error, GoneError):
        last = "; ".join(plain(words)) or "it did not say why"
        message = f"kubectl, through which {cluster} is reached, has ended: {last}"
        return Problem(message, hint="try again; if it ends again, `kubectl proxy` shows how")
    said = _line(str(error)) or type(error).__name__
    if SIGNING_IN in said:
        said = "; ".join([said, *(word for word in plain(words) if word not in said)])
    for sign, meaning, hint in _SIGNS:
        if sign in said:
            return Problem(f"{cluster} cannot be reached: {meaning} ({said})", hint=hint)
    return Problem(f"{cluster} cannot be reached: {said}", hint="`kubectl cluster-info` tells more")


def refused(cluster: str, doing: str, status: int, said: str) -> Problem:
    """Why a cluster does not do what it is asked.

    Arguments:
        doing: what that was.
        status: HTTP's.
        said: what the server says.
    """
    meaning, hint = _REFUSALS.get(status, ("", ""))
    if meaning:
        return Problem(f"{cluster} {meaning} ({_line(said)})", hint=hint)
    return Problem(f"{cluster} refuses {doing}: {_line(said)}", hint=hint)


def foreign(cluster: str, said: str) -> Problem:
    """That what answers is no Kubernetes API."""
    if any(sign in said for sign, _, _ in _SIGNS):
        return unreachable(cluster, said)
    message = f"what answers for {cluster} is no Kubernetes API server: it says {_line(said) or 'nothing'}"
    return Problem(message, hint="look at `server` in the kubeconfig; a proxy or a sign-in page may stand in between")


def plain(words: Iterable[str]) -> list[str]:
    """The last of what was said for people to read, without kubectl's log."""
    return [_line(word) for word in words if not _KLOG.match(word.strip())][-_TOLD:]


def _line(said: str) -> str:
    """What was said in one line, not without end."""
    line = " ".join(said.split())
    return line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
