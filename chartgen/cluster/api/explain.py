"""Why a cluster cannot be reached, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence

from chartgen.errors import Problem

_SIGNS: Sequence[tuple[str, str, str]] = (
    ("certificate has expired", "a certificate has expired", "renew it: the client's stands in the kubeconfig"),
    ("x509:", "its certificate is not trusted", "look at `certificate-authority` in the kubeconfig"),
    ("connection refused", "nothing listens there", "is the server up, and is it the right context?"),
    ("no such host", "its name cannot be resolved", "is the network (a VPN?) up, and is it the right context?"),
    ("getting credentials", "the program that signs in failed", "sign in anew, as your provider has it"),
    ("timed out", "it does not answer in time", "is the network (a VPN?) up?"),
    ("timeout", "it does not answer in time", "is the network (a VPN?) up?"),
)
"""What an error says, what that means, what to do."""


def unreachable(cluster: str, error: BaseException | str) -> Problem:
    """Why a cluster cannot be reached.

    Arguments:
        cluster: how messages name it.
        error: what went wrong, in the words of whatever noticed it.
    """
    said = str(error).strip() or type(error).__name__
    for sign, meaning, hint in _SIGNS:
        if sign in said:
            return Problem(f"{cluster} cannot be reached: {meaning} ({said})", hint=hint)
    return Problem(f"{cluster} cannot be reached: {said}", hint="`kubectl cluster-info` tells more")
