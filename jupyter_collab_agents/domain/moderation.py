"""What owners (and for agents, editors) do to other participants."""

from ..protocol.base import Durable
from ..protocol.errors import ErrorCode
from ..protocol.participants import (
    Kind,
    Membership,
    MuteParticipant,
    Participant,
    ParticipantMuted,
    ParticipantRemoved,
    ParticipantUnbanned,
    RemoveParticipant,
    Role,
    RoleChanged,
    SetRole,
    UnbanParticipant,
)
from ..protocol.sessions import SessionState
from .decision import Decision, Situation, exclusively, nothing
from .errors import Refusal
from .invites import revoke_those
from .membership import keep_an_owner
from .permissions import RANK, TABLE, Action, may_own, member, role_of
from .runs import cancel_runs


def set_role(situation: Situation, command: SetRole) -> Decision:
    """Another role. Owners are people who are not anonymous, and the last one stays."""
    situation.require(Action.SET_ROLE)
    state, target_id, role = situation.state, command.participant_id, command.role
    target = _member(state, target_id)
    name = target.profile.name
    if target.role is role:
        return nothing()
    if role is Role.OWNER and not may_own(target.profile):
        raise Refusal(
            ErrorCode.FORBIDDEN,
            f"{name} is an agent and cannot own a session. Choose a person."
            if target.profile.kind is Kind.AGENT
            else f"{name} is anonymous and cannot own a session. They have to log in first.",
        )
    keep_an_owner(state, target_id, stays=True)
    # a demoted inviter's open invitations would still give what they may not give any more
    highest = RANK[role] if RANK[role] >= RANK[TABLE[Action.INVITE].lowest] else -1
    events: list[Durable] = [
        RoleChanged(
            seq=0, at=situation.now, actor=situation.who, participant_id=target_id, role=role
        ),
        *revoke_those(
            situation, lambda invite: invite.by == target_id and RANK[invite.role] > highest
        ),
    ]
    return exclusively(events)


def remove(situation: Situation, command: RemoveParticipant) -> Decision:
    """Take somebody out, with the invitations to and by them and, for agents, their runs."""
    situation.require(Action.REMOVE)
    state, target_id = situation.state, command.participant_id
    target = _known(state, target_id)
    if target_id == situation.who:
        raise Refusal(ErrorCode.INVALID, "You cannot remove yourself. Leave the session instead.")
    if target.membership is Membership.BANNED or (
        target.membership is Membership.REMOVED and not command.ban
    ):
        return nothing()
    # whoever removes is an owner and stays: this never takes the last one
    who, now = situation.who, situation.now
    events: list[Durable] = [
        *cancel_runs(state, actor=who, now=now, agent_id=target_id),
        *revoke_those(situation, lambda invite: target_id in {invite.by, invite.participant_id}),
        ParticipantRemoved(seq=0, at=now, actor=who, participant_id=target_id, banned=command.ban),
    ]
    return exclusively(events)


def unban(situation: Situation, command: UnbanParticipant) -> Decision:
    """Let a banned participant come back."""
    situation.require(Action.REMOVE)
    target = _known(situation.state, command.participant_id)
    if target.membership is not Membership.BANNED:
        return nothing()
    event = ParticipantUnbanned(
        seq=0, at=situation.now, actor=situation.who, participant_id=command.participant_id
    )
    return exclusively([event])


def mute(situation: Situation, command: MuteParticipant) -> Decision:
    """Editors mute agents, owners anybody. A muted agent's runs stop."""
    situation.require(Action.MUTE)
    state, who, target_id = situation.state, situation.who, command.participant_id
    target = _member(state, target_id)
    if target.profile.kind is not Kind.AGENT and role_of(state.participants[who]) is not Role.OWNER:
        raise Refusal(ErrorCode.FORBIDDEN, "Only an owner can mute people.")
    if target.muted is command.muted:
        return nothing()
    events: list[Durable] = [
        ParticipantMuted(
            seq=0,
            at=situation.now,
            actor=who,
            participant_id=target_id,
            muted=command.muted,
        )
    ]
    if command.muted:
        events[:0] = cancel_runs(state, actor=who, now=situation.now, agent_id=target_id)
    return exclusively(events)


def _known(state: SessionState, participant_id: str) -> Participant:
    participant = state.participants.get(participant_id)
    if participant is None:
        raise Refusal(ErrorCode.NOT_FOUND, "This participant has never been in the session.")
    return participant


def _member(state: SessionState, participant_id: str) -> Participant:
    participant = member(state, participant_id)
    if participant is None:
        raise Refusal(ErrorCode.NOT_FOUND, "This participant is not in the session.")
    return participant
