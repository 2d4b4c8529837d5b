"""What the corpus is made of, fixed before anything was measured.

A case is a base, two changed copies, and what a right merge of them is. Cases come from two
sources: documents and edits generated from a seed, and histories written by hand.
"""

from dataclasses import dataclass
from typing import Any

Document = str | dict[str, Any]


@dataclass(frozen=True)
class Case:
    """``expected`` is None where the two cannot both be had: people must be asked."""

    name: str
    kind: str
    base: Document
    ours: Document
    theirs: Document
    expected: Document | None
    marks: tuple[frozenset[str], frozenset[str]]
    """Words that only ours, only theirs brought in: none of them may be lost."""


@dataclass(frozen=True)
class Share:
    """How many cases of a class there are, and whether its edits overlap."""

    generated: int
    histories: int
    overlaps: bool = False


TEXTS: dict[str, Share] = {
    "text: different lines": Share(70, 40),
    "text: adjacent lines": Share(40, 12),
    "text: other words of one line": Share(45, 8),
    "text: a block moved": Share(30, 8),
    "text: lines deleted": Share(30, 12),
    "text: the same change twice": Share(10, 4),
    "text: the same word": Share(6, 3, overlaps=True),
    "text: deleted and changed": Share(3, 2, overlaps=True),
    "text: two insertions at one place": Share(4, 2, overlaps=True),
}

NOTEBOOKS: dict[str, Share] = {
    "notebook: different cells": Share(70, 30),
    "notebook: different lines of a cell": Share(40, 12),
    "notebook: other words of one line": Share(20, 6),
    "notebook: cells inserted": Share(30, 10),
    "notebook: a cell moved": Share(30, 10),
    "notebook: a moved cell changed": Share(12, 4),
    "notebook: cells deleted": Share(20, 8),
    "notebook: metadata and types": Share(15, 5),
    "notebook: the same word": Share(4, 2, overlaps=True),
    "notebook: a cell deleted and changed": Share(3, 2, overlaps=True),
}
