"""Open invitations."""

from typing import Any

from msgspec.structs import replace

from ...protocol.invites import Invite, InviteAccepted, InviteCreated, InviteRevoked
from ...protocol.sessions import SessionState
from .change import Changes


def _created(state: SessionState, event: InviteCreated) -> dict[str, Any]:
    invite = Invite(
        invite_id=event.invite_id,
        participant_id=event.participant_id,
        role=event.role,
        by=event.actor,
        at=event.at,
        expires_at=event.expires_at,
        uses_left=event.uses_left,
    )
    return {"invites": {**state.invites, invite.invite_id: invite}}


def _used(state: SessionState, event: InviteAccepted) -> dict[str, Any]:
    invites = dict(state.invites)
    invite = invites.pop(event.invite_id, None)
    if invite is not None and invite.participant_id is None:
        if invite.uses_left is None:
            invites[event.invite_id] = invite
        elif invite.uses_left > 1:
            invites[event.invite_id] = replace(invite, uses_left=invite.uses_left - 1)
    return {"invites": invites}


def _revoked(state: SessionState, event: InviteRevoked) -> dict[str, Any]:
    return {"invites": {key: i for key, i in state.invites.items() if key != event.invite_id}}


CHANGES: Changes = {InviteCreated: _created, InviteAccepted: _used, InviteRevoked: _revoked}
