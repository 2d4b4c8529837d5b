"""What a document says once a conflict is decided."""

from collections.abc import Callable
from typing import Any

from ..protocol.conflicts import ConflictKind, Keep
from ..protocol.errors import ErrorCode
from .contents import Content, after
from .errors import Refusal
from .merge.conflicts import Conflict
from .merge.operations import (
    DeleteCell,
    InsertCell,
    MoveCell,
    Operation,
    SetCellType,
    SetValue,
)


def decided(
    content: Content, conflict: Conflict, keep: Keep, text: str, behind: str | None
) -> Content:
    """The content that the conflict is about, with the decision.

    ``text`` is somebody's own version of what is disputed. ``behind``: where a cell that comes
    back belongs. Raises ``Refusal`` INVALID for a decision that makes no sense here.
    """
    if keep is Keep.CURRENT:
        return content
    if conflict.kind is ConflictKind.SOURCE:
        return _with_text(content, conflict, _chosen_text(conflict, keep, text))
    assert isinstance(content, dict)
    if conflict.kind is ConflictKind.DELETED_BY_THEM and keep is Keep.EDITED:
        return _with_cell(content, conflict.cell_id, lambda _: text)
    return after(content, _steps(content, conflict, keep, text, behind))


def _chosen_text(conflict: Conflict, keep: Keep, text: str) -> str:
    ours, theirs = str(conflict.ours), str(conflict.theirs)
    if keep is Keep.BOTH:
        ended = not ours or ours.endswith(("\n", "\r")) or theirs.startswith(("\n", "\r"))
        return ours + theirs if ended else f"{ours}\n{theirs}"
    return theirs if keep is Keep.INCOMING else text


def _with_text(content: Content, conflict: Conflict, text: str) -> Content:
    def changed(source: str) -> str:
        end = conflict.start + len(conflict.ours)
        return source[: conflict.start] + text + source[end:]

    if isinstance(content, str):
        return changed(content)
    return _with_cell(content, conflict.cell_id, changed)


def _with_cell(
    content: dict[str, Any], cell_id: str | None, changed: Callable[[str], str]
) -> Content:
    cells = [
        {**cell, "source": changed(cell["source"])} if cell["id"] == cell_id else cell
        for cell in content["cells"]
    ]
    return {**content, "cells": cells}


def _steps(
    content: dict[str, Any], conflict: Conflict, keep: Keep, text: str, behind: str | None
) -> list[Operation]:
    cell_id, kind = conflict.cell_id, conflict.kind
    if kind is ConflictKind.DELETED_BY_US:
        assert cell_id is not None
        cell = conflict.theirs if keep is not Keep.EDITED else {**conflict.theirs, "source": text}
        return [InsertCell(cell_id, cell, behind)]
    if kind is ConflictKind.DELETED_BY_THEM:
        assert cell_id is not None
        return [DeleteCell(cell_id)] if keep is Keep.INCOMING else []
    if keep is not Keep.INCOMING:
        raise Refusal(ErrorCode.INVALID, "Of these two, one has to be chosen.")
    if kind is ConflictKind.PLACE:
        assert cell_id is not None
        return [MoveCell(cell_id, conflict.theirs)]
    if kind is ConflictKind.CELL_TYPE:
        assert cell_id is not None
        return [SetCellType(cell_id, conflict.theirs)]
    return [_value(content, conflict)]


def _value(content: dict[str, Any], conflict: Conflict) -> SetValue:
    """The top key gets its value with the disputed one in it."""
    owner = content
    if conflict.cell_id is not None:
        owner = next(cell for cell in content["cells"] if cell["id"] == conflict.cell_id)
    field, (top, *way) = conflict.kind.value, conflict.key
    value = _put(owner.get(field, {}).get(top), way, conflict.theirs)
    return SetValue(conflict.cell_id, field, top, value, removed=value is None)


def _put(value: Any, way: list[str], new: Any) -> Any:
    if not way:
        return new
    held = dict(value) if isinstance(value, dict) else {}
    inner = _put(held.get(way[0]), way[1:], new)
    if inner is None:
        held.pop(way[0], None)
    else:
        held[way[0]] = inner
    return held
