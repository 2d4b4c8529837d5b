"""What happens in a document's own log. Not on the wire: there it is part of a document's state,
except what is also told in sessions: locks that begin and end, edits, proposals, conflicts."""

from typing import Any

import msgspec

from .base import Durable, Millis, Path
from .conflicts import ConflictDetected, ConflictResolved
from .edits import EditApplied
from .locks import DocumentId, LockAcquired, LockId, LockReleased, LockRequest
from .proposals import EditAccepted, EditProposed, EditRejected, EditWithdrawn, ProposalSummary
from .provenance import EditReverted


class LockRenewed(Durable, tag="lock.renewed", frozen=True):
    """A lock lasts longer."""

    lock_id: LockId
    expires_at: Millis


class RequestAdded(Durable, tag="request.added", frozen=True):
    """Somebody asked for a lock."""

    lock_id: LockId
    request: LockRequest


class RequestsRefused(Durable, tag="request.refused", frozen=True):
    """The holder said no to everybody who had asked; they may take the lock at ``may_take_at``."""

    lock_id: LockId
    may_take_at: Millis


class ProposalCommented(Durable, tag="edit.commented", frozen=True):
    """Somebody said something about a proposal."""

    document_id: DocumentId
    path: Path
    proposal: ProposalSummary


AnyDocumentEvent = (
    LockAcquired
    | LockReleased
    | LockRenewed
    | RequestAdded
    | RequestsRefused
    | EditApplied
    | EditReverted
    | ConflictDetected
    | ConflictResolved
    | EditProposed
    | EditAccepted
    | EditRejected
    | EditWithdrawn
    | ProposalCommented
)

_decoder: "msgspec.json.Decoder[Any]" = msgspec.json.Decoder(AnyDocumentEvent)


def decode_document_event(payload: bytes) -> Durable:
    """One stored event. Raises ``msgspec.DecodeError``."""
    event: Durable = _decoder.decode(payload)
    return event
