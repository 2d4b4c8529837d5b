"""What of a session's state a participant is told: ``since_joined`` hides what was before."""

from msgspec.structs import replace

from ..domain.membership import visible_since
from ..protocol.chat import MessageEdited
from ..protocol.sessions import SessionState


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
