"""Characters and bytes: shared texts count their positions in UTF-8 bytes, everybody else not.

Python counts code points ("characters" below), browsers count UTF-16 code units.
"""

from collections.abc import Iterable
from typing import Any

Edit = tuple[int, int, str]
"""Put a text in the place of the characters from a start up to, not including, an end."""


def counts_bytes(text_type: Any) -> bool:
    """Whether shared texts of this kind count bytes, as all code here assumes."""
    from pycrdt import Doc

    text: Any = Doc().get("probe", type=text_type)
    text.insert(0, "é")
    return len(text) == 2


def bytes_in(text: str) -> int:
    """The length of ``text`` in UTF-8 bytes."""
    return len(text) if text.isascii() else len(text.encode())


def units_in(text: str) -> int:
    """The length of ``text`` in UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def apply_edits(shared: Any, before: str, edits: Iterable[Edit]) -> None:
    """Change a shared text by ``edits`` in characters of ``before``, which is what it says now.

    Edits do not overlap. Call it inside of a transaction if they should be one change.
    """
    for start, end, new in sorted(edits, reverse=True):  # from the end: earlier places stay valid
        at = bytes_in(before[:start])
        gone = bytes_in(before[start:end])
        if gone:
            del shared[at : at + gone]
        if new:
            shared.insert(at, new)


def difference(before: str, after: str) -> list[Edit]:
    """The one stretch in which two texts differ; nothing if they are equal."""
    if before == after:
        return []
    start, most = 0, min(len(before), len(after))
    while start < most and before[start] == after[start]:
        start += 1
    end = 0
    while end < most - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return [(start, len(before) - end, after[start : len(after) - end])]
