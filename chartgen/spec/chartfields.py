"""The fields of `chart:` and `build:`: which chart releases use, and how an organisation's own is made."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chartgen.concerns import CONCERNS, NAMESPACE
from chartgen.fields import Entries, Fields, Flag, Items, Json, Text, Texts, choice, pattern

_NUMBER = "(0|[1-9][0-9]*)"
_WORDS = r"[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*"
_SEMVER = rf"v?{_NUMBER}\.{_NUMBER}\.{_NUMBER}(-{_WORDS})?(\+{_WORDS})?"
"""Source: semver.org; `v` before it as Helm allows."""

_Name = Annotated[str, pattern("[a-z0-9][-a-z0-9.]*", "a chart's name: lower-case letters, digits, dashes and dots")]
ChartVersion = Annotated[
    str, pattern(_SEMVER, "a version such as `1.4.0`: three numbers, and maybe `-pre` or `+build`")
]
_Concern = Annotated[str, choice(*(concern.name for concern in (*CONCERNS, NAMESPACE)))]
_JsonMap = Annotated[dict[str, Json], Entries]


class ChartFields(Fields):
    """Which chart."""

    name: _Name | None = Field(None, description="The chart's name.", examples=["microservice"])
    version: ChartVersion | None = Field(None, description="The chart's version.", examples=["1.4.0"])
    repository: Text | None = Field(
        None,
        description="The chart repository it is published in, `https://…` or `oci://…`.",
        examples=["oci://registry.example.com/charts"],
    )
    path: Text | None = Field(
        None, description="The directory of a local chart, relative to the project.", examples=["charts/redis"]
    )


class MaintainerFields(Fields):
    """Someone who keeps the chart."""

    name: Text = Field(description="A person's or a team's name.", examples=["platform"])
    email: Text | None = Field(None, description="Where mail reaches them.", examples=["platform@example.com"])
    url: Text | None = Field(None, description="Where to read about them.", examples=["https://example.com/platform"])


class BuildFields(Fields):
    """How the organisation's own chart is made."""

    name: _Name | None = Field(None, description="The chart's name; `chart.name` unless given.")
    version: ChartVersion | None = Field(None, description="The chart's version; `chart.version` unless given.")
    description: Text | None = Field(None, description="One line for Chart.yaml.")
    drop: Annotated[list[_Concern], Items] | None = Field(
        None, description="Concerns the chart does without.", examples=[["ingress"]]
    )
    defaults: _JsonMap | None = Field(
        None, description="Chart values that replace the chart's defaults.", examples=[{"replicaCount": 3}]
    )
    overlay: Text | None = Field(
        None,
        description="A directory with `templates/` and `values-schemas/` of the organisation's own, over the chart's.",
    )
    home: Text | None = Field(None, description="The chart's home page.", examples=["https://charts.example.com"])
    sources: Texts | None = Field(
        None, description="Where its sources are.", examples=[["https://git.example.com/platform/charts"]]
    )
    keywords: Texts | None = Field(None, description="What it is found by.", examples=[["microservice"]])
    maintainers: Annotated[list[MaintainerFields], Items] | None = Field(
        None, description="Who keeps it.", examples=[[{"name": "platform", "email": "platform@example.com"}]]
    )
    icon: Text | None = Field(
        None, description="The address of a picture.", examples=["https://charts.example.com/microservice.svg"]
    )
    license: Text | None = Field(
        None, description="Its licence, as SPDX names it, for Artifact Hub.", examples=["Apache-2.0"]
    )
    annotations: _JsonMap | None = Field(
        None,
        description="Further annotations of Chart.yaml; what is no string is written as YAML, for Artifact Hub.",
        examples=[{"artifacthub.io/category": "integration-delivery"}],
    )
    require_signature: Flag | None = Field(
        None, description="`chartgen build` and `publish` refuse a package that no key of `signature_keys` has signed."
    )
    signature_keys: Texts | None = Field(
        None,
        description="Files of the public keys whose signatures count, relative to the project.",
        examples=[["keys/release.asc"]],
    )
    signature_key_url: Text | None = Field(
        None,
        description="Where users find the public key of a signed chart, for Artifact Hub.",
        examples=["https://charts.example.com/release.asc"],
    )
