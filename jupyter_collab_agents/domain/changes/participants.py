"""Who is in the session, and as what."""

from typing import Any

from msgspec.structs import replace

from ...protocol.participants import (
    Membership,
    Participant,
    ParticipantJoined,
    ParticipantLeft,
    ParticipantMuted,
    ParticipantRemoved,
    ParticipantUnbanned,
    RoleChanged,
)
from ...protocol.sessions import SessionState
from .change import Changes


def _joined(state: SessionState, event: ParticipantJoined) -> dict[str, Any]:
    participant_id = event.profile.participant_id
    before = state.participants.get(participant_id)
    if before is not None and before.membership is Membership.MEMBER:
        # a member whose profile is another one now: they joined when they joined
        participant = replace(before, profile=event.profile, role=event.role)
    else:
        participant = Participant(
            profile=event.profile,
            role=event.role,
            membership=Membership.MEMBER,
            joined_at=event.at,
            joined_seq=event.seq,
            # leaving and coming back is no way out of a mute
            muted=before is not None and before.muted,
        )
    return {"participants": {**state.participants, participant_id: participant}}


def _changed(state: SessionState, participant_id: str, **changes: Any) -> dict[str, Any]:
    participant = replace(state.participants[participant_id], **changes)
    return {"participants": {**state.participants, participant_id: participant}}


def _left(state: SessionState, event: ParticipantLeft) -> dict[str, Any]:
    return _changed(state, event.participant_id, membership=Membership.LEFT)


def _removed(state: SessionState, event: ParticipantRemoved) -> dict[str, Any]:
    membership = Membership.BANNED if event.banned else Membership.REMOVED
    return _changed(state, event.participant_id, membership=membership)


def _unbanned(state: SessionState, event: ParticipantUnbanned) -> dict[str, Any]:
    # like somebody who left: may be invited, and may come in where the door is open
    return _changed(state, event.participant_id, membership=Membership.LEFT)


def _role(state: SessionState, event: RoleChanged) -> dict[str, Any]:
    return _changed(state, event.participant_id, role=event.role)


def _muted(state: SessionState, event: ParticipantMuted) -> dict[str, Any]:
    return _changed(state, event.participant_id, muted=event.muted)


CHANGES: Changes = {
    ParticipantJoined: _joined,
    ParticipantLeft: _left,
    ParticipantRemoved: _removed,
    ParticipantUnbanned: _unbanned,
    RoleChanged: _role,
    ParticipantMuted: _muted,
}
