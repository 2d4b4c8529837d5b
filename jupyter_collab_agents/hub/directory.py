"""The directory: a line for every session of the store, so that listing opens none."""

import logging
from collections.abc import Callable

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ..domain.errors import Refusal
from ..protocol.base import Durable
from ..protocol.chat import MessagePosted
from ..protocol.errors import ErrorCode
from ..protocol.participants import Profile
from ..protocol.rest import PendingInvite
from ..protocol.sessions import SessionState, SessionStatus, SessionSummary
from ..storage.store import SessionRecord, Store
from .index import SessionIndex, decode_index, index_of

log = logging.getLogger(__name__)


class Line(Struct, frozen=True):
    """What is known of one session, in memory or not."""

    record: SessionRecord
    index: SessionIndex


def line_of(record: SessionRecord) -> Line:
    """As the store has it."""
    return Line(record, decode_index(record.index))


class Directory:
    """All sessions. ``max_open``: how many of them may be open (not archived) at a time."""

    def __init__(self, store: Store, max_open: int) -> None:
        self._store = store
        self._max_open = max_open
        self._lines: dict[str, Line] = {}

    async def load(self) -> None:
        """Read what the store has."""
        for record in await self._store.sessions():
            try:
                self._lines[record.session_id] = line_of(record)
            except msgspec.DecodeError:
                # this session stays closed, with all its data; the others open
                log.exception("the index of session %s cannot be read", record.session_id)

    def __contains__(self, session_id: str) -> bool:
        return session_id in self._lines

    # --- reading --------------------------------------------------------------------------

    def session_ids(self) -> list[str]:
        """All of them."""
        return list(self._lines)

    def active_ids(self) -> list[str]:
        """Those that are not archived."""
        return [
            session_id
            for session_id, line in self._lines.items()
            if line.index.status is SessionStatus.ACTIVE
        ]

    def default_ids(self, *, active: bool = False) -> list[str]:
        """The sessions that everybody is in, or was in; ``active``: only those not archived."""
        return [
            session_id
            for session_id, line in self._lines.items()
            if line.index.default and (not active or line.index.status is SessionStatus.ACTIVE)
        ]

    def last_seq(self, session_id: str) -> int | None:
        """Of the session's last event known here; null for an unknown session."""
        line = self._lines.get(session_id)
        return None if line is None else line.record.last_seq

    def check_room(self) -> None:
        """Raise ``Refusal`` TOO_MANY_SESSIONS when no further session may be open."""
        if self.open_count() >= self._max_open:
            raise Refusal(
                ErrorCode.TOO_MANY_SESSIONS,
                f"{self._max_open} sessions are open already, the most "
                "this server allows. Archive one that is not needed.",
            )

    def open_count(self) -> int:
        """How many sessions are not archived."""
        return sum(line.index.status is SessionStatus.ACTIVE for line in self._lines.values())

    async def sessions_of(
        self, profile: Profile, online: Callable[[str], int]
    ) -> list[SessionSummary]:
        """The sessions this person is in, and the default one; newest activity first.

        ``online``: how many are present in a session.
        """
        me = profile.participant_id
        reads = await self._store.reads(me)
        found: list[SessionSummary] = []
        for session_id, line in self._lines.items():
            record, index = line.record, line.index
            role = index.members.get(me)
            if role is None and not (index.default and me not in index.banned):
                continue
            found.append(
                SessionSummary(
                    session_id=session_id,
                    name=index.name,
                    status=index.status,
                    private=index.private,
                    default=index.default,
                    role=None if role is None else role.value,
                    participants=len(index.members),
                    online=online(session_id),
                    created_at=record.created_at,
                    last_seq=record.last_seq,
                    read_seq=reads.get(session_id, 0),
                    last_at=record.last_at,
                )
            )
        return sorted(found, key=lambda one: -one.last_at)

    def invitations_of(
        self, profile: Profile, now: int, name_of: Callable[[str], str]
    ) -> list[PendingInvite]:
        """Personal invitations that wait for an answer."""
        return [
            PendingInvite(
                session_id=session_id,
                session_name=line.index.name,
                by_name=name_of(invite.by),
                invite=invite,
            )
            for session_id, line in self._lines.items()
            if line.index.status is SessionStatus.ACTIVE
            for invite in line.index.invites.values()
            if invite.participant_id == profile.participant_id
            and (invite.expires_at is None or invite.expires_at > now)
        ]

    # --- writing --------------------------------------------------------------------------

    def put(self, record: SessionRecord) -> None:
        """Enter a session, or what the store now has of it."""
        self._lines[record.session_id] = line_of(record)

    def put_if_unknown(self, record: SessionRecord) -> None:
        """Enter a session that is not there; what was told of one that is, is newer."""
        if record.session_id not in self._lines:
            self.put(record)

    def told(self, state: SessionState, events: list[Durable]) -> None:
        """These events (at least one) brought a session, which has to be here, to this state."""
        line, last = self._lines[state.session_id], events[-1]
        index = line.index
        if any(not isinstance(event, MessagePosted) for event in events):
            index = index_of(state)
        record = replace(line.record, last_seq=last.seq, last_at=last.at)
        self._lines[state.session_id] = Line(record, index)

    def remove(self, session_id: str) -> None:
        """It was deleted."""
        self._lines.pop(session_id, None)
