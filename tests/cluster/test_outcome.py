"""What became of a release: what Helm had stored before and has afterwards, and what it said."""

from __future__ import annotations

import pytest

from chartgen.cluster.outcome import outcome
from chartgen.cluster.steps import Step
from tests.cluster.releases import stored
from tests.outputs.plans import release

ONE = stored(revision=1)
TWO = stored(revision=2, said="Upgrade complete")
FAILED = stored(revision=2, status="failed", said='Upgrade "web" failed: timed out')
BACK = stored(revision=3, said="Rollback to 1")


@pytest.mark.parametrize(
    ("before", "after", "error", "expected"),
    [
        (None, ONE, "", "deployed"),
        (ONE, TWO, "", "deployed"),
        (FAILED, stored(revision=3, said="Upgrade complete"), "", "deployed"),
        (ONE, BACK, "has been rolled back", "rolled back"),
        (ONE, BACK, "", "rolled back"),
        (ONE, FAILED, "timed out", "failed"),
        (ONE, FAILED, "", "failed"),
        (ONE, TWO, "hook postsync failed", "failed"),
        (ONE, ONE, "cannot patch", "failed"),
        (ONE, ONE, "", "not reached"),
        (FAILED, FAILED, "", "not reached"),
        (None, None, "", "not reached"),
        (None, None, "has been uninstalled", "removed"),
        (ONE, None, "", "removed"),
        (None, stored(status="pending-install"), "", "stuck"),
        (ONE, stored(revision=2, status="pending-upgrade"), "killed", "stuck"),
        (ONE, stored(revision=3, status="pending-rollback"), "", "stuck"),
    ],
)
def test_what_became_of_it(before, after, error, expected):
    found = outcome(Step(release("web"), "upgrade", (), before), after, error)
    assert (found.became, found.stored) == (expected, after)


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, None, "removed"),
        (ONE, None, "removed"),
        (ONE, ONE, "failed"),
        (FAILED, FAILED, "failed"),
        (None, ONE, "deployed"),
        (ONE, TWO, "deployed"),
        (ONE, FAILED, "failed"),
        (ONE, BACK, "rolled back"),
        (ONE, stored(revision=2, status="pending-upgrade"), "stuck"),
    ],
)
def test_what_helm_began_with_was_reached_whatever_helmfile_says(before, after, expected):
    found = outcome(Step(release("web"), "upgrade", (), before), after, begun=True)
    assert (found.became, found.stored) == (expected, after)


def test_what_helm_stored_before_explains_no_failure():
    assert outcome(Step(release("web"), "upgrade", (), FAILED), FAILED, begun=True).error == ""


def test_what_helm_stored_explains_a_failure_of_which_helmfile_said_nothing():
    found = outcome(Step(release("web"), "upgrade", (), ONE), FAILED, "")
    assert found.error == 'Upgrade "web" failed: timed out'


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (ONE, BACK, 1),
        # What was there last had failed.
        (FAILED, stored(revision=4, said="Rollback to 1"), 1),
        (ONE, TWO, None),
        (BACK, BACK, None),
    ],
)
def test_which_revision_runs_again(before, after, expected):
    assert outcome(Step(release("web"), "upgrade", (), before), after).back_to == expected


@pytest.mark.parametrize(("after", "kept"), [(TWO, ()), (BACK, ("web-1: ImagePullBackOff",))])
def test_what_was_wrong_with_pods_is_of_interest_where_it_failed(after, kept):
    found = outcome(Step(release("web"), "upgrade", (), ONE), after, "", ("web-1: ImagePullBackOff",))
    assert found.reasons == kept
