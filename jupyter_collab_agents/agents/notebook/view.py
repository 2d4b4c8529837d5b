"""From a notebook's JSON (nbformat 4) to what agents see."""

from collections.abc import Mapping
from typing import Any

from ..agent import CellView, NotebookView


def view_of(path: str, live: bool, content: Mapping[str, Any]) -> NotebookView:
    """The notebook as agents see it. Cells that are not shaped as nbformat says are read as far
    as they go; nothing is refused."""
    cells = content.get("cells")
    found = [c for c in cells if isinstance(c, Mapping)] if isinstance(cells, list) else []
    return NotebookView(
        path=path, live=live, cells=tuple(_cell(index, cell) for index, cell in enumerate(found))
    )


def _cell(index: int, cell: Mapping[str, Any]) -> CellView:
    count, outputs, state = (cell.get(k) for k in ("execution_count", "outputs", "execution_state"))
    # a live document counts in floats
    whole = int(count) if isinstance(count, int | float) and not isinstance(count, bool) else None
    return CellView(
        cell_id=str(cell.get("id", "")),
        index=index,
        cell_type=str(cell.get("cell_type", "raw")),
        source=text_of(cell.get("source")),
        execution_count=whole,
        outputs=tuple(o for o in outputs if isinstance(o, dict))
        if isinstance(outputs, list)
        else (),
        execution_state=state if isinstance(state, str) else None,
    )


def text_of(value: object) -> str:
    """nbformat's multiline string: a string, or a list of them."""
    if isinstance(value, list):
        return "".join(str(part) for part in value)
    return value if isinstance(value, str) else ""
