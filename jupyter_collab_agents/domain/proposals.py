"""A proposed content as hunks that can be accepted one by one.

A text is cut into runs of changed lines; a notebook into those of each cell's text, and into
changes of cells as a whole. Any choice of hunks can be put onto the base.
"""

from collections.abc import Collection, Iterable
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..protocol.proposals import HunkKind
from .contents import Content
from .merge import merge_notebooks
from .merge import operations as ops
from .merge.difference import difference
from .merge.shape import Cell
from .merge.tokens import split_lines


class Part(Struct, frozen=True, kw_only=True):
    """One hunk: what ``protocol.proposals.Hunk`` says of it, and nobody's decision."""

    hunk_id: str
    kind: HunkKind
    cell_id: str | None = None
    key: str | None = None
    line: int = 0
    lines: int = 0
    new_line: int = 0
    new_lines: int = 0


def parts_of(base: Content, proposed: Content) -> list[Part]:
    """The hunks, in the proposed order of cells; what is deleted comes first.

    Both are bare (``contents.bare``), both texts or both notebooks.
    """
    if isinstance(base, str):
        assert isinstance(proposed, str)
        found = _of_text(None, base, proposed)
    else:
        assert isinstance(proposed, dict)
        found = _of_notebook(base, proposed)
    return [replace(part, hunk_id=f"h{number}") for number, part in enumerate(found, 1)]


def _of_text(cell_id: str | None, before: str, after: str) -> Iterable[Part]:
    for hunk in difference(split_lines(before), split_lines(after)):
        yield Part(
            hunk_id="",
            kind=HunkKind.TEXT,
            cell_id=cell_id,
            line=hunk.start,
            lines=hunk.end - hunk.start,
            new_line=hunk.at,
            new_lines=hunk.to - hunk.at,
        )


def _of_notebook(base: dict[str, Any], proposed: dict[str, Any]) -> Iterable[Part]:
    was, new = _by_id(base), _by_id(proposed)
    places = {cell_id: number for number, cell_id in enumerate(new)}
    found: list[tuple[int, Part]] = []
    for step in merge_notebooks(base, base, proposed).operations:
        cell_id = step.cell_id
        place = -1 if cell_id is None else places.get(cell_id, -1)
        for part in _of_step(step, was, new):
            found.append((place, part))
    # a stable sort: the parts of one cell keep their order
    return [part for _, part in sorted(found, key=lambda one: one[0])]


def _of_step(step: ops.Operation, was: dict[str, Cell], new: dict[str, Cell]) -> Iterable[Part]:
    match step:
        case ops.EditSource(cell_id):
            yield from _of_text(cell_id, was[cell_id]["source"], new[cell_id]["source"])
        case ops.InsertCell(cell_id):
            yield Part(hunk_id="", kind=HunkKind.INSERT, cell_id=cell_id)
        case ops.DeleteCell(cell_id):
            yield Part(hunk_id="", kind=HunkKind.DELETE, cell_id=cell_id)
        case ops.MoveCell(cell_id):
            yield Part(hunk_id="", kind=HunkKind.MOVE, cell_id=cell_id)
        case ops.SetCellType(cell_id):
            yield Part(hunk_id="", kind=HunkKind.CELL_TYPE, cell_id=cell_id)
        case ops.SetValue(owner, field, key):
            yield Part(hunk_id="", kind=HunkKind(field), cell_id=owner, key=key)


# --- choosing ---------------------------------------------------------------------------------


def with_parts(base: Content, proposed: Content, chosen: Collection[Part]) -> Content:
    """The base with these hunks of what is proposed."""
    if isinstance(base, str):
        assert isinstance(proposed, str)
        return _text_with(base, proposed, chosen)
    assert isinstance(proposed, dict)
    return _notebook_with(base, proposed, chosen)


def _text_with(before: str, after: str, chosen: Iterable[Part]) -> str:
    old, new = split_lines(before), split_lines(after)
    lines: list[str] = []
    at = 0
    for part in sorted(chosen, key=lambda part: (part.line, part.new_line)):
        lines += old[at : part.line]
        lines += new[part.new_line : part.new_line + part.new_lines]
        at = part.line + part.lines
    return "".join([*lines, *old[at:]])


def _notebook_with(
    base: dict[str, Any], proposed: dict[str, Any], chosen: Collection[Part]
) -> dict[str, Any]:
    was, new = _by_id(base), _by_id(proposed)
    by_cell: dict[str | None, list[Part]] = {}
    for part in chosen:
        by_cell.setdefault(part.cell_id, []).append(part)
    order = _order_with(list(was), list(new), chosen)
    cells = [
        _cell_with(was[cell_id], new.get(cell_id, was[cell_id]), by_cell.get(cell_id, []))
        if cell_id in was
        else new[cell_id]
        for cell_id in order
    ]
    return _values_with({**base, "cells": cells}, proposed, by_cell.get(None, []))


def _order_with(was: list[str], new: list[str], chosen: Collection[Part]) -> list[str]:
    """Where chosen cells go: behind the nearest that is in front of them in what is proposed."""
    gone = {part.cell_id for part in chosen if part.kind is HunkKind.DELETE}
    placed = {p.cell_id for p in chosen if p.kind in {HunkKind.INSERT, HunkKind.MOVE}}
    order = [cell_id for cell_id in was if cell_id not in gone and cell_id not in placed]
    there = set(order)
    front: list[str] = []
    for cell_id in new:
        if cell_id in placed:
            anchor = next((name for name in reversed(front) if name in there), None)
            order.insert(0 if anchor is None else order.index(anchor) + 1, cell_id)
            there.add(cell_id)
        front.append(cell_id)
    return order


def _cell_with(was: Cell, new: Cell, parts: Collection[Part]) -> Cell:
    if not parts:
        return was
    text = [part for part in parts if part.kind is HunkKind.TEXT]
    cell = {**was, "source": _text_with(was["source"], new["source"], text)}
    if any(part.kind is HunkKind.CELL_TYPE for part in parts):
        cell["cell_type"] = new["cell_type"]
        if new["cell_type"] == "code":
            cell.pop("attachments", None)
    return _values_with(cell, new, parts)


def _values_with(owner: dict[str, Any], new: dict[str, Any], parts: Iterable[Part]) -> Cell:
    changed = dict(owner)
    for part in parts:
        if part.kind not in {HunkKind.METADATA, HunkKind.ATTACHMENTS}:
            continue
        assert part.key is not None
        field, theirs = part.kind.value, new.get(part.kind.value, {})
        values = dict(changed.get(field, {}))
        if part.key in theirs:
            values[part.key] = theirs[part.key]
        else:
            values.pop(part.key, None)
        changed[field] = values
        if not values and field == HunkKind.ATTACHMENTS.value:
            del changed[field]
    return changed


def _by_id(notebook: dict[str, Any]) -> dict[str, Cell]:
    return {cell["id"]: cell for cell in notebook["cells"]}
