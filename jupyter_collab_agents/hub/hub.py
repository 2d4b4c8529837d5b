"""The hub: finds and opens sessions, lets people in, tells them what concerns them.

Everything that changes a session goes through its turn (``live_session.py``); the hub holds
what is between sessions: the list, the people, the sweeping.
"""

import asyncio
import hmac
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from functools import partial
from hashlib import sha256
from typing import Any

import msgspec
from msgspec.structs import replace

from ..domain import membership, permissions
from ..domain.decisions import Decision
from ..domain.errors import Refusal
from ..domain.membership import Entrance
from ..domain.permissions import Rights, permitted
from ..domain.runs import interrupted
from ..domain.state import apply
from ..domain.text import clean_name
from ..protocol.base import PROTOCOL_VERSION, Durable, Event
from ..protocol.chat import MentionReceived, Message, MessagePosted, PostMessage
from ..protocol.errors import CloseCode, ErrorCode
from ..protocol.frames import AnyDurableCommand, Limits, Welcome, encode
from ..protocol.invites import InviteCreated, InviteReceived
from ..protocol.participants import (
    Kind,
    Membership,
    ParticipantLeft,
    ParticipantRemoved,
    Profile,
    Role,
)
from ..protocol.rest import PendingInvite
from ..protocol.runs import AgentSummary, RunFinished, RunQueued, RunStatus, StartRun
from ..protocol.sessions import (
    DeleteSession,
    HistoryAccess,
    SessionDeleted,
    SessionState,
    SessionStatus,
    SessionSummary,
    SetActiveFile,
    SetFiles,
)
from ..storage.store import Result, SessionRecord, Store, StoreUnavailable
from . import metrics
from .clock import Clock, SystemClock
from .committer import Committer
from .connection import Connection, Socket
from .doors import Doors, mint
from .index import SessionIndex, decode_index, index_of
from .live_session import PAGE, LiveSession, stored_event, stored_message
from .settings import Settings
from .tickets import FutureTicket, Stored
from .turn import Request, Ticket, creation
from .visible import visible_state

log = logging.getLogger(__name__)

PathGuard = Callable[[str], Awaitable[None]]
Listener = Callable[[LiveSession, Durable, Message | None], None]

_state_decoder = msgspec.json.Decoder(SessionState)
_profile_decoder = msgspec.json.Decoder(Profile)
NO_SUCH_SESSION = "There is no such session, or it is not open to you."


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
        self.version = version
        self.agents: dict[str, Profile] = {}
        self.agent_summaries: list[AgentSummary] = []
        self.problem: str | None = None
        """Why the store does not answer; null while it does."""
        self.on_activity: Callable[[], None] = lambda: None
        """Told of people's messages and, while they last, of agents' runs."""
        self.on_run_requested: Callable[[LiveSession, str, StartRun, str], None] | None = None
        self.path_guard: PathGuard = _no_guard
        self.may_start_runs: dict[str, bool] = {}
        """By participant: the Authorizer's ``execute``, when last asked."""
        self.may_read_documents: dict[str, bool] = {}
        """By participant: what Jupyter's Authorizer said of reading contents, when last asked."""
        self._listeners: list[Listener] = []
        self._live: dict[str, LiveSession] = {}
        self._opening: dict[str, asyncio.Task[LiveSession]] = {}
        self._index: dict[str, tuple[SessionRecord, SessionIndex]] = {}
        self._creating = asyncio.Lock()
        self._people: dict[str, Profile] = {}
        self._requested_runs: dict[str, None] = {}
        self._secret = b""
        self._committer = Committer(store, max_batch=settings.max_batch, on_health=self._health)
        self._tasks: set[asyncio.Task[None]] = set()
        self._sweeper: asyncio.Task[None] | None = None
        self._stopping = False
        self.doors = Doors(
            clock=self.clock,
            settings=settings,
            agents=lambda: self.agents,
            check_room=self.check_room,
            timer=timer or time.perf_counter,
        )

    # --- life -----------------------------------------------------------------------------

    async def start(self) -> None:
        """Read what must be known before anybody comes."""
        self._secret = await self.store.secret()
        for participant_id, raw in (await self.store.profiles()).items():
            self._people[participant_id] = _profile_decoder.decode(raw)
        for record in await self.store.sessions():
            self._index[record.session_id] = (record, decode_index(record.index))
        self._committer.start()
        await self._end_interrupted_runs()
        self._sweeper = asyncio.create_task(self._sweep_forever(), name="collab-agents sweeper")

    async def stop(self) -> None:
        """Send everybody away in order, finish what waits, let go of the store."""
        self._stopping = True
        for connection in self.connections:
            connection.poisoned = True  # nothing new; what waits is still answered
        if self._sweeper is not None:
            self._sweeper.cancel()
            await asyncio.gather(self._sweeper, return_exceptions=True)
        await self._committer.stop()
        for session in list(self._live.values()):
            for connection in list(session.connections):
                connection.drop(CloseCode.RESTART, "the server stops")
                connection.gone()
            session.presence.close()
            try:
                await session.save_snapshot(force=True)
            except StoreUnavailable as problem:
                log.warning("no snapshot of session %s: %s", session.session_id, problem)
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self.store.close()

    async def drain(self) -> None:
        """Wait until no command waits for its turn."""
        await self._committer.drain()

    def listen(self, listener: Listener) -> None:
        """Be told every durable event after it was told to the connections."""
        self._listeners.append(listener)

    def spawn(self, work: Coroutine[Any, Any, None], name: str) -> None:
        """Run something beside; a failure is logged, never swallowed."""

        async def guarded() -> None:
            try:
                await work
            except (Refusal, StoreUnavailable) as problem:
                log.warning("%s: %s", name, problem)
            except Exception:
                log.exception("%s failed", name)

        task = asyncio.create_task(guarded(), name=name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- sessions -------------------------------------------------------------------------

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
        for path in files or []:
            await self.path_guard(path)
        return await self._create(
            creator=creator,
            session_id=session_id or uuid.uuid4().hex,
            name=clean_name(name, what="A session's name"),
            private=private,
            default=False,
            history=history or self.settings.default_history,
            files=files or [],
        )

    async def default_session(self) -> LiveSession | None:
        """The session everybody is in, made when first needed; null when switched off."""
        if not self.settings.default_session:
            return None
        async with self._creating:
            known = self._default_ids(active=True)
            if known:
                return await self.open(known[0])
        return await self._create(
            creator=None,
            session_id=None,
            name=self.settings.default_session_name,
            private=False,
            default=True,
            history=self.settings.default_history,
            files=[],
        )

    async def open(self, session_id: str) -> LiveSession:
        """The live session, loaded if need be. Raises ``Refusal`` NOT_FOUND."""
        session = self._live.get(session_id)
        if session is not None:
            session.asked_for = self.clock.monotonic()
            return session
        task = self._opening.get(session_id)
        if task is None:
            task = asyncio.create_task(self._load(session_id))
            self._opening[session_id] = task
            task.add_done_callback(lambda _: self._opening.pop(session_id, None))
        return await asyncio.shield(task)

    async def delete_session(self, session_id: str, profile: Profile, rights: Rights) -> None:
        """Delete for good (an owner)."""
        session = await self.open(session_id)
        command = DeleteSession(ref=mint("d-"))
        # through the queue: what was sent before is stored and answered first
        await self.ask(session, lambda t: self.doors.command(command, profile, rights, t))
        await self.erase_session(session, profile.participant_id)

    async def erase_session(self, session: LiveSession, actor: str) -> None:
        """Delete without asking whether ``actor`` may (one that was made a moment ago)."""
        session_id = session.session_id
        session.closed = True  # whoever comes now is refused, not stored and forgotten
        try:
            await self.store.delete_session(session_id)
        except StoreUnavailable:
            session.closed = False
            raise
        self._deleted(session, actor)

    async def sessions_of(self, profile: Profile) -> list[SessionSummary]:
        """The sessions this person is in, and the default one; newest activity first."""
        me = profile.participant_id
        reads = await self.store.reads(me)
        found: list[SessionSummary] = []
        for session_id, (record, index) in self._index.items():
            role = index.members.get(me)
            if role is None and not (index.default and me not in index.banned):
                continue
            live = self._live.get(session_id)
            found.append(
                SessionSummary(
                    session_id=session_id,
                    name=index.name,
                    status=index.status,
                    private=index.private,
                    default=index.default,
                    role=None if role is None else role.value,
                    participants=len(index.members),
                    online=live.presence.online() if live else 0,
                    created_at=record.created_at,
                    last_seq=record.last_seq,
                    read_seq=reads.get(session_id, 0),
                    last_at=record.last_at,
                )
            )
        return sorted(found, key=lambda one: -one.last_at)

    def invitations_of(self, profile: Profile) -> list[PendingInvite]:
        """Personal invitations that wait for an answer."""
        now = self.clock.now()
        return [
            PendingInvite(
                session_id=session_id,
                session_name=index.name,
                by_name=self.name_of(invite.by),
                invite=invite,
            )
            for session_id, (_, index) in self._index.items()
            if index.status is SessionStatus.ACTIVE
            for invite in index.invites.values()
            if invite.participant_id == profile.participant_id
            and (invite.expires_at is None or invite.expires_at > now)
        ]

    # --- people ---------------------------------------------------------------------------

    async def meet(self, profile: Profile) -> None:
        """Remember who somebody is, so that they can be invited by name."""
        if self._people.get(profile.participant_id) != profile:
            await self.store.save_profile(profile.participant_id, encode(profile))
            self._people[profile.participant_id] = profile

    def people(self) -> list[Profile]:
        """Everybody this server has seen, by name; no anonymous ones."""
        known = [p for p in self._people.values() if not p.anonymous and p.kind is Kind.USER]
        return sorted(known, key=lambda p: p.name.casefold())

    def name_of(self, participant_id: str) -> str:
        """A name for people to read."""
        profile = self._people.get(participant_id) or self.agents.get(participant_id)
        return profile.name if profile else participant_id.partition(":")[2] or participant_id

    # --- invitations ----------------------------------------------------------------------

    def invite_token(self, session_id: str, invite_id: str) -> str:
        """The secret part of an invitation link; only whoever may invite gets to see it."""
        mac = hmac.new(self._secret, f"{session_id}/{invite_id}".encode(), sha256)
        return f"{session_id}.{invite_id}.{mac.hexdigest()[:32]}"

    def read_invite_token(self, token: str) -> tuple[str, str]:
        """(session id, invite id) of a genuine token. Raises ``Refusal`` NOT_FOUND."""
        session_id, _, rest = token.partition(".")
        invite_id, _, _ = rest.partition(".")
        if not hmac.compare_digest(
            token.encode(), self.invite_token(session_id, invite_id).encode()
        ):
            raise Refusal(ErrorCode.NOT_FOUND, "This invitation is not valid. Ask for a new one.")
        return session_id, invite_id

    async def accept_invite(
        self, profile: Profile, session_id: str, invite_id: str, *, by_link: bool = False
    ) -> LiveSession:
        """Become a member through an invitation."""
        session = await self.open(session_id)
        await self.ask(session, lambda t: self.doors.accept_invite(profile, invite_id, t, by_link=by_link))
        return session

    async def decline_invite(self, profile: Profile, session_id: str, invite_id: str) -> None:
        """Say no."""
        session = await self.open(session_id)
        await self.ask(session, lambda t: self.doors.decline_invite(profile, invite_id, t))

    # --- commands -------------------------------------------------------------------------

    async def ask(self, session: LiveSession, request: Callable[[FutureTicket], Request]) -> Stored:
        """Submit and await the answer. Raises ``Refusal`` or ``StoreUnavailable``."""
        ticket = FutureTicket()
        session.submit(request(ticket))
        return await ticket.answer

    async def command(
        self,
        session: LiveSession,
        command: AnyDurableCommand,
        profile: Profile,
        rights: Rights,
    ) -> Stored:
        """A wire command from somewhere else than a socket."""
        await self.check_paths(command)
        ticket = FutureTicket()
        self.submit(session, command, profile, rights, ticket)
        return await ticket.answer

    def submit(
        self,
        session: LiveSession,
        command: AnyDurableCommand,
        profile: Profile,
        rights: Rights,
        ticket: Ticket,
    ) -> None:
        """Queue a wire command whose paths were checked."""
        if isinstance(command, DeleteSession):
            self.spawn(self._delete(session, profile, rights, ticket), "deleting a session")
            return
        if isinstance(command, StartRun):
            ticket = _RunTicket(
                ticket, partial(self._run_queued, session, command, profile.participant_id)
            )
        session.submit(self.doors.command(command, profile, rights, ticket))

    async def _delete(
        self, session: LiveSession, profile: Profile, rights: Rights, ticket: Ticket
    ) -> None:
        try:
            await self.delete_session(session.session_id, profile, rights)
        except Refusal as refusal:
            ticket.refused(refusal.code, refusal.message)
        except StoreUnavailable:
            ticket.unknown()
        else:
            ticket.stored(None, [])
        session.wake()

    def _run_queued(
        self,
        session: LiveSession,
        command: StartRun,
        by: str,
        seq: int | None,
        events: list[Durable],
    ) -> None:
        if seq is not None and not events:
            self.spawn(self._run_recorded(session, command, by, seq), "an agent's run")
        for event in events:
            if isinstance(event, RunQueued):
                self._request_run(session, event.run_id, command, by)

    async def _run_recorded(
        self, session: LiveSession, command: StartRun, by: str, seq: int
    ) -> None:
        """A resend: the run is in the log, but it may never have been asked to begin."""
        for stored in await self.store.events(session.session_id, seq - 1, 1):
            event = stored_event(stored)
            run = session.state.runs.get(getattr(event, "run_id", ""))
            if run is not None and run.status is RunStatus.QUEUED:
                self._request_run(session, run.run_id, command, by)

    def _request_run(self, session: LiveSession, run_id: str, command: StartRun, by: str) -> None:
        if self.on_run_requested is not None and run_id not in self._requested_runs:
            self._requested_runs[run_id] = None
            if len(self._requested_runs) > 1000:
                self._requested_runs.pop(next(iter(self._requested_runs)))
            self.on_run_requested(session, run_id, command, by)

    async def check_paths(self, command: AnyDurableCommand) -> None:
        """Refuse paths that lead out of the folder that this server shows."""
        for path in paths_of(command):
            await self.path_guard(path)

    # --- connections ----------------------------------------------------------------------

    async def admit(self, session_id: str, profile: Profile) -> LiveSession:
        """Open a session for somebody: a member, or anybody where it is the default one.

        Raises ``Refusal``: the same NOT_FOUND for an absent and a closed session.
        """
        session = await self.open(session_id)
        me = profile.participant_id
        member = session.state.participants.get(me)
        inside = member is not None and member.membership is Membership.MEMBER
        if (
            member is not None
            and inside
            and (member.profile == profile or session.state.status is not SessionStatus.ACTIVE)
        ):
            return session
        if member is not None and member.membership is Membership.BANNED:
            raise Refusal(ErrorCode.BANNED, "You were banned from this session by an owner.")
        if not inside and not session.state.default:
            raise Refusal(ErrorCode.NOT_FOUND, NO_SUCH_SESSION)
        admin = me in self.settings.admins
        role = Role.OWNER if admin else self.settings.default_role
        entrance = Entrance.OWNER if admin else Entrance.DEFAULT
        await self.ask(session, lambda t: self.doors.join(profile, role, entrance, t))
        return session

    async def connect(
        self,
        session: LiveSession,
        socket: Socket,
        profile: Profile,
        rights: Rights,
        *,
        after: int | None,
        epoch: str | None,
    ) -> Connection:
        """Give a socket its place and its welcome."""
        me = profile.participant_id
        read_seq = (await self.store.reads(me)).get(session.session_id, 0)
        since = membership.visible_since(session.state, me)
        record = await self.store.session(session.session_id)
        if record is None:
            raise Refusal(ErrorCode.NOT_FOUND, NO_SUCH_SESSION)
        missed: list[bytes] | None = None
        if epoch == session.epoch and after is not None:
            missed = await self._missed(session, max(after, 0), record.min_seq - 1, since)
        history: list[Message] = []
        has_earlier = False
        while missed is None:
            head = session.state.last_seq
            stored = await self.store.messages(
                session.session_id, None, self.settings.page_size + 1, since=since
            )
            if session.state.last_seq == head:
                has_earlier = len(stored) > self.settings.page_size
                history = [stored_message(s) for s in stored[-self.settings.page_size :]]
                break
        # from here to start() nothing awaits: the snapshot, the cursor and the head agree
        self._check_entrance(session, me, since)
        connection = Connection(session, socket, profile, rights, self.clock.now())
        session.connections.append(connection)
        metrics.CONNECTIONS.inc()
        state = session.state
        welcome = Welcome(
            protocol=PROTOCOL_VERSION,
            server_version=self.version,
            you=me,
            permissions=sorted(a.value for a in permitted(state, me, rights)),
            epoch=session.epoch,
            head_seq=state.last_seq,
            recovered=missed is not None,
            snapshot=None if missed is not None else visible_state(state, me),
            history=history,
            has_earlier=has_earlier,
            read_seq=read_seq,
            presence=session.presence.all(),
            agents=self.agent_summaries,
            limits=self.limits,
        )
        parts = [encode(welcome), *(missed or [])]
        parts += [
            encode(delta)
            for stream in session.streams.values()
            if (delta := stream.so_far()) is not None
        ]
        connection.start(parts, state.last_seq)
        session.presence.touch(me)
        return connection

    def _check_entrance(self, session: LiveSession, me: str, since: int) -> None:
        """Whether everything is as it was when the joining began."""
        if session.closed or permissions.member(session.state, me) is None:
            raise Refusal(ErrorCode.NOT_FOUND, NO_SUCH_SESSION)
        mine = [c for c in session.connections if c.participant_id == me]
        if len(mine) >= self.settings.max_connections_per_participant:
            raise Refusal(
                ErrorCode.BUSY, "You have this session open in too many tabs. Close some of them."
            )
        if membership.visible_since(session.state, me) > since:
            raise Refusal(ErrorCode.BUSY, "The session changed while you came in. Try again.")

    def disconnect(self, connection: Connection) -> None:
        """The socket is closed."""
        session = connection.session
        connection.gone()
        if connection in session.connections:
            session.connections.remove(connection)
            metrics.CONNECTIONS.dec()
            session.idle_since = self.clock.monotonic()
            session.presence.touch(connection.participant_id)

    @property
    def limits(self) -> Limits:
        """What clients are told."""
        s = self.settings
        return Limits(
            max_frame=s.max_frame,
            max_message=s.max_message,
            ping_interval=s.ping_interval,
            ping_timeout=s.ping_timeout,
            presence_interval=s.presence_interval,
        )

    def tell_person(self, participant_id: str, event: Event, *, but: str | None = None) -> None:
        """Tell somebody on all their connections, except those in session ``but``."""
        for session in self._live.values():
            if session.session_id != but:
                session.tell_one(participant_id, event)

    @property
    def connections(self) -> list[Connection]:
        """All open ones."""
        return [c for session in self._live.values() for c in session.connections]

    @property
    def live_sessions(self) -> Mapping[str, LiveSession]:
        """Sessions in memory."""
        return self._live

    # --- inside ---------------------------------------------------------------------------

    def _health(self, problem: str | None) -> None:
        self.problem = problem

    async def _missed(
        self, session: LiveSession, after: int, pruned: int, since: int
    ) -> list[bytes] | None:
        """What happened after ``after``; null when that cannot be told without a hole."""
        if not max(pruned, since) <= after <= session.state.last_seq:
            return None
        if session.state.last_seq - after > self.settings.snapshot_every:
            return None
        parts: list[bytes] = []
        position = after
        while position < session.state.last_seq:
            page = await session.encoded_events(position, session.state.last_seq, since)
            if not page or page[0][0] != position + 1:
                return None
            parts += [encoded for _, encoded in page]
            position = page[-1][0]
        return parts

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
                await self._look_at_store()
                known = self._default_ids(active=True)
                if known:
                    return await self.open(known[0])
                session_id = _next_default_id(self._default_ids())
            else:
                self.check_room()
                session_id = session_id or uuid.uuid4().hex
            now = self.clock.now()
            agents = [self.agents[a] for a in self.settings.default_agents if a in self.agents]
            decision: Decision = membership.create(
                session_id=session_id,
                name=name,
                creator=creator,
                private=private,
                default=default,
                history=history,
                files=files,
                agents=agents,
                now=now,
            )
            author = creator.participant_id if creator else membership.SYSTEM
            _, entry = creation(decision, author=author, ref="create")
            made = await self.store.create_session(session_id, uuid.uuid4().hex, now, entry)
            # a default session that is there already was made by another server just now
            if made.result is not Result.STORED and not default:
                raise Refusal(ErrorCode.CONFLICT, "There is a session with this id already.")
            record = await self.store.session(session_id)
            assert record is not None
            self._index[session_id] = (record, decode_index(record.index))
        return await self.open(session_id)

    def _default_ids(self, *, active: bool = False) -> list[str]:
        return [
            session_id
            for session_id, (_, index) in self._index.items()
            if index.default and (not active or index.status is SessionStatus.ACTIVE)
        ]

    def check_room(self) -> None:
        """Raise ``Refusal`` TOO_MANY_SESSIONS when no further session may be open."""
        if self.open_count() >= self.settings.max_concurrent_sessions:
            raise Refusal(
                ErrorCode.TOO_MANY_SESSIONS,
                f"{self.settings.max_concurrent_sessions} sessions are open already, the most "
                "this server allows. Archive one that is not needed.",
            )

    def open_count(self) -> int:
        """How many sessions are not archived."""
        return sum(index.status is SessionStatus.ACTIVE for _, index in self._index.values())

    async def _load(self, session_id: str) -> LiveSession:
        record = await self.store.session(session_id)
        if record is None or self._stopping:
            raise Refusal(ErrorCode.NOT_FOUND, NO_SUCH_SESSION)
        snapshot = await self.store.snapshot(session_id)
        state: SessionState | None = None
        if snapshot is not None:
            state = _state_decoder.decode(snapshot.state)
        position = state.last_seq if state else 0
        while True:
            page = await self.store.events(session_id, position, PAGE)
            for one in page:
                state = apply(state, stored_event(one))
            if len(page) < PAGE:
                break
            position = page[-1].seq
        if state is None:
            raise Refusal(ErrorCode.NOT_FOUND, NO_SUCH_SESSION)
        session = LiveSession(
            store=self.store,
            clock=self.clock,
            settings=self.settings,
            state=state,
            epoch=record.epoch,
            wake_committer=self._committer.wake,
            on_events=self._told,
        )
        self._index.setdefault(session_id, (record, decode_index(record.index)))
        self._live[session_id] = session
        metrics.SESSIONS.set(len(self._live))
        return session

    def _deleted(self, session: LiveSession, actor: str) -> None:
        session.closed = True
        session.tell(SessionDeleted(actor=actor))
        session.wake()
        for connection in list(session.connections):
            connection.drop(CloseCode.GONE, "this session was deleted")
        self._forget(session)
        self._index.pop(session.session_id, None)

    def _forget(self, session: LiveSession) -> None:
        self._live.pop(session.session_id, None)
        session.presence.close()
        metrics.SESSIONS.set(len(self._live))

    def _told(self, session: LiveSession, told: list[tuple[Durable, Message | None]]) -> None:
        if not told or session.session_id not in self._index:
            return
        record, index = self._index[session.session_id]
        last = told[-1][0]
        record = replace(record, last_seq=last.seq, last_at=last.at)
        if any(not isinstance(event, MessagePosted) for event, _ in told):
            index = index_of(session.state)
        self._index[session.session_id] = (record, index)
        for event, message in told:
            self._consequences(session, event, message)
            for listener in self._listeners:
                try:
                    listener(session, event, message)
                except Exception:
                    # it is stored and told; whoever posted has no part in this
                    log.exception("a listener failed on event %s", event.seq)

    def _consequences(self, session: LiveSession, event: Durable, message: Message | None) -> None:
        if isinstance(event, MessagePosted):
            if not event.actor.startswith("agent:"):
                self.on_activity()
            if message is not None:
                for mentioned in message.mentions:
                    self.tell_person(
                        mentioned,
                        MentionReceived(
                            session_id=session.session_id,
                            session_name=session.state.name,
                            message_id=message.message_id,
                            author_name=self.name_of(message.author),
                        ),
                        but=session.session_id,
                    )
        elif isinstance(event, InviteCreated) and event.participant_id is not None:
            self.tell_person(
                event.participant_id,
                InviteReceived(
                    session_id=session.session_id,
                    session_name=session.state.name,
                    invite_id=event.invite_id,
                    role=event.role,
                    by_name=self.name_of(event.actor),
                ),
            )
        elif isinstance(event, RunFinished):
            metrics.RUNS.labels(event.status.value).inc()
        elif isinstance(event, ParticipantRemoved | ParticipantLeft):
            # told first, closed after: they see why
            session.wake()
            for connection in list(session.connections):
                if connection.participant_id == event.participant_id:
                    connection.drop(CloseCode.REMOVED, "you are no longer in this session")

    async def _end_interrupted_runs(self) -> None:
        for session_id, (_, index) in list(self._index.items()):
            if index.status is not SessionStatus.ACTIVE:
                continue
            session = await self.open(session_id)
            open_runs = [
                run
                for run in session.state.runs.values()
                if run.status in (RunStatus.QUEUED, RunStatus.RUNNING)
            ]
            if open_runs:
                await self.ask(
                    session,
                    lambda t: self.doors.internal(
                        membership.SYSTEM, lambda state, now: interrupted(state, now=now), t
                    ),
                )

    async def _sweep_forever(self) -> None:
        while True:
            await asyncio.sleep(self.settings.broadcast_interval)
            try:
                await self.sweep()
            except StoreUnavailable as problem:
                self._health(str(problem))
            except Exception:
                log.exception("a sweep failed; the next one tries again")

    async def sweep(self) -> None:
        """Time passed: idle people, quiet sessions, things to forget, news of other servers."""
        for session in list(self._live.values()):
            session.presence.sweep()
            session.presence.pulse()
        if self.problem is not None:
            await self.store.check()
            self._health(None)
        await self._look_at_store()
        now = self.clock.monotonic()
        for session in list(self._live.values()):
            await self._tend(session, now)
        await self._retire()

    async def _tend(self, session: LiveSession, now: float) -> None:
        await session.save_snapshot()
        quiet = now - session.idle_since
        if self._has_open_run(session):
            self.on_activity()
            session.idle_since = now
        elif session.connections:
            session.idle_since = now
        elif (
            quiet > self.settings.session_timeout
            and session.state.status is SessionStatus.ACTIVE
            and not session.state.default
        ):
            await self.ask(session, self.doors.time_out)
        elif self._forgettable(session, now):
            await session.save_snapshot(force=True)
            if self._forgettable(session, now):  # nobody came meanwhile
                self._forget(session)

    def _forgettable(self, session: LiveSession, now: float) -> bool:
        return (
            now - max(session.idle_since, session.asked_for) > max(self.settings.unload_after, 0)
            and not session.connections
            and not session.waiting
            and (session.state.default or session.state.status is not SessionStatus.ACTIVE)
        )

    async def _look_at_store(self) -> None:
        """What other servers on the same store did: sessions made, written to, deleted."""
        known = set(self._index)
        records = {record.session_id: record for record in await self.store.sessions()}
        for session_id in known - records.keys():
            self._index.pop(session_id, None)
            if session_id in self._live:
                self._deleted(self._live[session_id], membership.SYSTEM)
        for session_id, listed in records.items():
            live, mine = self._live.get(session_id), self._index.get(session_id)
            if live is not None:
                if listed.last_seq > live.state.last_seq:
                    live.behind = True
                    self._committer.wake(live)
            elif mine is None or mine[0].last_seq < listed.last_seq:
                # read again: it may have been deleted here since the list was made
                record = await self.store.session(session_id)
                if record is not None and session_id not in self._live:
                    self._index[session_id] = (record, decode_index(record.index))

    async def _retire(self) -> None:
        hours = self.settings.message_retention_hours
        if hours > 0:
            before = self.clock.now() - int(hours * 3_600_000)
            for session_id in list(self._index):
                session = self._live.get(session_id)
                if session is not None:
                    await session.save_snapshot(force=True)
                await self.store.prune(session_id, before)

    @staticmethod
    def _has_open_run(session: LiveSession) -> bool:
        return any(
            run.status in (RunStatus.QUEUED, RunStatus.RUNNING)
            for run in session.state.runs.values()
        )


class _RunTicket:
    """Passes the answer on, and lets the run begin once it is recorded."""

    def __init__(self, ticket: Ticket, queued: Callable[[int | None, list[Durable]], None]) -> None:
        self._ticket = ticket
        self._queued = queued
        self.refused = ticket.refused
        self.unknown = ticket.unknown

    def stored(self, seq: int | None, events: list[Durable]) -> None:
        self._ticket.stored(seq, events)
        self._queued(seq, events)


def _next_default_id(known: list[str]) -> str:
    """Servers that know the same default sessions mean the same next one."""
    return "default-" + sha256(" ".join(sorted(known)).encode()).hexdigest()[:32]


async def _no_guard(path: str) -> None:
    """Where documents are not on this machine."""


def paths_of(command: AnyDurableCommand) -> list[str]:
    """Every path that a command names."""
    match command:
        case PostMessage():
            anchored = [command.anchor.path] if command.anchor else []
            return anchored + [attachment.path for attachment in command.attachments]
        case SetFiles():
            return list(command.files)
        case SetActiveFile():
            return [command.path] if command.path else []
        case _:
            return []
