"""Image: what runs, in which version, with which command."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.concerns.reference import Reference, is_digest, split
from chartgen.fields import Fault, Fields, Items, ObjectName, Texts, choice, quoted, text
from chartgen.model import Values

AUTO = "AUTO"


class ImageFields(Fields):
    """What runs."""

    image: Annotated[str, text(type="string")] | None = Field(
        None,
        description="The container image: `repository:tag` or `repository@digest`. `AUTO` is "
        "`{registry}/{project}/{service}`. A version in `versions/<environment>.yaml` beats the one given here.",
        examples=["example.com/shop/frontend:v0.10.6", "AUTO"],
    )
    image_pull_policy: Annotated[str, choice("Always", "IfNotPresent", "Never")] | None = Field(
        None, description="When the node fetches the image.", examples=["Always"]
    )
    image_pull_secrets: Annotated[list[ObjectName], Items] | None = Field(
        None, description="Names of the Secrets with the registry's credentials.", examples=[["regcred"]]
    )
    commands: Texts | None = Field(
        None, description="The program to start instead of the image's own entrypoint.", examples=[["/app/server"]]
    )
    args: Texts | None = Field(None, description="The program's arguments.", examples=[["--verbose"]])


def _resolved(fields: ImageFields, context: Context) -> Reference | None:
    written = fields.image or ""
    if written == AUTO:
        written = f"{(context.registry or '').rstrip('/')}/{context.project}/{context.service}"
    reference = split(written)
    if reference is None or context.version is None or context.part is not None:
        return reference
    if is_digest(context.version):
        return reference._replace(tag="", digest=context.version)
    return reference._replace(tag=context.version, digest="")


def faults(fields: ImageFields, context: Context) -> Iterable[Fault]:
    """No image, none that can be read, or none whose version is known."""
    if fields.image is None and context.part is not None:
        return
    if fields.image is None:
        yield Fault(("image",), "is missing", "an image, `repository:tag`, or a `chart` of its own", absent=True)
        return
    if fields.image == AUTO and context.registry is None:
        yield Fault(("image",), "AUTO needs the project's `registry`, which is not set", hint="add `registry: …`")
        return
    reference = _resolved(fields, context)
    if reference is None and fields.image == AUTO:
        message = f"AUTO cannot be made with the project's `registry`, {quoted(context.registry or '')}"
        yield Fault(("image",), message, "a host, and maybe a path: `registry.example.com/shop`")
    elif reference is None:
        hint = "leave the scheme out" if "://" in fields.image else ""
        yield Fault(("image",), f"is {quoted(fields.image)}", "`repository:tag`, `repository@sha256:…` or AUTO", hint)
    elif not reference.tag and not reference.digest:
        hint = f"run `chartgen set-version {context.service} TAG {context.place}`, or write the tag here"
        yield Fault(("image",), f"no version of the image is known in {context.environment}", hint=hint, absent=True)


def values(fields: ImageFields, context: Context) -> Values:
    """`image`, `imagePullSecrets`, `command`, `args`."""
    reference = _resolved(fields, context) or Reference("", "", "")
    image = {
        "repository": reference.repository or None,
        "tag": reference.tag or None,
        "digest": reference.digest or None,
        "pullPolicy": fields.image_pull_policy,
    }
    return tidy(
        {
            "image": tidy(image),
            "imagePullSecrets": dict.fromkeys(fields.image_pull_secrets or (), True),
            "command": fields.commands,
            "args": fields.args,
        }
    )


CONCERN = Concern("image", "Image", ImageFields, values, faults=faults, level="pod")
