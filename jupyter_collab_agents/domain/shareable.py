"""What a shared document can hold, so that every program that has it open can read and save it."""

from typing import Any

from .merge.shape import NotAMergeableNotebook

MAX_DEPTH = 32
"""Lists and mappings inside each other; notebooks have fewer than ten."""
MAX_NUMBER = 2**53 - 1
"""Beyond it browsers cannot count."""
MAX_HELD = 2**63 - 1
"""Beyond it a shared document cannot hold a number."""


def check_shareable(notebook: Any, *, depth: int = MAX_DEPTH, largest: int = MAX_NUMBER) -> None:
    """Raise ``NotAMergeableNotebook`` for values that are nested too deeply, or too large."""
    waiting: list[tuple[int, Any]] = [(0, notebook)]
    while waiting:
        level, value = waiting.pop()
        if isinstance(value, dict | list):
            if level >= depth:
                raise NotAMergeableNotebook("Its lists and mappings are nested too deeply.")
            inner = value.values() if isinstance(value, dict) else value
            waiting += [
                (level + 1, one) for one in inner if not isinstance(one, str) and one is not None
            ]
        elif isinstance(value, int) and abs(value) > largest:
            raise NotAMergeableNotebook("It has a number that is too large.")
