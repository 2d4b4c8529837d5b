"""A session's state from the store: the last snapshot, and the events after it."""

import msgspec

from ..domain.state import apply
from ..protocol.sessions import SessionState
from ..storage.store import Store
from .records import PAGE, stored_event

_state_decoder = msgspec.json.Decoder(SessionState)


async def load_state(store: Store, session_id: str) -> SessionState | None:
    """The state as of the last event; null when there is none."""
    snapshot = await store.snapshot(session_id)
    state: SessionState | None = None
    if snapshot is not None:
        state = _state_decoder.decode(snapshot.state)
    position = state.last_seq if state else 0
    while True:
        page = await store.events(session_id, position, PAGE)
        for one in page:
            state = apply(state, stored_event(one))
        if len(page) < PAGE:
            return state
        position = page[-1].seq
