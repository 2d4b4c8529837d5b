"""Invitations: to a known participant, or as a link."""

from typing import Annotated

from msgspec import Meta

from .base import Command, Durable, Ephemeral, InviteId, Millis, ParticipantId, SessionId, Wire
from .participants import Role


class Invite(Wire, frozen=True):
    """An open invitation. ``participant_id`` is null for a link."""

    invite_id: InviteId
    participant_id: ParticipantId | None
    role: Role
    by: ParticipantId
    at: Millis
    expires_at: Millis | None
    uses_left: int | None


class CreateInvite(Command, tag="invite.create", frozen=True):
    """Invite a known participant, or make a link (no ``participant_id``).

    ``expires_in`` is in seconds; null means never. ``uses`` null means any number.
    """

    role: Role
    participant_id: ParticipantId | None = None
    expires_in: Annotated[int, Meta(ge=60, le=366 * 86400)] | None = 7 * 86400
    uses: Annotated[int, Meta(ge=1, le=1000)] | None = None


class RevokeInvite(Command, tag="invite.revoke", frozen=True):
    """Make an invitation worthless."""

    invite_id: InviteId


class InviteCreated(Durable, tag="invite.created", frozen=True):
    """Somebody was invited, or a link was made. The link's token is not in the log."""

    invite_id: InviteId
    participant_id: ParticipantId | None
    role: Role
    expires_at: Millis | None
    uses_left: int | None


class InviteAccepted(Durable, tag="invite.accepted", frozen=True):
    """``actor`` used an invitation (their ``participant.joined`` follows)."""

    invite_id: InviteId


class InviteRevoked(Durable, tag="invite.revoked", frozen=True):
    """An invitation was taken back."""

    invite_id: InviteId


class InviteReceived(Ephemeral, tag="invite.received", frozen=True):
    """You are invited; told to all your connections, whatever session they are in."""

    session_id: SessionId
    session_name: str
    invite_id: InviteId
    role: Role
    by_name: str
