"""Autoscaling: how many pods run, fixed or between bounds, and how large they are."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms
from chartgen.concerns.concern import Concern, Context, tidy
from chartgen.fields import (
    Entries,
    Fault,
    Fields,
    Flag,
    Labels,
    ObjectName,
    Read,
    Text,
    TextMap,
    choice,
    describe,
    integer,
    located,
    pattern,
    present,
    wrong,
)
from chartgen.model import Values
from chartgen.yamlio import Map, Scalar

_DEFAULT_MAXIMUM = 3
"""`max_containers` where it is not set is the larger of this and the minimum (the field reference's default)."""

_MODES = {"auto": "Recreate", "initial": "Initial", "recommend": "Off"}
"""How requests are set, as the VerticalPodAutoscaler calls it (its `Auto` is deprecated and means `Recreate`)."""

_METRICS = {"pods": "Pods", "external": "External"}
"""Metrics of the HorizontalPodAutoscaler; any other type is a scaler of KEDA."""

_TRIGGER_NAME = re.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?")


def _mode(value: Any) -> str:
    """`true` is `auto`, `false` is none."""
    if isinstance(value, Scalar) and isinstance(value.value, bool):
        return located("auto" if value.value else "", value.where)  # type: ignore[no-any-return]
    if isinstance(value, Scalar) and value.text in _MODES:
        return located(value.text, value.where)  # type: ignore[no-any-return]
    raise wrong(f"is {describe(value)}", f"true, false, or one of {', '.join(_MODES)}")


Vertical = Annotated[str, Read(_mode, {"anyOf": [{"type": "boolean"}, {"enum": [*_MODES]}]})]
Amount = Annotated[
    str, pattern(r"[0-9]+(\.[0-9]+)?([numkMGTPE]|[KMGTPE]i)?", "a number, or one with a unit (`500m`, `2k`)")
]


class SettingFields(Fields):
    """Where a setting of a scaler comes from."""

    secret: ObjectName | None = Field(None, description="The Secret; the service's own unless given.")
    key: Text | None = Field(None, description="The key in it; the setting's name unless given.")


class ReasonFields(Fields):
    """One reason to add pods: a metric with a target, or a scaler of KEDA with its settings."""

    type: Text | None = Field(
        None,
        description="`pods` (a metric of each pod) or `external`, with a `target`; or a scaler of KEDA, whose name the "
        "entry may have as well.",
        examples=["rabbitmq"],
    )
    target: Amount | None = Field(None, description="The average by pod that is aimed at.", examples=[100])
    selector: Labels | None = Field(None, description="Labels of the metric.", examples=[{"queue": "orders"}])
    metadata: TextMap | None = Field(
        None, description="The scaler's settings.", examples=[{"queueName": "orders", "value": "20"}]
    )
    secrets: Annotated[dict[str, SettingFields | None], Entries] | None = Field(
        None,
        description="The scaler's settings that come from a Secret.",
        examples=[{"host": {"secret": "rabbitmq", "key": "url"}}],
    )
    identity: Annotated[str, choice("aws", "azure-workload", "gcp")] | None = Field(
        None, description="The cloud whose identity proves who asks."
    )


class AutoscalingFields(Fields):
    """How many pods run, and how large they are."""

    min_containers: Annotated[int, integer(0)] | None = Field(
        None, description="The fewest pods that run; 0 with a scaler of KEDA alone.", examples=[2]
    )
    max_containers: Annotated[int, integer(0)] | None = Field(
        None,
        description="The most pods that run; the same as `min_containers` means no autoscaler, 0 no pods at all. "
        "Unless given: the larger of 3 and `min_containers`.",
        examples=[10],
    )
    autoscaling_target_cpu_percentage: Annotated[int, integer(0)] | None = Field(
        None, description="Average CPU use, in percent of the request, that the autoscaler aims at; 0: not by CPU."
    )
    autoscaling_target_mem_percentage: Annotated[int, integer(0)] | None = Field(
        None, description="Average memory use, in percent of the request, that it aims at; 0: not by memory."
    )
    scale_on: Annotated[dict[str, ReasonFields | None], Entries] | None = Field(
        None,
        description="Further reasons to add pods, by name: a metric with its target (`requests_per_second: 100`), or a "
        "scaler of KEDA with its settings.",
        examples=[{"rabbitmq": {"metadata": {"queueName": "orders", "value": "20", "hostFromEnv": "AMQP_URL"}}}],
    )
    singleton: Flag | None = Field(
        None, description="Never more than one pod at a time: no autoscaler, and an update stops the old one first."
    )
    vertical_autoscaling: Vertical | None = Field(
        None,
        description="Sets requests by what pods really use: `true` (or `auto`) by replacing pods, `initial` for new "
        "ones, `recommend` only says what would fit. CPU and memory then add no pods, but for `recommend`.",
        examples=["recommend"],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """`scale_on: {name: number}` → `{name: {target: number}}`."""
    reasons = layer.get("scale_on")
    if reasons is None:
        return layer
    return forms.put(layer, "scale_on", forms.short(reasons, "target", ("scale_on",), faults))


def faults(fields: AutoscalingFields, context: Context) -> Iterable[Fault]:
    """Bounds out of order, and what does not go together."""
    low, high = fields.min_containers, fields.max_containers
    if low is not None and high and low > high:
        yield Fault(("min_containers",), f"is {low}, more than `max_containers`, which is {high}", f"at most {high}")
    reasons = present(fields.scale_on)
    scalers = [name for name, reason in reasons.items() if _is_scaler(reason)]
    if low == 0 and high != 0 and not scalers:
        hint = "add a scaler of KEDA to `scale_on`; `max_containers: 0` means no pods at all"
        yield Fault(("min_containers",), "is 0, but nothing could start the first pod", "at least 1", hint)
    if fields.singleton:
        yield from _singleton(fields)
    for name, reason in reasons.items():
        yield from _reason(name, reason, scalers[0] if scalers else None)
    for kind in ("cpu", "mem"):
        target = f"autoscaling_target_{kind}_percentage"
        if _resizes(fields) and getattr(fields, target):
            message = "stands beside `vertical_autoscaling`, which changes the request that it is a share of"
            yield Fault((target,), message, "one of the two", "remove it, or use `vertical_autoscaling: recommend`")


def _singleton(fields: AutoscalingFields) -> Iterable[Fault]:
    for bound in ("min_containers", "max_containers"):
        number = getattr(fields, bound)
        if number is not None and number > 1:
            hint = f"remove one of the two; `{bound}: null` removes what a weaker layer says"
            yield Fault((bound,), f"is {number}, but the service is a `singleton`", "1", hint)
    if present(fields.scale_on):
        yield Fault(("scale_on",), "stands beside `singleton`: one pod never becomes more", "one of the two")


def _reason(name: str, reason: ReasonFields, scaler: str | None) -> Iterable[Fault]:
    path = ("scale_on", name)
    if not _is_scaler(reason):
        if reason.target is None:
            hint = "a scaler of KEDA has its settings under `metadata`"
            yield Fault((*path, "target"), "is missing", "the average by pod that is aimed at", hint, absent=True)
        for setting in ("metadata", "secrets", "identity"):
            if getattr(reason, setting) is not None:
                yield Fault(
                    (*path, setting), "goes with a scaler of KEDA, not with a metric", hint="name the scaler as `type`"
                )
        if scaler is not None:
            hint = "ask for it by a scaler too (`prometheus`, say)"
            yield Fault(path, f"is a metric beside `{scaler}`, and KEDA scales by scalers alone", hint=hint)
        return
    if not _TRIGGER_NAME.fullmatch(name):
        yield Fault(path, f"the scaler's name is {name}", "lower-case letters, digits and dashes")
    for setting in ("target", "selector"):
        if getattr(reason, setting) is not None:
            yield Fault(
                (*path, setting), "goes with a metric, not with a scaler of KEDA", hint="put it into `metadata`"
            )


def _is_scaler(reason: ReasonFields) -> bool:
    if reason.type is None:
        return reason.metadata is not None or reason.secrets is not None or reason.identity is not None
    return reason.type not in _METRICS


def _resizes(fields: AutoscalingFields) -> bool:
    """Whether requests change by themselves, so that a share of them says nothing."""
    return fields.vertical_autoscaling in ("auto", "initial")


def values(fields: AutoscalingFields, context: Context) -> Values:
    """`replicaCount`, `singleton`, `autoscaling`, `verticalAutoscaling`; a low maximum lowers the minimum too."""
    low, high = fields.min_containers, fields.max_containers
    if high == 0:
        return {"autoscaling": {"maxReplicas": high}} if context.part is None else {"replicaCount": high}
    if high is None and low is not None and low > _DEFAULT_MAXIMUM:
        high = low
    if low is None and high == 1:
        low = 1
    unset = 0 if _resizes(fields) else None
    cpu, memory = fields.autoscaling_target_cpu_percentage, fields.autoscaling_target_mem_percentage
    reasons = present(fields.scale_on)
    autoscaling = {
        "maxReplicas": high,
        "targetCPUUtilizationPercentage": unset if cpu is None else cpu,
        "targetMemoryUtilizationPercentage": unset if memory is None else memory,
        "metrics": {name: _metric(reason) for name, reason in reasons.items() if not _is_scaler(reason)},
        "keda": tidy({"triggers": {name: _trigger(name, each) for name, each in reasons.items() if _is_scaler(each)}}),
    }
    mode = fields.vertical_autoscaling
    return tidy(
        {
            "replicaCount": low,
            "singleton": fields.singleton,
            "autoscaling": tidy(autoscaling),
            "verticalAutoscaling": {"updateMode": _MODES[mode]} if mode else None,
        }
    )


def _metric(reason: ReasonFields) -> Values:
    kind = _METRICS[reason.type or "pods"]
    return {"type": kind} | tidy({"averageValue": reason.target, "selector": present(reason.selector)})


def _trigger(name: str, reason: ReasonFields) -> Values:
    secrets = {
        setting: tidy({"secret": source.secret, "key": source.key})
        for setting, source in present(reason.secrets).items()
    }
    identity = {"provider": reason.identity} if reason.identity else None
    settings = {"metadata": present(reason.metadata), "secrets": secrets, "podIdentity": identity}
    return {"type": reason.type or name} | tidy(settings)


CONCERN = Concern(
    "autoscaling",
    "Autoscaling",
    AutoscalingFields,
    values,
    normalise,
    faults,
    also={"scale_on": forms.WORDS},
    level="workload",
)
