"""Putting back what an update did to a protected file of text."""

from typing import Any

from ..protection import Protected, PutBack
from ..text import apply_edits, difference


def repair_file(before: Any, now: Any, protected: Protected) -> list[PutBack]:
    """Make the text what it was, if it is protected; what that was."""
    if not protected.everything:
        return []
    text = str(now)
    edits = difference(text, str(before))
    apply_edits(now, text, edits)
    return [PutBack(None, "source")] if edits else []
