"""Sessions are deleted here: everything sent before is answered, nothing is stored after."""

from ..domain.errors import Refusal
from ..domain.permissions import Rights
from ..protocol.participants import Profile
from ..protocol.sessions import DeleteSession
from ..storage.store import Store, StoreUnavailable
from .doors import Doors, mint
from .live_session import LiveSession
from .live_sessions import LiveSessions
from .tickets import ask
from .turn import Ticket


class Deletion:
    """Deletes in the store first, then tells."""

    def __init__(self, store: Store, live: LiveSessions, doors: Doors) -> None:
        self._store = store
        self._live = live
        self._doors = doors

    async def delete(self, session_id: str, profile: Profile, rights: Rights) -> None:
        """Delete for good (an owner). Raises ``Refusal`` or ``StoreUnavailable``."""
        session = await self._live.open(session_id)
        command = DeleteSession(ref=mint("d-"))
        # through the queue: what was sent before is stored and answered first
        await ask(session, lambda t: self._doors.command(command, profile, rights, t))
        await self.erase(session, profile.participant_id)

    async def delete_and_answer(
        self, session: LiveSession, profile: Profile, rights: Rights, ticket: Ticket
    ) -> None:
        """As ``delete``, for whoever waits with a ticket."""
        try:
            await self.delete(session.session_id, profile, rights)
        except Refusal as refusal:
            ticket.refused(refusal.code, refusal.message)
        except StoreUnavailable:
            ticket.unknown()
        else:
            ticket.stored(None, [])
        session.wake()

    async def erase(self, session: LiveSession, actor: str) -> None:
        """Delete without asking whether ``actor`` may (one that was made a moment ago)."""
        session_id = session.session_id
        session.closed = True  # whoever comes now is refused, not stored and forgotten
        try:
            await self._store.delete_session(session_id)
        except StoreUnavailable:
            session.closed = False
            raise
        self._live.deleted(session, actor)
