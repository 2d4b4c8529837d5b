"""Invitations: made, taken back, accepted and declined."""

from collections.abc import Callable

from ..protocol.base import Durable
from ..protocol.errors import ErrorCode
from ..protocol.invites import (
    CreateInvite,
    Invite,
    InviteAccepted,
    InviteCreated,
    InviteRevoked,
    RevokeInvite,
)
from ..protocol.participants import Membership, Profile, Role
from ..protocol.sessions import SessionState
from .decision import Decision, Setting, Situation, exclusively, nothing
from .errors import Refusal
from .membership import Entrance, join
from .permissions import RANK, Action, member, role_of

MAX_OPEN_INVITES = 200


def create(situation: Situation, command: CreateInvite) -> Decision:
    """An invitation to a person, or a link; its role is not above the inviter's.

    A new invitation takes the place of the open one to the same person.
    """
    situation.require(Action.INVITE)
    _check_role(situation, command.role, "invite people as")
    target = command.participant_id
    replaced = [] if target is None else _open_to(situation, target)
    for invite in replaced:
        _check_role(situation, invite.role, "replace this invitation as")
    events = [_revoked(situation, invite) for invite in replaced]
    state, now = situation.state, situation.now
    if len(state.invites) - len(events) >= MAX_OPEN_INVITES:
        gone = [i for i in state.invites.values() if i not in replaced and _expired(i, now)]
        events += [_revoked(situation, invite) for invite in gone]
        if len(state.invites) - len(events) >= MAX_OPEN_INVITES:
            raise Refusal(
                ErrorCode.CONFLICT,
                f"{MAX_OPEN_INVITES} invitations are open. Take some back first.",
            )
    created = InviteCreated(
        seq=0,
        at=now,
        actor=situation.who,
        invite_id=situation.mint("i"),
        participant_id=target,
        role=command.role,
        expires_at=None if command.expires_in is None else now + command.expires_in * 1000,
        uses_left=command.uses if target is None else 1,
    )
    return exclusively([*events, created])


def accept(
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
    if by_link != (invite.participant_id is None) or _expired(invite, now):
        raise _no_invitation()
    accepted = InviteAccepted(seq=0, at=now, actor=profile.participant_id, invite_id=invite_id)
    if member(state, profile.participant_id) is not None:
        return nothing() if invite.participant_id is None else exclusively([accepted])
    entrance = Entrance.LINK if invite.participant_id is None else Entrance.INVITED
    joined = join(state, profile, role=invite.role, now=now, setting=setting, entrance=entrance)
    return exclusively([accepted, *joined.events])


def decline(state: SessionState, profile: Profile, invite_id: str, *, now: int) -> Decision:
    """Turn down an invitation to oneself; links are not anybody's to decline."""
    invite = _invitation_for(state, profile, invite_id)
    if invite.participant_id is None:
        raise _no_invitation()
    return exclusively(
        [InviteRevoked(seq=0, at=now, actor=profile.participant_id, invite_id=invite_id)]
    )


def revoke(situation: Situation, command: RevokeInvite) -> Decision:
    """Take an invitation back: whoever may invite, up to their own role."""
    situation.require(Action.INVITE)
    invite = situation.state.invites.get(command.invite_id)
    if invite is None:
        raise Refusal(ErrorCode.NOT_FOUND, "There is no such open invitation.")
    _check_role(situation, invite.role, "take back invitations as")
    return exclusively([_revoked(situation, invite)])


def revoke_those(situation: Situation, which: Callable[[Invite], bool]) -> list[Durable]:
    """What takes back the open invitations that ``which`` names."""
    return [_revoked(situation, i) for i in situation.state.invites.values() if which(i)]


def _revoked(situation: Situation, invite: Invite) -> Durable:
    return InviteRevoked(seq=0, at=situation.now, actor=situation.who, invite_id=invite.invite_id)


def _expired(invite: Invite, now: int) -> bool:
    return invite.expires_at is not None and invite.expires_at <= now


def _check_role(situation: Situation, role: Role, doing: str) -> None:
    own = role_of(situation.state.participants[situation.who])
    if RANK[role] > RANK[own]:
        raise Refusal(
            ErrorCode.FORBIDDEN, f"You are {own.value} here and cannot {doing} {role.value}."
        )


def _open_to(situation: Situation, target: str) -> list[Invite]:
    """Open invitations to somebody who may be invited, else a refusal."""
    if target.startswith("agent:"):
        raise Refusal(ErrorCode.INVALID, "Agents are added, not invited.")
    if not target.startswith("user:") or target == "user:" or not target.isprintable():
        raise Refusal(ErrorCode.INVALID, "This is nobody's id. Choose a person from the list.")
    known = situation.state.participants.get(target)
    if known is not None and known.membership is Membership.MEMBER:
        raise Refusal(ErrorCode.CONFLICT, f"{known.profile.name} is in this session already.")
    if known is not None and known.membership is Membership.BANNED:
        raise Refusal(
            ErrorCode.BANNED, f"{known.profile.name} is banned. An owner can unban them first."
        )
    return [i for i in situation.state.invites.values() if i.participant_id == target]


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
