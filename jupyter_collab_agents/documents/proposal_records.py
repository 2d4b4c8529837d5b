"""Proposals as they are stored, and as they are shown."""

from collections.abc import Iterable
from typing import Any

import msgspec

from ..domain.contents import Content
from ..domain.documents import Document
from ..domain.errors import Refusal
from ..domain.fitting import Fitting
from ..domain.merge.shape import Cell
from ..domain.proposals import Part
from ..domain.reviews import Review, status_of, summary_of
from ..protocol.edits import CellType
from ..protocol.errors import ErrorCode
from ..protocol.proposals import (
    Hunk,
    HunkFit,
    HunkKind,
    HunkStatus,
    ProposalDetails,
    ProposedPart,
)
from ..storage.documents import Item

KIND = "proposal"

_decoder = msgspec.json.Decoder(Review)


def item_of(document_id: str, review: Review) -> Item:
    """The record as the store keeps it."""
    return Item(
        document_id=document_id,
        kind=KIND,
        item_id=review.proposal_id,
        at=review.at,
        status=status_of(review).value,
        data=msgspec.json.encode(review),
        about=review.run_id,
        blobs=tuple(dict.fromkeys((review.base, review.proposed))),
    )


def review_of(item: Item) -> Review:
    """What the store kept."""
    return _decoder.decode(item.data)


def require_same(document: Document, review: Review) -> None:
    """Raise ``Refusal`` unless the proposal stands as it was read."""
    there = document.proposals.get(review.proposal_id)
    if there is None or there.revision != review.revision:
        raise Refusal(ErrorCode.CONFLICT, "Somebody was faster. Look at the proposal again.")


def details_of(
    document_id: str, path: str, review: Review, fitting: Fitting, *, readable: bool
) -> ProposalDetails:
    """Everything that is shown. ``readable``: ``fitting`` knows what the document says now."""
    shown: dict[str | None, list[Hunk]] = {}
    looked = review.with_status(HunkStatus.OPEN) if readable and not review.withdrawn else []
    fits = fitting.fits(looked)
    for part in review.parts:
        hunk = _hunk(review, part, fitting, fits.get(part.hunk_id))
        shown.setdefault(part.cell_id, []).append(hunk)
    return ProposalDetails(
        document_id=document_id,
        path=path,
        proposal=summary_of(review),
        parts=[_part(cell_id, hunks, fitting) for cell_id, hunks in shown.items()],
        comments=review.comments,
    )


def _part(cell_id: str | None, hunks: list[Hunk], fitting: Fitting) -> ProposedPart:
    base, proposed = fitting.base, fitting.proposed
    if isinstance(base, str) or isinstance(proposed, str):
        assert isinstance(base, str)
        assert isinstance(proposed, str)
        return ProposedPart(
            cell_id=None, cell_type=None, behind=None, before=base, after=proposed, hunks=hunks
        )
    was, new = _find(base["cells"], cell_id), _find(proposed["cells"], cell_id)
    there = new or was
    place = proposed["cells"] if new is not None else base["cells"]
    return ProposedPart(
        cell_id=cell_id,
        cell_type=None if there is None else CellType(there["cell_type"]),
        behind=_behind(place, cell_id),
        before=None if was is None else was["source"],
        after=None if new is None else new["source"],
        hunks=hunks,
    )


def _hunk(review: Review, part: Part, fitting: Fitting, fit: HunkFit | None) -> Hunk:
    verdict = review.verdicts.get(part.hunk_id)
    return Hunk(
        hunk_id=part.hunk_id,
        kind=part.kind,
        line=part.line,
        lines=part.lines,
        new_line=part.new_line,
        new_lines=part.new_lines,
        key=part.key,
        was=_value(fitting.base, part),
        becomes=_value(fitting.proposed, part),
        status=review.status(part),
        fit=fit,
        decided_by=None if verdict is None else verdict.by,
        decided_by_name=None if verdict is None else verdict.by_name,
        decided_at=None if verdict is None else verdict.at,
    )


def _value(content: Content, part: Part) -> Any:
    """Of metadata and cell types; attachments are too large to show."""
    if isinstance(content, str) or part.kind not in {HunkKind.METADATA, HunkKind.CELL_TYPE}:
        return None
    owner = content if part.cell_id is None else _find(content["cells"], part.cell_id)
    if owner is None:
        return None
    return (
        owner["cell_type"] if part.kind is HunkKind.CELL_TYPE else owner["metadata"].get(part.key)
    )


def _find(cells: Iterable[Cell], cell_id: str | None) -> Cell | None:
    return next((cell for cell in cells if cell["id"] == cell_id), None)


def _behind(cells: list[Cell], cell_id: str | None) -> str | None:
    names = [str(cell["id"]) for cell in cells]
    place = names.index(cell_id) if cell_id in names else 0
    return names[place - 1] if place else None
