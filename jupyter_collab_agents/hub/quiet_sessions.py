"""Sessions where nobody is: put away after a while, given back to the store; never what is open."""

import logging
from collections.abc import Callable

from ..domain.errors import Refusal
from ..domain.runs import has_open_run
from ..protocol.sessions import SessionStatus
from .clock import Clock
from .doors import Doors
from .live_session import LiveSession
from .live_sessions import LiveSessions
from .settings import Settings
from .tickets import ask

log = logging.getLogger(__name__)


class QuietSessions:
    """Looks after the sessions in memory."""

    def __init__(
        self,
        live: LiveSessions,
        clock: Clock,
        settings: Settings,
        doors: Doors,
        on_activity: Callable[[], None],
    ) -> None:
        self._live = live
        self._clock = clock
        self._settings = settings
        self._doors = doors
        self._on_activity = on_activity

    async def tend(self) -> None:
        """Archive what timed out, forget what nobody needs in memory."""
        now = self._clock.monotonic()
        for session in self._live.all():
            try:
                await self._tend(session, now)
            except Refusal as refusal:  # busy, say: this one's turn comes again
                log.info("session %s was not tended: %s", session.session_id, refusal.message)

    async def _tend(self, session: LiveSession, now: float) -> None:
        await session.save_snapshot()
        quiet = now - session.idle_since
        if has_open_run(session.state):
            self._on_activity()
            session.idle_since = now
        elif session.connections:
            session.idle_since = now
        elif (
            quiet > self._settings.session_timeout
            and session.state.status is SessionStatus.ACTIVE
            and not session.state.default
        ):
            await ask(session, self._doors.time_out)
        elif self._forgettable(session, now):
            await session.save_snapshot(force=True)
            if self._forgettable(session, now):  # nobody came meanwhile
                self._live.forget(session)

    def _forgettable(self, session: LiveSession, now: float) -> bool:
        return (
            now - max(session.idle_since, session.asked_for) > max(self._settings.unload_after, 0)
            and not session.connections
            and not session.waiting
            and (session.state.default or session.state.status is not SessionStatus.ACTIVE)
        )
