"""REST: the list of sessions, and one session."""

from ..domain.errors import Refusal
from ..domain.permissions import Rights
from ..domain.visible import visible_state
from ..hub.live_session import LiveSession
from ..protocol.invites import CreateInvite
from ..protocol.participants import Profile, Role
from ..protocol.rest import CreatedSession, CreateSession, PatchSession, SessionDetails, SessionList
from ..protocol.sessions import ArchiveSession, RenameSession, ReopenSession
from ..storage.store import StoreUnavailable
from .base import allowed
from .identity import RESOURCE
from .session_handler import SessionHandler, fresh_ref


class Sessions(SessionHandler):
    """``sessions``."""

    @allowed("read", RESOURCE)
    async def get(self) -> None:
        """Mine, the default one, and the invitations that wait for me."""
        profile, _ = await self.me()
        default = await self.hub.default_session()
        self.answer(
            SessionList(
                you=profile.participant_id,
                default_session=default.session_id if default else None,
                sessions=await self.hub.sessions_of(profile),
                invitations=self.hub.invitations_of(profile),
            )
        )

    @allowed("write", RESOURCE)
    async def post(self) -> None:
        """Create a session and invite."""
        body = self.body(CreateSession)
        profile, rights = await self.me()
        session = await self.hub.create_session(
            profile,
            name=body.name,
            private=body.private,
            history=body.history,
            files=body.files,
        )
        try:
            for name in body.participants:
                await self._invite(session, name, body.role, profile, rights)
        except (Refusal, StoreUnavailable):
            await self.hub.erase_session(session, profile.participant_id)
            raise
        self.answer(
            CreatedSession(
                session_id=session.session_id,
                name=session.state.name,
                message="The session is open.",
            ),
            201,
        )

    async def _invite(
        self, session: LiveSession, name: str, role: Role, profile: Profile, rights: Rights
    ) -> None:
        participant_id = name if ":" in name else f"user:{name}"
        if participant_id != profile.participant_id:
            command = CreateInvite(ref=fresh_ref(), participant_id=participant_id, role=role)
            await self.do(session, command, profile, rights)


class Session(SessionHandler):
    """``sessions/{id}``."""

    @allowed("read", RESOURCE)
    async def get(self, session_id: str) -> None:
        """The state of a session, and who is here now."""
        session, profile, _ = await self.opened(session_id)
        state = visible_state(session.state, profile.participant_id)
        self.answer(SessionDetails(state=state, presence=session.presence.all()))

    @allowed("write", RESOURCE)
    async def patch(self, session_id: str) -> None:
        """Rename, archive, reopen."""
        body = self.body(PatchSession)
        session, profile, rights = await self.opened(session_id)
        if body.archived is False:
            await self.do(session, ReopenSession(ref=fresh_ref()), profile, rights)
        if body.name is not None:
            command = RenameSession(ref=fresh_ref(), name=body.name)
            await self.do(session, command, profile, rights)
        if body.archived is True:
            await self.do(session, ArchiveSession(ref=fresh_ref()), profile, rights)
        self.answer(visible_state(session.state, profile.participant_id))

    @allowed("write", RESOURCE)
    async def delete(self, session_id: str) -> None:
        """Delete for good."""
        session, profile, rights = await self.opened(session_id)
        await self.hub.delete_session(session.session_id, profile, rights)
        self.set_status(204)
        self.finish()
