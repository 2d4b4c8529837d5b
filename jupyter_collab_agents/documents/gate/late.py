"""What its holder was typing into a cell while somebody else's deletion of it was put back.

A cell that is put back is written anew. What its holder typed before their page heard of that
goes to the old one, which is deleted: it would be lost. So for a while the old one is kept in a
document of its own, and what still arrives for it is merged into the new one.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from pycrdt import Array, Doc

from ...domain.merge import merge_texts
from ..text import apply_edits
from .cell import is_cell
from .update import read_state, read_update

KEPT = 10.0
"""Seconds in which a page has heard of it."""


class LateWords:
    """Of one document."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._until = 0.0
        self._doc: Doc[Any] | None = None
        self._old: dict[str, str] = {}
        """What each old cell said when it was last looked at."""

    def remember(self, document: Any, cell_ids: Iterable[str]) -> None:
        """These cells of ``document`` are about to be deleted and written anew."""
        if self._doc is None or self._now() > self._until:
            self._doc = Doc()
            self._doc.get("cells", type=Array)
            self._doc.apply_update(document.get_update())
            self._old = {}
        there = self._texts()
        self._old.update((one, there[one]) for one in cell_ids if one in there)
        self._until = self._now() + KEPT

    def hear(self, update: bytes, cells: Any, may_change: Callable[[str], bool]) -> None:
        """Merge what an update says of the old cells into the new ones among ``cells``."""
        if self._doc is None:
            return
        if self._now() > self._until:
            self._forget()
            return
        if read_update(update).unmet(read_state(self._doc.get_state())):
            return  # its page has heard
        try:
            self._doc.apply_update(update)
        except Exception:  # noqa: BLE001 - it has been applied elsewhere; here it is in vain
            self._forget()
            return
        there = self._texts()
        for cell_id, before in list(self._old.items()):
            after = there.get(cell_id)
            if after is None:  # its holder has deleted it
                del self._old[cell_id]
            elif after != before:
                self._old[cell_id] = after
                if may_change(cell_id):
                    _merge(cells, cell_id, before, after)

    def _texts(self) -> dict[str, str]:
        assert self._doc is not None
        cells = self._doc.get("cells", type=Array)
        return {cell["id"]: str(cell["source"]) for cell in cells if is_cell(cell)}

    def _forget(self) -> None:
        self._doc, self._old = None, {}


def _merge(cells: Any, cell_id: str, before: str, after: str) -> None:
    for cell in cells:
        if cell.get("id") == cell_id:
            now = str(cell["source"])
            edits = merge_texts(before, now, after).edits
            apply_edits(cell["source"], now, [(e.start, e.end, e.text) for e in edits])
            return
