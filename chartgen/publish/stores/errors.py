"""What object stores say when something is wrong, in our words and with what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of object store: what people call it, what its variables start with, and how one logs in."""

    name: str
    variables: str
    login: str


KINDS: Mapping[str, Kind] = {
    "s3": Kind(
        "S3",
        "AWS",
        "set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; after `aws sso login`: "
        '`eval "$(aws configure export-credentials --format env)"`',
    ),
    "gs": Kind("Google Cloud Storage", "GOOGLE", "run `gcloud auth application-default login`"),
    "az": Kind(
        "Azure Blob Storage",
        "AZURE",
        "set AZURE_STORAGE_ACCOUNT_NAME, and AZURE_STORAGE_ACCOUNT_KEY or AZURE_STORAGE_SAS_TOKEN",
    ),
}


def known(text: str) -> bool:
    """Whether a failure's text tells of one of the usual troubles."""
    return any(re.search(pattern, text) for pattern, _, _ in _TROUBLES)


def told(text: str, kind: Kind, bucket: str) -> tuple[str, str]:
    """What went wrong and what to do, without the URL of the request: it may hold a signature.

    Arguments:
        text: of obstore's exception.
    """
    for pattern, message, hint in _TROUBLES:
        if re.search(pattern, text):
            details = {"kind": kind.name, "bucket": bucket, "login": kind.login, "says": _says(text)}
            return message.format(**details), hint.format(**details)
    return f"{kind.name} does not do what was asked: {_says(text)}", ""


_TROUBLES = (
    (r"NoSuchBucket|ContainerNotFound|bucket does not exist", "there is no bucket `{bucket}`", "make it first"),
    (
        r"169\.254\.169\.254|metadata\.google\.internal|169\.254\.170\.2|MissingAccount|MissingCredentials",
        "there are no credentials for {kind}",
        "{login}",
    ),
    (
        r"InvalidAccessKeyId|SignatureDoesNotMatch|ExpiredToken|InvalidToken|AuthenticationFailed|401 Unauthorized",
        "{kind} does not accept the credentials: {says}",
        "{login}",
    ),
    (
        r"AccessDenied|403 Forbidden|AuthorizationPermissionMismatch|AuthorizationFailure",
        "{kind} does not let these credentials do this: {says}",
        "they need to list the bucket, and to read and write its objects",
    ),
    (
        r"PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraint|incorrectly configured region",
        "the bucket is in another region",
        "set AWS_REGION to the bucket's region",
    ),
    (
        r"NotImplemented|501 Not Implemented",
        "{kind} has no conditional writes here: {says}",
        "publish to a store that has, or one at a time into a directory, and copy that",
    ),
    (r"SlowDown|ServerBusy|status code: (429|50[0234])", "{kind} is busy, or broken: {says}", "try again later"),
    (r"partial response|error decoding response body|body error", "the answer is cut off", "try again later"),
    (
        r"InvalidCertificate",
        "its certificate is not trusted",
        "name the authority's certificates with --ca-file, or in AWS_CA_BUNDLE, if you trust the server",
    ),
    (
        r"HTTP error: builder error",
        "the endpoint has plain HTTP or is no address",
        "set AWS_ALLOW_HTTP=true (AZURE_ALLOW_HTTP, GOOGLE_ALLOW_HTTP) to allow HTTP",
    ),
    (
        r"HTTP error|error sending request|operation timed out",
        "cannot be reached: {says}",
        "is the endpoint right, and the network up?",
    ),
)


def _says(text: str) -> str:
    """A store's own short reason: an S3 or Azure error's code and message, the status, or the system's word."""
    found = [re.search(pattern, text) for pattern in (r"<Code>([^<]{1,100})", r"<Message>([^<]{1,300})")]
    said = ": ".join(" ".join(each[1].split()) for each in found if each)
    if said:
        return said
    for pattern in (
        r"status code: (\d{3} [A-Za-z ]{1,40})",
        r'(?:message|error): "([^"]{1,200})"',
        r"(TimedOut)",
        r"Generic \w+ error: ([^\n]{1,200})",
    ):
        one = re.search(pattern, text)
        if one and "://" not in one[1]:
            return one[1].strip()
    return "it gives no reason"
