"""REST: invitations, participants, and who can be invited."""

from ..domain.errors import Refusal
from ..domain.permissions import RANK, Action, require
from ..hub.live_session import LiveSession
from ..protocol.errors import ErrorCode
from ..protocol.invites import CreateInvite, InviteCreated, RevokeInvite
from ..protocol.participants import RemoveParticipant
from ..protocol.rest import AcceptInvite, InviteBody, InviteLink, Joined, KnownPerson
from .base import CollabHandler, allowed
from .identity import RESOURCE
from .session_handler import SessionHandler, fresh_ref


class Participant(SessionHandler):
    """``sessions/{id}/participants/{pid}``."""

    @allowed("write", RESOURCE)
    async def delete(self, session_id: str, participant_id: str) -> None:
        """Remove, or with ``?ban=1`` ban."""
        session, profile, rights = await self.opened(session_id)
        ban = self.get_query_argument("ban", "") in ("1", "true")
        command = RemoveParticipant(ref=fresh_ref(), participant_id=participant_id, ban=ban)
        await self.do(session, command, profile, rights)
        self.set_status(204)
        self.finish()


class Invites(SessionHandler):
    """``sessions/{id}/invites``."""

    @allowed("read", RESOURCE)
    async def get(self, session_id: str) -> None:
        """Open invitations with their links, for whoever may invite."""
        session, profile, rights = await self.opened(session_id)
        require(session.state, profile.participant_id, rights, Action.INVITE)
        mine = RANK[session.state.participants[profile.participant_id].role]
        links = [
            self._link(session, invite_id)
            for invite_id, invite in session.state.invites.items()
            if RANK[invite.role] <= mine  # a link is worth its role to whoever holds it
        ]
        self.answer(links)

    @allowed("write", RESOURCE)
    async def post(self, session_id: str) -> None:
        """Invite a known participant, or make a link."""
        body = self.body(InviteBody)
        session, profile, rights = await self.opened(session_id)
        command = CreateInvite(
            ref=fresh_ref(),
            role=body.role,
            participant_id=body.participant_id,
            expires_in=body.expires_in,
            uses=body.uses,
        )
        stored = await self.do(session, command, profile, rights)
        created = next((e for e in stored.events if isinstance(e, InviteCreated)), None)
        if created is None:
            raise Refusal(ErrorCode.CONFLICT, "This invitation is open already.")
        self.answer(self._link(session, created.invite_id), 201)

    def _link(self, session: LiveSession, invite_id: str) -> InviteLink:
        invite = session.state.invites[invite_id]
        named = invite.participant_id is not None
        token = None if named else self.hub.invite_token(session.session_id, invite_id)
        return InviteLink(invite=invite, token=token)


class Invite(SessionHandler):
    """``sessions/{id}/invites/{invite_id}``."""

    @allowed("write", RESOURCE)
    async def delete(self, session_id: str, invite_id: str) -> None:
        """Revoke."""
        session, profile, rights = await self.opened(session_id)
        command = RevokeInvite(ref=fresh_ref(), invite_id=invite_id)
        await self.do(session, command, profile, rights)
        self.set_status(204)
        self.finish()


class AcceptInvites(CollabHandler):
    """``invites/accept``. The token comes in the body: addresses end up in logs."""

    @allowed("write", RESOURCE)
    async def post(self) -> None:
        """Say yes to a link or a personal invitation, or no to a personal one."""
        body = self.body(AcceptInvite)
        profile, _ = await self.me()
        if body.token is not None:
            session_id, invite_id = self.hub.read_invite_token(body.token)
        elif body.session_id is not None and body.invite_id is not None:
            session_id, invite_id = body.session_id, body.invite_id
        else:
            raise Refusal(ErrorCode.INVALID, "Give a token, or session_id and invite_id.")
        if body.accept:
            session = await self.hub.accept_invite(
                profile, session_id, invite_id, by_link=body.token is not None
            )
            self.answer(Joined(session_id=session_id, name=session.state.name))
        else:
            await self.hub.decline_invite(profile, session_id, invite_id)
            self.set_status(204)
            self.finish()


class People(CollabHandler):
    """``people``."""

    @allowed("read", RESOURCE)
    async def get(self) -> None:
        """Who can be invited by name: everybody this server has seen."""
        await self.me()
        self.answer(
            [
                KnownPerson(
                    participant_id=p.participant_id,
                    name=p.name,
                    color=p.color,
                    initials=p.initials,
                )
                for p in self.hub.people()
            ]
        )
