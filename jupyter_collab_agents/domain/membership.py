"""How a session begins, who comes in and who goes."""

from collections.abc import Sequence
from enum import Enum

from ..protocol.base import Durable
from ..protocol.errors import ErrorCode
from ..protocol.invites import Invite, InviteAccepted, InviteRevoked
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
    HistoryAccess,
    SessionArchived,
    SessionCreated,
    SessionState,
    SessionStatus,
)
from .decision import SYSTEM, Decision, Setting, Situation, exclusively, nothing
from .errors import Refusal
from .paths import clean_paths
from .permissions import RANK, Action, may_own, member, role_of
from .runs import cancel_runs
from .state import OPEN_RUNS
from .text import clean_name

SESSION_NAME = "The session's name"


class Entrance(str, Enum):
    """Why somebody may come in."""

    DEFAULT = "default"
    INVITED = "invited"
    LINK = "link"
    OWNER = "owner"


def create(
    *,
    session_id: str,
    name: str,
    creator: Profile | None,
    private: bool,
    default: bool,
    history: HistoryAccess,
    files: Sequence[str],
    agents: Sequence[Profile],
    now: int,
) -> Decision:
    """A new session with its creator as owner (an anonymous one as editor) and agents.

    Without a ``creator`` the system makes it and it has no owner.
    """
    actor = SYSTEM if creator is None else creator.participant_id
    events: list[Durable] = [
        SessionCreated(
            seq=0,
            at=now,
            actor=actor,
            session_id=session_id,
            name=clean_name(name, what=SESSION_NAME),
            private=private,
            default=default,
            history=history,
            files=clean_paths(list(files)),
        )
    ]
    if creator is not None:
        events.append(_joined(actor, creator, Role.OWNER, now))
    events.extend(_joined(actor, agent, Role.COMMENTER, now) for agent in agents)
    return exclusively(events)


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
    return exclusively([_joined(profile.participant_id, profile, role, now)])


def promote(state: SessionState, participant_id: str, *, now: int) -> Decision:
    """The server's settings name ``participant_id`` an owner of the default session."""
    one = member(state, participant_id)
    if one is None or one.role is Role.OWNER or not may_own(one.profile):
        return nothing()
    changed = RoleChanged(
        seq=0, at=now, actor=SYSTEM, participant_id=participant_id, role=Role.OWNER
    )
    return exclusively([changed])


def accept_invite(
    state: SessionState,
    profile: Profile,
    invite_id: str,
    *,
    now: int,
    setting: Setting,
    by_link: bool = False,
) -> Decision:
    """Use an invitation: a personal one, or (``by_link``) one whose secret was shown.

    NOT_FOUND when it is unknown, expired, somebody else's, or of the other sort: every member
    sees the ids of links in the log, and an id is no key.
    """
    invite = _invitation_for(state, profile, invite_id)
    if by_link != (invite.participant_id is None):
        raise _no_invitation()
    if invite.expires_at is not None and invite.expires_at <= now:
        raise _no_invitation()
    accepted = InviteAccepted(seq=0, at=now, actor=profile.participant_id, invite_id=invite_id)
    if member(state, profile.participant_id) is not None:
        return nothing() if invite.participant_id is None else exclusively([accepted])
    entrance = Entrance.LINK if invite.participant_id is None else Entrance.INVITED
    joined = join(state, profile, role=invite.role, now=now, setting=setting, entrance=entrance)
    return exclusively([accepted, *joined.events])


def decline_invite(state: SessionState, profile: Profile, invite_id: str, *, now: int) -> Decision:
    """Turn down an invitation to oneself; links are not anybody's to decline."""
    invite = _invitation_for(state, profile, invite_id)
    if invite.participant_id is None:
        raise _no_invitation()
    return exclusively(
        [InviteRevoked(seq=0, at=now, actor=profile.participant_id, invite_id=invite_id)]
    )


def time_out(state: SessionState, *, now: int) -> Decision:
    """Put away a session where nobody is; never the default one, nor under a running agent."""
    busy = any(run.status in OPEN_RUNS for run in state.runs.values())
    if state.default or busy or state.status is not SessionStatus.ACTIVE:
        return nothing()
    return exclusively([SessionArchived(seq=0, at=now, actor=SYSTEM, timeout=True)])


def visible_since(state: SessionState, participant_id: str) -> int:
    """A participant sees the messages with seq greater than this; 0 means all."""
    participant = member(state, participant_id)
    if participant is None:
        return state.last_seq
    if state.history is HistoryAccess.ALL or role_of(participant) is Role.OWNER:
        return 0
    return participant.joined_seq - 1


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
    return exclusively([_joined(situation.who, agent, Role.COMMENTER, situation.now)])


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


def _joined(actor: str, profile: Profile, role: Role, now: int) -> ParticipantJoined:
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
    return exclusively([_joined(profile.participant_id, profile, participant.role, now)])


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


def _no_invitation() -> Refusal:
    return Refusal(
        ErrorCode.NOT_FOUND,
        "This invitation has expired, was used up or taken back. Ask for a new one.",
    )


def _invitation_for(state: SessionState, profile: Profile, invite_id: str) -> Invite:
    invite = state.invites.get(invite_id)
    if invite is None or invite.participant_id not in {None, profile.participant_id}:
        raise _no_invitation()
    return invite


__all__ = [
    "SESSION_NAME",
    "SYSTEM",
    "Entrance",
    "accept_invite",
    "add_agent",
    "create",
    "decline_invite",
    "join",
    "keep_an_owner",
    "leave",
    "promote",
    "time_out",
    "visible_since",
]
