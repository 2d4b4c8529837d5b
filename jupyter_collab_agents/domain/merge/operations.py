"""Changes of a notebook as steps on its cells, so that nothing else is touched."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from .chain import Chain
from .edits import Edit, apply_edits
from .identity import cell_keys
from .shape import Cell, cells_of, has_ids


class InsertCell(Struct, frozen=True, tag="insert"):
    """A new cell behind another one (None: first)."""

    cell_id: str
    cell: Cell
    after: str | None


class DeleteCell(Struct, frozen=True, tag="delete"):
    """A cell goes."""

    cell_id: str


class MoveCell(Struct, frozen=True, tag="move"):
    """A cell comes to stand behind another one (None: first)."""

    cell_id: str
    after: str | None


class EditSource(Struct, frozen=True, tag="source"):
    """A cell's text changes: edits in ascending order, in positions of the text before."""

    cell_id: str
    edits: list[Edit]


class SetCellType(Struct, frozen=True, tag="type"):
    """A cell becomes code, markdown or raw."""

    cell_id: str
    cell_type: str


class SetValue(Struct, frozen=True, tag="value"):
    """One key of ``metadata`` or ``attachments`` gets a value, or goes (``removed``).

    Without ``cell_id``: the notebook's own metadata.
    """

    cell_id: str | None
    field: str
    key: str
    value: Any = None
    removed: bool = False


class SetOutputs(Struct, frozen=True, tag="outputs"):
    """What a cell's last run left."""

    cell_id: str
    outputs: list[Any]
    execution_count: int | None


Operation = InsertCell | DeleteCell | MoveCell | EditSource | SetCellType | SetValue | SetOutputs


def apply_operations(
    notebook: Mapping[str, Any], operations: Sequence[Operation]
) -> dict[str, Any]:
    """A notebook after operations, one by one. The one given is left as it is.

    Cells are named as ``cell_keys`` names them. Raises KeyError for a cell that is not there (or
    is there, for an insertion) and ValueError for edits beyond the text. In the result each cell
    has a distinct id, or none where the notebook's format has no ids.
    """
    cells = cells_of(notebook)
    named = dict(zip(cell_keys(cells), cells, strict=True))
    order = Chain(named)
    metadata = dict(notebook.get("metadata", {}))
    for operation in operations:
        match operation:
            case InsertCell(cell_id, cell, after):
                order.insert(cell_id, after)
                named[cell_id] = {**cell, "id": cell_id}
            case DeleteCell(cell_id):
                order.remove(cell_id)
                del named[cell_id]
            case MoveCell(cell_id, after):
                order.remove(cell_id)
                order.insert(cell_id, after)
            case SetValue(None, _, key, value, removed):
                _set(metadata, key, value, removed)
            case _:
                assert operation.cell_id is not None
                named[operation.cell_id] = _changed(named[operation.cell_id], operation)
    ids = has_ids(notebook)
    return {
        **notebook,
        "metadata": metadata,
        "cells": [_with_id(named[key], key if ids else None) for key in order],
    }


def _changed(cell: Cell, operation: Operation) -> Cell:
    match operation:
        case EditSource(_, edits):
            return {**cell, "source": apply_edits(cell["source"], edits)}
        case SetCellType(_, cell_type):
            return as_type(cell, cell_type)
        case SetValue(_, field, key, value, removed):
            values = dict(cell.get(field, {}))
            _set(values, key, value, removed)
            changed = {**cell, field: values}
            if not values and field == "attachments":
                del changed[field]
            return changed
        case SetOutputs(_, outputs, execution_count):
            return {**cell, "outputs": outputs, "execution_count": execution_count}
    raise TypeError(operation)


def as_type(cell: Cell, cell_type: str) -> Cell:
    """A cell as another type, with the fields that this type has."""
    changed = {**cell, "cell_type": cell_type}
    if cell_type == "code":
        changed.pop("attachments", None)
        return {"execution_count": None, "outputs": [], **changed}
    changed.pop("outputs", None)
    changed.pop("execution_count", None)
    return changed


def _set(values: dict[str, Any], key: str, value: Any, removed: bool) -> None:
    if removed:
        values.pop(key, None)
    else:
        values[key] = value


def _with_id(cell: Cell, key: str | None) -> Cell:
    if key is None:
        return {name: value for name, value in cell.items() if name != "id"}
    return {**cell, "id": key}
