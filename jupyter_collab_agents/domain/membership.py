"""Who comes in and who goes."""

from collections.abc import Sequence
from enum import Enum

from ..protocol.base import Durable
from ..protocol.errors import ErrorCode
from ..protocol.participants import (
    AddParticipant,
    Kind,
    LeaveSession,
    Membership,
    Participant,
    ParticipantJoined,
    ParticipantLeft,
    Profile,
    Role,
    RoleChanged,
)
from ..protocol.sessions import (
    SessionState,
    SessionStatus,
)
from .decision import SYSTEM, Decision, Setting, Situation, exclusively, nothing
from .errors import Refusal
from .permissions import RANK, Action, may_own, member, role_of
from .runs import cancel_runs


class Entrance(str, Enum):
    """Why somebody may come in."""

    DEFAULT = "default"
    INVITED = "invited"
    LINK = "link"
    OWNER = "owner"


def join(
    state: SessionState,
    profile: Profile,
    *,
    role: Role,
    now: int,
    setting: Setting,
    entrance: Entrance = Entrance.DEFAULT,
) -> Decision:
    """``profile`` becomes a member as ``role``; whoever calls has checked the entrance.

    No events for a member, unless their name or looks changed. Who left comes back with at
    most the role they had, who was removed not at all, except by an invitation to them.
    Refuses BANNED, ARCHIVED, FORBIDDEN, SESSION_FULL.
    """
    before = state.participants.get(profile.participant_id)
    if before is not None and before.membership is Membership.MEMBER:
        return _refreshed(state, before, profile, now)
    if before is not None:
        role = _returning(before, role, entrance)
    if state.status is not SessionStatus.ACTIVE:
        raise Refusal(
            ErrorCode.ARCHIVED, "This session is archived. Ask an owner to reopen it first."
        )
    if state.private and profile.kind is Kind.USER and before is None:
        raise Refusal(ErrorCode.FORBIDDEN, "This session is private. Nobody else can join it.")
    # everybody may join the default session; there the hub counts who is connected
    if profile.kind is Kind.USER and not state.default:
        _check_room(state, setting)
    return exclusively([joined(profile.participant_id, profile, role, now)])


def promote(state: SessionState, participant_id: str, *, now: int) -> Decision:
    """The server's settings name ``participant_id`` an owner of the default session."""
    one = member(state, participant_id)
    if one is None or one.role is Role.OWNER or not may_own(one.profile):
        return nothing()
    changed = RoleChanged(
        seq=0, at=now, actor=SYSTEM, participant_id=participant_id, role=Role.OWNER
    )
    return exclusively([changed])


def add_agent(situation: Situation, command: AddParticipant) -> Decision:
    """Bring a registered agent in, as commenter."""
    situation.require(Action.ADD_AGENT)
    state, agent_id = situation.state, command.participant_id
    agent = situation.agents.get(agent_id)
    if agent is None:
        if agent_id.startswith("user:"):
            raise Refusal(ErrorCode.INVALID, "People are invited, not added. Send an invitation.")
        raise Refusal(ErrorCode.NOT_FOUND, "There is no such agent on this server.")
    before = state.participants.get(agent_id)
    if before is not None and before.membership is Membership.MEMBER:
        return nothing()
    if before is not None and before.membership is Membership.BANNED:
        raise Refusal(ErrorCode.BANNED, f"{agent.name} is banned. An owner can unban it first.")
    return exclusively([joined(situation.who, agent, Role.COMMENTER, situation.now)])


def leave(situation: Situation, _command: LeaveSession) -> Decision:
    """Go for good. The last owner makes somebody else owner first."""
    state, who = situation.state, situation.who
    participant = member(state, who)
    if participant is None:
        before = state.participants.get(who)
        if before is not None and before.membership is Membership.LEFT:
            return nothing()
        raise Refusal(ErrorCode.NOT_FOUND, "You are not in this session.")
    if state.status is not SessionStatus.ACTIVE:
        raise Refusal(
            ErrorCode.ARCHIVED, "This session is archived. It must be reopened before you leave."
        )
    keep_an_owner(state, who)
    events: list[Durable] = [
        *cancel_runs(state, actor=who, now=situation.now, agent_id=who),
        ParticipantLeft(seq=0, at=situation.now, actor=who, participant_id=who),
    ]
    return exclusively(events)


def anonymous(state: SessionState) -> list[str]:
    """The members whom nobody could recognise after they are gone."""
    return [
        participant_id
        for participant_id, one in state.participants.items()
        if one.membership is Membership.MEMBER and one.profile.anonymous
    ]


def leave_all(state: SessionState, participant_ids: Sequence[str], *, now: int) -> Decision:
    """The server takes out who is away and anonymous; nobody else is."""
    left = set(participant_ids).intersection(anonymous(state))
    return exclusively(
        [
            ParticipantLeft(seq=0, at=now, actor=SYSTEM, participant_id=participant_id)
            for participant_id in sorted(left)
        ]
    )


def keep_an_owner(state: SessionState, participant_id: str, *, stays: bool = False) -> None:
    """Refuse (CONFLICT) to take the last owner away from people who could own the session.

    ``stays``: the owner is to become something else, and so is one of these people.
    """
    participant = member(state, participant_id)
    if participant is None or role_of(participant) is not Role.OWNER:
        return
    others = [
        other
        for other in state.participants.values()
        if other.membership is Membership.MEMBER
        and (stays or other.profile.participant_id != participant_id)
        and may_own(other.profile)
    ]
    if others and not any(
        other.role is Role.OWNER and other.profile.participant_id != participant_id
        for other in others
    ):
        raise Refusal(
            ErrorCode.CONFLICT,
            f"{participant.profile.name} is the last owner. Make somebody else owner first.",
        )


def joined(actor: str, profile: Profile, role: Role, now: int) -> ParticipantJoined:
    """The event of coming in; whoever cannot own a session comes in as editor."""
    if role is Role.OWNER and not may_own(profile):
        role = Role.EDITOR
    return ParticipantJoined(seq=0, at=now, actor=actor, profile=profile, role=role)


def _refreshed(
    state: SessionState, participant: Participant, profile: Profile, now: int
) -> Decision:
    known = participant.profile
    same = (
        known.name == profile.name
        and known.initials == profile.initials
        and known.color == profile.color
        and known.anonymous == profile.anonymous
        and known.capabilities == profile.capabilities
    )  # the picture's address alone is no news: signed ones change with every log-in
    if same or state.status is not SessionStatus.ACTIVE:
        return nothing()
    return exclusively([joined(profile.participant_id, profile, participant.role, now)])


def _returning(before: Participant, role: Role, entrance: Entrance) -> Role:
    """The role of somebody who was here before. Leaving is no way out of a demotion."""
    if before.membership is Membership.BANNED:
        raise Refusal(
            ErrorCode.BANNED, "You are banned from this session. Ask an owner to unban you."
        )
    if entrance in {Entrance.INVITED, Entrance.OWNER}:
        return role
    if before.membership is Membership.REMOVED:
        raise Refusal(
            ErrorCode.FORBIDDEN,
            "You were removed from this session. Ask its owner or an editor to invite you.",
        )
    return min(role, before.role, key=RANK.__getitem__)


def _check_room(state: SessionState, setting: Setting) -> None:
    people = sum(
        p.membership is Membership.MEMBER and p.profile.kind is Kind.USER
        for p in state.participants.values()
    )
    if people >= setting.max_participants:
        raise Refusal(
            ErrorCode.SESSION_FULL,
            f"{people} people are in this session, as many as it can have. "
            "Somebody has to leave first.",
        )
