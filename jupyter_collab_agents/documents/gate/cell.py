"""What a cell of a shared notebook is made of."""

from typing import Any

from pycrdt import Array, Map, Text

TYPES = frozenset(("code", "markdown", "raw"))


def is_cell(value: Any) -> bool:
    """Whether this is a cell that every program which shares the notebook can read and save."""
    if not isinstance(value, Map):
        return False
    return (
        isinstance(value.get("id"), str)
        and value.get("cell_type") in TYPES
        and isinstance(value.get("source"), Text)
        and isinstance(value.get("metadata"), Map)
        and (value.get("cell_type") != "code" or isinstance(value.get("outputs"), Array))
    )


def plain_cell(cell: Any) -> dict[str, Any]:
    """A shared cell's content, with all its fields."""
    content: dict[str, Any] = cell.to_py()
    return content


def new_cell(content: dict[str, Any]) -> Any:
    """A cell to be put into a shared notebook."""
    cell = dict(content)
    cell["source"] = Text(cell["source"])
    cell["metadata"] = Map(cell.get("metadata") or {})
    if "outputs" in cell:
        cell["outputs"] = Array([_new_output(output) for output in cell["outputs"] or ()])
    return Map(cell)


def _new_output(content: Any) -> Any:
    output = dict(content)
    if output.get("output_type") == "stream":
        text = output.get("text", "")
        output["text"] = Text(text if isinstance(text, str) else "".join(text))
    return Map(output)
