"""Runs that have not ended: none outlives the server that carried it out.

Where other servers write to the store nobody can tell yet whose a run is, so there none is ended.
"""

import logging

import msgspec

from ..domain.decision import SYSTEM
from ..domain.errors import Refusal
from ..domain.runs import has_open_run, interrupted
from .directory import Directory
from .doors import Doors
from .live_sessions import LiveSessions
from .tickets import ask

log = logging.getLogger(__name__)


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
                lambda t: doors.internal(SYSTEM, lambda state, now: interrupted(state, now=now), t),
            )
