"""Merging two changed copies of a text or a notebook with the copy both began from.

Pure: no document library, no clock, no randomness. "Ours" is always the copy that people are
looking at; where the two cannot be merged, ours stays and a conflict keeps both.
"""

from .conflicts import Conflict, ConflictKind
from .edits import Edit, apply_edits, minimal_edits
from .notebook import NotebookMerge, merge_notebooks
from .shape import NotAMergeableNotebook
from .text import TextMerge, merge_texts

__all__ = [
    "Conflict",
    "ConflictKind",
    "Edit",
    "NotAMergeableNotebook",
    "NotebookMerge",
    "TextMerge",
    "apply_edits",
    "merge_notebooks",
    "merge_texts",
    "minimal_edits",
]
