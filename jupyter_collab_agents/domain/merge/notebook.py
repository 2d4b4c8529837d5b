"""Three-way merge of notebooks, cell by cell."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from .conflicts import Conflict, ConflictKind
from .identity import cell_keys, matched_keys
from .operations import (
    DeleteCell,
    EditSource,
    InsertCell,
    MoveCell,
    Operation,
    SetCellType,
    SetOutputs,
    SetValue,
    apply_operations,
    as_type,
)
from .order import OrderMerge, merge_orders
from .shape import Cell, cells_of, has_ids
from .text import merge_texts
from .values import Disputed, changed_keys, merge_value, same


class NotebookMerge(Struct, frozen=True):
    """The merged notebook, the steps that make it out of ours, and what is left to decide."""

    notebook: dict[str, Any]
    operations: list[Operation]
    conflicts: list[Conflict]


def merge_notebooks(
    base: Mapping[str, Any],
    ours: Mapping[str, Any],
    theirs: Mapping[str, Any],
    *,
    outputs: bool = False,
) -> NotebookMerge:
    """Merge what ours and theirs changed since base (nbformat 4 JSON).

    Cells are known by their ids. Sources merge as texts, metadata and attachments key by key.
    What runs left (outputs, counts) stays as ours, unless ``outputs`` asks for theirs where ours
    did not change. A cell that one side deleted and the other changed stays as ours has it.
    Raises ``NotAMergeableNotebook``.
    """
    cells = [cells_of(notebook) for notebook in (base, ours, theirs)]
    lasting = has_ids(ours)
    our_keys = cell_keys(cells[1])
    base_keys = matched_keys(cells[0], cells[1], our_keys, lasting=lasting)
    known = dict(zip(base_keys, cells[0], strict=True))
    more = {key: cell for key, cell in zip(our_keys, cells[1], strict=True) if key not in known}
    known.update(more)
    their_keys = matched_keys(cells[2], list(known.values()), list(known), lasting=lasting)
    merge = _Merge(
        dict(zip(base_keys, cells[0], strict=True)),
        dict(zip(our_keys, cells[1], strict=True)),
        dict(zip(their_keys, cells[2], strict=True)),
        outputs,
    )
    merge.membership()
    merge.order()
    for key in merge.shared():
        merge.cell(key)
    merge.notebook_metadata(base, ours, theirs)
    return NotebookMerge(
        apply_operations(ours, merge.operations), merge.operations, merge.conflicts
    )


class _Merge:
    """The cells of the three by key, and what has been found so far."""

    def __init__(
        self, base: dict[str, Cell], ours: dict[str, Cell], theirs: dict[str, Cell], outputs: bool
    ) -> None:
        self._base = base
        self._ours = ours
        self._theirs = theirs
        self._outputs = outputs
        self.operations: list[Operation] = []
        self.conflicts: list[Conflict] = []

    def shared(self) -> list[str]:
        """Cells that both sides have, in our order."""
        return [key for key in self._ours if key in self._theirs]

    def membership(self) -> None:
        """Which cells are there at all."""
        for key, cell in self._base.items():
            mine, yours = self._ours.get(key), self._theirs.get(key)
            if mine is None and yours is not None and not _untouched(cell, yours):
                self._conflict(ConflictKind.DELETED_BY_US, key, cell, None, yours)
            if yours is None and mine is not None:
                if _untouched(cell, mine):
                    self.operations.append(DeleteCell(key))
                else:
                    self._conflict(ConflictKind.DELETED_BY_THEM, key, cell, mine, None)

    def order(self) -> None:
        """Where cells stand; theirs that are new come in."""
        deleted = {step.cell_id for step in self.operations if isinstance(step, DeleteCell)}
        gone = {key for key in self._base if key not in self._ours}
        stays = (set(self._ours) - deleted) | (set(self._theirs) - gone)
        merged: OrderMerge = merge_orders(
            list(self._base), list(self._ours), list(self._theirs), stays
        )
        for name, after, new in ((p.name, p.after, p.new) for p in merged.placements):
            if new:
                self.operations.append(InsertCell(name, _blank_run(self._theirs[name]), after))
            else:
                self.operations.append(MoveCell(name, after))
        for d in merged.disagreements:
            self._conflict(ConflictKind.PLACE, d.name, d.base, d.ours, d.theirs)

    def cell(self, key: str) -> None:
        """What stands in a cell that both sides have."""
        ours, theirs = self._ours[key], self._theirs[key]
        base = self._base.get(key) or {"cell_type": ours["cell_type"], "source": "", "metadata": {}}
        self._cell_type(key, base, ours, theirs)
        text = merge_texts(base["source"], ours["source"], theirs["source"])
        if text.edits:
            self.operations.append(EditSource(key, text.edits))
        for c in text.conflicts:
            self.conflicts.append(
                Conflict(
                    kind=c.kind,
                    cell_id=key,
                    base=c.base,
                    ours=c.ours,
                    theirs=c.theirs,
                    start=c.start,
                )
            )
        self._values(key, "metadata", base, ours, theirs)
        self._values(key, "attachments", base, ours, theirs)
        if self._outputs and ours["cell_type"] == theirs["cell_type"] == "code":
            self._run(key, base, ours, theirs)

    def notebook_metadata(
        self, base: Mapping[str, Any], ours: Mapping[str, Any], theirs: Mapping[str, Any]
    ) -> None:
        """What the notebook says about itself. Its format stays as ours."""
        self._values(None, "metadata", base, ours, theirs)

    def _cell_type(self, key: str, base: Cell, ours: Cell, theirs: Cell) -> None:
        was, mine, yours = (cell["cell_type"] for cell in (base, ours, theirs))
        if yours in (was, mine):
            return
        if mine == was:
            self.operations.append(SetCellType(key, yours))
        else:
            self._conflict(ConflictKind.CELL_TYPE, key, was, mine, yours)

    def _values(
        self,
        key: str | None,
        field: str,
        base: Mapping[str, Any],
        ours: Mapping[str, Any],
        theirs: Mapping[str, Any],
    ) -> None:
        mine = ours.get(field, {})
        merged, disputed = merge_value(base.get(field, {}), mine, theirs.get(field, {}))
        for name, value in changed_keys(mine, merged):
            removed = name not in merged
            self.operations.append(SetValue(key, field, name, None if removed else value, removed))
        for d in disputed:
            self._dispute(ConflictKind(field), key, d)

    def _run(self, key: str, base: Cell, ours: Cell, theirs: Cell) -> None:
        was, mine, yours = (_run_of(cell) for cell in (base, ours, theirs))
        if same(yours, was) or same(yours, mine):
            return
        if same(mine, was):
            self.operations.append(SetOutputs(key, yours["outputs"], yours["execution_count"]))
        else:
            self._conflict(ConflictKind.OUTPUTS, key, was, mine, yours)

    def _dispute(self, kind: ConflictKind, key: str | None, d: Disputed) -> None:
        self.conflicts.append(
            Conflict(kind=kind, cell_id=key, key=d.key, base=d.base, ours=d.ours, theirs=d.theirs)
        )

    def _conflict(self, kind: ConflictKind, key: str, base: Any, ours: Any, theirs: Any) -> None:
        self.conflicts.append(Conflict(kind=kind, cell_id=key, base=base, ours=ours, theirs=theirs))


def _run_of(cell: Cell) -> dict[str, Any]:
    return {
        "outputs": cell.get("outputs", []),
        "execution_count": cell.get("execution_count"),
    }


def _untouched(before: Cell, after: Cell) -> bool:
    """Whether nobody changed a cell, except by running it."""
    return all(
        same(before.get(field, {}), after.get(field, {}))
        for field in ("cell_type", "source", "metadata", "attachments")
    )


def _blank_run(cell: Cell) -> Cell:
    """A cell as it is inserted: with the fields of its type."""
    return as_type(cell, cell["cell_type"])
