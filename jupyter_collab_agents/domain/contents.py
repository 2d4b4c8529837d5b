"""What a document says, without what its runs left: the form in which versions are kept.

Outputs and counts change whenever a cell is run, and are no matter of edits. Trust is Jupyter's
to give, so it is nobody's to edit.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from .merge.identity import cell_keys
from .merge.operations import Operation, apply_operations
from .merge.shape import Cell, cells_of

Content = str | dict[str, Any]
"""A file's text, or a notebook as nbformat 4 JSON."""

KEPT = ("id", "cell_type", "source", "metadata", "attachments")
TRUSTED = "trusted"


def bare(notebook: Mapping[str, Any], *, named: bool = True) -> dict[str, Any]:
    """A notebook without outputs and trust; ``named``: every cell has an id that no other has.

    Raises ``NotAMergeableNotebook``.
    """
    cells = cells_of(notebook)
    kept = [_bare_cell(cell) for cell in cells]
    if named:
        for cell, key in zip(kept, cell_keys(cells), strict=True):
            cell["id"] = key
    return {
        "nbformat": 4,
        "nbformat_minor": notebook.get("nbformat_minor", 5),
        "metadata": notebook.get("metadata", {}),
        "cells": kept,
    }


def after(content: Content, steps: Sequence[Operation]) -> Content:
    """A bare notebook after operations; its cells keep their ids, whatever its format is.

    Raises as ``apply_operations``.
    """
    assert isinstance(content, dict)
    changed = apply_operations({**content, "nbformat_minor": 5}, steps)
    return bare({**changed, "nbformat_minor": content["nbformat_minor"]})


def for_people(content: Content) -> Content:
    """A bare notebook with the fields that readers of notebooks expect."""
    if isinstance(content, str):
        return content
    fields: dict[str, Any] = {"execution_count": None, "outputs": []}
    cells = [
        {**cell, **fields} if cell["cell_type"] == "code" else cell for cell in content["cells"]
    ]
    return {**content, "cells": cells}


def encoded(content: Content) -> bytes:
    """One content, always the same bytes."""
    text = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode(errors="surrogatepass")


def decoded(data: bytes) -> Content:
    """What was encoded."""
    content: Content = json.loads(data.decode(errors="surrogatepass"))
    return content


def size_of(content: Content) -> int:
    """Characters, roughly: by it work is put into a thread."""
    if isinstance(content, str):
        return len(content)
    return sum(len(cell["source"]) + 100 for cell in content["cells"])


def _bare_cell(cell: Cell) -> Cell:
    kept = {field: cell[field] for field in KEPT if field in cell}
    kept["metadata"] = {k: v for k, v in cell["metadata"].items() if k != TRUSTED}
    if not kept.get("attachments"):
        kept.pop("attachments", None)
    return kept
