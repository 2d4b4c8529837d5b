"""Who is in a live session, where, doing what: in memory, told at most once per interval."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from ..domain.presence import summarise
from ..protocol.chat import TypingChanged
from ..protocol.participants import Kind, Membership
from ..protocol.presence import Activity, PresenceChanged, PresenceState, UpdatePresence
from ..protocol.sessions import SessionPulse
from .clock import Timer
from .connection import Connection

if TYPE_CHECKING:
    from .live_session import LiveSession


class PresenceRoom:
    """One participant in three tabs is one presence."""

    def __init__(self, session: "LiveSession") -> None:
        self._session = session
        self._told: dict[str, PresenceState] = {}
        self._dirty: set[str] = set()
        self._timer: Timer | None = None
        self._typing: dict[str, tuple[str | None, Timer]] = {}
        self._doing: dict[str, str] = {}
        self._pulse: bytes | None = None

    def update(self, connection: Connection, command: UpdatePresence) -> None:
        """A connection says where it is."""
        now = self._session.clock.now()
        connection.presence = replace(
            connection.presence,
            last_active=now if command.active else connection.presence.last_active,
            location=command.location,
            following=command.following,
        )
        self.touch(connection.participant_id)

    def sign_of_life(self, connection: Connection) -> None:
        """Somebody did something: they are not idle."""
        connection.presence = replace(connection.presence, last_active=self._session.clock.now())
        told = self._told.get(connection.participant_id)
        if told is None or told.activity is not Activity.ACTIVE:
            self.touch(connection.participant_id)

    def touch(self, participant_id: str) -> None:
        """Look at this participant again, soon."""
        self._dirty.add(participant_id)
        if self._timer is None:
            self._timer = self._session.clock.call_later(
                self._session.settings.presence_interval, self.flush
            )

    def flush(self) -> None:
        """Tell what changed."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        dirty, self._dirty = self._dirty, set()
        for participant_id in sorted(dirty):
            state = self._summary(participant_id)
            if state == self._told.get(participant_id):
                continue
            self._told[participant_id] = state
            self._session.tell(PresenceChanged(presence=state))

    def sweep(self) -> None:
        """Time passed: somebody may have become idle or away."""
        for participant_id in {c.participant_id for c in self._session.connections}:
            told = self._told.get(participant_id)
            if told is None or told.activity is not self._summary(participant_id).activity:
                self.touch(participant_id)

    def typing(self, participant_id: str, typing: bool, thread_id: str | None) -> None:
        """Somebody writes, or stopped."""
        before = self._typing.pop(participant_id, None)
        if before is not None:
            before[1].cancel()
        if typing:
            timer = self._session.clock.call_later(
                self._session.settings.typing_timeout,
                lambda: self.typing(participant_id, False, thread_id),
            )
            self._typing[participant_id] = (thread_id, timer)
        if typing != (before is not None) or (before is not None and before[0] != thread_id):
            self._session.tell(
                TypingChanged(participant_id=participant_id, typing=typing, thread_id=thread_id)
            )

    def doing(self, participant_id: str, note: str | None) -> None:
        """What an agent does now."""
        if note is None:
            self._doing.pop(participant_id, None)
        else:
            self._doing[participant_id] = note
        self.touch(participant_id)

    def all(self) -> list[PresenceState]:
        """Everybody who is here, agents included."""
        here = {c.participant_id for c in self._session.connections}
        agents = {
            pid
            for pid, p in self._session.state.participants.items()
            if p.profile.kind is Kind.AGENT and p.membership is Membership.MEMBER
        }
        return [self._summary(pid) for pid in sorted(here | agents)]

    def all_changes(self) -> list[PresenceChanged]:
        """``all`` as events."""
        return [PresenceChanged(presence=state) for state in self.all()]

    def online(self) -> int:
        """How many people are connected."""
        return len({c.participant_id for c in self._session.connections})

    def pulse(self) -> None:
        """Tell the whole state of affairs, if it is another one than last time."""
        state = self._session.state
        presence = [replace(one, last_active=0) for one in self.all()]
        pulse = SessionPulse(
            active_file=state.active_file, head_seq=state.last_seq, presence=presence
        )
        key = repr(pulse).encode()
        if key != self._pulse:
            self._pulse = key
            self._session.tell(replace(pulse, presence=self.all()))

    def close(self) -> None:
        """Stop all timers."""
        if self._timer is not None:
            self._timer.cancel()
        for _, timer in self._typing.values():
            timer.cancel()

    def _summary(self, participant_id: str) -> PresenceState:
        session = self._session
        member = session.state.participants.get(participant_id)
        if member is not None and member.profile.kind is Kind.AGENT:
            return PresenceState(
                participant_id=participant_id,
                activity=Activity.ACTIVE,
                connections=0,
                last_active=0,
                location=None,
                following=None,
                doing=self._doing.get(participant_id),
            )
        return summarise(
            participant_id,
            [c.presence for c in session.connections if c.participant_id == participant_id],
            session.clock.now(),
            int(session.settings.idle_after * 1000),
            int(session.settings.away_after * 1000),
        )
