"""People and agents in a session."""

from enum import Enum

from .base import Command, Durable, Ephemeral, Millis, ParticipantId, Wire


class Kind(str, Enum):
    """What a participant is; stamped by the server."""

    USER = "user"
    AGENT = "agent"


class Role(str, Enum):
    """What a participant may do, see ``domain/permissions.py``."""

    OWNER = "owner"
    EDITOR = "editor"
    COMMENTER = "commenter"
    VIEWER = "viewer"


class Membership(str, Enum):
    """Whether a participant belongs to the session."""

    MEMBER = "member"
    LEFT = "left"
    REMOVED = "removed"
    BANNED = "banned"


class Profile(Wire, frozen=True):
    """Who somebody is, as the server's identity provider or the agent registry says."""

    participant_id: ParticipantId
    kind: Kind
    name: str
    initials: str
    color: str
    avatar_url: str | None
    anonymous: bool
    capabilities: list[str]


class Participant(Wire, frozen=True):
    """A profile's place in one session."""

    profile: Profile
    role: Role
    membership: Membership
    joined_at: Millis
    joined_seq: int
    muted: bool


class AddParticipant(Command, tag="participant.add", frozen=True):
    """Bring a registered agent into the session (people are invited instead)."""

    participant_id: ParticipantId


class SetRole(Command, tag="participant.set_role", frozen=True):
    """Give a participant another role. Making somebody owner keeps the giver an owner."""

    participant_id: ParticipantId
    role: Role


class RemoveParticipant(Command, tag="participant.remove", frozen=True):
    """Take a participant out; with ``ban`` they cannot come back until unbanned."""

    participant_id: ParticipantId
    ban: bool = False


class UnbanParticipant(Command, tag="participant.unban", frozen=True):
    """Let a banned participant be invited or join again."""

    participant_id: ParticipantId


class MuteParticipant(Command, tag="participant.mute", frozen=True):
    """Stop (or let again) a participant post; a muted agent does not answer."""

    participant_id: ParticipantId
    muted: bool


class LeaveSession(Command, tag="participant.leave", frozen=True):
    """Leave for good (closing a tab is not leaving)."""


class ParticipantJoined(Durable, tag="participant.joined", frozen=True):
    """Somebody became a member."""

    profile: Profile
    role: Role


class ParticipantLeft(Durable, tag="participant.left", frozen=True):
    """``actor`` left of their own accord."""

    participant_id: ParticipantId


class ParticipantRemoved(Durable, tag="participant.removed", frozen=True):
    """``actor`` took ``participant_id`` out."""

    participant_id: ParticipantId
    banned: bool


class ParticipantUnbanned(Durable, tag="participant.unbanned", frozen=True):
    """``participant_id`` may come back."""

    participant_id: ParticipantId


class RoleChanged(Durable, tag="participant.role_changed", frozen=True):
    """``participant_id`` has another role now."""

    participant_id: ParticipantId
    role: Role


class ParticipantMuted(Durable, tag="participant.muted", frozen=True):
    """``participant_id`` may not, or may again, post."""

    participant_id: ParticipantId
    muted: bool


class PermissionsChanged(Ephemeral, tag="permissions.changed", frozen=True):
    """What this connection may do from now on; takes the place of ``welcome.permissions``."""

    permissions: list[str]
