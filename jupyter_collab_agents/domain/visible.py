"""What of a session a participant is told: ``since_joined`` hides what was before."""

from msgspec.structs import replace

from ..protocol.chat import MessageEdited
from ..protocol.participants import Role
from ..protocol.sessions import HistoryAccess, SessionState
from .permissions import member, role_of


def visible_since(state: SessionState, participant_id: str) -> int:
    """A participant sees the messages with seq greater than this; 0 means all."""
    participant = member(state, participant_id)
    if participant is None:
        return state.last_seq
    if state.history is HistoryAccess.ALL or role_of(participant) is Role.OWNER:
        return 0
    return participant.joined_seq - 1


def visible_state(state: SessionState, participant_id: str) -> SessionState:
    """The state without the threads that ended before this participant came."""
    since = visible_since(state, participant_id)
    if since == 0:
        return state
    threads = {key: one for key, one in state.threads.items() if one.last_seq > since}
    return replace(state, threads=threads)


def veiled(event: MessageEdited) -> MessageEdited:
    """An edit as those are told of it who may not see the message: that there was one."""
    return replace(event, body="", mentions=[])
