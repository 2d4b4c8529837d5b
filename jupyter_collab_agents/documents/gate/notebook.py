"""Putting back what an update did to protected parts of a notebook, and what is no notebook.

``before`` is the notebook as it was, ``now`` the copy to which the update was applied; only
places that the update touched are looked at.
"""

from collections.abc import Set
from typing import Any

from msgspec import Struct
from pycrdt import Map

from ..protection import FREE, Protected, PutBack
from .cell import is_cell, new_cell, plain_cell
from .fields import put_back_field
from .touched import Touched

EXECUTION = frozenset(("outputs", "execution_count", "execution_state"))
"""Fields that running a cell changes: a lock leaves them free."""
EXECUTION_METADATA = frozenset(("trusted", "execution"))
"""The same among a cell's metadata."""
QUIET = frozenset(("collapsed", "scrolled", "jupyter", "kernelspec", "language_info"))
"""Metadata that browsers write by themselves: put back without a word."""
SHARED = frozenset(("source", "metadata", "outputs"))
"""Fields that are shared lists and mappings of their own, for the whole life of a cell."""

NOTHING: frozenset[str] = frozenset()


class Cells(Struct, frozen=True):
    """The shared parts of a notebook."""

    cells: Any
    meta: Any


def repair_notebook(
    before: Cells, now: Cells, touched: Touched, protected: Protected
) -> list[PutBack]:
    """Change ``now`` so that everything protected is as it was; what that was."""
    repair = _Repair(before, now, touched, protected)
    if touched.fields:
        repair.fields()
    if touched.cells is not None:
        repair.order()
    if "meta" in touched.roots:
        repair.metadata()
    return repair.put_back


class _Repair:
    def __init__(self, before: Cells, now: Cells, touched: Touched, protected: Protected) -> None:
        self._before = before
        self._now = now
        self._touched = touched
        self._protected = protected
        self.put_back: list[PutBack] = []

    def _note(self, cell_id: str | None, what: str) -> None:
        self.put_back.append(PutBack(cell_id, what))

    def _is_protected(self, cell_id: Any) -> bool:
        return self._protected.everything or cell_id in self._protected.cells

    # --- what is in a cell ----------------------------------------------------------------

    def fields(self) -> None:
        """Cells that were there before and are there still."""
        for index, names in self._touched.fields.items():
            set_names = self._touched.set_fields.get(index, NOTHING)
            if set_names or self._protected != FREE:
                self._fields_of_cell(index, names, set_names)

    def _fields_of_cell(self, index: int, names: Set[str], set_names: Set[str]) -> None:
        new = self._now.cells[index]
        cell_id = new.get("id") if isinstance(new, Map) else None
        if not (set_names or self._is_protected(cell_id)):
            return
        old_index = self._old_index(index)
        if old_index is None:
            return
        old = self._before.cells[old_index]
        cell_id = old["id"]
        if not is_cell(new) or set_names & SHARED:
            # browsers hold on to a cell's text and would write into the one that was replaced
            self._replace(index, old)
            self._note(cell_id, "document")
            return
        if "id" in set_names and self._may_not_be(new["id"], cell_id):
            new["id"] = cell_id
            self._note(cell_id, "document")
        if self._is_protected(cell_id):
            self._protected_fields(index, old, new, names - {"id"})

    def _may_not_be(self, new_id: str, old_id: str) -> bool:
        taken = self._protected.cells | self._protected.held
        return self._protected.everything or bool(taken & {new_id, old_id})

    def _protected_fields(self, index: int, old: Any, new: Any, names: Set[str]) -> None:
        cell_id = old["id"]
        if self._protected.outputs and plain_cell(old).get("outputs") != plain_cell(new).get(
            "outputs"
        ):
            self._replace(index, old)
            self._note(cell_id, "outputs")
            return
        for name in sorted(names):
            if name in EXECUTION and not self._protected.outputs:
                continue
            free = frozenset() if self._protected.outputs else EXECUTION_METADATA
            changed = put_back_field(old, new, name, free)
            if changed - QUIET:
                self._note(cell_id, name)

    def _old_index(self, index: int) -> int | None:
        """Where the cell that is now at ``index`` was; null if it is new."""
        old = at = 0
        for step in self._touched.cells or ():
            if "retain" in step:
                if index < at + step["retain"]:
                    break
                old += int(step["retain"])
                at += int(step["retain"])
            elif "insert" in step:
                at += len(step["insert"])
                if index < at:
                    return None
            else:
                old += int(step["delete"])
        return old + index - at

    def _replace(self, index: int, old: Any) -> None:
        self._now.cells[index] = new_cell(plain_cell(old))

    # --- which cells there are ------------------------------------------------------------

    def order(self) -> None:
        """Cells that are gone, new, or moved."""
        steps: list[tuple[int, dict[str, Any] | None]] = []
        """What to do, by place: put in this cell, or (null) take out what is there."""
        gone: set[str] = set()
        kept_new: dict[str, int] = {}
        old = at = 0
        for step in self._touched.cells or ():
            if "retain" in step:
                old += int(step["retain"])
                at += int(step["retain"])
            elif "insert" in step:
                for cell in step["insert"]:
                    if not is_cell(cell):
                        steps.append((at, None))
                        self._note(None, "inserted")
                    elif self._is_protected(cell["id"]):
                        steps.append((at, None))
                        self._note(cell["id"], "inserted")
                    else:
                        kept_new[cell["id"]] = at
                    at += 1
            else:
                for _ in range(int(step["delete"])):
                    cell = self._before.cells[old]
                    if self._is_protected(cell["id"]):
                        gone.add(cell["id"])
                        steps.append((at, plain_cell(cell)))
                        self._note(cell["id"], "deleted")
                    old += 1
        if self._protected.held & kept_new.keys():
            steps += self._doubles(kept_new)
            steps.sort(key=lambda step: step[0])
        for place, cell in reversed(steps):
            if cell is None:
                del self._now.cells[place]
            else:
                self._now.cells.insert(place, new_cell(cell))
        self._say_moved(gone)

    def _doubles(self, kept_new: dict[str, int]) -> list[tuple[int, None]]:
        """Older cells with the id of one that its holder has just put in.

        The holder moved the cell while somebody's deletion of it was put back.
        """
        held = self._protected.held
        return [
            (index, None)
            for index, cell in enumerate(self._now.cells)
            if isinstance(cell, Map)
            and (cell_id := cell.get("id")) in held
            and kept_new.get(cell_id, index) != index
        ]

    def _say_moved(self, gone: set[str]) -> None:
        """A cell that was taken out here and put in there was moved."""
        inserted = {p.cell_id for p in self.put_back if p.what == "inserted"}
        moved = gone & inserted
        self.put_back = [
            PutBack(p.cell_id, "moved") if p.what == "deleted" and p.cell_id in moved else p
            for p in self.put_back
            if not (p.what == "inserted" and p.cell_id in moved)
        ]

    # --- the notebook's own metadata ------------------------------------------------------

    def metadata(self) -> None:
        """What belongs to no cell."""
        before, now = self._before.meta, self._now.meta
        sound = isinstance(now.get("metadata"), Map) and all(
            isinstance(now.get(name), int | float) for name in ("nbformat", "nbformat_minor")
        )
        if not self._protected.everything and (sound or "metadata" not in before):
            return
        changed: set[str] = set()
        for name in {*before, *now}:
            changed |= put_back_field(before, now, name)
        if changed - QUIET:
            self._note(None, "metadata")
