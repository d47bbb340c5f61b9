"""Jobs: what runs to its end in the service's pod, on a schedule, once, around an installation, or as a test."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from chartgen.concerns import forms, httpcall, jobspec, reference
from chartgen.concerns.concern import Concern, Context, Parts, tidy
from chartgen.concerns.jobspec import JobFields
from chartgen.fields import (
    Entries,
    Fault,
    Fields,
    Flag,
    HeaderName,
    Items,
    PartName,
    Text,
    choice,
    integer,
    matching,
    present,
    quoted,
    text,
)
from chartgen.model import Values
from chartgen.yamlio import List, Map, Scalar

_WORDS = r"@(yearly|annually|monthly|weekly|daily|midnight|hourly)|@every .+"
_SCHEDULE = re.compile(rf"{_WORDS}|[^ ]+( +[^ ]+){{4}}")
_MOMENTS = ("install", "upgrade", "rollback", "delete")
_HOOKS = tuple(f"{when}-{moment}" for moment in _MOMENTS for when in ("pre", "post"))


def _schedule(written: str) -> str:
    return matching(_SCHEDULE.pattern, "five fields as cron has them, `*/5 * * * *`, or a word such as `@daily`")(
        written
    )


class CronJobFields(JobFields):
    """What a job on a schedule has beside the fields of a pod."""

    schedule: Annotated[str, text(_schedule)] | None = Field(
        None, description="When it runs, in the syntax of cron.", examples=["*/5 * * * *"]
    )
    path: Text | None = Field(
        None,
        description="Calls the service over HTTP at this path, from a container with curl in place of its own.",
        examples=["/tasks/clean-up"],
    )
    headers: Annotated[dict[HeaderName, Text | None], Entries] | None = Field(
        None, description="HTTP headers of the call.", examples=[{"X-Task": "clean-up"}]
    )
    time_zone: Text | None = Field(None, description="The time zone of the schedule.", examples=["Europe/Oslo"])
    concurrency: Annotated[str, choice("Allow", "Forbid", "Replace")] | None = Field(
        None, description="What happens when the one before still runs; `Forbid` unless given."
    )
    suspend: Flag | None = Field(None, description="Whether it is not started for now.", examples=[True])
    starting_deadline: Annotated[int, integer(10)] | None = Field(
        None, description="Seconds by which it may start late.", examples=[120]
    )
    keep_succeeded: Annotated[int, integer(0)] | None = Field(
        None, description="How many that succeeded are kept; 3 unless given."
    )
    keep_failed: Annotated[int, integer(0)] | None = Field(
        None, description="How many that failed are kept; 1 unless given."
    )


class OneJobFields(JobFields):
    """What a job has beside the fields of a pod."""

    hooks: Annotated[list[Annotated[str, choice(*_HOOKS)]], Items] | None = Field(
        None,
        description="When Helm runs it, and waits for it. Without, it runs whenever what it runs has changed.",
        examples=[["pre-install", "pre-upgrade"]],
    )
    hook_weight: Annotated[int, integer(-1000, 1000)] | None = Field(
        None, description="Among hooks, lower ones run first; 0 unless given.", examples=[5]
    )
    hook_delete_policy: (
        Annotated[list[Annotated[str, choice("before-hook-creation", "hook-succeeded", "hook-failed")]], Items] | None
    ) = Field(None, description="When Helm removes it: before the next one, and once all have succeeded, unless given.")


class TestFields(Fields):
    """What a test has beside the fields of a pod."""


class JobsFields(Fields):
    """What runs to its end."""

    cron_jobs: Annotated[dict[PartName, CronJobFields | None], Entries] | None = Field(
        None,
        description="Jobs on a schedule by name, or a list of them: each is called `<service>-<name>`, and has the "
        "service's image, environment, storage and rights, and any field of a pod.",
        examples=[{"report": {"schedule": "0 4 * * *", "commands": ["/app/report"]}}],
    )
    cron_jobs_image: Text | None = Field(
        None,
        description=f"The image, with curl, of `cron_jobs` that call a path; `{httpcall.IMAGE}` unless given.",
        examples=["registry.example.com/curl:8.16.0"],
    )
    jobs: Annotated[dict[PartName, OneJobFields | None], Entries] | None = Field(
        None,
        description="Jobs that run once, or around an installation (`hooks`), by name; else as `cron_jobs`.",
        examples=[{"migrate": {"hooks": ["pre-install", "pre-upgrade"], "commands": ["/app/migrate"]}}],
    )
    tests: Annotated[dict[PartName, TestFields | None], Entries] | None = Field(
        None,
        description="Pods that `helm test` runs, by name; else as `jobs`.",
        examples=[{"smoke": {"commands": ["/app/smoke"]}}],
    )


def normalise(layer: Map, faults: list[Fault]) -> Map:
    """A list of `cron_jobs` → a map by name; one without a name is called by its place, `cron-1`."""
    jobs = layer.get("cron_jobs")
    if not isinstance(jobs, List):
        return layer
    items = tuple(_with_name(item, f"cron-{index}") for index, item in enumerate(jobs.items, 1))
    return forms.put(layer, "cron_jobs", forms.named(replace(jobs, items=items), ("cron_jobs",), faults))


def _with_name(item: Any, name: str) -> Any:
    if not isinstance(item, Map) or "name" in item.entries:
        return item
    entries = {"name": Scalar(name, name, item.where), **item.entries}
    return replace(item, entries=entries, keys={**item.keys, "name": item.where})


def faults(fields: JobsFields, context: Context) -> Iterable[Fault]:
    """A job on a schedule without one, and what goes with hooks alone."""
    for name, job in present(fields.cron_jobs).items():
        if job.schedule is None:
            yield Fault(("cron_jobs", name, "schedule"), "is missing", "when it runs, `0 4 * * *`", absent=True)
        if job.path is not None:
            yield from httpcall.faults(("cron_jobs", name), job.path, context)
        elif job.headers:
            yield Fault(("cron_jobs", name, "headers"), "goes with `path` only", hint="add `path`, or remove it")
    if fields.cron_jobs_image is not None and not reference.is_pinned(fields.cron_jobs_image):
        expected = "`repository:tag` or `repository@sha256:…`"
        yield Fault(("cron_jobs_image",), f"is {quoted(fields.cron_jobs_image)}", expected)
    for name, one in present(fields.jobs).items():
        for setting in ("hook_weight", "hook_delete_policy"):
            if getattr(one, setting) is not None and not one.hooks:
                yield Fault(("jobs", name, setting), "goes with `hooks` only", hint="add `hooks`, or remove it")


def values(fields: JobsFields, context: Context) -> Values:
    """`cronJobs`, `jobs` and `tests`, by name."""
    return tidy(
        {
            "cronJobs": {
                name: _cron_job(job) | _call(job, fields.cron_jobs_image, context)
                for name, job in present(fields.cron_jobs).items()
            },
            "jobs": {name: _job(job) for name, job in present(fields.jobs).items()},
            "tests": {name: {} for name in present(fields.tests)},
        }
    )


def _call(job: CronJobFields, image: str | None, context: Context) -> Values:
    return {} if job.path is None else httpcall.values(job.path, job.headers, image, context)


def _cron_job(job: CronJobFields) -> Values:
    return tidy(
        {
            "schedule": job.schedule,
            "timeZone": job.time_zone,
            "concurrencyPolicy": job.concurrency,
            "suspend": job.suspend,
            "startingDeadlineSeconds": job.starting_deadline,
            "successfulJobsHistoryLimit": job.keep_succeeded,
            "failedJobsHistoryLimit": job.keep_failed,
            "job": jobspec.values(job.model_copy(update={"suspend": None})),
        }
    )


def _job(job: OneJobFields) -> Values:
    return tidy(
        {
            "hooks": job.hooks,
            "hookWeight": job.hook_weight,
            "hookDeletePolicy": job.hook_delete_policy,
            "job": jobspec.values(job),
        }
    )


ALSO = {"cron_jobs": forms.schema_of_named(CronJobFields, required=())}

CONCERN = Concern(
    "jobs",
    "Jobs",
    JobsFields,
    values,
    normalise,
    faults,
    also=ALSO,
    parts=(
        Parts("cron_jobs", "cronJobs", "pod", CronJobFields),
        Parts("jobs", "jobs", "pod", OneJobFields),
        Parts("tests", "tests", "pod", TestFields),
    ),
)
