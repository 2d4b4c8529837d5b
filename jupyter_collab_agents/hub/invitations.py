"""Invitations answered: a link is worth only what this server's secret signed."""

import hmac
from hashlib import sha256

from ..domain.errors import Refusal
from ..protocol.errors import ErrorCode
from ..protocol.participants import Profile
from ..storage.store import Store
from .doors import Doors
from .live_session import LiveSession
from .live_sessions import LiveSessions
from .tickets import ask


class Invitations:
    """Tokens of links; accepting and declining."""

    def __init__(self, store: Store, live: LiveSessions, doors: Doors) -> None:
        self._store = store
        self._live = live
        self._doors = doors
        self._secret = b""

    async def load(self) -> None:
        """Read the secret; without it no token is genuine."""
        self._secret = await self._store.secret()

    def token(self, session_id: str, invite_id: str) -> str:
        """The secret part of an invitation link; only whoever may invite gets to see it."""
        mac = hmac.new(self._secret, f"{session_id}/{invite_id}".encode(), sha256)
        return f"{session_id}.{invite_id}.{mac.hexdigest()[:32]}"

    def read_token(self, token: str) -> tuple[str, str]:
        """(session id, invite id) of a genuine token. Raises ``Refusal`` NOT_FOUND."""
        session_id, _, rest = token.partition(".")
        invite_id, _, _ = rest.partition(".")
        if not hmac.compare_digest(token.encode(), self.token(session_id, invite_id).encode()):
            raise Refusal(ErrorCode.NOT_FOUND, "This invitation is not valid. Ask for a new one.")
        return session_id, invite_id

    async def accept(
        self, profile: Profile, session_id: str, invite_id: str, *, by_link: bool
    ) -> LiveSession:
        """Become a member through an invitation; ``by_link``: its token was shown."""
        session = await self._live.open(session_id)
        await ask(
            session, lambda t: self._doors.accept_invite(profile, invite_id, t, by_link=by_link)
        )
        return session

    async def decline(self, profile: Profile, session_id: str, invite_id: str) -> None:
        """Say no."""
        session = await self._live.open(session_id)
        await ask(session, lambda t: self._doors.decline_invite(profile, invite_id, t))
