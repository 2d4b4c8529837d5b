"""The sessions in memory: at most one ``LiveSession`` for each session, loaded when needed."""

import asyncio
import logging
from collections.abc import Callable, Mapping

from ..domain.errors import Refusal
from ..protocol.base import Durable, Event
from ..protocol.chat import Message
from ..protocol.errors import CloseCode, ErrorCode
from ..protocol.sessions import SessionDeleted
from ..storage.store import Store, StoreUnavailable
from . import metrics
from .clock import Clock
from .connection import Connection
from .directory import Directory
from .live_session import LiveSession
from .loading import load_state
from .settings import Settings

log = logging.getLogger(__name__)

NO_SUCH_SESSION = "There is no such session, or it is not open to you."


class LiveSessions:
    """Loads, finds and lets go of sessions; what is here is in the directory too."""

    def __init__(
        self,
        store: Store,
        clock: Clock,
        settings: Settings,
        directory: Directory,
        wake_committer: Callable[[LiveSession], None],
        *,
        on_events: Callable[[LiveSession, list[tuple[Durable, Message | None]]], None],
        on_deleted: Callable[[str, str], None],
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._directory = directory
        self._wake_committer = wake_committer
        self._on_events = on_events
        self._on_deleted = on_deleted
        self._live: dict[str, LiveSession] = {}
        self._opening: dict[str, asyncio.Task[LiveSession]] = {}
        self._stopping = False

    # --- finding --------------------------------------------------------------------------

    @property
    def by_id(self) -> Mapping[str, LiveSession]:
        """Those in memory now."""
        return self._live

    def all(self) -> list[LiveSession]:
        """Those in memory now; the list stays as it is while sessions come and go."""
        return list(self._live.values())

    def connections(self) -> list[Connection]:
        """All open ones."""
        return [c for session in self._live.values() for c in session.connections]

    def online(self, session_id: str) -> int:
        """How many are present in a session."""
        live = self._live.get(session_id)
        return live.presence.online() if live else 0

    def tell_person(self, participant_id: str, event: Event, *, but: str | None = None) -> None:
        """Tell somebody on all their connections, except those in session ``but``."""
        for session in self._live.values():
            if session.session_id != but:
                session.tell_one(participant_id, event)

    async def pulse(self) -> None:
        """Tell who became idle, and how things stand where that is news."""
        for session in self.all():
            session.presence.sweep()
            session.presence.pulse()

    # --- loading --------------------------------------------------------------------------

    async def open(self, session_id: str) -> LiveSession:
        """The live session, loaded if need be. Raises ``Refusal`` NOT_FOUND."""
        session = self._live.get(session_id)
        if session is not None:
            session.asked_for = self._clock.monotonic()
            return session
        task = self._opening.get(session_id)
        if task is None:
            task = asyncio.create_task(self._load(session_id))
            self._opening[session_id] = task
            task.add_done_callback(lambda _: self._opening.pop(session_id, None))
        return await asyncio.shield(task)

    async def _load(self, session_id: str) -> LiveSession:
        record = await self._store.session(session_id)
        if record is None or self._stopping:
            raise Refusal(ErrorCode.NOT_FOUND, NO_SUCH_SESSION)
        state = await load_state(self._store, session_id)
        if state is None:
            raise Refusal(ErrorCode.NOT_FOUND, NO_SUCH_SESSION)
        session = LiveSession(
            store=self._store,
            clock=self._clock,
            settings=self._settings,
            state=state,
            epoch=record.epoch,
            wake_committer=self._wake_committer,
            on_events=self._on_events,
        )
        self._directory.put_if_unknown(record)
        self._live[session_id] = session
        metrics.SESSIONS.set(len(self._live))
        return session

    # --- letting go -----------------------------------------------------------------------

    def forget(self, session: LiveSession) -> None:
        """Out of memory; the store has it still."""
        self._live.pop(session.session_id, None)
        session.presence.close()
        metrics.SESSIONS.set(len(self._live))

    def deleted(self, session: LiveSession, actor: str) -> None:
        """The store has it no more: tell everybody in it, and send them away."""
        session.closed = True
        session.tell(SessionDeleted(actor=actor))
        session.wake()
        for connection in list(session.connections):
            connection.drop(CloseCode.GONE, "this session was deleted")
        self.forget(session)
        self._directory.remove(session.session_id)
        self._on_deleted(session.session_id, actor)

    def take_no_more(self) -> None:
        """The hub stops: load nothing, take no command; what waits is still answered."""
        self._stopping = True
        for connection in self.connections():
            connection.poisoned = True

    async def close(self) -> None:
        """Send everybody away and keep each state for the next start."""
        for session in self.all():
            for connection in list(session.connections):
                connection.drop(CloseCode.RESTART, "the server stops")
                connection.gone()
            session.presence.close()
            try:
                await session.save_snapshot(force=True)
            except StoreUnavailable as problem:
                log.warning("no snapshot of session %s: %s", session.session_id, problem)
