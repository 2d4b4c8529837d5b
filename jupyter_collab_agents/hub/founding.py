"""Sessions are made here: one for each id, one default session for everybody."""

import asyncio
import uuid
from collections.abc import Callable, Mapping
from hashlib import sha256

from ..domain import sessions
from ..domain.decision import SYSTEM, Decision
from ..domain.errors import Refusal
from ..domain.text import clean_name
from ..protocol.errors import ErrorCode
from ..protocol.participants import Profile
from ..protocol.sessions import HistoryAccess
from ..storage.store import Result, Store
from .clock import Clock
from .directory import Directory
from .live_session import LiveSession
from .live_sessions import LiveSessions
from .other_servers import OtherServers
from .paths import PathGuard
from .settings import Settings
from .turn import creation


class Founding:
    """Makes one session at a time."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        settings: Settings,
        directory: Directory,
        live: LiveSessions,
        others: OtherServers,
        agents: Callable[[], Mapping[str, Profile]],
        path_guard: PathGuard,
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._directory = directory
        self._live = live
        self._others = others
        self._agents = agents
        self._path_guard = path_guard
        self._creating = asyncio.Lock()

    async def create_session(
        self,
        creator: Profile,
        *,
        name: str,
        private: bool,
        history: HistoryAccess | None,
        files: list[str] | None,
        session_id: str | None,
    ) -> LiveSession:
        """Make a session; its creator owns it (an anonymous one edits it, nobody owns it)."""
        for path in files or []:
            await self._path_guard(path)
        return await self._create(
            creator=creator,
            session_id=session_id or uuid.uuid4().hex,
            name=clean_name(name, what="A session's name"),
            private=private,
            default=False,
            history=history or self._settings.default_history,
            files=files or [],
        )

    async def default_session(self) -> LiveSession | None:
        """The session everybody is in, made when first needed; null when switched off."""
        if not self._settings.default_session:
            return None
        async with self._creating:
            known = self._directory.default_ids(active=True)
            if known:
                return await self._live.open(known[0])
        return await self._create(
            creator=None,
            session_id=None,
            name=self._settings.default_session_name,
            private=False,
            default=True,
            history=self._settings.default_history,
            files=[],
        )

    async def _create(
        self,
        *,
        creator: Profile | None,
        session_id: str | None,
        name: str,
        private: bool,
        default: bool,
        history: HistoryAccess,
        files: list[str],
    ) -> LiveSession:
        async with self._creating:
            if default:
                await self._others.look()
                known = self._directory.default_ids(active=True)
                if known:
                    return await self._live.open(known[0])
                session_id = _next_default_id(self._directory.default_ids())
            else:
                self._directory.check_room()
                session_id = session_id or uuid.uuid4().hex
            now, by_id = self._clock.now(), self._agents()
            decision: Decision = sessions.create(
                session_id=session_id,
                name=name,
                creator=creator,
                private=private,
                default=default,
                history=history,
                files=files,
                agents=[by_id[a] for a in self._settings.default_agents if a in by_id],
                now=now,
            )
            author = creator.participant_id if creator else SYSTEM
            _, entry = creation(decision, author=author, ref="create")
            made = await self._store.create_session(session_id, uuid.uuid4().hex, now, entry)
            # a default session that is there already was made by another server just now
            if made.result is not Result.STORED and not default:
                raise Refusal(ErrorCode.CONFLICT, "There is a session with this id already.")
            record = await self._store.session(session_id)
            assert record is not None
            self._directory.put(record)
        return await self._live.open(session_id)


def _next_default_id(known: list[str]) -> str:
    """Servers that know the same default sessions mean the same next one."""
    return "default-" + sha256(" ".join(sorted(known)).encode()).hexdigest()[:32]
