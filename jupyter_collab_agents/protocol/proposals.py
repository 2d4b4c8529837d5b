"""Proposals: edits that wait for review, beside the document until somebody accepts them."""

from enum import Enum
from typing import Annotated, Any

from msgspec import Meta

from .base import CellId, Command, Durable, Millis, ParticipantId, Path, RunId, Wire
from .edits import AnyCellStep, CellType, Title, Version
from .locks import DocumentId
from .presence import CellChange

ProposalId = Annotated[str, Meta(min_length=1, max_length=64)]
HunkId = Annotated[str, Meta(min_length=1, max_length=16)]
CommentBody = Annotated[str, Meta(min_length=1, max_length=16_384)]


class ProposalStatus(str, Enum):
    """Where a proposal stands: ``open`` while something in it is not decided."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    PARTLY = "partly_accepted"
    WITHDRAWN = "withdrawn"


class ProposalSummary(Wire, frozen=True):
    """A proposal in a few words. ``revision`` counts its changes.

    ``cells``: those it is about, in the proposed order (none for a file). ``open``, ``accepted``
    and ``rejected`` count its hunks. ``run_id``: the agent's run that made it.
    """

    proposal_id: ProposalId
    revision: int
    status: ProposalStatus
    title: str
    by: ParticipantId
    by_name: str
    run_id: RunId | None
    at: Millis
    cells: list[CellId]
    open: int
    accepted: int
    rejected: int
    comments: int


class HunkKind(str, Enum):
    """What a hunk changes: lines of a text, or something of a cell as a whole."""

    TEXT = "text"
    INSERT = "insert"
    DELETE = "delete"
    MOVE = "move"
    CELL_TYPE = "cell_type"
    METADATA = "metadata"
    ATTACHMENTS = "attachments"


class HunkStatus(str, Enum):
    """What was decided."""

    OPEN = "open"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


class HunkFit(str, Enum):
    """How an open hunk fits the document now."""

    FITS = "fits"
    STALE = "stale"
    """The text under it was changed: accepting it would be a conflict."""
    THERE = "there"
    """The document says so already."""


class Hunk(Wire, frozen=True):
    """The smallest part of a proposal that can be decided.

    Of ``text``: ``lines`` lines of ``before`` from ``line`` on become ``new_lines`` lines of
    ``after`` from ``new_line`` on (0-based). Of others these are 0; ``key`` says which of the
    metadata, ``was`` and ``becomes`` the values of metadata and cell type. ``fit`` is null when
    it is decided, the file cannot be read, or too many places were changed to look at each.
    """

    hunk_id: HunkId
    kind: HunkKind
    line: int
    lines: int
    new_line: int
    new_lines: int
    key: str | None
    was: Any
    becomes: Any
    status: HunkStatus
    fit: HunkFit | None
    decided_by: ParticipantId | None
    decided_by_name: str | None
    decided_at: Millis | None


class ProposedPart(Wire, frozen=True):
    """What is proposed for one cell, or for a file (no ``cell_id``) or a notebook's metadata.

    ``before`` and ``after``: the texts, null where there is no such cell. ``behind``: the cell
    in front of it in what is proposed (of a deleted one: in what it was proposed for).
    """

    cell_id: CellId | None
    cell_type: CellType | None
    behind: CellId | None
    before: str | None
    after: str | None
    hunks: list[Hunk]


class ProposalComment(Wire, frozen=True):
    """What a reviewer says, of the whole or of one hunk."""

    comment_id: str
    by: ParticipantId
    by_name: str
    at: Millis
    body: str
    hunk_id: HunkId | None


class ProposalDetails(Wire, frozen=True):
    """A proposal with everything in it."""

    document_id: DocumentId
    path: Path
    proposal: ProposalSummary
    parts: list[ProposedPart]
    comments: list[ProposalComment]


class ListedProposal(Wire, frozen=True):
    """A proposal in a list; see ``ProposalDetails``."""

    document_id: DocumentId
    path: Path
    proposal: ProposalSummary


class ProposalList(Wire, frozen=True):
    """``GET proposals``: newest first. ``has_earlier``: there are more before the last."""

    proposals: list[ListedProposal]
    has_earlier: bool


class ProposeEdit(Command, tag="edit.propose", frozen=True):
    """Propose the whole new ``content``, or steps on ``cells`` (see ``EditBody``)."""

    path: Path
    base_version: Version
    content: Any = None
    cells: Annotated[list[AnyCellStep], Meta(max_length=1000)] | None = None
    title: Title = ""


class AcceptEdit(Command, tag="edit.accept", frozen=True):
    """Accept ``hunks`` (null: all that are open): they are merged into the document.

    Stale ones stay open; with ``ask`` they become conflicts for people to decide.
    """

    proposal_id: ProposalId
    hunks: Annotated[list[HunkId], Meta(min_length=1, max_length=5000)] | None = None
    ask: bool = False


class RejectEdit(Command, tag="edit.reject", frozen=True):
    """Reject ``hunks`` (null: all that are open)."""

    proposal_id: ProposalId
    hunks: Annotated[list[HunkId], Meta(min_length=1, max_length=5000)] | None = None


class WithdrawEdit(Command, tag="edit.withdraw", frozen=True):
    """Take back what is not decided of my own proposal."""

    proposal_id: ProposalId


class CommentEdit(Command, tag="edit.comment", frozen=True):
    """Say something about a proposal, or about one hunk of it."""

    proposal_id: ProposalId
    body: CommentBody
    hunk_id: HunkId | None = None


class EditProposed(Durable, tag="edit.proposed", frozen=True):
    """``actor`` proposes an edit; told in each session that has the file."""

    document_id: DocumentId
    path: Path
    proposal: ProposalSummary


class EditAccepted(Durable, tag="edit.accepted", frozen=True):
    """``actor`` accepted hunks of a proposal; ``cells``: what that changed in the document."""

    document_id: DocumentId
    path: Path
    proposal: ProposalSummary
    hunks: list[HunkId]
    cells: list[CellChange]


class EditRejected(Durable, tag="edit.rejected", frozen=True):
    """``actor`` rejected hunks of a proposal."""

    document_id: DocumentId
    path: Path
    proposal: ProposalSummary
    hunks: list[HunkId]


class EditWithdrawn(Durable, tag="edit.withdrawn", frozen=True):
    """``actor`` took back what was not decided of their proposal."""

    document_id: DocumentId
    path: Path
    proposal: ProposalSummary
