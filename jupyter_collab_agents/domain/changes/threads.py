"""How many messages there are, and the threads among them; the messages are not in the state."""

from typing import Any

from ...protocol.chat import MessageDeleted, MessageEdited, MessagePosted, MessageReacted, Thread
from ...protocol.sessions import SessionState
from .change import Changes


def _posted(state: SessionState, event: MessagePosted) -> dict[str, Any]:
    count = {"message_count": state.message_count + 1}
    if event.thread_id is None and event.anchor is None:
        return count
    thread = _grown(state, event)
    return {**count, "threads": {**state.threads, thread.thread_id: thread}}


def _grown(state: SessionState, event: MessagePosted) -> Thread:
    reply = event.thread_id is not None
    thread_id = event.thread_id or event.message_id
    before = state.threads.get(thread_id)
    writers = [] if before is None else before.participants
    return Thread(
        thread_id=thread_id,
        anchor=event.anchor if before is None else before.anchor,
        replies=(0 if before is None else before.replies) + (1 if reply else 0),
        last_seq=event.seq,
        last_at=event.at,
        participants=writers if event.actor in writers else [*writers, event.actor],
    )


def _message_changed(
    _: SessionState, _event: MessageEdited | MessageDeleted | MessageReacted
) -> dict[str, Any]:
    return {}


CHANGES: Changes = {
    MessagePosted: _posted,
    MessageEdited: _message_changed,
    MessageDeleted: _message_changed,
    MessageReacted: _message_changed,
}
