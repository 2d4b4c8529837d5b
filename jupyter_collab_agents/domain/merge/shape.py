"""Notebooks from anywhere: what is accepted as one, and its parts in one form."""

from collections.abc import Mapping
from typing import Any

Cell = dict[str, Any]

CELL_TYPES = frozenset({"code", "markdown", "raw"})
NEEDED = {"cell_type", "source", "metadata", "id"}


class NotAMergeableNotebook(ValueError):
    """The JSON is not a notebook of format 4. The message says where, in words for people."""


def cells_of(notebook: Mapping[str, Any]) -> list[Cell]:
    """The cells, each with a type, a source in one string, and metadata."""
    if notebook.get("nbformat", 4) != 4:
        raise NotAMergeableNotebook("Only notebooks of format 4 can be merged.")
    cells = notebook.get("cells")
    if not isinstance(cells, list):
        raise NotAMergeableNotebook("The notebook has no list of cells.")
    if not isinstance(notebook.get("metadata", {}), dict):
        raise NotAMergeableNotebook("The notebook's metadata are not an object.")
    return [_cell(cell, f"Cell {number}") for number, cell in enumerate(cells, 1)]


def has_ids(notebook: Mapping[str, Any]) -> bool:
    """Whether the notebook's minor format has cell ids at all (4.5 and later)."""
    minor = notebook.get("nbformat_minor", 5)
    return not isinstance(minor, int) or minor >= 5


def _cell(cell: object, where: str) -> Cell:
    if not isinstance(cell, dict):
        raise NotAMergeableNotebook(f"{where} is not an object.")
    if cell.get("cell_type") not in CELL_TYPES:
        raise NotAMergeableNotebook(f"{where} is none of code, markdown and raw.")
    source = cell.get("source", "")
    if isinstance(source, list) and all(isinstance(line, str) for line in source):
        source = "".join(source)
    if not isinstance(source, str):
        raise NotAMergeableNotebook(f"{where} has a source that is not a text.")
    for field in ("metadata", "attachments"):
        if not isinstance(cell.get(field, {}), dict):
            raise NotAMergeableNotebook(f"{where} has {field} that are not an object.")
    return {**cell, "source": source, "metadata": cell.get("metadata", {})}
