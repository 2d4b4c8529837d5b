"""What a lock covers, and when two of them cover the same thing."""

from msgspec import Struct

from ..protocol.base import Position, Range
from ..protocol.errors import ErrorCode
from ..protocol.locks import AcquireLock, Lock, LockScope
from .errors import Refusal
from .paths import check_cell_id


class Extent(Struct, frozen=True):
    """A part of a document: all of it, a cell, or a range (of a cell, or of a text file)."""

    scope: LockScope
    cell_id: str | None = None
    range: Range | None = None
    cell_index: int | None = None


def extent_asked(command: AcquireLock) -> Extent:
    """What a command names. Raises ``Refusal`` INVALID."""
    if command.cell_id is not None:
        check_cell_id(command.cell_id)
    if command.range is not None:
        first, last = _ends(command.range)
        if first == last:
            raise Refusal(ErrorCode.INVALID, "A range cannot be empty. Select something first.")
        return Extent(LockScope.RANGE, command.cell_id, command.range, command.cell_index)
    if command.cell_id is not None:
        return Extent(LockScope.CELL, command.cell_id, None, command.cell_index)
    return Extent(LockScope.DOCUMENT)


def extent_of(lock: Lock) -> Extent:
    """What a lock covers."""
    return Extent(lock.scope, lock.cell_id, lock.range, lock.cell_index)


def same(one: Extent, other: Extent) -> bool:
    """Do both cover exactly the same (wherever the cell was meanwhile)?"""
    return (one.scope, one.cell_id) == (other.scope, other.cell_id) and (
        one.range is None or other.range is None or _ends(one.range) == _ends(other.range)
    )


def overlap(one: Extent, other: Extent) -> bool:
    """Is there something that both cover?"""
    if LockScope.DOCUMENT in (one.scope, other.scope):
        return True
    if one.cell_id != other.cell_id:
        return False
    if one.range is None or other.range is None:
        return True
    first, last = _ends(one.range)
    other_first, other_last = _ends(other.range)
    return first < other_last and other_first < last


def words(extent: Extent) -> str:
    """For people: "cell 4", "lines 2 to 5 of cell 4", "this document"."""
    cell = "a cell" if extent.cell_index is None else f"cell {extent.cell_index + 1}"
    if extent.range is not None:
        first, last = extent.range.anchor.line, extent.range.head.line
        first, last = min(first, last) + 1, max(first, last) + 1
        lines = f"line {first}" if first == last else f"lines {first} to {last}"
        return lines if extent.cell_id is None else f"{lines} of {cell}"
    return "this document" if extent.cell_id is None else cell


def _ends(chosen: Range) -> tuple[tuple[int, int], tuple[int, int]]:
    ends = sorted((_place(chosen.anchor), _place(chosen.head)))
    return ends[0], ends[1]


def _place(position: Position) -> tuple[int, int]:
    return position.line, position.column
