"""The hub of one server: composes its parts, starts and stops them, and is their front door.

Everything that changes a session goes through its turn (``live_session.py``); what is between
sessions is in the parts, a module each. Here nothing is decided.
"""

import time
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from typing import Any

from ..domain.permissions import Rights
from ..protocol.base import Durable, Event
from ..protocol.chat import Message
from ..protocol.frames import AnyDurableCommand
from ..protocol.participants import Profile
from ..protocol.rest import PendingInvite
from ..protocol.runs import AgentSummary
from ..protocol.sessions import HistoryAccess, SessionSummary
from ..storage.store import Store
from .accounts import Accounts
from .admission import Admission
from .background import Background
from .clock import Clock, SystemClock
from .commands import Commands
from .committer import Committer
from .connection import Connection
from .consequences import Consequences, Listener
from .deletion import Deletion
from .directory import Directory
from .document_door import DocumentDoor
from .doors import Doors
from .founding import Founding
from .health import Health
from .invitations import Invitations
from .live_session import LiveSession
from .live_sessions import LiveSessions
from .open_runs import end_interrupted_runs
from .other_servers import OtherServers
from .paths import PathGuard, no_guard
from .people import People
from .quiet_sessions import QuietSessions
from .rates import Rates
from .retention import Retention
from .run_requests import RunRequests, RunStarter
from .settings import Settings
from .strangers import Strangers
from .sweeper import Sweeper
from .tickets import Stored
from .turn import Ticket


class Hub:
    """One server's hub over one store."""

    def __init__(
        self,
        store: Store,
        settings: Settings,
        *,
        clock: Clock | None = None,
        version: str = "",
        timer: Callable[[], float] | None = None,
    ) -> None:
        self.store = store
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.agents: dict[str, Profile] = {}
        self.agent_summaries: list[AgentSummary] = []
        self.health = Health(store)
        self.on_activity: Callable[[], None] = lambda: None
        """Told of people's messages and, while they last, of agents' runs."""
        self.on_run_requested: RunStarter | None = None
        self.on_session_deleted: Callable[[str, str], None] | None = None
        """Told the session's id and who deleted it, when all is gone."""
        self.path_guard: PathGuard = no_guard
        self.accounts = Accounts()
        self.rates = Rates(settings, self.clock)
        self.documents: DocumentDoor | None = None
        """Null where nobody keeps documents."""
        self._background = Background()
        self._people = People(store, lambda: self.agents)
        self._directory = Directory(store, settings.max_concurrent_sessions)
        self._committer = Committer(store, max_batch=settings.max_batch, on_health=self.health.say)
        self._live = LiveSessions(
            store,
            self.clock,
            settings,
            self._directory,
            self._committer.wake,
            on_events=self._told,
            on_deleted=self._deleted,
        )
        self._consequences = Consequences(
            self._directory, self._people.name_of, self._live.tell_person, self._activity
        )
        self._others = OtherServers(store, self._directory, self._live, self._committer)
        self.doors = Doors(
            clock=self.clock,
            settings=settings,
            agents=lambda: self.agents,
            check_room=self._directory.check_room,
            timer=timer or time.perf_counter,
        )
        self._founding = Founding(
            store=store,
            clock=self.clock,
            settings=settings,
            directory=self._directory,
            live=self._live,
            others=self._others,
            agents=lambda: self.agents,
            path_guard=self._guard,
        )
        self._deletion = Deletion(store, self._live, self.doors)
        self._invitations = Invitations(store, self._live, self.doors)
        runs = RunRequests(store, self.spawn, lambda: self.on_run_requested)
        self._commands = Commands(self.doors, self._deletion, runs, self._guard, self.spawn)
        self.admission = Admission(
            store=store,
            clock=self.clock,
            settings=settings,
            live=self._live,
            doors=self.doors,
            version=version,
            agent_summaries=lambda: self.agent_summaries,
        )
        quiet = QuietSessions(self._live, self.clock, settings, self.doors, self._activity)
        strangers = Strangers(self._live, self.clock, settings, self.doors)
        retention = Retention(
            settings.message_retention_hours, store, self.clock, self._directory, self._live
        )
        self._sweeper = Sweeper(
            settings.broadcast_interval,
            [
                self._live.pulse,
                self.health.look,
                self._others.look,
                *([] if store.shared else [strangers.tend]),
                quiet.tend,
                retention.tend,
            ],
            self.health,
        )

    def _activity(self) -> None:
        self.on_activity()

    async def _guard(self, path: str) -> None:
        await self.path_guard(path)

    def _told(self, session: LiveSession, told: list[tuple[Durable, Message | None]]) -> None:
        self._consequences.of(session, told)

    def _deleted(self, session_id: str, actor: str) -> None:
        if self.on_session_deleted is not None:
            self.on_session_deleted(session_id, actor)

    # --- life -----------------------------------------------------------------------------

    async def start(self) -> None:
        """Read what must be known before anybody comes."""
        await self._invitations.load()
        await self._people.load()
        await self._directory.load()
        self._committer.start()
        if not self.store.shared:
            await end_interrupted_runs(self._directory, self._live, self.doors)
        self._sweeper.start()

    async def stop(self) -> None:
        """Send everybody away in order, finish what waits, let go of the store."""
        self._live.take_no_more()
        await self._sweeper.stop()
        await self._committer.stop()
        await self._live.close()
        await self._background.stop()
        await self.store.close()

    async def drain(self) -> None:
        """Wait until no command waits for its turn."""
        await self._committer.drain()

    async def sweep(self) -> None:
        """What the sweeper does each time."""
        await self._sweeper.sweep()

    def each_sweep(self, work: Callable[[], Awaitable[None]]) -> None:
        """Do something whenever the sweeper has done its own work."""
        self._sweeper.add(work)

    def listen(self, listener: Listener) -> None:
        """Be told every durable event after it was told to the connections."""
        self._consequences.listen(listener)

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run something beside; a failure is logged, never swallowed."""
        self._background.spawn(work, name)

    # --- sessions -------------------------------------------------------------------------

    @property
    def live_sessions(self) -> Mapping[str, LiveSession]:
        """Sessions in memory."""
        return self._live.by_id

    async def open(self, session_id: str) -> LiveSession:
        """The live session, loaded if need be. Raises ``Refusal`` NOT_FOUND."""
        return await self._live.open(session_id)

    async def create_session(
        self,
        creator: Profile,
        *,
        name: str,
        private: bool = False,
        history: HistoryAccess | None = None,
        files: list[str] | None = None,
        session_id: str | None = None,
    ) -> LiveSession:
        """Make a session; its creator owns it (an anonymous one edits it, nobody owns it)."""
        return await self._founding.create_session(
            creator, name=name, private=private, history=history, files=files, session_id=session_id
        )

    async def default_session(self) -> LiveSession | None:
        """The session everybody is in, made when first needed; null when switched off."""
        return await self._founding.default_session()

    async def delete_session(self, session_id: str, profile: Profile, rights: Rights) -> None:
        """Delete for good (an owner)."""
        await self._deletion.delete(session_id, profile, rights)

    async def erase_session(self, session: LiveSession, actor: str) -> None:
        """Delete without asking whether ``actor`` may (one that was made a moment ago)."""
        await self._deletion.erase(session, actor)

    async def sessions_of(self, profile: Profile) -> list[SessionSummary]:
        """The sessions this person is in, and the default one; newest activity first."""
        return await self._directory.sessions_of(profile, self._live.online)

    # --- people and invitations -----------------------------------------------------------

    async def meet(self, profile: Profile) -> None:
        """Remember who somebody is, so that they can be invited by name."""
        await self._people.meet(profile)

    def people(self) -> list[Profile]:
        """Everybody this server has seen, by name; no anonymous ones."""
        return self._people.everybody()

    def tell_person(self, participant_id: str, event: Event) -> None:
        """Tell somebody something ephemeral on all their connections."""
        self._live.tell_person(participant_id, event)

    def connections(self) -> list[Connection]:
        """All that are open now."""
        return self._live.connections()

    def name_of(self, participant_id: str) -> str:
        """A name for people to read."""
        return self._people.name_of(participant_id)

    def invitations_of(self, profile: Profile) -> list[PendingInvite]:
        """Personal invitations that wait for an answer."""
        return self._directory.invitations_of(profile, self.clock.now(), self.name_of)

    def invite_token(self, session_id: str, invite_id: str) -> str:
        """The secret part of an invitation link; only whoever may invite gets to see it."""
        return self._invitations.token(session_id, invite_id)

    def read_invite_token(self, token: str) -> tuple[str, str]:
        """(session id, invite id) of a genuine token. Raises ``Refusal`` NOT_FOUND."""
        return self._invitations.read_token(token)

    async def accept_invite(
        self, profile: Profile, session_id: str, invite_id: str, *, by_link: bool = False
    ) -> LiveSession:
        """Become a member through an invitation; ``by_link``: its token was shown."""
        return await self._invitations.accept(profile, session_id, invite_id, by_link=by_link)

    async def decline_invite(self, profile: Profile, session_id: str, invite_id: str) -> None:
        """Say no."""
        await self._invitations.decline(profile, session_id, invite_id)

    # --- commands -------------------------------------------------------------------------

    async def command(
        self, session: LiveSession, command: AnyDurableCommand, profile: Profile, rights: Rights
    ) -> Stored:
        """A wire command from somewhere else than a socket."""
        return await self._commands.command(session, command, profile, rights)

    def submit(
        self,
        session: LiveSession,
        command: AnyDurableCommand,
        profile: Profile,
        rights: Rights,
        ticket: Ticket,
    ) -> None:
        """Queue a wire command whose paths were checked."""
        self._commands.submit(session, command, profile, rights, ticket)

    async def check_paths(self, command: AnyDurableCommand) -> None:
        """Refuse paths that lead out of the folder that this server shows."""
        await self._commands.check_paths(command)
