"""What runs of agents did to the cells of a notebook, and the notebook as if one had not.

Texts are in ``authorship``; here are cells that were made, removed, moved and retyped, and values
of metadata. Each entry says what it takes to undo it, and whether others have changed it since.
"""

from collections.abc import Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from .authorship import Author, Parts, others_wrote, runs_in, without
from .merge.shape import Cell

FILE = ""
"""The name of a file's only text among texts of cells."""


class TextAuthors(Struct, frozen=True):
    """Who wrote a text, and what it says; who ran it last. Times in ms."""

    text: str
    parts: Parts
    edited_by: Author = None
    edited_at: int | None = None
    ran_by: Author = None
    ran_at: int | None = None


class CellMade(Struct, frozen=True, tag="made"):
    """A run put in a cell."""

    run: str
    cell_id: str


class CellRemoved(Struct, frozen=True, tag="removed"):
    """A run took out a cell that stood behind ``after`` (null: first)."""

    run: str
    cell_id: str
    after: str | None
    cell: dict[str, Any]
    authors: TextAuthors


class CellMoved(Struct, frozen=True, tag="moved"):
    """A run moved a cell from behind ``after`` to behind ``to``."""

    run: str
    cell_id: str
    after: str | None
    to: str | None


class CellRetyped(Struct, frozen=True, tag="retyped"):
    """A run made a cell another type."""

    run: str
    cell_id: str
    before: str
    now: str


class ValueSet(Struct, frozen=True, tag="value"):
    """A run set or removed (``now`` is null) one value of metadata; no cell: the notebook's."""

    run: str
    cell_id: str | None
    key: str
    before: Any
    now: Any


Change = CellMade | CellRemoved | CellMoved | CellRetyped | ValueSet


class Authors(Struct, frozen=True):
    """Everything that is known of a document: its texts by cell, and what runs did, in order."""

    texts: dict[str, TextAuthors] = {}
    changes: tuple[Change, ...] = ()


def without_run(content: Any, authors: Authors, run: str) -> tuple[Any, Authors]:
    """A document, and what is known of it, as if ``run`` had done nothing.

    ``content`` is a text, or a notebook whose texts are those of ``authors``. What others wrote
    and did stays; what they have changed since stays as they left it.
    """
    if isinstance(content, str):
        known = authors.texts.get(FILE)
        if known is None:
            return content, authors
        parts, text = without(known.parts, content, run)
        return text, replace(authors, texts={FILE: replace(known, text=text, parts=parts)})
    undoing = _Undoing(content, authors, run)
    for change in reversed(authors.changes):
        if change.run == run:
            undoing.undo(change)
    undoing.texts()
    return undoing.content(), undoing.authors()


class _Undoing:
    def __init__(self, content: dict[str, Any], authors: Authors, run: str) -> None:
        self._content = content
        self._cells: list[Cell] = [dict(cell) for cell in content["cells"]]
        self._metadata = dict(content.get("metadata", {}))
        self._texts = dict(authors.texts)
        self._changes = authors.changes
        self._run = run

    def undo(self, change: Change) -> None:
        match change:
            case CellMade(_, cell_id):
                self._unmake(cell_id)
            case CellRemoved():
                self._bring_back(change)
            case CellMoved(_, cell_id, after, to):
                place = self._place(cell_id)
                if place is not None and self._before(place) == to:
                    self._insert(self._cells.pop(place), after)
            case CellRetyped(_, cell_id, before, now):
                place = self._place(cell_id)
                if place is not None and self._cells[place]["cell_type"] == now:
                    self._cells[place] = _retyped(self._cells[place], before)
            case ValueSet(_, cell_id, key, before, now):
                self._unset(cell_id, key, before, now)

    def texts(self) -> None:
        for cell in self._cells:
            known = self._texts.get(cell["id"])
            if known is None or known.text != cell["source"]:
                continue
            parts, text = without(known.parts, known.text, self._run)
            if text != known.text or parts != known.parts:
                self._texts[cell["id"]] = replace(known, text=text, parts=parts)
                cell["source"] = text

    def content(self) -> dict[str, Any]:
        return {**self._content, "metadata": self._metadata, "cells": self._cells}

    def authors(self) -> Authors:
        left = tuple(change for change in self._changes if change.run != self._run)
        return Authors(self._texts, left)

    def _unmake(self, cell_id: str) -> None:
        """A cell in which others have written stays, with what they wrote."""
        place = self._place(cell_id)
        known = self._texts.get(cell_id)
        if place is None or known is None or others_wrote(known.parts, self._run):
            return
        del self._cells[place]
        del self._texts[cell_id]

    def _bring_back(self, change: CellRemoved) -> None:
        if self._place(change.cell_id) is None:
            cell = {**change.cell, "id": change.cell_id, "source": change.authors.text}
            self._texts[change.cell_id] = change.authors
            self._insert(cell, change.after)

    def _unset(self, cell_id: str | None, key: str, before: Any, now: Any) -> None:
        if cell_id is None:
            values = self._metadata
        else:
            place = self._place(cell_id)
            if place is None:
                return
            values = self._cells[place]["metadata"] = dict(self._cells[place]["metadata"])
        if values.get(key) != now:
            return  # somebody has set it since
        if before is None:
            values.pop(key, None)
        else:
            values[key] = before

    def _insert(self, cell: Cell, after: str | None) -> None:
        place = None if after is None else self._place(after)
        self._cells.insert(0 if place is None else place + 1, cell)

    def _place(self, cell_id: str) -> int | None:
        return next((i for i, cell in enumerate(self._cells) if cell["id"] == cell_id), None)

    def _before(self, place: int) -> str | None:
        return str(self._cells[place - 1]["id"]) if place else None


def _retyped(cell: Cell, cell_type: str) -> Cell:
    return {**cell, "cell_type": cell_type}


def runs_of(authors: Authors) -> Sequence[str]:
    """Runs that have left something that can be taken back."""
    found = {change.run for change in authors.changes}
    for known in authors.texts.values():
        found |= {author for author in runs_in(known.parts) if is_run(author)}
    return sorted(found)


def is_run(author: Author) -> bool:
    """Whether an author is a run of an agent (``agent:name/run``)."""
    return author is not None and author.startswith("agent:") and "/" in author
