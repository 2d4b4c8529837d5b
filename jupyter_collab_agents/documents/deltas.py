"""What documents tell of their changes, in characters and as JSON."""

from typing import Any

from pycrdt import Array, Map, Text

from ..domain.merge.edits import Edit


def edits_of(delta: list[dict[str, Any]], text: str) -> list[Edit]:
    """What happened to ``text``, in characters; a delta counts bytes."""
    raw = None if text.isascii() else text.encode()
    edits: list[Edit] = []
    at = start = 0
    for step in delta:
        if "retain" in step:
            size = int(step["retain"])
            start += size if raw is None else len(raw[at : at + size].decode())
            at += size
        elif "insert" in step:
            edits.append(Edit(start, start, str(step["insert"])))
        else:
            size = int(step["delete"])
            gone = size if raw is None else len(raw[at : at + size].decode())
            edits.append(Edit(start, start + gone, ""))
            start += gone
            at += size
    return edits


def plain(value: Any) -> Any:
    """A value as JSON has it: whole numbers are whole."""
    if isinstance(value, dict):
        return {key: plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, Map | Array | Text):
        return plain(value.to_py())
    if isinstance(value, float) and value.is_integer():
        return int(value)
    return value
