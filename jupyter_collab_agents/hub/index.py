"""A session's line in the list of sessions, kept beside it so that listing opens nothing."""

import msgspec
from msgspec import Struct

from ..protocol.invites import Invite
from ..protocol.participants import Kind, Membership, Role
from ..protocol.sessions import SessionState, SessionStatus


class SessionIndex(Struct, frozen=True, kw_only=True):
    """What listing, opening and invitations need to know of a session that is not in memory.

    ``members``: people and agents with their role; ``people``: how many of them are people.
    """

    name: str
    status: SessionStatus
    private: bool
    default: bool
    members: dict[str, Role]
    people: int
    banned: list[str]
    invites: dict[str, Invite]


_decoder = msgspec.json.Decoder(SessionIndex)


def same_index(one: SessionState, other: SessionState) -> bool:
    """Whether two states certainly have one index (states share the parts they did not change)."""
    return (
        one.participants is other.participants
        and one.invites is other.invites
        and one.name == other.name
        and one.status is other.status
    )


def index_of(state: SessionState) -> SessionIndex:
    """The index of a state."""
    members = {
        pid: p.role for pid, p in state.participants.items() if p.membership is Membership.MEMBER
    }
    return SessionIndex(
        name=state.name,
        status=state.status,
        private=state.private,
        default=state.default,
        members=members,
        people=sum(state.participants[m].profile.kind is Kind.USER for m in members),
        banned=[pid for pid, p in state.participants.items() if p.membership is Membership.BANNED],
        invites=state.invites,
    )


def decode_index(raw: bytes) -> SessionIndex:
    """From the store."""
    return _decoder.decode(raw)
