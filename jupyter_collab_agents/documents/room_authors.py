"""Who writes what in one live document: follows its changes, each of which says who it is of.

Told by the document itself after each transaction, so nobody can write past it; what is in a
transaction without an origin is nobody's (see ``origin.py``).
"""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from pycrdt import Array, Map, Text

from ..domain.authorship import Author, aligned, changed, whole
from ..domain.merge.edits import apply_edits
from ..domain.run_changes import (
    FILE,
    Authors,
    CellMade,
    CellMoved,
    CellRemoved,
    CellRetyped,
    Change,
    TextAuthors,
    ValueSet,
    is_run,
)
from .deltas import edits_of, plain

LOST = 50
"""Cells that went away and are remembered, in case they come back: moved, or undone."""
RUN_FIELDS = frozenset(("outputs", "execution_count"))


class RoomAuthors:
    """Of one room; ``known`` is what was known of the document when it was open last."""

    def __init__(
        self, room: Any, known: Authors, now: Callable[[], int], on_change: Callable[[], None]
    ) -> None:
        self._now = now
        self._on_change = on_change
        self._texts: dict[str, TextAuthors] = {}
        self._changes: list[Change] = list(known.changes)
        self._lost: dict[str, TextAuthors] = {}
        self._earlier = dict(known.texts)
        """What was known of texts that have not come yet: a document may be loaded in pieces."""
        self._full: dict[str, dict[str, Any]] = {}
        self._order: list[str] = []
        self._observed: list[tuple[Any, Any]] = []
        doc = room.ydoc
        if room.file_type == "notebook":
            self._cells: Any = doc.get("cells", type=Array)
            self._read_cells()
            self._observe(self._cells, self._cells.observe_deep, self._cells_changed)
            meta: Any = doc.get("meta", type=Map)
            self._observe(meta, meta.observe_deep, self._meta_changed)
        else:
            source: Any = doc.get("source", type=Text)
            self._texts[FILE] = _known(self._earlier.pop(FILE, None), str(source))
            self._observe(source, source.observe, self._file_changed)

    @property
    def authors(self) -> Authors:
        """What is known now."""
        return Authors(dict(self._texts), tuple(self._changes))

    def take(self, authors: Authors) -> None:
        """A run was taken back: what it left is forgotten, and what it took out is again its
        writers'. Texts that say something else by now are left alone."""
        self._changes = list(authors.changes)
        for name, known in authors.texts.items():
            mine = self._texts.get(name)
            if mine is not None and mine.text == known.text:
                self._texts[name] = replace(mine, parts=known.parts)
        self._on_change()

    def before(self, origin: str) -> None:
        """A run is about to change cells: what it may remove is kept whole, outputs and all."""
        if is_run(origin) and self._order:
            self._full = {cell["id"]: cell for cell in self._cells.to_py()}

    def close(self) -> None:
        """Follow no longer."""
        for shared, subscription in self._observed:
            shared.unobserve(subscription)

    # --- inside ---------------------------------------------------------------------------

    def _observe(self, shared: Any, observe: Any, callback: Callable[[Any], None]) -> None:
        self._observed.append((shared, observe(callback)))

    def _read_cells(self) -> None:
        for cell in self._cells:
            cell_id, text = str(cell["id"]), str(cell["source"])
            self._order.append(cell_id)
            self._texts[cell_id] = _known(self._earlier.pop(cell_id, None), text)

    def _file_changed(self, event: Any) -> None:
        self._edit(FILE, event.delta, event.transaction.origin)
        self._on_change()

    def _cells_changed(self, events: Any) -> None:
        origin = events[0].transaction.origin
        fresh: set[str] = set()
        for event in events:
            if not event.path:
                fresh = self._order_changed(event.delta, origin)
        for event in events:
            if event.path and event.path[0] < len(self._order):
                cell_id = self._order[event.path[0]]
                if cell_id not in fresh:
                    self._cell_changed(cell_id, event, origin)
        self._full = {}
        self._on_change()

    def _cell_changed(self, cell_id: str, event: Any, origin: Author) -> None:
        path = event.path
        if len(path) == 1:
            self._fields_changed(cell_id, event.keys, origin)
        elif path[1] == "source" and len(path) == 2:
            self._edit(cell_id, event.delta, origin)
        elif path[1] == "metadata" and len(path) == 2:
            self._values_set(cell_id, event.keys, origin)
        elif path[1] == "outputs":
            self._ran(cell_id, origin)

    def _fields_changed(self, cell_id: str, keys: dict[str, Any], origin: Author) -> None:
        if RUN_FIELDS & keys.keys():
            self._ran(cell_id, origin)
        if "cell_type" in keys and is_run(origin):
            assert origin is not None
            before, now = keys["cell_type"].get("oldValue"), keys["cell_type"].get("newValue")
            if isinstance(before, str) and isinstance(now, str):
                self._changes.append(CellRetyped(origin, cell_id, before, now))

    def _meta_changed(self, events: Any) -> None:
        for event in events:
            if event.path == ["metadata"]:
                self._values_set(None, event.keys, event.transaction.origin)
        self._on_change()

    def _values_set(self, cell_id: str | None, keys: dict[str, Any], origin: Author) -> None:
        if is_run(origin):
            assert origin is not None
            self._changes += (
                ValueSet(origin, cell_id, key, plain(key_of.get("oldValue")),
                         plain(key_of.get("newValue")))
                for key, key_of in keys.items()
            )  # fmt: skip

    def _ran(self, cell_id: str, origin: Author) -> None:
        if origin is not None and cell_id in self._texts:
            ran = replace(self._texts[cell_id], ran_by=origin, ran_at=self._now())
            self._texts[cell_id] = ran

    def _edit(self, name: str, delta: list[dict[str, Any]], origin: Author) -> None:
        mine = self._texts[name]
        edits = edits_of(delta, mine.text)
        text = apply_edits(mine.text, edits)
        if text == mine.text:
            return  # put back by the gate
        parts = changed(mine.parts, mine.text, edits, origin, remember=is_run(origin))
        self._texts[name] = self._edited(mine, text, parts, origin)

    def _edited(self, mine: TextAuthors, text: str, parts: Any, origin: Author) -> TextAuthors:
        if origin is None:
            return replace(mine, text=text, parts=parts)
        return replace(mine, text=text, parts=parts, edited_by=origin, edited_at=self._now())

    # --- which cells there are ------------------------------------------------------------

    def _order_changed(self, delta: list[dict[str, Any]], origin: Author) -> set[str]:
        """Follow the list of cells; the ids of those that were put in."""
        before = {
            cell_id: self._order[i - 1] if i else None for i, cell_id in enumerate(self._order)
        }
        gone, came, at = [], [], 0
        for step in delta:
            if "retain" in step:
                at += int(step["retain"])
            elif "insert" in step:
                for cell in step["insert"]:
                    cell_id = str(cell.get("id"))
                    self._order.insert(at, cell_id)
                    came.append((cell_id, cell))
                    at += 1
            else:
                gone += self._order[at : at + int(step["delete"])]
                del self._order[at : at + int(step["delete"])]
        came_ids = {cell_id for cell_id, _ in came}
        for cell_id in gone:
            if cell_id not in came_ids:
                self._went(cell_id, before[cell_id], origin)
        for cell_id, cell in came:
            self._came(cell_id, cell, before.get(cell_id), origin, moved=cell_id in gone)
        return came_ids

    def _went(self, cell_id: str, after: str | None, origin: Author) -> None:
        known = self._texts.pop(cell_id, None)
        if known is None:
            return
        self._lost[cell_id] = known
        while len(self._lost) > LOST:
            del self._lost[next(iter(self._lost))]
        made = [c for c in self._changes if isinstance(c, CellMade) and c.cell_id == cell_id]
        self._changes = [c for c in self._changes if c not in made]
        if is_run(origin) and not any(change.run == origin for change in made):
            assert origin is not None
            cell = self._full.get(cell_id) or {"cell_type": "code", "metadata": {}}
            self._changes.append(CellRemoved(origin, cell_id, after, plain(cell), known))

    def _came(
        self, cell_id: str, cell: Any, after: str | None, origin: Author, *, moved: bool
    ) -> None:
        text = str(cell.get("source"))
        known = self._texts.get(cell_id) or self._lost.pop(cell_id, None)
        earlier = self._earlier.pop(cell_id, None)
        if known is None and origin is None:
            known = earlier
        if known is None:
            parts = whole(text, origin)
            self._texts[cell_id] = self._edited(TextAuthors(text, parts), text, parts, origin)
        elif known.text == text:
            self._texts[cell_id] = known
        else:
            parts = aligned(known.parts, known.text, text, origin)
            self._texts[cell_id] = self._edited(known, text, parts, origin)
        if not is_run(origin):
            return
        assert origin is not None
        place = self._order.index(cell_id)
        to = self._order[place - 1] if place else None
        if moved:
            if to != after:
                self._changes.append(CellMoved(origin, cell_id, after, to))
            self._retyped(cell_id, cell, origin)
        elif known is None:
            self._changes.append(CellMade(origin, cell_id))
        else:
            self._changes = [
                c for c in self._changes
                if not (isinstance(c, CellRemoved) and (c.run, c.cell_id) == (origin, cell_id))
            ]  # fmt: skip

    def _retyped(self, cell_id: str, cell: Any, origin: str) -> None:
        old, now = self._full.get(cell_id), str(cell.get("cell_type"))
        if old is not None and old["cell_type"] != now:
            self._changes.append(CellRetyped(origin, cell_id, old["cell_type"], now))


def _known(known: TextAuthors | None, text: str) -> TextAuthors:
    """As it was known, in what the text says now: what is new since is nobody's."""
    if known is None:
        return TextAuthors(text, whole(text, None))
    return replace(known, text=text, parts=aligned(known.parts, known.text, text, None))
