"""A document's state as the sum of the events of its log."""

from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ..protocol.base import Durable
from ..protocol.conflicts import ConflictDetected, ConflictResolved, ConflictSummary
from ..protocol.document_log import (
    LockRenewed,
    ProposalCommented,
    RequestAdded,
    RequestsRefused,
)
from ..protocol.documents import DocumentState
from ..protocol.edits import EditApplied
from ..protocol.locks import Lock, LockAcquired, LockReleased
from ..protocol.proposals import (
    EditAccepted,
    EditProposed,
    EditRejected,
    EditWithdrawn,
    ProposalStatus,
    ProposalSummary,
)
from ..protocol.provenance import EditReverted
from ..protocol.sessions import SessionState, SessionStatus
from .decision import Decision

_Reviewed = EditProposed | EditAccepted | EditRejected | EditWithdrawn | ProposalCommented


class Document(Struct, frozen=True):
    """What stands about a document after the event ``seq``; locks, and open proposals
    and conflicts, by id.

    ``merged`` and ``asked`` count the edits that met changes of others: merged without a
    question, or with one.
    Where the file is now is not part of it: files move without asking us.
    """

    document_id: str
    seq: int = 0
    locks: dict[str, Lock] = {}
    conflicts: dict[str, ConflictSummary] = {}
    proposals: dict[str, ProposalSummary] = {}
    merged: int = 0
    asked: int = 0


_decoder = msgspec.json.Decoder(Document)


def decode_document(state: bytes) -> Document:
    """From the store. Raises ``msgspec.DecodeError``."""
    return _decoder.decode(state)


def apply(document: Document, event: Durable) -> Document:
    """The document after ``event``. Raises ``TypeError`` for one that is of another log."""
    change = _CHANGES.get(type(event))
    if change is None:
        raise TypeError(f"{type(event).__name__} is not an event of a document's log")
    return replace(change(document, event), seq=event.seq)


def numbered(document: Document, events: Sequence[Durable]) -> tuple[list[Durable], Document]:
    """The events with their places in the log, and the document after them.

    A lock's fencing token is the seq of the event that acquired it: it only grows.
    """
    those: list[Durable] = []
    for event in events:
        one = replace(event, seq=document.seq + 1)
        if isinstance(one, LockAcquired):
            one = replace(one, lock=replace(one.lock, token=one.seq))
        document = apply(document, one)
        those.append(one)
    return those, document


def state_of(document: Document, path: str) -> DocumentState:
    """As it is told to people; locks in the order they were acquired."""
    return DocumentState(
        document_id=document.document_id,
        path=path,
        seq=document.seq,
        locks=sorted(document.locks.values(), key=lambda lock: lock.token),
        proposals=list(document.proposals.values()),
        conflicts=list(document.conflicts.values()),
    )


def notice(state: SessionState, event: Durable) -> Decision:
    """An event of a document's log as a notice in that of a session, unless that is archived."""
    active = state.status is SessionStatus.ACTIVE
    return Decision(events=[event] if active else [], exclusive=False)


def _acquired(document: Document, event: LockAcquired) -> Document:
    return _with(document, event.lock)


def _released(document: Document, event: LockReleased) -> Document:
    gone = event.lock.lock_id
    return replace(
        document, locks={key: lock for key, lock in document.locks.items() if key != gone}
    )


def _renewed(document: Document, event: LockRenewed) -> Document:
    return _with(document, replace(document.locks[event.lock_id], expires_at=event.expires_at))


def _requested(document: Document, event: RequestAdded) -> Document:
    lock = document.locks[event.lock_id]
    return _with(document, replace(lock, requests=[*lock.requests, event.request]))


def _refused(document: Document, event: RequestsRefused) -> Document:
    lock = document.locks[event.lock_id]
    requests = [
        replace(request, refused_at=event.at, may_take_at=event.may_take_at)
        if request.refused_at is None
        else request
        for request in lock.requests
    ]
    return _with(document, replace(lock, requests=requests))


def _edited(document: Document, event: EditApplied) -> Document:
    return replace(document, merged=document.merged + 1) if event.merged else document


def _noted(document: Document, event: EditReverted) -> Document:
    return document


def _detected(document: Document, event: ConflictDetected) -> Document:
    new = {conflict.conflict_id: conflict for conflict in event.conflicts}
    return replace(document, conflicts={**document.conflicts, **new}, asked=document.asked + 1)


def _resolved(document: Document, event: ConflictResolved) -> Document:
    gone = event.conflict.conflict_id
    left = {key: one for key, one in document.conflicts.items() if key != gone}
    return replace(document, conflicts=left)


def _reviewed(document: Document, event: _Reviewed) -> Document:
    proposal = event.proposal
    left = {key: one for key, one in document.proposals.items() if key != proposal.proposal_id}
    if proposal.status is ProposalStatus.OPEN:
        left[proposal.proposal_id] = proposal
    return replace(document, proposals=left)


def _with(document: Document, lock: Lock) -> Document:
    return replace(document, locks={**document.locks, lock.lock_id: lock})


_CHANGES: dict[type[Durable], Callable[[Document, Any], Document]] = {
    LockAcquired: _acquired,
    LockReleased: _released,
    LockRenewed: _renewed,
    RequestAdded: _requested,
    RequestsRefused: _refused,
    EditApplied: _edited,
    EditReverted: _noted,
    ConflictDetected: _detected,
    ConflictResolved: _resolved,
    EditProposed: _reviewed,
    EditAccepted: _reviewed,
    EditRejected: _reviewed,
    EditWithdrawn: _reviewed,
    ProposalCommented: _reviewed,
}
