"""Who comes in sees one state: the snapshot or all that was missed, and from there the log."""

from collections.abc import Callable

from msgspec import Struct

from ..domain import permissions
from ..domain.errors import Refusal
from ..domain.membership import Entrance
from ..domain.permissions import Rights
from ..domain.visible import visible_since, visible_state
from ..protocol.base import PROTOCOL_VERSION
from ..protocol.chat import Message
from ..protocol.errors import ErrorCode
from ..protocol.frames import Limits, Welcome, encode
from ..protocol.participants import Membership, Profile, Role
from ..protocol.runs import AgentSummary
from ..protocol.sessions import SessionStatus
from ..storage.store import Store
from . import metrics
from .clock import Clock
from .connection import Connection, Socket, told_permissions
from .doors import Doors
from .live_session import LiveSession
from .live_sessions import NO_SUCH_SESSION, LiveSessions
from .records import stored_message
from .settings import Settings
from .tickets import ask


class Resume(Struct, frozen=True):
    """How far a client has the log: its last event's seq, and ``at``, when that happened.

    A log that was restored from a backup grows anew from there on, under the same numbers. The
    time tells whether the client's last event is the one that has its number now.
    """

    after: int
    epoch: str
    at: int | None = None


class Admission:
    """Lets people into sessions and their sockets out again."""

    def __init__(
        self,
        *,
        store: Store,
        clock: Clock,
        settings: Settings,
        live: LiveSessions,
        doors: Doors,
        version: str,
        agent_summaries: Callable[[], list[AgentSummary]],
    ) -> None:
        self._store = store
        self._clock = clock
        self._settings = settings
        self._live = live
        self._doors = doors
        self._version = version
        self._agent_summaries = agent_summaries

    async def admit(self, session_id: str, profile: Profile) -> LiveSession:
        """Open a session for somebody: a member, or anybody where it is the default one.

        Raises ``Refusal``: the same NOT_FOUND for an absent and a closed session.
        """
        session = await self._enter(session_id, profile)
        me = profile.participant_id
        if session.state.default and me in self._settings.admins:
            await ask(session, lambda t: self._doors.promote(me, t))
        return session

    async def _enter(self, session_id: str, profile: Profile) -> LiveSession:
        session = await self._live.open(session_id)
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
        admin = me in self._settings.admins
        role = Role.OWNER if admin else self._settings.default_role
        entrance = Entrance.OWNER if admin else Entrance.DEFAULT
        await ask(session, lambda t: self._doors.join(profile, role, entrance, t))
        return session

    async def connect(
        self,
        session: LiveSession,
        socket: Socket,
        profile: Profile,
        rights: Rights,
        resume: Resume | None,
    ) -> Connection:
        """Give a socket its place and its welcome. Raises ``Refusal``."""
        me = profile.participant_id
        read_seq = (await self._store.reads(me)).get(session.session_id, 0)
        since = visible_since(session.state, me)
        record = await self._store.session(session.session_id)
        if record is None:
            raise Refusal(ErrorCode.NOT_FOUND, NO_SUCH_SESSION)
        missed: list[bytes] | None = None
        if resume is not None and resume.epoch == session.epoch:
            missed = await self._missed(session, resume, record.min_seq - 1, since)
        history: list[Message] = []
        has_earlier = False
        while missed is None:
            head = session.state.last_seq
            stored = await self._store.messages(
                session.session_id, None, self._settings.page_size + 1, since=since
            )
            if session.state.last_seq == head:
                has_earlier = len(stored) > self._settings.page_size
                history = [stored_message(s) for s in stored[-self._settings.page_size :]]
                break
        # from here to start() nothing awaits: the snapshot, the cursor and the head agree
        self._check_entrance(session, me, since)
        connection = Connection(session, socket, profile, rights, self._clock.now())
        session.connections.append(connection)
        metrics.CONNECTIONS.inc()
        state = session.state
        welcome = Welcome(
            protocol=PROTOCOL_VERSION,
            server_version=self._version,
            you=me,
            permissions=told_permissions(connection.permissions),
            epoch=session.epoch,
            head_seq=state.last_seq,
            recovered=missed is not None,
            snapshot=None if missed is not None else visible_state(state, me),
            history=history,
            has_earlier=has_earlier,
            read_seq=read_seq,
            presence=session.presence.all(),
            agents=self._agent_summaries(),
            limits=_limits(self._settings),
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

    async def _missed(
        self, session: LiveSession, resume: Resume, pruned: int, since: int
    ) -> list[bytes] | None:
        """What happened since; null when that cannot be told without a hole."""
        after = max(resume.after, 0)
        if not max(pruned, since) <= after <= session.state.last_seq:
            return None
        if session.state.last_seq - after > self._settings.snapshot_every:
            return None
        if after > 0 and resume.at is not None:
            known = await self._store.events(session.session_id, after - 1, 1)
            if [(event.seq, event.at) for event in known] != [(after, resume.at)]:
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

    def _check_entrance(self, session: LiveSession, me: str, since: int) -> None:
        """Whether everything is as it was when the joining began."""
        if session.closed or permissions.member(session.state, me) is None:
            raise Refusal(ErrorCode.NOT_FOUND, NO_SUCH_SESSION)
        mine = [c for c in session.connections if c.participant_id == me]
        here = {c.participant_id for c in session.connections}
        if (
            session.state.default
            and me not in here
            and len(here) >= self._settings.max_session_participants
        ):
            raise Refusal(
                ErrorCode.SESSION_FULL,
                f"{len(here)} people are in this session now, as many as it can have. "
                "Try again later, or make a session of your own.",
            )
        if len(mine) >= self._settings.max_connections_per_participant:
            raise Refusal(
                ErrorCode.BUSY, "You have this session open in too many tabs. Close some of them."
            )
        if visible_since(session.state, me) > since:
            raise Refusal(ErrorCode.BUSY, "The session changed while you came in. Try again.")

    def disconnect(self, connection: Connection) -> None:
        """The socket is closed."""
        session = connection.session
        connection.gone()
        if connection in session.connections:
            session.connections.remove(connection)
            metrics.CONNECTIONS.dec()
            session.idle_since = self._clock.monotonic()
            session.presence.touch(connection.participant_id)


def _limits(settings: Settings) -> Limits:
    """What clients are told."""
    return Limits(
        max_frame=settings.max_frame,
        max_message=settings.max_message,
        ping_interval=settings.ping_interval,
        ping_timeout=settings.ping_timeout,
        presence_interval=settings.presence_interval,
    )
