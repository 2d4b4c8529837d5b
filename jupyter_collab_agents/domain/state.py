"""A session's state as the sum of its events."""

from msgspec.structs import replace

from ..protocol.base import Durable
from ..protocol.sessions import SessionCreated, SessionState, SessionStatus
from .changes import CHANGES


def apply(state: SessionState | None, event: Durable) -> SessionState:
    """The state after ``event``; ``state`` is None before the first one only.

    Raises ``ValueError`` or ``KeyError`` for an event that cannot come here, ``TypeError`` for
    one that belongs to no log.
    """
    if isinstance(event, SessionCreated):
        if state is not None:
            raise ValueError("a session is created once")
        return _created(event)
    if state is None:
        raise ValueError("the first event of a session is session.created")
    change = CHANGES.get(type(event))
    if change is None:
        raise TypeError(f"{type(event).__name__} is not an event of a session's log")
    return replace(state, last_seq=event.seq, last_at=event.at, **change(state, event))


def _created(event: SessionCreated) -> SessionState:
    return SessionState(
        session_id=event.session_id,
        name=event.name,
        status=SessionStatus.ACTIVE,
        private=event.private,
        default=event.default,
        history=event.history,
        muted=False,
        created_at=event.at,
        created_by=event.actor,
        active_file=None,
        files=event.files,
        participants={},
        invites={},
        context={},
        threads={},
        runs={},
        last_seq=event.seq,
        message_count=0,
        last_at=event.at,
    )
