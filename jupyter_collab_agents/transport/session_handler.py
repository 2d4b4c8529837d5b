"""Base of the REST handlers that work on one session."""

import secrets

import msgspec

from ..domain.errors import Refusal
from ..domain.permissions import Action, Rights, member, require
from ..hub.live_session import LiveSession
from ..hub.tickets import Stored
from ..protocol.errors import ErrorCode
from ..protocol.frames import AnyDurableCommand, checked
from ..protocol.participants import Profile
from .base import CollabHandler


def fresh_ref() -> str:
    """A ref for a command that came without one."""
    return "rest-" + secrets.token_hex(12)


class SessionHandler(CollabHandler):
    """Base of everything below one session."""

    async def do(
        self, session: LiveSession, command: AnyDurableCommand, profile: Profile, rights: Rights
    ) -> Stored:
        """Carry a command out. Paths and bodies of REST bring values that no decoder saw yet."""
        try:
            command = checked(command)
        except (msgspec.DecodeError, RecursionError, UnicodeError) as problem:
            raise Refusal(
                ErrorCode.INVALID, f"The request was not understood: {str(problem)[:200]}"
            ) from problem
        return await self.hub.command(session, command, profile, rights)

    async def opened(self, session_id: str) -> tuple[LiveSession, Profile, Rights]:
        """The session, if it is open to whoever asks; the same 404 for absent and forbidden."""
        profile, rights = await self.me()
        if profile.anonymous:
            await self._check_known(session_id, profile)
        session = await self.hub.admission.admit(session_id, profile)
        require(session.state, profile.participant_id, rights, Action.READ)
        return session, profile, rights

    async def _check_known(self, session_id: str, profile: Profile) -> None:
        """A caller that keeps no cookie is somebody new each time: they do not join by asking."""
        session = await self.hub.open(session_id)
        if session.state.default and member(session.state, profile.participant_id) is None:
            raise Refusal(
                ErrorCode.FORBIDDEN, "Join the session first: open its panel in JupyterLab."
            )
