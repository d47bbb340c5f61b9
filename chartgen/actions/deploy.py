"""`chartgen deploy`: from the spec to the clusters."""

from __future__ import annotations

import contextlib
import pathlib
from collections.abc import Iterator

from chartgen.actions.deploying.plan import DeployPlan, plan
from chartgen.actions.deploying.prepare import Asked, prepare
from chartgen.cluster.api import connect


@contextlib.contextmanager
def planned(directory: pathlib.Path, asked: Asked) -> Iterator[DeployPlan]:
    """What a deploy will do; while the block runs its clusters can be reached, for `carry_out`.

    Raises:
        InputError, ToolError: as `prepare` and `plan`.
    """
    ready = prepare(directory, asked)
    with contextlib.ExitStack() as stack:
        contexts = dict.fromkeys(target.context for target in ready.live.targets)
        apis = {context: stack.enter_context(connect(context)) for context in contexts}
        yield plan(directory, ready, apis, asked)
