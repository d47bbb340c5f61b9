"""How a job runs, whichever field it stands in."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from chartgen.concerns.concern import tidy
from chartgen.fields import Fields, Flag, Seconds, choice, integer
from chartgen.model import Values


class JobFields(Fields):
    """How a job runs."""

    restart_policy: Annotated[str, choice("Never", "OnFailure")] | None = Field(
        None, description="Whether a container that failed is started again in its pod.", examples=["OnFailure"]
    )
    retries: Annotated[int, integer(0)] | None = Field(
        None, description="How often it is tried again; 3 unless given.", examples=[0]
    )
    parallelism: Annotated[int, integer(0)] | None = Field(None, description="How many pods run at a time.")
    completions: Annotated[int, integer(1)] | None = Field(None, description="How many pods must succeed.")
    indexed: Flag | None = Field(None, description="Whether each completion has a number of its own.")
    deadline: Annotated[int, integer(1)] | None = Field(
        None, description="Seconds after which it has failed.", examples=[3600]
    )
    clean_up_after: Seconds | None = Field(
        None, description="Seconds after which it is removed once it has finished.", examples=[86400]
    )
    suspend: Flag | None = Field(None, description="Whether it waits until somebody lets it run.")


def values(job: JobFields) -> Values:
    """`job`, of those of its fields that are set."""
    return tidy(
        {
            "restartPolicy": job.restart_policy,
            "backoffLimit": job.retries,
            "parallelism": job.parallelism,
            "completions": job.completions,
            "completionMode": None if job.indexed is None else "Indexed" if job.indexed else "NonIndexed",
            "activeDeadlineSeconds": job.deadline,
            "ttlSecondsAfterFinished": job.clean_up_after,
            "suspend": job.suspend,
        }
    )
