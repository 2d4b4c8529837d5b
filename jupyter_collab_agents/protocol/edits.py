"""Edits that nobody typed in an editor: of agents, scripts and other programs."""

from enum import Enum
from typing import Annotated, Any

from msgspec import Meta

from .base import CellId, Durable, Path, Wire
from .conflicts import ConflictSummary
from .locks import DocumentId
from .presence import CellChange

Version = Annotated[str, Meta(pattern="^[0-9a-f]{64}$", description="names what a document said")]
Title = Annotated[str, Meta(max_length=200)]
NewCellId = Annotated[str, Meta(pattern="^[A-Za-z0-9_-]{1,64}$")]


class CellType(str, Enum):
    """Of a notebook's cell."""

    CODE = "code"
    MARKDOWN = "markdown"
    RAW = "raw"


class CellStep(Wire, frozen=True, tag_field="type"):
    """A change of a notebook's cells."""


class InsertCell(CellStep, tag="insert", frozen=True):
    """A new cell behind ``after`` (null: first)."""

    after: CellId | None
    source: str
    cell_type: CellType = CellType.CODE
    metadata: dict[str, Any] = {}
    cell_id: NewCellId | None = None


class DeleteCell(CellStep, tag="delete", frozen=True):
    """A cell goes."""

    cell_id: CellId


class MoveCell(CellStep, tag="move", frozen=True):
    """A cell comes to stand behind ``after`` (null: first)."""

    cell_id: CellId
    after: CellId | None


class SetSource(CellStep, tag="source", frozen=True):
    """A cell's text as it should be."""

    cell_id: CellId
    source: str


class SetCellType(CellStep, tag="cell_type", frozen=True):
    """A cell becomes code, Markdown or raw."""

    cell_id: CellId
    cell_type: CellType


class SetMetadata(CellStep, tag="metadata", frozen=True):
    """One key of a cell's metadata, or of the notebook's (null), gets a value or goes."""

    cell_id: CellId | None
    key: Annotated[str, Meta(min_length=1, max_length=200)]
    value: Any = None
    removed: bool = False


AnyCellStep = InsertCell | DeleteCell | MoveCell | SetSource | SetCellType | SetMetadata


class EditApplied(Durable, tag="edit.applied", frozen=True):
    """An edit of ``actor`` is in the document; told in each session that has the file.

    ``cells``: what it changed (for a file one entry without a cell). ``merged``: others had
    changed the document since the version it was made for.
    """

    document_id: DocumentId
    path: Path
    cells: list[CellChange]
    merged: bool


class DocumentContent(Wire, frozen=True):
    """``GET documents/content?path=``.

    ``content``: a file's text, or a notebook as nbformat 4 JSON, without outputs. ``live``:
    people have it open, this is what they see. ``version`` names this content for an edit.
    """

    document_id: DocumentId
    path: Path
    version: Version
    live: bool
    content: Any


class EditMode(str, Enum):
    """What becomes of an edit: it is merged at once, or waits for review (``proposals.py``)."""

    APPLY = "apply"
    PROPOSE = "propose"


class EditBody(Wire, frozen=True):
    """``POST documents/edits?path=``: the whole new ``content``, or steps on ``cells``.

    ``base_version``: what the edit was made for. ``wait``: seconds to wait for somebody's lock,
    else the edit is refused. ``ref`` makes a resend harmless. ``title``: of a proposal.
    """

    base_version: Version
    content: Any = None
    cells: Annotated[list[AnyCellStep], Meta(max_length=1000)] | None = None
    mode: EditMode = EditMode.APPLY
    title: Title = ""
    wait: Annotated[float, Meta(ge=0, le=60)] = 0
    ref: Annotated[str, Meta(min_length=1, max_length=64)] | None = None


class EditResult(Wire, frozen=True):
    """What became of an edit. ``version`` names what the document says after it.

    ``cells``: what changed. ``conflicts`` wait for somebody's decision; there the document is as
    it was.
    """

    document_id: DocumentId
    path: Path
    version: Version
    cells: list[CellChange]
    merged: bool
    conflicts: list[ConflictSummary]
