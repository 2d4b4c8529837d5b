"""Snapshots: what a document said at times when something was about to change much of it.

A snapshot belongs to the document, not to a session, and is named by its content's SHA-256.
"""

from enum import Enum
from typing import Annotated, Any, Literal

from msgspec import Meta

from .base import CellId, Millis, ParticipantId, Path, RunId, Wire

SnapshotId = Annotated[str, Meta(min_length=1, max_length=64)]


class SnapshotReason(str, Enum):
    """Why it was taken."""

    RUN = "run"
    """An agent's run was about to change the document."""
    OVERWRITE = "overwrite"
    """The file changed outside, and that was about to be brought in."""
    SHRINK = "shrink"
    """Much of the document was about to be gone from the file."""
    RESTORE = "restore"
    """An earlier snapshot was about to be restored."""
    ASKED = "asked"
    """Somebody asked for it."""


class Snapshot(Wire, frozen=True):
    """A snapshot without its content. ``size`` in bytes; ``by``: who asked for what followed."""

    snapshot_id: SnapshotId
    document_id: str
    path: Path
    at: Millis
    reason: SnapshotReason
    kind: Literal["text", "notebook"]
    size: int
    digest: str
    by: ParticipantId | None = None
    run_id: RunId | None = None


class SnapshotPage(Wire, frozen=True):
    """``GET snapshots?path=``: newest first."""

    document_id: str
    path: Path
    snapshots: list[Snapshot]
    has_earlier: bool


class SnapshotContent(Wire, frozen=True):
    """``GET snapshots/{id}``. ``content``: a text, or a notebook as nbformat 4 JSON."""

    snapshot: Snapshot
    content: Any


class PartChange(str, Enum):
    """What is another in a part of a document."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    MOVED = "moved"


class ChangedPart(Wire, frozen=True):
    """A part that differs: a cell, or the whole text of a file (no ``cell_id``).

    ``index`` is the cell's place (0-based) in the newer of the two, in the older one if it was
    removed. ``unified``: the lines, as ``diff -u`` writes them; empty if only other things than
    the text differ, which ``also`` names (``outputs``, ``metadata``, ``cell_type`` …).
    """

    change: PartChange
    unified: str
    cell_id: CellId | None = None
    index: int | None = None
    also: list[str] = []


class SnapshotDiff(Wire, frozen=True):
    """``GET snapshots/{id}/diff``: from the snapshot to ``against``, null being the document."""

    snapshot_id: SnapshotId
    against: SnapshotId | None
    parts: list[ChangedPart]


class RestoreBody(Wire, frozen=True):
    """``POST snapshots/{id}/restore``.

    ``keep_later``: of a snapshot that was taken before a restoring, take back only what that
    restoring did, and keep what was written since.
    """

    keep_later: bool = False


class Restored(Wire, frozen=True):
    """What restoring did. ``before``: the snapshot of what stood there, for the way back; null if
    nothing changed. ``conflicts``: how many places could not be merged, and stayed as they were.
    """

    path: Path
    live: bool
    before: Snapshot | None
    conflicts: int
