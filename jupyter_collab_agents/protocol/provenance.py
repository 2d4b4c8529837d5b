"""Who wrote what in a document, and taking back what an agent's run did."""

from .base import CellId, Durable, Millis, ParticipantId, Path, RunId, Wire
from .locks import DocumentId
from .presence import CellChange


class Written(Wire, frozen=True):
    """A stretch of a text, from ``start`` up to, not including, ``end``, in UTF-16 code units.

    ``author`` is a participant, ``disk`` for what came with the file from outside, or null where
    nobody knows; ``run_id`` is the run of an agent.
    """

    start: int
    end: int
    author: str | None
    run_id: RunId | None


class TextProvenance(Wire, frozen=True):
    """Who wrote a cell's text, or (no ``cell_id``) a file's, who changed it and ran it last."""

    cell_id: CellId | None
    written: list[Written]
    edited_by: str | None
    edited_run: RunId | None
    edited_at: Millis | None
    ran_by: str | None
    ran_at: Millis | None


class Provenance(Wire, frozen=True):
    """``GET documents/provenance?path=``; texts in the document's order.

    ``live``: of the document that people have open, else of its file. ``runs`` have left something
    that can be taken back.
    """

    document_id: DocumentId
    path: Path
    live: bool
    texts: list[TextProvenance]
    runs: list[RunId]


class EditReverted(Durable, tag="edit.reverted", frozen=True):
    """``actor`` took back what a run of ``agent_id`` had done here; told in each session that has
    the file. ``cells``: what changed by that."""

    document_id: DocumentId
    path: Path
    run_id: RunId
    agent_id: ParticipantId
    cells: list[CellChange]


class Reverted(Wire, frozen=True):
    """What became of taking back a run in one document; ``refused`` says why it was not."""

    document_id: DocumentId
    path: Path
    cells: list[CellChange]
    refused: str | None


class RevertResult(Wire, frozen=True):
    """``POST runs/{run_id}/revert``: each document that the run had changed."""

    run_id: RunId
    documents: list[Reverted]
