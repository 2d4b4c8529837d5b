"""Conflicts: what two sides changed differently and nobody but people can decide."""

from enum import Enum
from typing import Annotated, Any

from msgspec import Meta

from .base import CellId, Durable, Millis, ParticipantId, Path, Wire
from .locks import DocumentId

ConflictId = Annotated[str, Meta(min_length=1, max_length=64)]


class ConflictKind(str, Enum):
    """What the document as it is ("current") and an edit that came in ("incoming") disagree on."""

    SOURCE = "source"
    """Texts: of a cell, or of a file (no ``cell_id``)."""
    DELETED_BY_US = "deleted_here"
    """The edit changed a cell that the document has no more. The sides are whole cells."""
    DELETED_BY_THEM = "deleted_there"
    """The edit deleted a cell that was changed in the document. The sides are whole cells."""
    PLACE = "place"
    """Both moved a cell. The sides are the id of the cell in front of it, null for the top."""
    CELL_TYPE = "cell_type"
    METADATA = "metadata"
    ATTACHMENTS = "attachments"
    OUTPUTS = "outputs"


class ConflictSummary(Wire, frozen=True):
    """A conflict that waits for somebody's decision. The document has the current side.

    ``key``: the way to the value, for metadata and attachments. ``by``: whose edit it was.
    """

    conflict_id: ConflictId
    kind: ConflictKind
    cell_id: CellId | None
    key: list[str]
    at: Millis
    by: ParticipantId
    by_name: str


class Keep(str, Enum):
    """How a conflict was decided. ``both``: the current text, then the incoming one."""

    CURRENT = "current"
    INCOMING = "incoming"
    BOTH = "both"
    EDITED = "edited"


class ConflictDetails(Wire, frozen=True):
    """A conflict with its sides: texts, or JSON values; null where there is nothing.

    ``kept``, ``decided_by`` and ``decided_at`` are null while it is open.
    """

    document_id: DocumentId
    path: Path
    conflict: ConflictSummary
    base: Any
    current: Any
    incoming: Any
    kept: Keep | None
    decided_by: ParticipantId | None
    decided_at: Millis | None


class ConflictDetected(Durable, tag="conflict.detected", frozen=True):
    """An edit of ``actor`` could not be merged everywhere; told in each session that has the
    file."""

    document_id: DocumentId
    path: Path
    conflicts: list[ConflictSummary]


class ConflictResolved(Durable, tag="conflict.resolved", frozen=True):
    """``actor`` decided a conflict; told in each session that has the file."""

    document_id: DocumentId
    path: Path
    conflict: ConflictSummary
    kept: Keep
