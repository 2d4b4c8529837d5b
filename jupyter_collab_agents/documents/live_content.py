"""A live document as plain content, and made into another content by the least operations.

Cells and texts that do not change are not touched, so cursors and authors stay.
"""

from collections.abc import Sequence
from typing import Any

from jupyter_ydoc import YNotebook, YUnicode
from jupyter_ydoc.utils import cast_all
from msgspec import Struct
from pycrdt import Array, Map, Text

from ..domain.contents import KEPT, Content, bare
from ..domain.merge.conflicts import Conflict
from ..domain.merge.edits import Edit
from ..domain.merge.identity import cell_keys
from ..domain.merge.notebook import merge_notebooks
from ..domain.merge.operations import (
    DeleteCell,
    EditSource,
    InsertCell,
    MoveCell,
    Operation,
    SetCellType,
    SetOutputs,
    SetValue,
    as_type,
)
from ..domain.merge.shape import has_ids
from ..domain.merge.text import merge_texts
from ..domain.shareable import MAX_HELD, check_shareable
from .text import apply_edits

MOST_DEPTH = 100
"""Lists and mappings inside each other, with outputs; much deeper ones cannot be saved."""
Steps = Sequence[Edit] | Sequence[Operation]


class Merge(Struct, frozen=True):
    """The merged content, the steps from ours to it, and what is left to decide."""

    content: Content
    steps: Steps
    conflicts: list[Conflict]


def content_of(model: Any) -> Content:
    """What a live text or notebook says. Cells that appear twice are there twice."""
    content: Content = model.get(deduplicate=False) if isinstance(model, YNotebook) else model.get()
    return content


def bare_content(model: Any) -> Content:
    """The same without what runs left and without trust (see ``domain/contents.py``).

    Outputs are not even read: they may be large.
    """
    if not isinstance(model, YNotebook):
        return str(model.ydoc.get("source", type=Text))
    meta = _plain(model.ydoc.get("meta", type=Map))
    return bare(
        {
            "nbformat": 4,
            "nbformat_minor": meta.get("nbformat_minor", 5),
            "metadata": meta.get("metadata", {}),
            "cells": [
                {field: _plain(cell[field]) for field in KEPT if field in cell}
                for cell in model.ycells
            ],
        }
    )


def _plain(shared: Any) -> Any:
    if isinstance(shared, Text):
        return str(shared)
    value = shared.to_py() if isinstance(shared, Map | Array) else shared
    # numbers that came through a browser are all floats
    return cast_all(value, float, int) if isinstance(value, dict | list) else value


def is_mergeable(model: Any) -> bool:
    """Whether it is a text or a notebook (others are binary, or have rules of their own)."""
    return isinstance(model, (YNotebook, YUnicode))


def merge(base: Content, ours: Content, theirs: Content) -> Merge:
    """Three-way merge; outputs of cells as well.

    Raises ``NotAMergeableNotebook``, and ``TypeError`` for a text against a notebook.
    """
    if isinstance(base, str) and isinstance(ours, str) and isinstance(theirs, str):
        text = merge_texts(base, ours, theirs)
        return Merge(text.text, text.edits, text.conflicts)
    if isinstance(base, dict) and isinstance(ours, dict) and isinstance(theirs, dict):
        check_shareable(theirs, depth=MOST_DEPTH, largest=MAX_HELD)
        notebook = merge_notebooks(base, ours, theirs, outputs=True)
        return Merge(notebook.notebook, notebook.operations, notebook.conflicts)
    raise TypeError("A text and a notebook cannot be merged.")


def apply(model: Any, steps: Steps, *, origin: str | None) -> None:
    """Change a live document, in one transaction; ``steps`` begin with what it says now.

    Nobody may have a transaction open (see ``collaboration.until_no_transaction``).
    """
    if not steps:
        return
    try:
        _apply(model, steps, origin)
    except BaseException as problem:
        if isinstance(problem, Exception | KeyboardInterrupt | SystemExit):
            raise
        # a panic of the library is no Exception: nobody would answer whoever asked
        raise RuntimeError("the document could not be changed") from problem


def _apply(model: Any, steps: Steps, origin: str | None) -> None:
    edits = [step for step in steps if isinstance(step, Edit)]
    with model.ydoc.transaction(origin=origin):
        if edits:
            _edit(model.ydoc.get("source", type=Text), edits)
        else:
            _Cells(model).run([step for step in steps if not isinstance(step, Edit)])


def _edit(shared: Any, edits: Sequence[Edit]) -> None:
    apply_edits(shared, str(shared), [(edit.start, edit.end, edit.text) for edit in edits])


class _Cells:
    """The shared cells of a notebook by the names that operations use."""

    def __init__(self, model: YNotebook) -> None:
        self._model = model
        self._cells = model.ycells
        bare = bare_content(model)
        assert isinstance(bare, dict)
        self._keys = [cell["id"] for cell in bare["cells"]]
        # where the format has no ids, contents are named without the ones that live cells have
        said = [{**cell, "id": None} for cell in bare["cells"]]
        self._also = {} if has_ids(bare) else dict(zip(cell_keys(said), self._keys, strict=True))

    def run(self, operations: Sequence[Operation]) -> None:
        for operation in operations:
            match operation:
                case InsertCell(key, cell, after):
                    self._insert(key, {**cell, "id": key}, after)
                case DeleteCell(key):
                    self._take(key)
                case MoveCell(key, after):
                    # Yjs 13 knows no move: the cell is written anew at its new place
                    self._insert(key, self._take(key), after)
                case SetCellType(key, cell_type):
                    after = self._before(key)
                    self._insert(key, as_type(self._take(key), cell_type), after)
                case EditSource(key, edits):
                    _edit(self._cell(key)["source"], edits)
                case SetOutputs(key, outputs, count):
                    _set_outputs(self._cell(key), outputs, count)
                case SetValue(None):
                    _set_value(self._model.ydoc.get("meta", type=Map), "metadata", operation)
                case SetValue(str(key), field):
                    _set_value(self._cell(key), field, operation)

    def _place(self, key: str) -> int:
        return self._keys.index(self._also.get(key, key))

    def _cell(self, key: str) -> Any:
        return self._cells[self._place(key)]

    def _before(self, key: str) -> str | None:
        place = self._place(key)
        return self._keys[place - 1] if place else None

    def _insert(self, key: str, cell: dict[str, Any], after: str | None) -> None:
        place = 0 if after is None else self._place(after) + 1
        self._keys.insert(place, self._also.get(key, key))
        self._cells.insert(place, self._model.create_ycell(cell))

    def _take(self, key: str) -> dict[str, Any]:
        place = self._place(key)
        shared = self._cells[place]
        cell = {**self._model.get_cell(place), "id": shared.get("id", key)}
        del self._keys[place], self._cells[place]
        return cell


def _set_outputs(cell: Any, outputs: Sequence[dict[str, Any]], count: int | None) -> None:
    shared = [_shared_output(output) for output in outputs]
    if isinstance(cell.get("outputs"), Array):
        cell["outputs"].clear()
        cell["outputs"].extend(shared)
    else:
        cell["outputs"] = Array(shared)
    cell["execution_count"] = count


def _shared_output(output: dict[str, Any]) -> Any:
    if output.get("output_type") != "stream":
        return Map(dict(output))
    text = output.get("text", "")  # it grows while a cell runs
    return Map({**output, "text": Text(text if isinstance(text, str) else "".join(text))})


def _set_value(owner: Any, field: str, change: SetValue) -> None:
    values = owner.get(field)
    if not isinstance(values, Map):
        plain = {key: value for key, value in (values or {}).items() if key != change.key}
        if not change.removed:
            plain[change.key] = change.value
        owner[field] = Map(plain) if field == "metadata" else plain
    elif not change.removed:
        values[change.key] = change.value
    elif change.key in values:
        del values[change.key]
