"""Agents' runs: all open ones, and those that ended last."""

from typing import Any

from msgspec.structs import replace

from ...protocol.runs import Run, RunFinished, RunQueued, RunStarted, RunStatus
from ...protocol.sessions import SessionState
from .change import Changes

MAX_FINISHED_RUNS = 100
OPEN_RUNS = frozenset({RunStatus.QUEUED, RunStatus.RUNNING})


def _queued(state: SessionState, event: RunQueued) -> dict[str, Any]:
    run = Run(
        run_id=event.run_id,
        agent_id=event.agent_id,
        asked_by=event.asked_by,
        trigger=event.trigger,
        status=RunStatus.QUEUED,
        at=event.at,
        ended_at=None,
        error=None,
        steps=0,
    )
    return {"runs": {**state.runs, run.run_id: run}}


def _started(state: SessionState, event: RunStarted) -> dict[str, Any]:
    run = replace(state.runs[event.run_id], status=RunStatus.RUNNING)
    return {"runs": {**state.runs, run.run_id: run}}


def _finished(state: SessionState, event: RunFinished) -> dict[str, Any]:
    finished = replace(
        state.runs[event.run_id],
        status=event.status,
        ended_at=event.at,
        error=event.error,
        steps=event.steps,
    )
    runs = {**state.runs, event.run_id: finished}
    # the oldest endings go; the run that ended just now stays, whatever the clock says
    ended = sorted(
        (run.ended_at or 0, run.run_id)
        for run in runs.values()
        if run.status not in OPEN_RUNS and run.run_id != event.run_id
    )
    for _, run_id in ended[: max(0, len(ended) + 1 - MAX_FINISHED_RUNS)]:
        del runs[run_id]
    return {"runs": runs}


CHANGES: Changes = {RunQueued: _queued, RunStarted: _started, RunFinished: _finished}
