"""Notices of documents: what they say is the document's, whatever session somebody is in."""

from typing import Any

from ...protocol.conflicts import ConflictDetected, ConflictResolved
from ...protocol.edits import EditApplied
from ...protocol.locks import LockAcquired, LockReleased
from ...protocol.proposals import EditAccepted, EditProposed, EditRejected, EditWithdrawn
from ...protocol.provenance import EditReverted
from ...protocol.sessions import SessionState
from .change import Changes


def _noticed(_state: SessionState, _event: Any) -> dict[str, Any]:
    return {}


CHANGES: Changes = {
    LockAcquired: _noticed,
    LockReleased: _noticed,
    EditApplied: _noticed,
    EditReverted: _noticed,
    ConflictDetected: _noticed,
    ConflictResolved: _noticed,
    EditProposed: _noticed,
    EditAccepted: _noticed,
    EditRejected: _noticed,
    EditWithdrawn: _noticed,
}
