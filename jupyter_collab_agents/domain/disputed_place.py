"""Where the text of a conflict is by now, when others have written around it and in it."""

from .contents import Content
from .merge import minimal_edits
from .merge.conflicts import Conflict


def source_of(content: Content, cell_id: str | None) -> str | None:
    """The text that a conflict is about; null if its cell is gone."""
    if isinstance(content, str):
        return content
    return next((cell["source"] for cell in content["cells"] if cell["id"] == cell_id), None)


def place_now(conflict: Conflict, before: str, now: str) -> tuple[int, str]:
    """Where the disputed text begins in ``now``, and what it says there.

    ``conflict``: of texts, its ``start`` is a place in ``before``. What was written right beside
    the disputed lines, in lines of its own, is no part of them.
    """
    start, end = conflict.start, conflict.start + len(conflict.ours)
    first, last = start, end
    in_front = inside = 0  # characters more than before
    for edit in minimal_edits(before, now):
        grown = len(edit.text) - (edit.end - edit.start)
        if edit.end < start or (edit.end == start < end and _ends_line(edit.text)):
            in_front += grown
        elif edit.start > end or (edit.start == end > start and _ends_line(before[:end])):
            break
        else:
            first, last = min(first, edit.start), max(last, edit.end)
            inside += grown
    return first + in_front, now[first + in_front : last + in_front + inside]


def _ends_line(text: str) -> bool:
    return text.endswith(("\n", "\r"))
