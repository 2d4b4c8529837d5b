"""From what somebody wants to the content that they want, and from a merge to words about it."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial

from msgspec.structs import replace

from ..protocol.edits import (
    AnyCellStep,
    DeleteCell,
    InsertCell,
    MoveCell,
    SetCellType,
    SetMetadata,
    SetSource,
)
from ..protocol.errors import ErrorCode
from ..protocol.presence import CellChange, CellChangeKind
from .contents import Content, after
from .errors import Refusal
from .merge import NotAMergeableNotebook, minimal_edits
from .merge import operations as ops
from .merge.edits import Edit
from .merge.shape import Cell

MOST_CHANGES = 200
"""Cells that one notice names."""

Step = Edit | ops.Operation


def wanted(base: Content, steps: Sequence[AnyCellStep], mint: Callable[[int], str]) -> Content:
    """A notebook after somebody's steps. ``mint`` makes the id of the step's new cell.

    Raises ``Refusal`` INVALID.
    """
    if isinstance(base, str):
        raise Refusal(ErrorCode.INVALID, "This file has no cells. Send its whole new content.")
    texts = {cell["id"]: cell["source"] for cell in base["cells"]}
    done: list[ops.Operation] = []
    for number, step in enumerate(steps):
        done.append(_operation(step, texts, partial(mint, number)))
        if isinstance(step, SetSource):
            texts[step.cell_id] = step.source
    try:
        return after(base, done)
    except KeyError as missing:
        raise Refusal(
            ErrorCode.INVALID,
            f"There is no cell '{missing.args[0]}' in that version, or a new one has its id.",
        ) from missing
    except NotAMergeableNotebook as problem:
        raise Refusal(ErrorCode.INVALID, str(problem)) from problem


def _operation(step: AnyCellStep, texts: dict[str, str], mint: Callable[[], str]) -> ops.Operation:
    match step:
        case InsertCell():
            cell: Cell = {
                "cell_type": step.cell_type.value,
                "source": step.source,
                "metadata": step.metadata,
            }
            cell_id = step.cell_id or mint()
            texts[cell_id] = step.source
            return ops.InsertCell(cell_id, cell, step.after)
        case DeleteCell():
            return ops.DeleteCell(step.cell_id)
        case MoveCell():
            return ops.MoveCell(step.cell_id, step.after)
        case SetSource():
            return ops.EditSource(
                step.cell_id, minimal_edits(texts.get(step.cell_id, ""), step.source)
            )
        case SetCellType():
            return ops.SetCellType(step.cell_id, step.cell_type.value)
        case SetMetadata():
            return ops.SetValue(step.cell_id, "metadata", step.key, step.value, step.removed)


def touched(steps: Iterable[Step]) -> set[str]:
    """The cells that steps change; new ones are nobody's yet."""
    found = {
        step.cell_id
        for step in steps
        if not isinstance(step, Edit | ops.InsertCell) and step.cell_id is not None
    }
    new = {step.cell_id for step in steps if isinstance(step, ops.InsertCell)}
    return found - new


def changes(steps: Sequence[Step]) -> list[CellChange]:
    """What steps do to each cell, in their order: at most ``MOST_CHANGES``."""
    text = [step for step in steps if isinstance(step, Edit)]
    if text:
        return [_edited(None, text)]
    found: dict[tuple[str | None, CellChangeKind], CellChange] = {}
    for step in steps:
        assert not isinstance(step, Edit)
        change = _change(step)
        key = (change.cell_id, change.kind)
        known = found.get(key)
        found[key] = change if known is None else _together(known, change)
    return list(found.values())[:MOST_CHANGES]


def _together(one: CellChange, other: CellChange) -> CellChange:
    return replace(one, inserted=one.inserted + other.inserted, removed=one.removed + other.removed)


def _change(step: ops.Operation) -> CellChange:
    match step:
        case ops.InsertCell(cell_id, cell):
            return CellChange(
                cell_id=cell_id, kind=CellChangeKind.ADDED, inserted=_units(cell["source"])
            )
        case ops.DeleteCell(cell_id):
            return CellChange(cell_id=cell_id, kind=CellChangeKind.REMOVED)
        case ops.MoveCell(cell_id):
            return CellChange(cell_id=cell_id, kind=CellChangeKind.MOVED)
        case ops.EditSource(cell_id, edits):
            return _edited(cell_id, edits)
        case _:
            return CellChange(cell_id=step.cell_id, kind=CellChangeKind.EDITED)


def _edited(cell_id: str | None, edits: Sequence[Edit]) -> CellChange:
    return CellChange(
        cell_id=cell_id,
        kind=CellChangeKind.EDITED,
        inserted=sum(_units(edit.text) for edit in edits),
        removed=sum(edit.end - edit.start for edit in edits),
    )


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2
