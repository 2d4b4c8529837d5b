"""What the gate asks of whoever keeps locks: what must stay as it is, and whom to tell."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct


class Protected(Struct, frozen=True):
    """What one participant must leave as it is in one document, now.

    A lock leaves execution free: outputs, execution counts and states are not part of what is
    protected, unless ``outputs`` says so (an account that may only read).
    """

    everything: bool = False
    """The whole document."""
    cells: frozenset[str] = frozenset()
    """These cells, by id: others hold them."""
    held: frozenset[str] = frozenset()
    """Cells that the participant holds: there is one of each, also when two things cross."""
    outputs: bool = False

    def lets(self, cell_id: str) -> bool:
        """Whether the participant may change a cell."""
        return not self.everything and cell_id not in self.cells


FREE = Protected()
"""Nothing is protected."""

READ_ONLY = Protected(everything=True, outputs=True)
"""For an account that may not write."""


class PutBack(Struct, frozen=True):
    """One thing that somebody changed and the gate changed back, in the same breath.

    ``cell_id`` is null for what belongs to no cell: a file's text, a notebook's metadata.
    """

    cell_id: str | None
    what: str
    """``source``, ``metadata``, ``cell_type``, ``attachments``, ``outputs``; ``deleted``,
    ``inserted``, ``moved`` for a whole cell; ``document`` for everything else."""


class Protection(Protocol):
    """Asked for every update of every person and agent: both answers must be quick."""

    def of(self, document_id: str, participant_id: str) -> Protected:
        """What this participant must leave as it is."""
        ...

    def put_back(self, document_id: str, participant_id: str, what: Sequence[PutBack]) -> None:
        """Edits of this participant were undone: they should hear why."""
        ...


class NoLocks:
    """Where nobody keeps locks (yet)."""

    def of(self, document_id: str, participant_id: str) -> Protected:
        """Nothing."""
        return FREE

    def put_back(self, document_id: str, participant_id: str, what: Sequence[PutBack]) -> None:
        """Nobody to tell."""
