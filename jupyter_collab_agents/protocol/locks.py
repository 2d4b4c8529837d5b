"""Locks: who may change a document, a cell or a range for a while.

A lock belongs to the document, not to a session: it holds whatever session somebody is in.
"""

from enum import Enum
from typing import Annotated

from msgspec import Meta

from .base import (
    CellId,
    Command,
    Durable,
    Ephemeral,
    Millis,
    ParticipantId,
    Path,
    Range,
    Wire,
)

DocumentId = Annotated[str, Meta(min_length=1, max_length=64, description="stays when renamed")]
LockId = Annotated[str, Meta(min_length=1, max_length=64)]
Seconds = Annotated[int, Meta(ge=10, le=86_400)]


class LockScope(str, Enum):
    """What a lock covers. A range is advisory: people see it, edits are not refused."""

    DOCUMENT = "document"
    CELL = "cell"
    RANGE = "range"


class LockRequest(Wire, frozen=True):
    """Somebody asked the holder for a lock.

    From ``may_take_at`` on they may take it (``lock.steal``), whether the holder refused
    (``refused_at``) or did not answer.
    """

    by: ParticipantId
    by_name: str
    at: Millis
    refused_at: Millis | None
    may_take_at: Millis


class Lock(Wire, frozen=True):
    """A lease on a part of a document.

    ``cell_id`` is set for a cell, and for a range inside one; ``cell_index`` (0-based) is where
    that cell was then, for words like "cell 4". ``token`` (the fencing token) is greater than
    that of every earlier acquisition in this document. ``stays``: it does not end when its
    holder leaves (taken without a socket, by a script or an agent).
    """

    lock_id: LockId
    scope: LockScope
    cell_id: CellId | None
    cell_index: int | None
    range: Range | None
    holder: ParticipantId
    holder_name: str
    anonymous: bool
    since: Millis
    expires_at: Millis
    token: int
    stays: bool
    requests: list[LockRequest]


class AcquireLock(Command, tag="lock.acquire", frozen=True):
    """Lock a document; with ``cell_id`` a cell; with ``range`` a range (of that cell).

    What I hold already is prolonged instead.
    """

    path: Path
    cell_id: CellId | None = None
    cell_index: Annotated[int, Meta(ge=0)] | None = None
    range: Range | None = None
    seconds: Seconds | None = None


class RenewLock(Command, tag="lock.renew", frozen=True):
    """Hold my lock for ``seconds`` from now (never shorter than before)."""

    path: Path
    lock_id: LockId
    seconds: Seconds | None = None


class ReleaseLock(Command, tag="lock.release", frozen=True):
    """Let go of my lock."""

    path: Path
    lock_id: LockId


class RequestLock(Command, tag="lock.request", frozen=True):
    """Ask the holder for a lock."""

    path: Path
    lock_id: LockId


class RefuseLock(Command, tag="lock.refuse", frozen=True):
    """Say no to everybody who asked for my lock."""

    path: Path
    lock_id: LockId


class HandOverLock(Command, tag="lock.hand_over", frozen=True):
    """Give my lock to somebody."""

    path: Path
    lock_id: LockId
    to: ParticipantId


class StealLock(Command, tag="lock.steal", frozen=True):
    """Take a lock from its holder: an owner, or whoever asked and waited long enough."""

    path: Path
    lock_id: LockId


class LockEnd(str, Enum):
    """How a lock ended."""

    RELEASED = "released"
    EXPIRED = "expired"
    HANDED_OVER = "handed_over"
    STOLEN = "stolen"
    LEFT = "left"
    WITHDRAWN = "withdrawn"


class LockAcquired(Durable, tag="lock.acquired", frozen=True):
    """``actor`` holds a lock from now on; told in each session that has the file."""

    document_id: DocumentId
    path: Path
    lock: Lock


class LockReleased(Durable, tag="lock.released", frozen=True):
    """A lock ended, by ``actor``; ``to`` holds it now (handed over, stolen).

    ``expired``: its time was over. ``left``: its holder went away. ``withdrawn``: its holder
    may not write documents any more.
    """

    document_id: DocumentId
    path: Path
    lock: Lock
    how: LockEnd
    to: ParticipantId | None


class LockRequested(Ephemeral, tag="lock.requested", frozen=True):
    """Told to the holder: ``request`` is new."""

    document_id: DocumentId
    path: Path
    lock: Lock
    request: LockRequest


class LockRefused(Ephemeral, tag="lock.refused", frozen=True):
    """Told to whoever had asked: the holder keeps the lock."""

    document_id: DocumentId
    path: Path
    lock: Lock
    request: LockRequest


class EditObstacle(str, Enum):
    """Why an edit was put back."""

    LOCKED = "locked"
    READ_ONLY = "read_only"


class EditRefused(Ephemeral, tag="edit.refused", frozen=True):
    """Told to its author: an edit was put back. Several in a row are told together.

    ``cell_ids`` are the cells it touched (empty: the document as a whole, or a file), ``locks``
    those that stood in the way.
    """

    document_id: DocumentId
    path: Path
    at: Millis
    obstacle: EditObstacle
    cell_ids: list[CellId]
    locks: list[Lock]
