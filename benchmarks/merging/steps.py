"""Edits of notebooks as plain steps by cell id, and what a notebook is after them."""

from collections.abc import Iterable
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

Notebook = dict[str, Any]


@dataclass(frozen=True)
class Replace:
    """In a cell, a text that stands there once becomes another."""

    cell: str
    find: str
    by: str


@dataclass(frozen=True)
class Insert:
    """A new cell behind another."""

    after: str
    cell: str
    source: str


@dataclass(frozen=True)
class Delete:
    cell: str


@dataclass(frozen=True)
class Move:
    """A cell comes to stand behind another."""

    cell: str
    after: str


@dataclass(frozen=True)
class Metadata:
    """A cell's metadata, or without a cell the notebook's, get a value."""

    cell: str | None
    key: str
    value: Any


@dataclass(frozen=True)
class Type:
    cell: str
    kind: str


@dataclass(frozen=True)
class Run:
    """A cell is run: its outputs and count change."""

    cell: str
    count: int


Step = Replace | Insert | Delete | Move | Metadata | Type | Run


def new_cell(cell_id: str, source: str, kind: str = "code") -> dict[str, Any]:
    cell: dict[str, Any] = {"id": cell_id, "cell_type": kind, "source": source, "metadata": {}}
    return cell | ({"outputs": [], "execution_count": None} if kind == "code" else {})


def new_notebook(cells: Iterable[dict[str, Any]]) -> Notebook:
    return {
        "nbformat": 4,
        "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "cells": list(cells),
    }


def apply(base: Notebook, *steps: Step) -> Notebook:
    """A notebook after steps."""
    book = deepcopy(base)
    cells: list[dict[str, Any]] = book["cells"]

    def at(cell_id: str) -> int:
        return next(place for place, cell in enumerate(cells) if cell["id"] == cell_id)

    for step in steps:
        match step:
            case Replace(cell, find, by):
                source = cells[at(cell)]["source"]
                assert source.count(find) == 1, (cell, find)
                cells[at(cell)]["source"] = source.replace(find, by)
            case Insert(after, cell, source):
                cells.insert(at(after) + 1, new_cell(cell, source))
            case Delete(cell):
                del cells[at(cell)]
            case Move(cell, after):
                moved = cells.pop(at(cell))
                cells.insert(at(after) + 1, moved)
            case Metadata(None, key, value):
                book["metadata"][key] = value
            case Metadata(cell, key, value):
                assert cell is not None
                cells[at(cell)]["metadata"][key] = value
            case Type(cell, kind):
                old = cells[at(cell)]
                cells[at(cell)] = new_cell(cell, old["source"], kind) | {
                    "metadata": old["metadata"]
                }
            case Run(cell, count):
                cells[at(cell)]["execution_count"] = count
                cells[at(cell)]["outputs"] = [
                    {"output_type": "stream", "name": "stdout", "text": f"{count}\n"}
                ]
    return book
