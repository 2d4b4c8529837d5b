"""A notebook, read: who defines what, and what every cell needs to run."""

from difflib import get_close_matches
from functools import cached_property

from msgspec import Struct

from ..agent import CellView, NotebookView
from .cell_code import CellCode, always_there, read_code
from .scopes import CellNames


class Need(Struct, frozen=True):
    """A name that must be there when a cell runs. ``via`` is the function that reads it, if the
    cell only calls that."""

    name: str
    line: int
    via: str | None = None


class Analysis:
    """What can be known from the cells alone. Indexes are 0-based, over all cells."""

    def __init__(self, view: NotebookView) -> None:
        self.view = view
        self.codes = [read_code(c.index, c.source) for c in view.cells if c.cell_type == "code"]
        self.binders: dict[str, list[int]] = {}
        """Cells that define a name, in order."""
        self.changers: dict[str, list[int]] = {}
        """Cells that define a name or change its object in place, in order."""
        self._by_index = {code.index: code for code in self.codes}
        for code in self.codes:
            names = code.names
            for name in {*names.binds, *names.sets_late}:
                self.binders.setdefault(name, []).append(code.index)
            for name in {*names.binds, *names.sets_late, *names.touches}:
                self.changers.setdefault(name, []).append(code.index)

    def cell(self, index: int) -> CellView:
        """The cell at ``index``."""
        return self.view.cells[index]

    def code(self, index: int) -> CellCode | None:
        """The code of a cell, null if it is not a code cell."""
        return self._by_index.get(index)

    def names(self, index: int) -> CellNames:
        """The names of a cell, none if it is not a code cell."""
        found = self._by_index.get(index)
        return CellNames() if found is None else found.names

    @cached_property
    def dynamic_from(self) -> int:
        """The first cell after which names may be there that cannot be seen."""
        return next((c.index for c in self.codes if c.names.dynamic), len(self.view.cells))

    def binder_before(self, name: str, index: int) -> int | None:
        """The last cell above ``index`` that defines ``name``."""
        return max((i for i in self.binders.get(name, ()) if i < index), default=None)

    def binder_after(self, name: str, index: int) -> int | None:
        """The first cell below ``index`` that defines ``name``."""
        return min((i for i in self.binders.get(name, ()) if i > index), default=None)

    def needs(self, code: CellCode) -> list[Need]:
        """What the cell reads when it runs, also through the functions it calls."""
        found = {name: Need(name, line) for name, line in code.names.uses.items()}
        for function, line in code.names.calls.items():
            for name in self._reads(function, code.index):
                if name not in code.names.binds:
                    found.setdefault(name, Need(name, line, function))
        return [need for need in found.values() if not always_there(need.name)]

    def _reads(self, function: str, index: int) -> set[str]:
        """Names that a call in cell ``index`` reads, through all functions it reaches."""
        reads: set[str] = set()
        seen: set[str] = set()
        waiting = [function]
        while waiting:
            name = waiting.pop()
            if name in seen:
                continue
            seen.add(name)
            where = index if name in self.names(index).binds else self.binder_before(name, index)
            if where is not None:
                found = self.names(where).functions.get(name, set())
                reads |= found
                waiting.extend(found)
        return reads

    def near(self, name: str) -> str | None:
        """A name of the notebook that ``name`` may be a slip of."""
        close = get_close_matches(name, [n for n in self.binders if n != name], 1, 0.7)
        if not close and len(name) > 1:
            folded = name.casefold().replace("_", "")
            close = [n for n in self.binders if n.casefold().replace("_", "") == folded]
            close = [n for n in close if n != name]
        return close[0] if close else None
