"""Runs that have not ended. None outlives the server that carried it out."""

import logging

import msgspec

from ..domain import membership
from ..domain.errors import Refusal
from ..domain.runs import interrupted
from ..protocol.runs import RunStatus
from ..protocol.sessions import SessionState
from .directory import Directory
from .doors import Doors
from .live_sessions import LiveSessions
from .tickets import ask

log = logging.getLogger(__name__)


def has_open_run(state: SessionState) -> bool:
    """Whether any run waits or is under way."""
    return any(run.status in (RunStatus.QUEUED, RunStatus.RUNNING) for run in state.runs.values())


async def end_interrupted_runs(directory: Directory, live: LiveSessions, doors: Doors) -> None:
    """At the start: record the end of what a stopped server left open."""
    for session_id in directory.active_ids():
        try:
            session = await live.open(session_id)
        except (Refusal, msgspec.DecodeError):
            log.exception("session %s cannot be opened; the others can", session_id)
            continue
        if has_open_run(session.state):
            await ask(
                session,
                lambda t: doors.internal(
                    membership.SYSTEM, lambda state, now: interrupted(state, now=now), t
                ),
            )
