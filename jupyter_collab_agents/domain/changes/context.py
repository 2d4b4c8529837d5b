"""The shared context."""

from typing import Any

from ...protocol.context import ContextChanged, ContextDeleted, ContextEntry
from ...protocol.sessions import SessionState
from .change import Changes


def _changed(state: SessionState, event: ContextChanged) -> dict[str, Any]:
    entry = ContextEntry(value=event.value, version=event.version, at=event.at, by=event.actor)
    return {"context": {**state.context, event.key: entry}}


def _deleted(state: SessionState, event: ContextDeleted) -> dict[str, Any]:
    return {
        "context": {key: e for key, e in state.context.items() if key != event.key},
        "context_floor": max(state.context_floor, event.version),
    }


CHANGES: Changes = {ContextChanged: _changed, ContextDeleted: _deleted}
