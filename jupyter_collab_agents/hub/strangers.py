"""Anonymous people who do not come back: after a while they have left the default session.

Where all share one token every new browser is somebody new, and nobody else would ever take
them out. Whoever comes back joins again. (With other servers on the store nobody here knows who
is connected there, so the hub leaves this out.)
"""

import logging

from ..domain import membership
from ..domain.decision import SYSTEM, Decision
from ..domain.errors import Refusal
from ..protocol.sessions import SessionState, SessionStatus
from .clock import Clock
from .doors import Doors
from .live_session import LiveSession
from .live_sessions import LiveSessions
from .settings import Settings
from .tickets import ask

log = logging.getLogger(__name__)


class Strangers:
    """Takes out who was not connected for ``session_timeout``, as far as this server has seen."""

    def __init__(self, live: LiveSessions, clock: Clock, settings: Settings, doors: Doors) -> None:
        self._live = live
        self._clock = clock
        self._settings = settings
        self._doors = doors
        self._away: dict[str, dict[str, float]] = {}
        """Since when, by default session and participant."""

    async def tend(self) -> None:
        """Look once."""
        for session in self._live.all():
            if session.state.default and session.state.status is SessionStatus.ACTIVE:
                try:
                    await self._tend(session, self._clock.monotonic())
                except Refusal as refusal:
                    log.info("nobody was taken out: %s", refusal.message)

    async def _tend(self, session: LiveSession, now: float) -> None:
        known = self._away.get(session.session_id, {})
        away = {one: known.get(one, now) for one in _absent(session)}
        self._away[session.session_id] = away
        if not any(self._long(since, now) for since in away.values()):
            return

        def decided(state: SessionState, at: int) -> Decision:
            # some may have come while this waited for its turn
            gone = [one for one in _absent(session) if self._long(away.get(one, now), now)]
            return membership.leave_all(state, gone, now=at)

        await ask(session, lambda t: self._doors.internal(SYSTEM, decided, t))

    def _long(self, since: float, now: float) -> bool:
        return now - since > self._settings.session_timeout


def _absent(session: LiveSession) -> list[str]:
    here = {connection.participant_id for connection in session.connections}
    return [one for one in membership.anonymous(session.state) if one not in here]
