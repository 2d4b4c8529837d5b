"""Who may do what: one table, and the one function that reads it.

Two questions are asked of every action: does the role allow it, and does Jupyter's Authorizer
grant this account that kind of access. A role never widens what the account may do.
"""

from enum import Enum
from typing import Literal

from msgspec import Struct

from ..protocol.errors import ErrorCode
from ..protocol.participants import Kind, Membership, Participant, Profile, Role
from ..protocol.sessions import SessionState, SessionStatus
from .errors import Refusal


class Action(str, Enum):
    """What a participant may be allowed to do; the values are told to clients."""

    READ = "read"
    POST = "post"
    REACT = "react"
    EDIT_OWN = "edit_own"
    DELETE_OWN = "delete_own"
    DELETE_ANY = "delete_any"
    SET_CONTEXT = "set_context"
    SET_FILES = "set_files"
    SET_ACTIVE_FILE = "set_active_file"
    BRING = "bring"
    RENAME = "rename"
    ARCHIVE = "archive"
    REOPEN = "reopen"
    DELETE_SESSION = "delete_session"
    MUTE = "mute"
    SET_HISTORY = "set_history"
    INVITE = "invite"
    ADD_AGENT = "add_agent"
    SET_ROLE = "set_role"
    REMOVE = "remove"
    START_RUN = "start_run"
    CANCEL_OWN_RUN = "cancel_own_run"
    CANCEL_ANY_RUN = "cancel_any_run"
    EXPORT = "export"
    REPORT_EDIT = "report_edit"
    LOCK = "lock"
    PROPOSE = "propose"
    REVIEW = "review"


class Rights(Struct, frozen=True):
    """What Jupyter's Authorizer grants the account."""

    read: bool
    write: bool
    execute: bool


ALL_RIGHTS = Rights(read=True, write=True, execute=True)
"""For the server's own agents: their role is what limits them."""

RANK = {Role.VIEWER: 0, Role.COMMENTER: 1, Role.EDITOR: 2, Role.OWNER: 3}


class Rule(Struct, frozen=True, kw_only=True):
    """One line of the table.

    ``archived``: also while the session is archived. ``muted``: also for a muted participant.
    ``quiet``: for everybody ("all"), for owners only or for "nobody" while the session is muted.
    """

    lowest: Role
    right: Literal["read", "write", "execute"]
    words: str
    archived: bool = False
    muted: bool = True
    quiet: Literal["all", "owners", "nobody"] = "all"


_V, _C, _E, _O = Role.VIEWER, Role.COMMENTER, Role.EDITOR, Role.OWNER

TABLE: dict[Action, Rule] = {
    Action.READ: Rule(lowest=_V, right="read", words="read the session", archived=True),
    Action.EXPORT: Rule(lowest=_V, right="read", words="export the session", archived=True),
    Action.POST: Rule(lowest=_C, right="write", words="post", muted=False, quiet="owners"),
    Action.REACT: Rule(lowest=_C, right="write", words="react to messages", muted=False),
    # editing is a way to speak: whoever may not post may not rewrite either
    Action.EDIT_OWN: Rule(
        lowest=_C, right="write", words="edit messages", muted=False, quiet="owners"
    ),
    Action.DELETE_OWN: Rule(lowest=_C, right="write", words="delete messages"),
    Action.START_RUN: Rule(
        lowest=_C, right="execute", words="ask agents", muted=False, quiet="nobody"
    ),
    Action.CANCEL_OWN_RUN: Rule(lowest=_C, right="execute", words="stop an agent"),
    Action.SET_CONTEXT: Rule(lowest=_E, right="write", words="change the shared context"),
    Action.SET_FILES: Rule(lowest=_E, right="write", words="change the session's files"),
    Action.SET_ACTIVE_FILE: Rule(lowest=_E, right="write", words="choose the active file"),
    Action.BRING: Rule(lowest=_E, right="write", words="bring everyone to a place"),
    Action.RENAME: Rule(lowest=_E, right="write", words="rename the session"),
    Action.INVITE: Rule(lowest=_E, right="write", words="invite people"),
    Action.ADD_AGENT: Rule(lowest=_E, right="write", words="add agents"),
    # editors mute agents; people and the session are for owners (moderation.py, sessions.py)
    Action.MUTE: Rule(lowest=_E, right="write", words="mute agents"),
    Action.CANCEL_ANY_RUN: Rule(lowest=_E, right="write", words="stop a run somebody else asked"),
    Action.REPORT_EDIT: Rule(lowest=_E, right="write", words="edit files of the session"),
    Action.PROPOSE: Rule(lowest=_C, right="write", words="propose edits", muted=False),
    Action.REVIEW: Rule(lowest=_E, right="write", words="decide about proposals"),
    Action.LOCK: Rule(lowest=_E, right="write", words="lock parts of files"),
    Action.DELETE_ANY: Rule(lowest=_O, right="write", words="delete other people's messages"),
    Action.ARCHIVE: Rule(lowest=_O, right="write", words="archive the session"),
    Action.REOPEN: Rule(lowest=_O, right="write", words="reopen the session", archived=True),
    Action.DELETE_SESSION: Rule(
        lowest=_O, right="write", words="delete the session", archived=True
    ),
    Action.SET_HISTORY: Rule(lowest=_O, right="write", words="choose what newcomers see"),
    Action.SET_ROLE: Rule(lowest=_O, right="write", words="change roles"),
    Action.REMOVE: Rule(lowest=_O, right="write", words="remove participants"),
}


def may_own(profile: Profile) -> bool:
    """Owners are people whom the server can tell apart: no agents, no anonymous identities."""
    return profile.kind is Kind.USER and not profile.anonymous


def role_of(participant: Participant) -> Role:
    """The role that counts: an anonymous owner, however it came about, is an editor."""
    if participant.role is Role.OWNER and not may_own(participant.profile):
        return Role.EDITOR
    return participant.role


def member(state: SessionState, participant_id: str) -> Participant | None:
    """The participant, if they belong to the session now."""
    participant = state.participants.get(participant_id)
    if participant is None or participant.membership is not Membership.MEMBER:
        return None
    return participant


class _Obstacle(Enum):
    STRANGER = 1
    ROLE = 2
    ACCOUNT = 3
    ARCHIVED = 4
    PRIVATE = 5
    MUTED = 6
    SESSION_MUTED = 7


def _obstacle(
    state: SessionState, participant_id: str, rights: Rights, action: Action
) -> _Obstacle | None:
    participant = member(state, participant_id)
    if participant is None:
        return _Obstacle.STRANGER
    rule = TABLE[action]
    role = role_of(participant)
    if RANK[role] < RANK[rule.lowest]:
        return _Obstacle.ROLE
    if not getattr(rights, rule.right):
        return _Obstacle.ACCOUNT
    if state.status is not SessionStatus.ACTIVE and not rule.archived:
        return _Obstacle.ARCHIVED
    if state.private and action is Action.INVITE:
        return _Obstacle.PRIVATE
    if participant.muted and not rule.muted:
        return _Obstacle.MUTED
    if state.muted and (
        rule.quiet == "nobody" or (rule.quiet == "owners" and role is not Role.OWNER)
    ):
        return _Obstacle.SESSION_MUTED
    return None


def permitted(state: SessionState, participant_id: str, rights: Rights) -> frozenset[Action]:
    """Everything this participant may do now; nothing for those who are not members."""
    return frozenset(a for a in TABLE if _obstacle(state, participant_id, rights, a) is None)


def same_permissions(one: SessionState, other: SessionState) -> bool:
    """Whether certainly everybody may do the same in both states."""
    return (
        one.participants is other.participants
        and one.status is other.status
        and one.muted is other.muted
        and one.private is other.private
    )


_WHO = {
    Role.VIEWER: "Only members can {words}.",
    Role.COMMENTER: "Viewers cannot {words}. Ask an owner for another role.",
    Role.EDITOR: "Only editors and owners can {words}.",
    Role.OWNER: "Only an owner can {words}.",
}


def require(state: SessionState, participant_id: str, rights: Rights, action: Action) -> None:
    """Raise ``Refusal`` unless ``action`` is permitted.

    NOT_FOUND for those who are not members, else FORBIDDEN, ARCHIVED or MUTED.
    """
    obstacle = _obstacle(state, participant_id, rights, action)
    if obstacle is None:
        return
    rule = TABLE[action]
    if obstacle is _Obstacle.STRANGER:
        raise Refusal(ErrorCode.NOT_FOUND, "You are not in this session. Ask for an invitation.")
    if obstacle is _Obstacle.ROLE:
        raise Refusal(ErrorCode.FORBIDDEN, _WHO[rule.lowest].format(words=rule.words))
    if obstacle is _Obstacle.ACCOUNT:
        raise Refusal(
            ErrorCode.FORBIDDEN,
            f"Your account on this server may not {rule.right}, so you cannot {rule.words}. "
            "Ask the server's administrator.",
        )
    if obstacle is _Obstacle.ARCHIVED:
        raise Refusal(
            ErrorCode.ARCHIVED, "This session is archived. An owner can reopen it to go on."
        )
    if obstacle is _Obstacle.PRIVATE:
        raise Refusal(
            ErrorCode.FORBIDDEN,
            "This session is private: one person and agents. Create another one to invite people.",
        )
    if obstacle is _Obstacle.MUTED:
        raise Refusal(
            ErrorCode.MUTED, f"You are muted here, so you cannot {rule.words}. Ask an owner."
        )
    raise Refusal(
        ErrorCode.MUTED,
        "This session is muted: "
        + ("only owners can post." if rule.quiet == "owners" else "agents do not answer."),
    )
